import numpy as np
import pytest

from passinfo.bms.reports import Reports
from passinfo.columns import Floats, concat
from passinfo.network.network import Network
from passinfo.settings import CitySettings, Hints
from passinfo.tracking.columns import Visits
from passinfo.tracking.hindsight.day import hindsight
from passinfo.tracking.track import begin, track
from tests.unit.builders_feed import LINES, tiny
from tests.unit.tracking.drives import at, reports

EIGHT = 8 * 3600
PACE_M = 66.0
"""Each 20 s."""
THERE_AND_BACK = {
    "trips": LINES["trips"].split("\n")[0] + "\nR1,wk,T1,East,0,\nR1,wk,T2,West,1,",
    "stop_times": LINES["stop_times"].split("\n")[0]
    + "".join(
        f"\n{trip},S{stop},{5 * n},08:{start + 5 * n:02d}:00,08:{start + 5 * n:02d}:00"
        for trip, start, stops in (("T1", 0, (0, 1, 2, 3, 4)), ("T2", 20, (4, 3, 2, 1, 0)))
        for n, stop in enumerate(stops)
    ),
    "frequencies": None,
}


@pytest.fixture
def network() -> Network:
    return tiny(**THERE_AND_BACK).network


def visits(network: Network, *parts: Reports) -> Visits:
    rows = concat(Reports, list(parts))
    settings = CitySettings(hints=Hints(trip=False, block=False, route=False, direction=False))
    _, found = track(settings, begin(network), rows, (), float(rows.received_at.max()))
    return hindsight(settings, network, rows, found.matches)[1]


def along(network: Network, trip: str, start_s: float, dist_m: Floats) -> Reports:
    return reports(network, "bus", at(network, start_s) + 20.0 * np.arange(len(dist_m)), dist_m, trip)


def of(found: Visits, trip: str, stop: str) -> np.ndarray:
    return np.flatnonzero((found.trip_id == trip) & (found.stop_id == stop))


def test_a_bus_that_turns_at_once_has_come_to_its_last_stop(network: Network) -> None:
    """Seen short of it and, 20 s later, on the way back. Mutation: only the run's own reports."""
    there = along(network, "T1", EIGHT, np.arange(0.0, 3_940.0, PACE_M))
    back = along(network, "T2", EIGHT + 20 * len(there.observed_at), np.arange(20.0, 4_000.0, PACE_M))
    found = visits(network, there, back)
    (last,) = of(found, "T1", "S4")
    assert there.observed_at[-1] < found.arrived_at[last] <= found.known_at[last] <= back.observed_at[1]


def test_a_bus_that_turns_before_has_not(network: Network) -> None:
    """Mutation: whoever begins the way back has ended the run before."""
    there = along(network, "T1", EIGHT, np.arange(0.0, 3_500.0, PACE_M))
    back = along(network, "T2", EIGHT + 20 * len(there.observed_at), np.arange(600.0, 4_000.0, PACE_M))
    assert len(of(visits(network, there, back), "T1", "S4")) == 0


def test_a_bus_that_comes_by_a_quarter_of_an_hour_later_has_not(network: Network) -> None:
    """Mutation: any report after the run. Nobody saw what it did meanwhile."""
    there = along(network, "T1", EIGHT, np.arange(0.0, 3_500.0, PACE_M))
    back = along(network, "T2", EIGHT + 20 * len(there.observed_at) + 900, np.arange(0.0, 4_000.0, PACE_M))
    assert len(of(visits(network, there, back), "T1", "S4")) == 0


def test_a_light_within_the_reach_of_bays_is_no_layover(network: Network) -> None:
    """Mutation: a bus that stands 600 m down the line has not left its first stop."""
    light = np.concatenate((np.zeros(4), np.arange(50.0, 600.0, PACE_M), np.full(6, 610.0)))
    onward = np.arange(660.0, 4_010.0, PACE_M)
    found = visits(network, along(network, "T1", EIGHT - 60, np.concatenate((light, onward))))
    (first,) = of(found, "T1", "S0")
    assert found.departed_at[first] - at(network, EIGHT) == pytest.approx(10, abs=30)


def test_a_bus_that_waits_in_a_bay_until_its_time_leaves_from_there(network: Network) -> None:
    """Mutation: the last report at the first stop's sign, whatever the timetable says."""
    early = np.concatenate((np.zeros(2), np.arange(50.0, 600.0, PACE_M), np.full(60, 610.0)))
    waits_s = 20 * len(early)
    onward = np.arange(660.0, 4_010.0, PACE_M)
    found = visits(network, along(network, "T1", EIGHT - waits_s, np.concatenate((early, onward))))
    assert len(of(found, "T1", "S0")) == 0
    assert len(of(found, "T1", "S1")) == 1
