"""Usual layovers."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from passinfo.prediction.departure.layovers import Departed, learn_layovers, no_layovers
from passinfo.prediction.departure.past import no_past

NOON = 12 * 3_600.0


def learned(layover_s: list[float], headway_s: float = 600.0):
    n = len(layover_s)
    departed = Departed(
        np.zeros(n, dtype=np.int64),
        np.full(n, NOON),
        np.array(layover_s, dtype=float),
        np.full(n, headway_s),
        np.full(n, 40.0),
    )
    return learn_layovers(("R|0|A", "R|1|B"), departed, no_past())


def test_what_was_always_so_is_usual() -> None:
    found = learned([420.0] * 400)
    assert abs(float(np.median(found.layover_s[1, 24])) - 420) < 5
    assert abs(found.headway_s[1, 24] - 600) < 10
    assert abs(found.late_s[1] - 40) < 1


def test_one_bus_that_broke_down_moves_nothing() -> None:
    usual, broken = learned([420.0] * 40), learned([420.0] * 40 + [5_000.0])
    middle = usual.layover_s.shape[2] // 2
    assert abs(usual.layover_s[1, 24, middle] - broken.layover_s[1, 24, middle]) < 20


def test_a_terminal_without_departures_is_like_the_network() -> None:
    found = learned([420.0] * 400)
    assert np.allclose(found.layover_s[2, 24], found.layover_s[0, 24], atol=10)
    assert found.rows_of(("R|1|B", "R|9|Z")).tolist() == [2, 0]


def test_who_has_waited_longer_than_all_leaves_now() -> None:
    left = no_layovers().remaining(np.array([0]), np.array([NOON]), np.array([9_000.0]), 0.5)
    assert left.tolist() == [0]


def test_half_of_those_that_still_wait() -> None:
    """Waits spread evenly from 60 to 540 s: who waits at 300 s leaves at about 420 s."""
    found = learned(np.linspace(60, 540, 4_000).tolist())
    left = float(found.remaining(np.array([1]), np.array([NOON]), np.array([300.0]), 0.5)[0])
    assert abs(left - 120) < 15


@settings(max_examples=20)
@given(st.lists(st.floats(0, 5_000), min_size=1, max_size=30), st.floats(0, 4_000))
def test_quantiles_are_in_order(waits: list[float], waited: float) -> None:
    found = learned(waits)
    assert (np.diff(found.layover_s, axis=2) >= -1e-6).all()
    row, clock, gone = np.array([1]), np.array([NOON]), np.array([waited])
    left = [float(found.remaining(row, clock, gone, share)[0]) for share in (0.25, 0.5, 0.75)]
    assert 0 <= left[0] <= left[1] + 1e-6 and left[1] <= left[2] + 1e-6
