"""Which stops a pattern serves, in made-up streets."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passinfo.network.learn.chain import street_width_m, together
from passinfo.network.learn.learn import learn_patterns
from passinfo.network.learn.learned import Doubt
from passinfo.network.learn.passes import Passes, directions
from passinfo.network.learn.standing import standing
from passinfo.network.learn.stands import END, START, terminal
from passinfo.network.learn.stop_lists import StopLists
from passinfo.network.learn.stops import with_stops
from tests.unit.network.learn.town import HERE, Town, many

STREET = [(0.0, 0.0), (6000.0, 0.0)]
KERB_M = 7.0
EAST = [(f"e{k}", 200.0 + 300 * k, -KERB_M) for k in range(20)]
WEST = [(f"w{k}", 5830.0 - 300 * k, KERB_M) for k in range(20)]


def lists(stops, *, ordered=True, route="R"):
    names, x, y = zip(*stops, strict=True)
    lat, lon = HERE.to_lat_lon(np.array(x), np.array(y))
    return StopLists(np.full(len(names), route, dtype=object), np.array(names, dtype=object), lat, lon, ordered)


@pytest.fixture(scope="module")
def both_ways():
    town = Town(seed=5)
    many(town, STREET, "east", 30)
    many(town, STREET[::-1], "west", 30)
    return learn_patterns(town.traces())


def served(learned):
    return {pattern.tag: [stop.stop_id for stop in pattern.stops] for pattern in learned.patterns}


def test_a_list_in_order_tells_the_directions_apart(both_ways):
    found = served(with_stops(both_ways, lists(EAST + WEST)))
    assert found["east"] == [name for name, *_ in EAST] and found["west"] == [name for name, *_ in WEST]


def test_a_list_without_order_leaves_the_kerb_and_the_stop_across(both_ways):
    mixed = [stop for pair in zip(WEST, EAST[::-1], strict=True) for stop in pair]
    found = served(with_stops(both_ways, lists(mixed, ordered=False), side=1))
    for tag, true in (("east", EAST), ("west", WEST)):
        names = {name for name, *_ in true}
        assert len(names & set(found[tag])) >= 19 and len(set(found[tag]) - names) <= 1
        known = [name for name in found[tag] if name in names]
        assert known == [name for name, *_ in true if name in known]


def test_where_buses_keep_left_the_kerbs_change(both_ways):
    left = [(name, x, -y) for name, x, y in EAST + WEST]
    found = served(with_stops(both_ways, lists(left)))
    assert found["east"] == [name for name, *_ in EAST] and found["west"] == [name for name, *_ in WEST]


def test_a_stop_off_the_road_is_named_and_not_served(both_ways):
    learned = with_stops(both_ways, lists([*EAST, ("far", 3000.0, 300.0), *WEST]))
    assert all("far" not in stops for stops in served(learned).values())
    (problem,) = [each for each in learned.problems if each.doubt is Doubt.STOP_FAR]
    assert problem.subject == "far" and "29" in problem.evidence


def test_a_route_without_a_list_has_no_stops_and_says_so(both_ways):
    learned = with_stops(both_ways, lists(EAST, route="another"))
    assert all(not stops for stops in served(learned).values())
    assert sum(each.doubt is Doubt.NO_STOPS for each in learned.problems) == 2


def test_a_list_out_of_order_is_named(both_ways):
    shuffled = [EAST[k] for k in np.random.default_rng(3).permutation(20)]
    learned = with_stops(both_ways, lists(shuffled))
    assert Doubt.LIST_ORDER in {each.doubt for each in learned.problems}
    assert served(learned)["east"] == sorted(served(learned)["east"], key=lambda name: int(name[1:]))


def test_stops_are_in_order_along_the_line(both_ways):
    for pattern in with_stops(both_ways, lists(EAST + WEST)).patterns:
        dist = [stop.dist_m for stop in pattern.stops]
        assert dist == sorted(dist)
        assert all(0.5 <= stop.confidence <= 1 for stop in pattern.stops)


def test_the_stop_across_the_street_is_told_by_the_pair():
    kerb = np.array([4.0, -9.0]) + 5.0  # a line 5 m too far left
    alone = np.array([1.0, 1.0])
    found = together(alone, np.array([100.0, 130.0]), kerb, 13.0)
    assert found[0] > 0 > found[1]


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=12))
def test_far_from_neighbours_a_stop_decides_alone(odds):
    unary = np.array(odds)
    dist = np.arange(len(odds)) * 1000.0
    assert together(unary, dist, np.full(len(odds), np.nan), 12.0) == pytest.approx(unary, abs=1e-9)


def test_a_street_has_two_kerbs_or_a_usual_width():
    assert street_width_m(np.array([5.0, -7.0])) == 12.0
    assert street_width_m(np.array([5.0])) == street_width_m(np.empty(0)) == 8.0


def test_buses_stand_where_they_serve():
    x = np.arange(0.0, 2000.0, 100.0)
    until = np.arange(20.0) * 12
    at = until.copy()
    until[10] += 40
    at[11:], until[11:] = at[11:] + 40, until[11:] + 40
    ux, uy = directions(x, 0 * x, np.array([0]), np.array([20]))
    one = Passes(x, 0 * x, ux, uy, at, until, np.array([0]), np.array([20]), np.array([0]), np.array([0]))
    found = standing(np.array([0.0, 2000.0]), np.zeros(2), one, np.array([1000.0, 600.0, 5.0]))
    assert found[0] > 1 > 0 > found[1] and found[2] == 0


def test_no_pattern_no_trouble(both_ways):
    none = dataclasses.replace(both_ways, patterns=(), pass_pattern=np.full(len(both_ways.pass_pattern), -1))
    assert with_stops(none, lists(EAST)).patterns == ()


def test_a_terminal_between_there_and_back_belongs_to_both(both_ways):
    station = ("station", 6060.0, 40.0)  # passes end before it
    learned = with_stops(both_ways, lists([*EAST, station, *WEST]))
    found = served(learned)
    assert found["east"][-1] == "station" and found["west"][0] == "station"
    assert found["east"][:-1] == [name for name, *_ in EAST] and found["west"][1:] == [name for name, *_ in WEST]


def test_a_station_listed_twice_is_left_from_and_arrived_at(both_ways):
    there, back = ("station_ar", 6060.0, 10.0), ("station", 6060.0, 10.0)
    found = served(with_stops(both_ways, lists([*EAST, there, back, *WEST])))
    assert found["east"] == [*(name for name, *_ in EAST), "station_ar"]
    assert found["west"] == ["station", *(name for name, *_ in WEST)]


def test_the_stop_before_the_station_is_not_left_from(both_ways):
    """Buses reach the station from beyond: by a loop, so the last stop of the way there lies past the start."""
    loop, there, back = ("loop", 6150.0, 20.0), ("station_ar", 6000.0, 10.0), ("station", 6000.0, 10.0)
    found = served(with_stops(both_ways, lists([*EAST, loop, there, back, *WEST])))
    assert found["west"] == ["station", *(name for name, *_ in WEST)]


def test_a_stop_of_a_branch_that_crosses_is_not_served(both_ways):
    branch = [(f"b{k}", 3000.0, 600.0 - 300 * k) for k in range(5)]  # b2 stands at the corner
    found = served(with_stops(both_ways, lists([*EAST, *WEST, *branch])))
    assert found["east"] == [name for name, *_ in EAST] and found["west"] == [name for name, *_ in WEST]


def test_what_stands_before_the_terminal_is_another_trips_end(both_ways):
    """The tag flipped two stops early: a way ends, and another starts, at the third."""
    tail = [("t0", 30.0, -KERB_M), ("t1", 110.0, -KERB_M)]
    terminal = [("e0_ar", 200.0, -KERB_M)]
    found = served(with_stops(both_ways, lists([*EAST, *WEST, *tail, *terminal])))
    assert found["east"] == [name for name, *_ in EAST]


def test_lists_tell_where_ways_start_and_end():
    ways = [*EAST, ("s_ar", 6060.0, 10.0), ("s", 6060.0, 10.0), *WEST, ("e0_ar", 200.0, -KERB_M)]
    stops = lists(ways).of_route("R", HERE)
    names = stops.stop_id
    assert list(names[stops.ends()]) == ["s_ar", "e0_ar"] and list(names[stops.starts()]) == ["e0", "s"]


def standing_town(bay, *, seed=9):
    """There and back, each with a stand at the eastern bay, reached by a loop past the end of the street."""
    town = Town(seed=seed)
    loop = [*STREET, (6150.0, 0.0), (6150.0, 90.0), bay]
    for _ in range(12):
        town.drive(loop, "east")
        town.stand(bay, "west", 300)
        town.drive([bay, (6000.0, 0.0), (0.0, 0.0)], "west")
        town.away()
    return learn_patterns(town.traces())


def test_without_an_order_the_terminal_is_where_buses_stand():
    bay = (6060.0, 60.0)
    station = ("station", 6070.0, 45.0)  # left of the line, as the way back's stops are
    learned = with_stops(standing_town(bay), lists([*WEST, station, *EAST], ordered=False), side=1)
    found = served(learned)
    assert found["east"][-1] == "station" and found["west"][0] == "station"
    assert all(stops.count("station") == 1 for stops in found.values())


def test_buses_that_stand_here_and_there_tell_no_terminal():
    at = np.zeros(4)
    spread = Passes(
        np.array([0.0, 300.0, 900.0, 2000.0]), at, at, at, at, at + 400.0, np.arange(4), np.arange(4) + 1,
        np.arange(4), np.arange(4),
    )  # fmt: skip
    stops = lists([("a", 0.0, 0.0), ("b", 900.0, 0.0)], ordered=False).of_route("R", HERE)
    assert terminal(spread, stops, START) is None
    near = dataclasses.replace(spread, x_m=np.array([895.0, 905.0, 900.0, 910.0]))
    assert terminal(near, stops, END) == 1
