"""How each part of the city runs."""

from dataclasses import replace

import numpy as np
import pytest

from passinfo.prediction.arrival.parts import LEAN, parts_of
from tests.unit.prediction.arrival.test_road import TABLE

N = len(TABLE)
HALVES = replace(TABLE, square=np.arange(N) % 2)
USUAL_S = np.full(N, 600.0)


def test_a_part_is_its_hops_together_and_leans_on_the_network():
    took = np.where(HALVES.square == 1, 2.0, 1.0) * USUAL_S
    quiet, slow = parts_of(HALVES, took, USUAL_S, 1.5, 60.0)
    should, lean = USUAL_S[HALVES.square == 1].sum(), 60.0 * LEAN
    assert slow == pytest.approx(np.log((2.0 * should + 1.5 * lean) / (should + lean)))
    assert quiet < np.log(1.5) < slow


def test_a_part_nothing_drove_in_runs_as_the_network():
    assert parts_of(HALVES, np.zeros(N), np.zeros(N), 1.3, 60.0) == pytest.approx(np.log([1.3, 1.3]))


def test_no_hops_no_parts():
    none = np.empty(0, dtype=np.int64)
    assert len(parts_of(replace(TABLE, square=none), np.empty(0), np.empty(0), 1.0, 0.0)) == 0
