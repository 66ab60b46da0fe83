"""Given lines against what buses drove: right ones pass, damaged ones are named and told apart."""

import numpy as np
import pytest

from passinfo.geo import along
from passinfo.network.learn.disagree import Disagreement
from passinfo.network.learn.given import GivenLine, check_lines
from tests.unit.network.learn.town import ELL, HERE, Town, many

DETOUR = [(0, 0), (1000, 0), (1000, -300), (2000, -300), (2000, 0), (3000, 0), (3000, 2000)]


def given(way, name="given"):
    x, y = np.array(way, dtype=float).T
    length = float(along(x, y)[-1])
    return GivenLine(name, "R", x, y, ("a", "b", "c"), ("First", "Middle", "Last"), np.array([0.0, 2500.0, length]))


def moved(way, east, north):
    return [(x + east, y + north) for x, y in way]


@pytest.fixture(scope="module")
def passes():
    town = Town(seed=11)
    many(town, ELL, "out", 12)
    return town.traces()


def checked(traces, *lines):
    return {check.given.pattern_id: check for check in check_lines(lines, traces).lines}


def test_a_right_line_is_left_alone(passes):
    check = checked(passes, given(ELL))["given"]
    assert (check.passes, check.leaving, check.stretches, check.shift_m) == (12, 0, (), (0.0, 0.0))
    assert np.nanmax(np.abs(check.side_m)) < 20


def test_a_line_drawn_along_another_street_is_wrong(passes):
    (stretch,) = checked(passes, given(DETOUR))["given"].stretches
    assert stretch.kind is Disagreement.WRONG_SHAPE and stretch.share > 0.8
    assert 900 < stretch.from_m < 1200 and 2400 < stretch.to_m < 2700
    assert (stretch.from_stop, stretch.to_stop) == ("First", "Last")


def test_a_loop_that_no_bus_drives_is_wrong(passes):
    loop = [(0, 0), (1500, 0), (1500, 900), (1540, 900), (1540, 0), (3000, 0), (3000, 2000)]
    (stretch,) = checked(passes, given(loop))["given"].stretches
    assert stretch.kind is Disagreement.WRONG_SHAPE
    assert 1400 < stretch.from_m < 1800 and 3000 < stretch.to_m < 3500


def test_a_line_moved_as_a_whole_is_shifted(passes):
    check = checked(passes, given(moved(ELL, 60, -50)))["given"]
    assert {stretch.kind for stretch in check.stretches} == {Disagreement.SHIFTED}
    assert check.shift_m == pytest.approx((-60, 50), abs=6)


def test_some_buses_diverted_are_a_detour():
    town = Town(seed=12)
    many(town, ELL, "out", 8)
    begins = town.clock
    many(town, DETOUR, "out", 6)
    (stretch,) = checked(town.traces(), given(ELL))["given"].stretches
    assert stretch.kind is Disagreement.DETOUR and 0.3 <= stretch.share < 0.7
    assert stretch.first_at >= begins and stretch.passes == 14


def test_one_stray_bus_is_no_disagreement():
    town = Town(seed=13)
    many(town, ELL, "out", 8)
    many(town, DETOUR, "out", 1)
    check = checked(town.traces(), given(ELL))["given"]
    assert check.stretches == () and check.leaving == 1


def test_each_pass_speaks_for_the_line_of_its_branch(passes):
    found = checked(passes, given(ELL, "right"), given(DETOUR, "branch"))
    assert set(found) == {"right"} and found["right"].stretches == ()


def test_the_way_back_is_not_held_against_the_way_there(passes):
    found = check_lines([given(ELL[::-1])], passes)
    assert found.lines == () and found.unseen == ("given",) and found.strays == {"R": 12}


def test_without_passes_a_line_is_unseen():
    town = Town()
    town.drive(ELL, "out", route="another")
    found = check_lines([given(ELL)], town.traces())
    assert found.lines == () and found.unseen == ("given",) and found.strays == {}


def test_the_plane_is_that_of_the_traces(passes):
    assert passes.projection == HERE
