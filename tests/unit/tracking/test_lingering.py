"""A bus lost from sight for a moment is told of on; one that has ended its run is not."""

import json
from dataclasses import replace

import numpy as np
import pytest

from passinfo.columns import take
from passinfo.network.network import Network
from passinfo.settings import CitySettings, Hints
from passinfo.tracking.crossing import GAP_S
from passinfo.tracking.index import make_index
from passinfo.tracking.lingering import (
    ELSEWHERE_S,
    LINGERS_S,
    keep_told,
    lingering,
    proven,
)
from passinfo.tracking.state import TrackingState
from passinfo.tracking.state_json import state_from_json, state_to_json
from passinfo.tracking.track import Tracking, begin, track
from passinfo.tracking.vehicles import Vehicles, fresh
from tests.unit.builders_feed import LINES, tiny
from tests.unit.tracking.drives import at, none, pattern_of, reports

SETTINGS = CitySettings(hints=Hints(trip=False, block=False, route=True, direction=False))
START_S = 10 * 3600.0


@pytest.fixture
def city() -> Network:
    """Headway service from S0 to S4, and a route that runs elsewhere."""
    trips = LINES["trips"].split("\n")[0] + "\nR2,wk,H1,East,0,"
    return tiny(trips=trips, routes=LINES["routes"] + "\nR3,A,3,Three,3").network


def drive(city: Network, upto_m: float):
    """A bus on H1, a report each 20 s; 1 km takes 300 s."""
    dist = np.arange(0, upto_m, 200 / 3)
    times = at(city, START_S) + 20.0 * np.arange(len(dist))
    return reports(city, "bus", times, dist, "H1", route_id="R2")


def by_tick(city: Network, rows, state: TrackingState | None = None) -> tuple[TrackingState, list[Tracking]]:
    """A tick per report."""
    state, told = state or begin(city), []
    for row in range(len(rows.vehicle_id)):
        state, found = track(SETTINGS, state, take(rows, np.array([row])), (), float(rows.received_at[row]))
        told.append(found)
    return state, told


def later(city: Network, state: TrackingState, now: float) -> Tracking:
    return track(SETTINGS, state, none(), (), now)[1]


def run_of(found: Tracking) -> tuple[object, ...]:
    tracked = found.tracked
    return tracked.trip_id[0], int(tracked.start_date[0]), int(tracked.start_service_s[0])


def test_a_bus_denied_for_a_while_is_told_on_as_measured_last(city: Network) -> None:
    """Mutation: no lingering, or the place of a bus that is lost called fresh."""
    rows = drive(city, 2_200)
    rows.route_id[20:] = "R3"
    _, told = by_tick(city, rows)
    assert told[-1].matches.trip_id[-1] is None  # tracking says at once what it no longer knows
    assert run_of(told[-1]) == run_of(told[19])
    assert rows.observed_at[19] < told[-1].tracked.measured_at[0] < rows.observed_at[-1]
    assert told[19].tracked.measured_at[0] == rows.observed_at[19]


def test_what_a_bus_passed_beyond_where_it_is_told_to_be_is_not_told(city: Network) -> None:
    """Mutation: a stop that has been passed and is to come, twice in one update."""
    rows = drive(city, 2_200)
    rows.route_id[20:] = "R3"
    state, told = by_tick(city, rows)
    at_tick = float(told[-1].tracked.measured_at[0]) + 1.0
    assert later(city, state, at_tick).tracked.passed_position.tolist() == [0, 1]
    back = replace(state, vehicles=replace(state.vehicles, told_position=np.array([1], dtype=np.int32)))
    tracked = later(city, back, at_tick).tracked
    assert tracked.next_position.tolist() == [1] and tracked.passed_position.tolist() == [0]


def test_a_bus_lost_for_good_is_not(city: Network) -> None:
    rows = drive(city, 2_200)
    rows.route_id[20:] = "R3"
    state, told = by_tick(city, rows)
    seen = float(told[-1].tracked.measured_at[0])
    assert run_of(later(city, state, seen + LINGERS_S))[0] == "H1"
    assert run_of(later(city, state, seen + LINGERS_S + 1))[0] is None


def test_a_run_that_came_to_its_end_is_told_no_more(city: Network) -> None:
    state, told = by_tick(city, drive(city, 4_050))
    assert told[-1].tracked.next_position[0] == 5
    rows = reports(city, "bus", float(told[-1].tracked.observed_at[0]) + np.arange(20.0, 90.0, 20.0), np.zeros(4), "H1")
    rows.lat_deg[:] += 0.02  # off all lines
    _, gone = by_tick(city, rows, state)
    assert gone[-1].tracked.next_position[0] in (-1, 5)


