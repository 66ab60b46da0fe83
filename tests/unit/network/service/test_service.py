"""Service learned from made-up days whose timetable is known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passinfo.columns import from_rows, specs
from passinfo.network.network import Network
from passinfo.network.service.day_types import learn_day_types
from passinfo.network.service.headways import learn_headways
from passinfo.network.service.running import BANDS_S, learn_running, ways_of
from passinfo.network.service.seen import departures_of, hops_of
from passinfo.tracking.columns import Visits
from tests.unit.builders_feed import tiny
from tests.unit.tracking.drives import DATE, at, pattern_of

HOUR = 3_600


@pytest.fixture(scope="module")
def network() -> Network:
    return tiny().network


def visits(network: Network, starts: list[float], hop_s: float, dwell_s: float = 20.0, date: int = DATE) -> Visits:
    """Buses on T1's pattern that take so long for each kilometre; instances without trip."""
    pattern = pattern_of(network, "T1")
    stops = network.pattern_stops(pattern)
    rows = []
    for number, start in enumerate(starts):
        for place, flat in enumerate(range(stops.start, stops.stop)):
            came = at(network, start, date) + place * (hop_s + dwell_s) - (dwell_s if place else 0)
            known = {
                "vehicle_id": f"bus {number}",
                "pattern_id": network.patterns.pattern_id[pattern],
                "start_date": date,
                "start_service_s": int(start),
                "stop_id": network.stops.stop_id[network.patterns.stop_ix[flat]],
                "stop_sequence": int(network.patterns.stop_sequence[flat]),
                "arrived_at": came if place else np.nan,
                "departed_at": came + (dwell_s if place else 0),
            }
            rows.append([known.get(spec.name) for spec in specs(Visits)])
    return from_rows(Visits, rows)


def test_running_times_follow_the_time_of_day(network: Network) -> None:
    """Mutation: one median for all hours."""
    pattern = pattern_of(network, "T1")
    slow = hops_of(network, visits(network, [7 * HOUR + 60.0 * each for each in range(40)], 200))
    fast = hops_of(network, visits(network, [13 * HOUR + 60.0 * each for each in range(40)], 100))
    both = type(slow)(*(np.concatenate((getattr(slow, n), getattr(fast, n))) for n in slow.__slots__))
    learned = learn_running(ways_of(network), both)
    for band, seconds in ((BANDS_S.index(6 * HOUR), 200), (BANDS_S.index(12 * HOUR), 100)):
        arrival, departure = learned.profile(pattern, band)
        assert np.abs(arrival[1:] - departure[:-1] - seconds).max() <= 2
        assert (departure[1:-1] - arrival[1:-1] == 20).all()


def test_what_was_never_seen_has_the_pace_of_its_route(network: Network) -> None:
    seen = hops_of(network, visits(network, [8 * HOUR + 60.0 * each for each in range(20)], 125))
    learned = learn_running(ways_of(network), seen)
    other = network.pattern_stops(pattern_of(network, "T2"))
    assert np.allclose(learned.run_s[other, BANDS_S.index(6 * HOUR)][1:], 125, rtol=0.05)
    assert (learned.seen[other] == 0).all()


def test_no_visits_still_give_a_profile_without_zero_second_hops(network: Network) -> None:
    learned = learn_running(ways_of(network), hops_of(network, visits(network, [], 100)))
    arrival, departure = learned.profile(0, 0)
    assert (np.diff(arrival) > 0).all()
    assert (departure >= arrival).all()


def test_departures_keep_their_service_day(network: Network) -> None:
    found = departures_of(network, visits(network, [8 * HOUR, 25 * HOUR], 100))
    assert found == {pattern_of(network, "T1"): {DATE: [8 * HOUR, 25 * HOUR]}}


def test_first_and_last_bus_are_the_usual_ones() -> None:
    """Mutation: the earliest of all days."""
    days = {20260302 + day: [5 * HOUR + 600.0 * each for each in range(100)] for day in range(4)}
    days[20260302].insert(0, 2 * HOUR)
    (band,) = learn_headways(days)
    assert (band.start_service_s, band.headway_s) == (5 * HOUR, 600)
    assert band.end_service_s > 5 * HOUR + 99 * 600


def test_a_pause_at_noon_is_no_headway() -> None:
    times = [7 * HOUR + 600.0 * each for each in range(12)] + [16 * HOUR + 600.0 * each for each in range(12)]
    bands = learn_headways({20260302: times})
    assert [band.headway_s for band in bands] == [600, 600]
    assert bands[0].end_service_s <= 9.5 * HOUR
    assert bands[1].start_service_s >= 16 * HOUR


@settings(max_examples=100, derandomize=True)
@given(st.dictionaries(st.integers(20260302, 20260306), st.lists(st.floats(0, 30 * HOUR), max_size=40), max_size=3))
def test_bands_are_in_order_and_never_overlap(days: dict[int, list[float]]) -> None:
    bands = learn_headways(days)
    assert all(band.start_service_s < band.end_service_s and band.headway_s > 0 for band in bands)
    assert all(a.end_service_s <= b.start_service_s for a, b in pairwise(bands))


def test_a_holiday_is_seen_by_what_ran() -> None:
    work, rest = [600.0 * each for each in range(30, 140)], [1_800.0 * each for each in range(14, 40)]
    days = {20260302: work, 20260303: work, 20260304: rest, 20260305: work, 20260308: rest}
    learned = learn_day_types(days)
    assert learned.exceptions == ((20260304, "sunday"),)
    assert set(learned.weekdays) == {"weekday", "sunday"}


def test_a_thin_weekday_is_still_a_weekday() -> None:
    work, rest = [600.0 * each for each in range(30, 140)], [1_800.0 * each for each in range(14, 40)]
    assert learn_day_types({20260302: work, 20260303: work[::1][:-15], 20260308: rest}).exceptions == ()
