from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from passinfo.prediction.seconds import planned_times, shortest_way
from tests.unit.builders_network import city


def rounded(arrival_s, departure_s=None, timepoint=()):
    """The city with one profile (of T1, T2, X1: five stops 500 m apart) changed."""
    network = city()
    arrival, departure = network.profiles.arrival_s.copy(), network.profiles.departure_s.copy()
    arrival[:5], departure[:5] = arrival_s, arrival_s if departure_s is None else departure_s
    flags = network.patterns.timepoint.copy()
    flags[:5] = np.isin(np.arange(5), timepoint)
    profiles = replace(network.profiles, arrival_s=arrival, departure_s=departure)
    return replace(network, profiles=profiles, patterns=replace(network.patterns, timepoint=flags))


def filled(*said, **more):
    times = planned_times(rounded(*said, **more))
    return times.arrival_s[:5].tolist()


def test_stops_of_one_minute_are_laid_out_by_their_distance():
    assert filled([0, 60, 60, 120, 180]) == [0, 45, 90, 135, 180]


def test_the_drive_is_no_evener_than_the_plan_allows():
    assert filled([0, 0, 0, 60, 240]) == [0, 15, 30, 90, 240]


def test_timepoints_and_planned_standing_are_taken_to_the_letter():
    assert filled([0, 60, 60, 120, 180], timepoint=[2]) == [0, 30, 60, 120, 180]
    times = planned_times(rounded([0, 0, 60, 180, 180], [0, 0, 120, 180, 180]))
    assert times.arrival_s[:5].tolist() == [0, 30, 60, 150, 180]
    assert times.departure_s[:5].tolist() == [0, 30, 120, 150, 180]


def test_a_plan_of_seconds_or_without_shared_minutes_stays():
    for said in ([0, 45, 45, 120, 180], [0, 60, 180, 240, 360]):
        assert filled(said) == said


def gates(draw_middle):
    low = [0.0, *(each - 30.0 for each in draw_middle), float(60 * len(draw_middle))]
    return low, [0.0, *(each + 30.0 for each in draw_middle), low[-1]]


@given(st.lists(st.tuples(st.integers(0, 10), st.floats(10, 2_000)), min_size=1, max_size=12), st.randoms())
def test_no_other_way_through_the_gates_is_shorter(places, random):
    low, high = gates([60.0 * minute for minute, _ in places])
    x = np.cumsum([0.0, *(metres for _, metres in places), 300.0]).tolist()

    def length(way):
        return sum(np.hypot(b - a, h - g) for (a, b), (g, h) in zip(pairwise(x), pairwise(way), strict=True))

    way = list(shortest_way(x, low, high))
    assert len(way) == len(x)
    assert all(a - 1e-6 <= each <= b + 1e-6 for a, each, b in zip(low, way, high, strict=True))
    for _ in range(5):
        other = [random.uniform(a, b) for a, b in zip(low, high, strict=True)]
        mixed = [0.9 * one + 0.1 * two for one, two in zip(way, other, strict=True)]
        assert length(way) <= min(length(other), length(mixed)) + 1e-6


def test_stops_at_one_place_have_times_too():
    network = rounded([0, 60, 60, 120, 180])
    metres = network.patterns.stop_dist_m.copy()
    metres[:5] = [0.0, 500.0, 500.0, 500.0, 900.0]
    times = planned_times(replace(network, patterns=replace(network.patterns, stop_dist_m=metres))).arrival_s[:5]
    assert np.isfinite(times).all() and (np.diff(times) >= 0).all()
    assert (np.abs(times - [0, 60, 60, 120, 180]) <= 30.0).all()
