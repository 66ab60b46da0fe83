"""Days made slower."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.arrivals.day import Day, Seen
from models.arrivals.slower import COURSE, MOST, PART_S, slower
from passinfo.prediction.arrival.driven import Reached
from tests.unit.models.arrivals.conftest import NETWORK


def by_vehicle(reached: Reached, vehicle: str) -> np.ndarray:
    return reached.at[reached.vehicle_id == vehicle]


@given(seed=st.integers(0, 10_000))
def test_everything_happens_in_the_same_order_and_nothing_earlier(days: list[Day], seed: int) -> None:
    day, made = days[0], slower(NETWORK, days[0], seed)
    assert sorted(made.seen.vehicle_id.tolist()) == sorted(day.seen.vehicle_id.tolist())
    assert (np.diff(made.seen.received_at) >= 0).all() and (np.diff(made.live.known_at) >= 0).all()
    for vehicle in np.unique(day.true.vehicle_id.astype(str)).tolist():
        was, now = by_vehicle(day.true, vehicle), by_vehicle(made.true, vehicle)
        assert (now >= was - 1e-3).all()
        took, takes = np.diff(np.sort(was)), np.diff(np.sort(now))
        assert (takes >= took - 1e-3).all() and (takes <= MOST * took + 1e-3).all()


def test_it_is_slower_for_some_hours_and_then_as_it_was(days: list[Day]) -> None:
    day, made = days[0], slower(NETWORK, days[0], 1)
    late = made.true.at - day.true.at
    assert late.max() > 300.0
    assert late.max() <= (MOST - 1) * len(COURSE) * PART_S


def test_the_same_seed_gives_the_same_day(days: list[Day]) -> None:
    one, again, other = (slower(NETWORK, days[0], seed) for seed in (1, 1, 2))
    assert one.true.at.tobytes() == again.true.at.tobytes() != other.true.at.tobytes()


def test_a_day_without_buses_stays_one() -> None:
    ints, floats, names = np.empty(0, dtype=np.int64), np.empty(0), np.empty(0, dtype=object)
    empty = Day(
        "none",
        20261201,
        0.0,
        0,
        Seen(names, floats, floats, ints, floats),
        *(Reached(names, ints, floats, floats),) * 2,
        ints > 0,
    )
    assert len(slower(NETWORK, empty, 1).seen.received_at) == 0
