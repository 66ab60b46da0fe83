"""Time inside a hop: a signal at its end, a long stop at its begin."""

from __future__ import annotations

import numpy as np
import pytest

from passinfo.prediction.arrival.inside import SHARES, SOFT_S, Lefts, cell_of, learn_inside, level


def _lefts(hop: int, share: float, left_s: float, times: int, *, stands: bool) -> Lefts:
    one = np.ones(times)
    return Lefts(
        np.full(times, hop, dtype=np.int64), share * one, np.full(times, stands), left_s * one, 0.0 * one,
        np.zeros(times, dtype=np.int64),
    )  # fmt: skip


def test_a_stretch_that_takes_longer_than_its_metres_say_is_learned() -> None:
    made = learn_inside(_lefts(1, 0.1, 85.0, 400, stands=True), np.full(400, 35.0), 3)
    cell = made.reshape(-1)[cell_of(np.array([1]), np.array([0.1]), np.array([True]))]
    assert cell == pytest.approx(np.log((85 + SOFT_S) / (35 + SOFT_S)), rel=1e-6)


def test_what_was_never_seen_leans_on_the_same_stretch_of_other_hops() -> None:
    made = learn_inside(_lefts(0, 0.5, 60.0, 50, stands=False), np.full(50, 30.0), 2)
    assert made[1, SHARES // 2, 0] == pytest.approx(made[0, SHARES // 2, 0])
    assert made[1, 0, 0] == 0  # nobody was ever seen there


def test_nothing_known_is_time_by_metres() -> None:
    none = _lefts(0, 0.5, 1.0, 0, stands=False)
    assert np.array_equal(learn_inside(none, np.empty(0), 4), level(4))


@pytest.mark.parametrize("share", [-0.2, 0.0, 0.999, 1.0, 3.0])
def test_any_share_has_a_cell(share: float) -> None:
    cell = cell_of(np.array([2]), np.array([share]), np.array([True]))
    assert 2 * SHARES * 2 <= cell < 3 * SHARES * 2
