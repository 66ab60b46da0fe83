import dataclasses

import numpy as np
import pytest

from passinfo.bms.reports import Reports
from passinfo.columns import concat
from passinfo.network.network import Network
from passinfo.settings import CitySettings, Hints
from passinfo.tracking.columns import Matches, Visits
from passinfo.tracking.hindsight.day import hindsight
from passinfo.tracking.track import begin, track
from tests.unit.builders_feed import LINES, tiny
from tests.unit.tracking.drives import DATE, at, reports

NO_HINTS = CitySettings(hints=Hints(trip=False, block=False, route=False, direction=False))
ONLY_TIMETABLE = {"frequencies": None, "trips": LINES["trips"].replace("\nR2,wk,H1,East,0,", "")}
ONLY_HEADWAY = {"trips": LINES["trips"].split("\n")[0] + "\nR2,wk,H1,East,0,"}
PACE_MPS = 1000 / 300


@pytest.fixture
def network() -> Network:
    return tiny(**ONLY_TIMETABLE).network


def drive(network: Network, vehicle: str, start_s: float, trip: str, upto_m: float = 4_010, **given: object) -> Reports:
    dist = np.arange(0, upto_m, 20 * PACE_MPS)
    return reports(network, vehicle, at(network, start_s) + 20.0 * np.arange(len(dist)), dist, trip, **given)


def both(network: Network, rows: Reports, settings: CitySettings = NO_HINTS) -> tuple[Matches, Matches, Visits]:
    _, found = track(settings, begin(network), rows, (), float(rows.received_at.max()))
    return (found.matches, *hindsight(settings, network, rows, found.matches))


def test_the_first_report_knows_what_the_last_one_told(network: Network) -> None:
    """Twenty minutes late the first report leaves its trip in doubt; the whole run does not."""
    live, matches, _ = both(network, drive(network, "bus", 9 * 3600 + 1200, "T2"))
    assert set(matches.trip_id) == {"T2"}
    assert live.confidence[0] < 0.9 < matches.confidence[0]


def test_every_report_has_one_match_in_the_order_of_live(network: Network) -> None:
    live, matches, _ = both(network, drive(network, "bus", 8 * 3600, "T1"))
    assert (matches.observed_at == live.observed_at).all()
    assert (matches.vehicle_id == live.vehicle_id).all()


def test_visits_are_those_of_the_run_once_each(network: Network) -> None:
    _, _, visits = both(network, drive(network, "bus", 8 * 3600, "T1"))
    assert list(visits.stop_id) == ["S0", "S1", "S2", "S3", "S4"]
    assert set(visits.trip_id) == {"T1"}
    passing = at(network, 8 * 3600) + np.array([300, 600, 900])
    assert np.abs(visits.arrived_at[1:4] - passing).max() < 10


def test_one_trip_is_run_by_one_vehicle(network: Network) -> None:
    """Two buses want one trip: who fits it better has it. Mutation: no auction."""
    first = drive(network, "early", 8 * 3600, "T1")
    second = drive(network, "late", 8 * 3600 + 240, "T1")
    rows = concat(Reports, [first, second])
    order = np.argsort(rows.received_at, kind="stable")
    rows = dataclasses.replace(rows, **{f.name: getattr(rows, f.name)[order] for f in dataclasses.fields(rows)})
    _, matches, _ = both(network, rows)
    runs = {(v, t) for v, t in zip(matches.vehicle_id, matches.trip_id, strict=True) if t == "T1"}
    assert runs == {("early", "T1")}


def test_a_slip_of_the_bms_is_outvoted(network: Network) -> None:
    rows = drive(network, "bus", 8 * 3600, "T1", trip_id="T1")
    rows.trip_id[5:9] = "T2"
    _, matches, _ = both(network, rows, CitySettings())
    assert set(matches.trip_id) == {"T1"}
    assert matches.reason[0] == "hint"


def test_headway_service_keeps_the_instance_given_live() -> None:
    city = tiny(**ONLY_HEADWAY).network
    live, matches, _ = both(city, drive(city, "bus", 10 * 3600 + 7, "H1"))
    given = {
        (trip, int(date), int(start))
        for trip, date, start in zip(live.trip_id, live.start_date, live.start_service_s, strict=True)
        if trip is not None
    }
    said = set(zip(matches.trip_id, matches.start_date.tolist(), matches.start_service_s.tolist(), strict=True))
    assert said == given
    assert next(iter(given))[:2] == ("H1", DATE)


def test_nothing_known_is_nothing_said(network: Network) -> None:
    empty = drive(network, "bus", 8 * 3600, "T1", upto_m=0)
    matches, visits = hindsight(NO_HINTS, network, empty, both(network, drive(network, "b", 8 * 3600, "T1"))[0])
    assert len(matches.vehicle_id) == len(visits.vehicle_id) == 0


def test_a_bus_stays_on_the_route_that_is_named_where_another_shares_the_road() -> None:
    """Mutation: a way decided without the ids. The other route's line begins sooner, and the bus comes from there."""
    lines = LINES["trips"].split("\n")[0] + "\nR1,wk,T1,East,0,\nR2,wk,T2,East,0,"
    hours = {"T1": (8, (1, 2, 3, 4)), "T2": (8, (0, 1, 2, 3, 4))}
    times = LINES["stop_times"].split("\n")[0] + "".join(
        f"\n{trip},S{stop},{5 * stop},{hour:02d}:{5 * stop:02d}:00,{hour:02d}:{5 * stop:02d}:00"
        for trip, (hour, stops) in hours.items()
        for stop in stops
    )
    city = tiny(trips=lines, stop_times=times, frequencies=None).network
    rows = drive(city, "bus", 8 * 3600 + 200, "T2", route_id="R1")
    by_route = CitySettings(hints=Hints(trip=False, block=False, route=True, direction=False))
    _, matches, _ = both(city, rows, by_route)
    assert set(matches.route_id[-20:].tolist()) == {"R1"}
