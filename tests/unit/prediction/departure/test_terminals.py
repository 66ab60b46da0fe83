"""What is known of terminals."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.departure.features import NAMES, UNKNOWN_S, Waiting, arrived, expected
from passinfo.prediction.departure.layovers import no_layovers
from passinfo.prediction.departure.places import places
from passinfo.prediction.departure.terminals import Stands, Terminals, no_terminals, with_departures, with_stands
from tests.unit.builders_network import HEADWAY, at, city

NETWORK = city()
PLACES = places(NETWORK)
FIRST, END = int(NETWORK.patterns.stop_ptr[HEADWAY]), int(NETWORK.patterns.stop_ptr[HEADWAY + 1]) - 1
NOW = at(12)


def stands(*rows: tuple[str, float, float, bool]) -> Stands:
    """Vehicle, seconds after noon, metres along the headway pattern, idle."""
    names, when, metres, idle = zip(*rows, strict=True)
    n = len(rows)
    return Stands(
        np.array(names, dtype=object),
        NOW + np.array(when, dtype=float),
        np.full(n, HEADWAY, dtype=np.int64),
        np.array(metres, dtype=float),
        np.full(n, 14.5),
        121.0 + np.array(metres, dtype=float) / 107_000,
        np.array(idle),
    )


def reached(*rows: tuple[str, int, float]) -> Reached:
    names, row, when = zip(*rows, strict=True)
    times = NOW + np.array(when, dtype=float)
    return Reached(np.array(names, dtype=object), np.array(row, dtype=np.int64), times, times)


def seen(*rows: tuple[str, float, float, bool]) -> Terminals:
    return with_stands(NETWORK, no_terminals(PLACES), stands(*rows), NOW)


def test_patterns_of_one_route_direction_and_first_stop_share_a_terminal() -> None:
    assert len(PLACES) == 3
    assert PLACES.name[PLACES.of_pattern[HEADWAY]] == "R2|1|E"


def test_a_bus_waits_since_it_was_first_seen_idle() -> None:
    found = seen(("b", 0, 0, False), ("b", 20, 0, True), ("b", 60, 2, True))
    assert found.idle_since.tolist() == [NOW + 20]
    assert found.stand_since.tolist() == [NOW]
    assert found.pattern_ix.tolist() == [HEADWAY]


def test_a_bus_in_service_does_not_wait() -> None:
    found = seen(("b", 0, 0, True), ("b", 30, 100, False))
    assert np.isnan(found.idle_since).all() and found.pattern_ix.tolist() == [-1]
    assert found.stand_since.tolist() == [NOW + 30]


def test_who_stands_beyond_half_of_the_line_has_ended_a_run() -> None:
    assert seen(("b", 0, 1_500, True)).pattern_ix.tolist() == [-1]


def test_the_end_of_the_run_before_is_the_arrival() -> None:
    found = with_departures(PLACES, seen(("b", 60, 0, True)), reached(("b", END, -120)))
    assert arrived(found).tolist() == [NOW - 120]


def test_departures_are_kept_newest_first() -> None:
    found = with_departures(PLACES, seen(("b", 0, 0, True)), reached(("x", FIRST, 10), ("y", FIRST, 70)))
    found = with_departures(PLACES, found, reached(("z", FIRST, 40)))
    place = PLACES.of_pattern[HEADWAY]
    assert (found.left_at[place, :3] - NOW).tolist() == [70, 40, 10]
    assert np.isnan(found.left_at[place, 3])


def test_vehicles_not_seen_for_long_are_forgotten() -> None:
    found = with_stands(NETWORK, seen(("b", 0, 0, True)), stands(("c", 20_000, 0, True)), NOW + 20_000)
    assert found.vehicle_id.tolist() == ["c"]


def test_what_the_baselines_say_of_a_bus_that_waits() -> None:
    """It came at noon, the leader left at noon too, another bus was there before: five minutes, twice a quarter."""
    found = with_departures(
        PLACES, seen(("a", -30, 0, True), ("b", 0, 0, True), ("a", 50, 0, True)), reached(("x", FIRST, 0))
    )
    waiting = Waiting(np.array(["b"], dtype=object), np.array([HEADWAY]), np.array([np.nan]), NOW + 60, 43_260.0, 0)
    told = expected(PLACES, no_layovers(), np.zeros(3, dtype=np.int64), found, waiting)
    assert told.schedule_at.tolist() == [NOW + 60]
    assert np.round(told.layover_at - NOW).tolist() == [300]
    assert told.headway_at.tolist() == [NOW + 1_800]
    column = dict(zip(NAMES, told.columns[0].tolist(), strict=True))
    assert (column["waited"], column["before"], column["waiting"]) == (60, 1, 2)
    assert column["planned_in"] == UNKNOWN_S


@settings(max_examples=30)
@given(cut=st.integers(0, 40), seed=st.integers(0, 50))
def test_the_length_of_a_tick_changes_nothing(cut: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 40
    whole = Stands(
        rng.choice(np.array(["a", "b", "c"], dtype=object), n),
        NOW + np.sort(rng.uniform(0, 600, n)),
        rng.choice([-1, HEADWAY], n),
        np.where(rng.random(n) < 0.2, np.nan, rng.uniform(0, 2_000, n)),
        14.5 + rng.choice([0.0, 0.001], n),
        np.full(n, 121.0),
        rng.random(n) < 0.7,
    )
    parts = [Stands(*(getattr(whole, name)[part] for name in Stands.__slots__)) for part in (slice(cut), slice(cut, n))]
    one = with_stands(NETWORK, no_terminals(PLACES), whole, NOW + 600)
    two = no_terminals(PLACES)
    for part in parts:
        two = with_stands(NETWORK, two, part, NOW + 600)
    for name in Terminals.__slots__:
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
