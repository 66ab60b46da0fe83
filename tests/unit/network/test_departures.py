"""What the plan promises at a stop: headways by band, over midnight, and until when they stay the same."""

from __future__ import annotations

import numpy as np
import pytest

from passinfo.network.departures import day_promises, planned, planned_on, promised
from passinfo.times import service_day_zero_s
from tests.unit.builders_feed import tiny

BANDS = (
    "trip_id,start_time,end_time,headway_secs,exact_times\n"
    "H1,05:00:00,09:00:00,600,0\nH1,09:00:00,16:00:00,1200,0\nH1,17:00:00,25:30:00,900,0"
)
NETWORK = tiny(frequencies=BANDS).network
MONDAY = 20261102
ZERO = service_day_zero_s(MONDAY, NETWORK.timezone)
STOP = NETWORK.stop_rows["S2"]
WAY_S = 600
"""From the first stop to this one."""


@pytest.mark.parametrize(
    ("hour", "headway_s", "runs_now"),
    [(4.0, 600, False), (6.0, 600, True), (9.5, 1200, True), (16.5, 900, False), (24.9, 900, True)],
)
def test_the_band_that_runs_or_comes_next_is_told(hour: float, headway_s: int, *, runs_now: bool) -> None:
    told = [each for each in promised(NETWORK, STOP, ZERO + hour * 3_600) if each.first_at > ZERO]
    mine = told[0]  # after midnight the next day tells its first bus too
    assert (mine.headway_s, mine.runs_now) == (headway_s, runs_now)
    assert mine.first_at == ZERO + 5 * 3_600 + WAY_S
    assert mine.last_at == ZERO + 25.5 * 3_600 + WAY_S - headway_s


def test_after_the_last_bus_nothing_is_promised() -> None:
    day = day_promises(NETWORK, MONDAY)
    assert day.at_stop(STOP, ZERO + 25.5 * 3_600 + WAY_S - 1).told
    assert not day.at_stop(STOP, ZERO + 25.5 * 3_600 + WAY_S).told


def test_nothing_is_promised_where_nobody_may_board() -> None:
    assert not promised(NETWORK, NETWORK.stop_rows["S4"], ZERO + 6 * 3_600)


def test_a_promise_stays_until_it_says() -> None:
    day = day_promises(NETWORK, MONDAY)
    for at in np.arange(ZERO, ZERO + 27 * 3_600, 450.0).tolist():
        here = day.at_stop(STOP, at)
        assert here.since <= at < here.until
        for other in np.arange(ZERO, ZERO + 27 * 3_600, 900.0).tolist():
            if here.since <= other < here.until:
                assert day.at_stop(STOP, other).told == here.told


def test_the_plan_between_two_instants_is_that_part_of_the_day() -> None:
    whole = planned_on(NETWORK, STOP, MONDAY)
    assert len(whole.at) == 3
    for from_at in (ZERO, *whole.at.tolist()):
        for to_at in (*whole.at.tolist(), *(whole.at + 1.0).tolist()):
            found = planned(NETWORK, STOP, from_at, to_at)
            wanted = (whole.at >= from_at) & (whole.at < to_at)
            of_day = found.start_date == MONDAY
            assert found.at[of_day].tolist() == whole.at[wanted].tolist()
            assert found.trip_ix[of_day].tolist() == whole.trip_ix[wanted].tolist()
