"""The three plain answers, each worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passinfo.prediction.departure.baselines import headway_kept, historic_layover, leaves_on_schedule

EIGHT = 8 * 3_600.0


def test_who_is_planned_for_ten_past_leaves_then() -> None:
    assert leaves_on_schedule(np.array([EIGHT + 600]), EIGHT).tolist() == [EIGHT + 600]


def test_who_should_have_left_leaves_now() -> None:
    assert leaves_on_schedule(np.array([EIGHT - 60, np.nan]), EIGHT).tolist() == [EIGHT, EIGHT]


def test_who_came_at_five_to_eight_and_usually_waits_seven_minutes_leaves_at_two_past() -> None:
    assert historic_layover(np.array([EIGHT - 300]), np.array([420.0]), EIGHT).tolist() == [EIGHT + 120]


def test_nobody_saw_it_come() -> None:
    assert historic_layover(np.array([np.nan]), np.array([420.0]), EIGHT).tolist() == [EIGHT]


def test_the_leader_left_four_minutes_ago_and_buses_leave_every_ten() -> None:
    assert headway_kept(np.array([EIGHT - 240]), np.array([600.0]), np.array([0.0]), EIGHT).tolist() == [EIGHT + 360]


def test_whoever_waits_before_takes_a_headway_of_its_own() -> None:
    assert headway_kept(np.array([EIGHT - 240]), np.array([600.0]), np.array([1.0]), EIGHT).tolist() == [EIGHT + 960]


@pytest.mark.parametrize("baseline", [leaves_on_schedule, lambda at, now: historic_layover(at, np.array([60.0]), now)])
@given(at=st.floats(-1e9, 1e9) | st.just(float("nan")), now=st.floats(-1e9, 1e9))
def test_none_is_past(baseline, at: float, now: float) -> None:
    assert (baseline(np.array([at]), now) >= now).all()