def test_a_bus_that_comes_back_goes_on_with_its_run(city: Network) -> None:
    """Mutation: an instance made anew, so that people see one bus vanish and another one come."""
    rows = drive(city, 3_600)
    rows.route_id[20:30] = "R3"
    _, told = by_tick(city, rows)
    assert None in [found.matches.trip_id[0] for found in told[20:]]
    assert {run_of(found) for found in told[15:]} == {run_of(told[15])}


@pytest.mark.parametrize("name", ["told_at", "turned_since"])
def test_a_checkpoint_of_the_version_before_is_taken_up(city: Network, name: str) -> None:
    """Mutation: a KeyError where a column is new."""
    state, _ = by_tick(city, drive(city, 500))
    kept = json.loads(state_to_json(state))
    del kept["vehicles"][name]
    kept["vehicles"]["no_longer_known"] = [1]
    again = state_from_json(json.dumps(kept), state.index)
    assert again.vehicles.trip_id.tolist() == ["H1"]
    assert np.isnan(getattr(again.vehicles, name)).all()


def test_a_checkpoint_without_places_begins_anew_but_keeps_what_was_issued(city: Network) -> None:
    state, _ = by_tick(city, drive(city, 500))
    kept = json.loads(state_to_json(state))
    del kept["belief"]["born_m"]
    again = state_from_json(json.dumps(kept), state.index)
    assert len(again.vehicles) == 0
    assert again.issued == state.issued


def guess(city: Network, **columns: object) -> Vehicles:
    """A bus seen 100 m down the line of H1 for the first time, that has not moved since its report before."""
    vehicles = fresh(["bus"])
    vehicles.pattern_ix[:], vehicles.begun[:] = pattern_of(city, "H1"), True
    vehicles.begun_m[:], vehicles.dist_m[:] = 100.0, 130.0
    vehicles.observed_at[:], vehicles.stand_since[:] = 1_000.0, 980.0
    for name, value in columns.items():
        getattr(vehicles, name)[:] = value
    return vehicles


@pytest.fixture
def branches() -> Network:
    """The same, and a branch of its route that ends a stop sooner, its pattern the first."""
    trips = LINES["trips"].split("\n")[0] + "\nR2,wk,H1,East,0,\nR2,wk,H0,East,0,"
    times = LINES["stop_times"] + "".join(f"\nH0,S{n},{5 * n},00:{5 * n:02d}:00,00:{5 * n:02d}:00" for n in range(4))
    found = tiny(trips=trips, stop_times=times, frequencies=LINES["frequencies"] + "\nH0,05:00:00,25:00:00,600,0")
    assert pattern_of(found.network, "H0") != pattern_of(found.network, "H1")
    return found.network


@pytest.mark.parametrize(
    ("columns", "believed"),
    [
        ({"dist_m": 165.0}, False),
        ({"dist_m": 365.0}, True),
        ({"dist_m": 165.0, "told_at": 600.0}, True),
        ({"begun": False, "stand_since": 930.0}, True),
    ],
)
def test_another_branch_is_told_once_the_bus_is_out_of_the_terminal(
    branches: Network, columns: dict[str, object], believed: bool
) -> None:
    """Mutation: at once, for a bus that goes round a loop which is on that branch's line only."""
    told = {"told_pattern_ix": pattern_of(branches, "H0"), "told_at": 960.0}
    assert proven(make_index(branches), guess(branches, **{**told, **columns})).tolist() == [believed]


@pytest.mark.parametrize(
    ("columns", "believed"),
    [
        ({}, False),
        ({"dist_m": 165.0}, True),
        ({"begun": False}, False),
        ({"begun": False, "stand_since": 930.0}, True),
        ({"stand_since": 930.0}, False),
        ({"stand_since": 1_000.0}, True),
        ({"stand_since": 1_000.0, "begun_m": 70.0, "dist_m": 110.0}, False),
        ({"stand_since": 1_000.0, "begun_m": 900.0, "dist_m": 930.0}, False),
        ({"stand_since": 1_000.0, "told_pattern_ix": 0, "told_at": 0.0}, False),
        ({"finished": True}, True),
        ({"pattern_ix": -1}, True),
    ],
)
def test_a_run_is_told_once_it_is_driven_or_waited_for(city: Network, columns: dict[str, object], believed: bool):
    """Mutation: told at first sight; a bus that moves near a first stop believed to leave though its run goes on."""
    assert proven(make_index(city), guess(city, **columns)).tolist() == [believed]


