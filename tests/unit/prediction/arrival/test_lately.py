"""The road in the last minutes."""

from __future__ import annotations

import numpy as np
import pytest

from passinfo.prediction.arrival.lately import LAST_S, Drives, lately_of
from tests.unit.prediction.arrival.test_road import TABLE

N = len(TABLE)
USUAL_S = np.full(N, 60.0)


def drives(age_s: float, ratio: float, on_it: float = 0.0) -> Drives:
    """Eight drives of each hop; and on the first one buses that have spent ``on_it`` seconds where 30 are usual."""
    spent, expected = np.zeros(N), np.zeros(N)
    spent[0], expected[0] = on_it, 30.0 * (on_it > 0)
    shape = (N, 8)
    return Drives(
        np.arange(N), np.full(shape, age_s), np.full(shape, 60.0 * ratio), np.full(shape, 60.0), spent, expected
    )


def of_hops(these: Drives) -> np.ndarray:
    return lately_of(TABLE, these, USUAL_S)[0]


def test_as_usual_is_nought_and_slower_is_more():
    assert of_hops(drives(60.0, 1.0)) == pytest.approx(np.zeros(N), abs=1e-9)
    assert (of_hops(drives(60.0, 1.5)) > 0.1).all()
    assert of_hops(drives(60.0, 1.5)).max() < np.log(1.5)


def test_old_drives_say_nothing():
    assert of_hops(drives(LAST_S + 1.0, 3.0)) == pytest.approx(np.zeros(N), abs=1e-9)


def test_a_bus_that_is_stuck_is_counted_before_it_is_through():
    stuck = of_hops(drives(60.0, 1.0, on_it=900.0))
    assert stuck[0] > 0.5 and stuck[0] == stuck.max()


def test_a_network_without_hops_or_drives_is_as_usual():
    none = Drives(np.arange(N), np.full((N, 8), np.inf), np.ones((N, 8)), np.ones((N, 8)), np.zeros(N), np.zeros(N))
    assert of_hops(none) == pytest.approx(np.zeros(N), abs=1e-6)


def test_a_square_is_told_by_all_that_drives_in_it_lately():
    assert (lately_of(TABLE, drives(60.0, 1.5), USUAL_S)[1] > 0.1).all()
    assert lately_of(TABLE, drives(LAST_S + 1.0, 3.0), USUAL_S)[1] == pytest.approx(0.0, abs=1e-9)
