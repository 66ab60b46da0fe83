"""Departures of the days before."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from passinfo.prediction.departure.past import LATE_S, MOST_DAYS, NEAR_S, learn_past, no_past


def day(kind: int, *left: tuple[int, float]):
    row, at = zip(*left, strict=True) if left else ((), ())
    return kind, np.array(row, dtype=np.int64), np.array(at, dtype=float)


def following(past, row: int, at: float, kind: int = 0) -> list[float]:
    return past.following(np.array([row]), np.array([at]), kind)[0].tolist()


def test_the_next_departure_of_each_day() -> None:
    past = learn_past(3, [day(0, (1, 1_300), (1, 400)), day(0, (1, 1_360)), day(0, (1, 1_330), (2, 1_010))])
    assert following(past, 1, 1_000) == [300, 330, 360]


def test_what_left_a_minute_ago_may_be_about_to_leave() -> None:
    past = learn_past(2, [day(0, (1, 1_000), (1, 2_000))])
    assert following(past, 1, 1_000 + LATE_S) == [-LATE_S] * 3
    assert following(past, 1, 1_001 + LATE_S) == [939] * 3


def test_other_kinds_of_day_and_other_hours_say_nothing() -> None:
    past = learn_past(2, [day(1, (1, 1_000)), day(0, (1, 90_000))])
    assert np.isnan(following(past, 1, 900)).all()
    assert following(past, 1, 900, kind=1) == [100] * 3
    assert np.isnan(following(past, 0, 900)).all() and np.isnan(following(no_past(), 0, 900)).all()


def test_the_last_days_of_a_kind_are_kept() -> None:
    past = learn_past(2, [day(0, (1, 1_000.0 + number)) for number in range(MOST_DAYS + 2)])
    assert following(past, 1, 1_000)[0] == 2


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 2), st.floats(0, 100_000)), max_size=6), min_size=1, max_size=4),
    st.integers(0, 2),
    st.floats(0, 100_000),
)
def test_as_looked_up_one_by_one(days: list[list[tuple[int, float]]], row: int, at: float) -> None:
    past = learn_past(3, [day(0, *each) for each in days])
    ahead = []
    for each in days:
        left = sorted(when for where, when in each if where == row and when >= at - LATE_S)
        ahead += [left[0] - at] if left and left[0] - at <= NEAR_S else []
    expected = [min(ahead), float(np.median(ahead)), max(ahead)] if ahead else [np.nan] * 3
    np.testing.assert_allclose(following(past, row, at), expected, atol=1e-3)