def test_a_run_of_the_timetable_and_one_gone_on_with_are_told_at_once(city: Network) -> None:
    own = pattern_of(city, "H1")
    goes_on = guess(city, told_pattern_ix=own, told_at=700.0)
    assert proven(make_index(city), goes_on).all()
    assert not proven(make_index(city), guess(city, told_pattern_ix=own, told_at=0.0)).any()
    timetable = tiny(frequencies=None).network
    planned = guess(timetable, trip_ix=timetable.trip_rows["T1"], pattern_ix=pattern_of(timetable, "T1"))
    assert proven(make_index(timetable), planned).all()


def test_a_bus_heard_again_beside_its_line_is_not_told_where_it_was_before(city: Network) -> None:
    """Mutation: the place of ten minutes ago, told as its place now. One that was seen to leave its line keeps it."""
    rows = drive(city, 1_000)
    rows.observed_at[8:] += GAP_S
    rows.received_at[8:] += GAP_S
    rows.lat_deg[7:12] += 0.02  # off all lines: once before the silence, four times after it
    _, told = by_tick(city, rows)
    assert [found.tracked.trip_id[0] for found in told[5:14]] == ["H1"] * 3 + [None] * 4 + ["H1"] * 2


def test_what_is_not_told_yet_is_no_run(city: Network) -> None:
    """Mutation: the arrivals of a bus that was seen but once told."""
    rows = reports(city, "bus", np.array([at(city, START_S)]), np.array([500.0]), "H1", route_id="R2")
    _, told = by_tick(city, rows)
    assert told[0].matches.trip_id[0] == "H1"
    assert told[0].tracked.pattern_ix[0] == -1 and told[0].tracked.trip_id[0] is None


def test_a_bus_that_seems_to_turn_to_another_branch_is_told_until_it_is_told_on_that(branches: Network) -> None:
    """Mutation: nothing told between, of a bus that drives the same way on whatever its branch."""
    index = make_index(branches)
    told = {"told_pattern_ix": pattern_of(branches, "H0"), "told_at": 1_000.0, "told_begun": True, "told_m": 2_000.0}
    turns = {**told, "told_trip_ix": branches.trip_rows["H0"], "told_trip_id": "H0", "trip_id": "H1"}
    bus = guess(branches, **turns, trip_ix=branches.trip_rows["H1"], observed_at=1_200.0, stand_since=1_190.0)
    assert ELSEWHERE_S < 200.0 < LINGERS_S
    assert not proven(index, bus).any() and lingering(index, bus, 1_200.0).all()
    later = guess(branches, **turns, trip_ix=branches.trip_rows["H1"], observed_at=1_301.0, stand_since=1_290.0)
    assert proven(index, later).all() and not lingering(index, later, 1_301.0).any()


UNDER_WAY = {"begun_m": 100.0, "dist_m": 700.0, "told_begun": True, "told_m": 650.0, "told_at": 980.0}


@pytest.mark.parametrize(
    ("columns", "told_trip", "told_at"),
    [
        ({"told_pattern_ix": -1}, -1, 1_000.0),
        ({"told_trip_ix": -1}, -1, 1_000.0),
        ({"told_trip_ix": 0}, 0, 980.0),
        ({"told_trip_ix": 0, "told_at": 999.0 - LINGERS_S}, -1, 1_000.0),
        ({"trip_ix": 0, "told_trip_ix": -1}, 0, 1_000.0),
        ({"told_pattern_ix": -1, "begun": False}, -1, 980.0),
    ],
)
def test_a_run_whose_trip_is_left_open_is_remembered_too(
    city: Network, columns: dict[str, object], told_trip: int, told_at: float
) -> None:
    """Mutations: forgotten, so that it vanishes at the first doubt; told instead of the one known by name."""
    vehicles = guess(city, **{"told_pattern_ix": pattern_of(city, "H1"), "trip_ix": -1, **UNDER_WAY, **columns})
    keep_told(make_index(city), vehicles, np.array([0]))
    assert (vehicles.told_trip_ix[0], vehicles.told_at[0]) == (told_trip, told_at)


@pytest.mark.parametrize(("seen", "tells"), [(False, True), (True, False)])
def test_it_is_told_on_until_the_bus_is_seen_on_a_run_again(city: Network, seen: bool, tells: bool) -> None:
    pattern = pattern_of(city, "H1")
    columns = {"told_pattern_ix": pattern, "pattern_ix": pattern if seen else -1, "told_trip_ix": -1, "trip_ix": -1}
    vehicles = guess(city, **{**UNDER_WAY, "told_m": 2_000.0, **columns})
    index = make_index(city)
    assert lingering(index, vehicles, 980.0 + LINGERS_S).tolist() == [tells]
    assert not lingering(index, vehicles, 981.0 + LINGERS_S).any()
