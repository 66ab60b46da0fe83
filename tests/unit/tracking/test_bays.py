"""A bus in a bay of its terminal before its time has not begun its run."""

import numpy as np
import pytest

from passinfo.network.network import Network
from passinfo.settings import CitySettings
from passinfo.tracking.bays import PULLS_UP_BEFORE_S, STANDS_BEFORE_S
from passinfo.tracking.track import Tracking, begin, track
from tests.unit.builders_feed import LINES, tiny
from tests.unit.tracking.drives import at, reports

EIGHT = 8 * 3600.0


@pytest.fixture
def city() -> Network:
    """T1 leaves S0 at eight; stops every kilometre, so that a bay at 600 m is before the second one."""
    return tiny(frequencies=None, trips=LINES["trips"].replace("\nR2,wk,H1,East,0,", "")).network


def last(city: Network, start_s: float, dist_m: list[float]) -> Tracking:
    """After reports each 20 s that name T1."""
    times = at(city, start_s) + 20.0 * np.arange(len(dist_m))
    rows = reports(city, "bus", times, np.array(dist_m), "T1", trip_id="T1")
    state, found = begin(city), None
    for row in range(len(dist_m)):
        one = reports(city, "bus", times[row : row + 1], np.array(dist_m[row : row + 1]), "T1", trip_id="T1")
        state, found = track(CitySettings(), state, one, (), float(rows.received_at[row]))
    assert found is not None
    return found


def waits(found: Tracking) -> bool:
    """For T1, at its first stop, as planned."""
    tracked = found.tracked
    assert tracked.pattern_ix[0] < 0 or tracked.trip_id[0] == "T1"
    return bool(tracked.ahead_trip_ix[0] >= 0)


TO_THE_BAY = [0.0, 10.0, 150.0, 320.0, 480.0]


def test_a_bus_that_drives_by_its_first_stop_to_a_bay_waits(city: Network) -> None:
    """Mutation: on its way since it left the stop, standing still for twenty minutes."""
    early = EIGHT - 1200.0
    for upto in range(1, 6):
        assert waits(last(city, early, TO_THE_BAY[:upto]))
    found = last(city, early, [*TO_THE_BAY, *[600.0] * 6])
    assert waits(found)
    assert found.tracked.ahead_departs_at[0] == at(city, EIGHT)
    assert len(found.visits.stop_id) == 0


def test_it_leaves_at_its_time_from_wherever_it_waited(city: Network) -> None:
    """Mutation: a bus that was called back never begins."""
    there = [*TO_THE_BAY, *[600.0] * 15]
    leaves_s = EIGHT - 20.0 * len(there)
    assert waits(last(city, leaves_s, [*there, 590.0]))
    found = last(city, leaves_s + 20.0, [*there, 680.0, 780.0])
    assert not waits(found)
    assert found.tracked.next_position[0] == 1


def test_a_bus_that_waited_in_a_bay_and_moves_before_its_time_goes_to_its_first_stop(city: Network) -> None:
    """Mutation: it leaves from there, without its first stops."""
    there = [*TO_THE_BAY, *[600.0] * 15]
    assert waits(last(city, EIGHT - 60.0 - 20.0 * len(there), [*there, 640.0]))


@pytest.mark.parametrize(("before_s", "believed"), [(PULLS_UP_BEFORE_S - 60, False), (PULLS_UP_BEFORE_S + 60, True)])
def test_a_bus_may_leave_its_first_stop_somewhat_early(city: Network, before_s: float, believed: bool) -> None:
    dist = [*[0.0] * 6, 80.0, 200.0]
    assert waits(last(city, EIGHT - before_s - 20.0 * len(dist), dist)) == believed


def test_a_bus_at_a_light_after_its_time_is_on_its_way(city: Network) -> None:
    """Mutation: every bus that stands within reach of a bay waits."""
    dist = [0.0, 0.0, 150.0, 320.0, *[600.0] * 6]
    assert not waits(last(city, EIGHT - STANDS_BEFORE_S, dist))
