"""Where the day's errors lie."""

import numpy as np
import pytest

from passinfo.prediction.arrival.spots import FADES_S, LEAN, PLACES, errors_ahead, errors_at, no_spots, spots_of
from tests.unit.prediction.arrival.test_road import TABLE


def test_errors_of_a_place_are_averaged_and_lean_on_nought():
    places = np.array([[0, 3, 1]] * 9 + [[2, 3, 1]])
    spots = spots_of(places, np.array([0.4] * 9 + [-0.4]), np.zeros(10))
    told = errors_at(spots, np.array([[0, 3, 1], [2, 0, 0]]))
    assert told[0] == pytest.approx([3.6 / (9 + LEAN), 3.2 / (10 + LEAN), 3.2 / (10 + LEAN)])
    assert told[1] == pytest.approx([-0.4 / (1 + LEAN), 0.0, 0.0])


def test_old_errors_count_less():
    one = np.zeros((1, PLACES), dtype=np.int64)
    fresh, old = (errors_at(spots_of(one, np.array([0.4]), np.array([ago])), one)[0, 0] for ago in (0.0, FADES_S))
    assert fresh == pytest.approx(0.4 / (1 + LEAN)) and old == pytest.approx(0.4 * np.exp(-1) / (np.exp(-1) + LEAN))


def test_nothing_is_known_of_places_never_seen():
    far = np.full((2, PLACES), 1_000_000)
    assert (errors_at(no_spots(), far) == 0).all()
    assert (errors_at(spots_of(np.empty((0, PLACES), dtype=np.int64), np.empty(0), np.empty(0)), far) == 0).all()


def test_errors_of_the_hops_ahead_are_averaged_by_how_many_cases_they_had():
    places = np.array([[0, 3, 0]] * 6 + [[0, 4, 0]] * 2)
    spots = spots_of(places, np.array([0.5] * 6 + [-0.5] * 2), np.zeros(8))
    hops = np.array([9, 3, 4, 2, 3])
    told = errors_ahead(spots, hops, np.array([0, 0, 0, 3, 3]), np.array([0, 1, 2, 3, 4]))
    assert told == pytest.approx([0.0, 3.0 / (6 + LEAN), 2.0 / (8 + LEAN), 0.0, 3.0 / (6 + LEAN)])
    assert (errors_ahead(no_spots(), hops, np.array([0]), np.array([4])) == 0).all()


def test_each_hop_ends_in_a_square():
    assert len(TABLE.square) == len(TABLE) and TABLE.square.min() == 0
