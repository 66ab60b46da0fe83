"""Directions, terminals and a person's corrections of learned patterns."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passinfo.network.learn.direction import with_directions
from passinfo.network.learn.learn import learn_patterns
from passinfo.network.learn.learned import Doubt, ServedStop
from passinfo.network.learn.overrides import Override, overridden
from passinfo.network.learn.stop_lists import StopLists
from passinfo.network.learn.terminals import in_order, to_terminals
from tests.unit.network.learn.town import HERE, Town, many

STREET = [(0.0, 0.0), (5000.0, 0.0)]


def lists(*places):
    lat, lon = HERE.to_lat_lon(np.array([x for _, x, _ in places]), np.array([y for *_, y in places]))
    names = np.array([name for name, *_ in places], dtype=object)
    return StopLists(np.full(len(names), "R", dtype=object), names, lat, lon)


@pytest.fixture(scope="module")
def learned():
    town = Town(seed=2)
    many(town, STREET, "there", 12)
    many(town, STREET[::-1], "back", 8)
    many(town, [(0, 0), (3000, 0), (3000, 2000)], "branch", 6)
    return learn_patterns(town.traces())


def test_the_main_pattern_is_direction_0_and_the_way_back_is_1(learned):
    found = {pattern.tag: pattern.direction_id for pattern in with_directions(learned).patterns}
    assert found == {"there": 0, "branch": 0, "back": 1}


def test_what_a_tag_tells_of_its_direction_counts(learned):
    found = {p.tag: p.direction_id for p in with_directions(learned, {"there": 1, "back": 0}).patterns}
    assert found["there"] == 1 and found["back"] == 0


def test_a_line_is_drawn_to_its_terminals_and_cut_beyond(learned):
    (row,) = [k for k, p in enumerate(learned.patterns) if p.tag == "there"]
    pattern = dataclasses.replace(
        learned.patterns[row],
        stops=(
            ServedStop("a", -150.0, 0.0, 0, 1.0),
            ServedStop("b", 2000.0, 5.0, 1, 1.0),
            ServedStop("c", 4000.0, 5.0, 2, 1.0),
        ),
    )
    x0, y0 = float(pattern.x_m[0]), float(pattern.y_m[0])
    one = dataclasses.replace(learned, patterns=(pattern,))
    (drawn,) = to_terminals(one, lists(("a", x0 - 120.0, y0 + 90.0), ("b", 2000, -5), ("c", 4000, -5))).patterns
    dist = [stop.dist_m for stop in drawn.stops]
    assert dist[0] == 0 and dist[1] == pytest.approx(2150, abs=1) and dist[2] == drawn.dist_m[-1]
    assert drawn.x_m[0] == pytest.approx(x0 - 120) and drawn.dist_m[-1] == pytest.approx(4150, abs=1)
    assert (np.diff(drawn.dist_m) > 0).all()


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20))
def test_stops_get_places_of_their_own(places):
    at = np.sort(np.array(places))
    made = in_order(at, 100.0)
    assert (np.diff(made) >= 1.0 - 1e-9).all() and made[0] >= 0 and made[-1] <= 100


def test_an_override_sets_the_whole_list(learned):
    tag = learned.patterns[0].pattern_id
    known = lists(("a", 500, -5), ("b", 1500, -5), ("c", 2500, -5))
    (first, *_) = overridden(learned, [Override(tag, stop_ids=("c", "a"))], known).patterns
    assert [stop.stop_id for stop in first.stops] == ["c", "a"]  # tag "back": its line runs the other way
    assert [stop.dist_m for stop in first.stops] == sorted(stop.dist_m for stop in first.stops)


def test_a_dropped_pattern_takes_its_passes_along(learned):
    gone = learned.patterns[1].pattern_id
    found = overridden(learned, [Override(gone, drop=True)], lists(("a", 0, 0)))
    assert gone not in {pattern.pattern_id for pattern in found.patterns}
    for old, pattern in enumerate(learned.patterns):
        if pattern.pattern_id != gone:
            new = [p.pattern_id for p in found.patterns].index(pattern.pattern_id)
            assert ((learned.pass_pattern == old) == (found.pass_pattern == new)).all()
    assert (found.pass_pattern[learned.pass_pattern == 1] == -1).all()


def test_an_override_of_a_stop_that_is_not_there_is_told(learned):
    found = overridden(learned, [Override(learned.patterns[0].pattern_id, add_stops=("zz",))], lists(("a", 0, 0)))
    (problem,) = [each for each in found.problems if each.doubt is Doubt.OVERRIDE_UNKNOWN]
    assert "zz" in problem.evidence
