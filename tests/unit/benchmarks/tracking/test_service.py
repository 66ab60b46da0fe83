"""*In service*: from the true run and raw positions only."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.tracking.service import in_service, standing

LENGTH_M = 1000.0


def service(dist_m, *, offset_m=0.0, stands=()):
    dist = np.array(dist_m, dtype=float)
    marked = np.zeros(len(dist), dtype=bool)
    marked[list(stands)] = True
    return in_service(dist, np.broadcast_to(np.asarray(offset_m, dtype=float), dist.shape), marked, LENGTH_M).tolist()


def test_a_bus_on_its_way_is_in_service():
    assert service([0, 200, 900]) == [True, True, True]


def test_it_begins_after_the_last_stand_at_the_start():
    assert service([0, 5, 300, 600], stands=[0, 1]) == [False, False, True, True]


def test_what_came_before_that_stand_is_not_in_service():
    assert service([80, 0, 0, 300], stands=[1, 2]) == [False, False, False, True]


def test_a_stand_on_the_way_ends_nothing():
    assert service([0, 500, 500, 600], stands=[1, 2]) == [True, True, True, True]


def test_the_last_60_m_are_not_in_service():
    assert service([900, 940, 1000]) == [True, False, False]


def test_beyond_60_m_beside_the_shape_it_is_not_in_service():
    assert service([100, 200, 300], offset_m=[60, 61, 0]) == [True, False, True]


def test_a_stand_takes_two_minutes():
    still = np.zeros(3)
    assert standing(still, still, np.array([0.0, 60.0, 119.0])).tolist() == [False] * 3
    assert standing(still, still, np.array([0.0, 60.0, 120.0])).tolist() == [True] * 3


def test_creeping_30_m_is_no_stand():
    at = np.arange(4) * 60.0
    assert not standing(np.arange(4) * 15.0, np.zeros(4), at).any()


@given(st.lists(st.tuples(st.floats(0, LENGTH_M), st.floats(0, 200), st.booleans()), max_size=30))
def test_nothing_in_service_lies_beside_or_at_the_end(rows):
    dist, offset, stands = (np.array([row[i] for row in rows]) for i in range(3))
    serving = in_service(dist.astype(float), offset.astype(float), stands.astype(bool), LENGTH_M)
    assert (offset[serving] <= 60).all() and (dist[serving] < LENGTH_M - 60).all()
