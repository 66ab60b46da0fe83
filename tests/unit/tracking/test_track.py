import numpy as np
import pytest

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.network.network import Network
from passinfo.settings import CitySettings, Depot, Hints
from passinfo.tracking.columns import PhaseCode
from passinfo.tracking.hindsight.day import hindsight
from passinfo.tracking.state import TrackingState
from passinfo.tracking.state_json import state_from_json, state_to_json
from passinfo.tracking.track import Tracking, begin, track
from tests.unit.builders_feed import LINES, tiny
from tests.unit.tracking.drives import DATE, at, at_places, none, reports

NO_HINTS = CitySettings(hints=Hints(trip=False, block=False, route=False, direction=False))
ONLY_TIMETABLE = {"frequencies": None, "trips": LINES["trips"].replace("\nR2,wk,H1,East,0,", "")}
ONLY_HEADWAY = {"trips": LINES["trips"].split("\n")[0] + "\nR2,wk,H1,East,0,"}


@pytest.fixture
def network() -> Network:
    return tiny(**ONLY_TIMETABLE).network


def drive(
    network: Network,
    start_s: float,
    *,
    trip: str,
    upto_m: float = 4_000,
    speed_mps: float = 1000 / 300,
    **given: object,
):
    """Reports each 20 s of a bus that starts a trip's pattern at a service time."""
    dist = np.arange(0, upto_m, 20 * speed_mps)
    return reports(network, "bus", at(network, start_s) + 20.0 * np.arange(len(dist)), dist, trip, **given)


def run(network: Network, rows, settings: CitySettings = NO_HINTS, state: TrackingState | None = None, changes=()):
    state = state or begin(network)
    return track(settings, state, rows, changes, float(rows.received_at[-1]))


def named(tracking: Tracking, row: int = 0) -> tuple[str | None, int, int]:
    table = tracking.tracked
    return table.trip_id[row], int(table.start_date[row]), int(table.start_service_s[row])


def test_gps_alone_names_the_trip_that_fits_the_timetable(network: Network) -> None:
    _, found = run(network, drive(network, 8 * 3600, trip="T1"))
    assert named(found) == ("T1", DATE, 8 * 3600)
    assert found.tracked.phase[0] == PhaseCode.IN_SERVICE


def test_direction_comes_from_progress_alone(network: Network) -> None:
    """Both directions share every metre of road; only progress tells them apart."""
    _, found = run(network, drive(network, 9 * 3600, trip="T2"))
    assert named(found)[0] == "T2"
    assert set(found.matches.direction_id[3:]) == {1}


def test_a_trip_after_midnight_keeps_its_service_day(network: Network) -> None:
    """25:00 of Monday runs on Tuesday's calendar date. Mutation: formatting start_time from the wall clock."""
    _, found = run(network, drive(network, 25 * 3600 + 60, trip="T3"))
    assert named(found) == ("T3", DATE, 25 * 3600)


def test_no_trip_within_reach_is_no_trip(network: Network) -> None:
    _, found = run(network, drive(network, 14 * 3600, trip="T1"))
    assert named(found)[0] is None
    assert found.matches.reason[-1] == "no_trip_now"
    assert found.tracked.route_ix[0] >= 0


def test_every_stop_is_visited_once_at_the_instant_of_passing(network: Network) -> None:
    rows = drive(network, 8 * 3600, trip="T1", upto_m=4_010)
    visits = run(network, rows)[1].visits
    assert list(visits.stop_id) == ["S0", "S1", "S2", "S3", "S4"]
    passing = at(network, 8 * 3600) + np.array([np.nan, 300, 600, 900, np.nan])
    assert np.nanmax(np.abs(visits.arrived_at - passing)) < 10
    assert np.isnan(visits.arrived_at[0])
    assert np.isnan(visits.departed_at[-1])
    assert (visits.earliest_at[1:] <= visits.arrived_at[1:]).all()
    assert (visits.latest_at[:-1] >= visits.departed_at[:-1]).all()
    assert (visits.known_at >= visits.latest_at).all()


def test_a_halt_has_an_arrival_and_a_departure(network: Network) -> None:
    dist = np.array([700, 850, 995, 995, 995, 1150, 1300.0])
    rows = reports(network, "bus", at(network, 8 * 3600 + 240) + 30.0 * np.arange(7), dist, "T1")
    visits = run(network, rows)[1].visits
    row = list(visits.stop_id).index("S1")
    assert 60 <= visits.departed_at[row] - visits.arrived_at[row] <= 90
    assert visits.how[row] == "observed"


def test_what_the_device_says_of_a_stop_is_taken_as_said(network: Network) -> None:
    """It stops short of the sign and says so. Mutation: events ignored."""
    dist = np.array([700, 850, 960, 960, 960, 1150, 1300.0])
    rows = reports(network, "bus", at(network, 8 * 3600 + 240) + 30.0 * np.arange(7), dist, "T1")
    rows.stop_event[[2, 4]], rows.stop_id[[2, 4]] = ["ARRIVED", "DEPARTED"], "S1"
    for visits in (run(network, rows)[1].visits, hindsight(NO_HINTS, network, rows, run(network, rows)[1].matches)[1]):
        row = list(visits.stop_id).index("S1")
        assert visits.arrived_at[row] == rows.observed_at[2]
        assert visits.departed_at[row] == rows.observed_at[4]
        assert visits.how[row] == "observed"


def test_open_doors_are_a_halt_at_the_stop_nearby(network: Network) -> None:
    """Speeds are unknown, the bus stands 30 m short. Mutation: doors ignored."""
    dist = np.array([700, 850, 970, 970, 970, 1150, 1300.0])
    rows = reports(network, "bus", at(network, 8 * 3600 + 240) + 30.0 * np.arange(7), dist, "T1")
    rows.door[2:5] = "OPEN"
    visits = run(network, rows)[1].visits
    row = list(visits.stop_id).index("S1")
    assert visits.how[row] == "observed"
    assert visits.arrived_at[row] <= rows.observed_at[2]
    assert visits.departed_at[row] >= rows.observed_at[4]


def test_an_event_of_another_stop_is_not_believed(network: Network) -> None:
    dist = np.array([700, 850, 1000, 1150, 1300.0])
    rows = reports(network, "bus", at(network, 8 * 3600 + 240) + 30.0 * np.arange(5), dist, "T1")
    rows.stop_event[1], rows.stop_id[1] = "ARRIVED", "S3"
    visits = run(network, rows)[1].visits
    assert list(visits.stop_id) == ["S1"]


def test_headway_service_makes_an_instance_that_stays(network: Network) -> None:
    city = tiny(**ONLY_HEADWAY).network
    state, first = run(city, drive(city, 10 * 3600 + 7, trip="H1", upto_m=500))
    trip, date, start = named(first)
    assert (trip, date) == ("H1", DATE)
    assert abs(start - (10 * 3600 + 7)) <= 40
    later = reports(
        city, "bus", at(city, 10 * 3600 + 900) + np.arange(0, 60, 20.0), np.array([1500, 1560, 1630.0]), "H1"
    )
    assert named(run(city, later, state=state)[1]) == (trip, date, start)


def test_two_buses_of_one_second_are_two_instances() -> None:
    """Mutation: grouping by trip_id, or no second added on a collision."""
    city = tiny(**ONLY_HEADWAY).network
    rows = drive(city, 10 * 3600, trip="H1", upto_m=700)
    state, _ = run(city, rows)
    twin = reports(city, "twin", rows.observed_at, np.arange(0, 700, 20 * 1000 / 300), "H1")
    _, found = run(city, twin, state=state)
    keys = {named(found, 0), named(found, 1)}
    assert len(keys) == 2
    assert {key[0] for key in keys} == {"H1"}


def test_a_wrong_trip_of_the_bms_is_overruled_by_the_road(network: Network) -> None:
    rows = drive(network, 8 * 3600, trip="T1", trip_id="T2")
    _, found = run(network, rows, CitySettings())
    assert named(found)[0] != "T2"


def test_a_right_trip_of_the_bms_is_taken(network: Network) -> None:
    _, found = run(network, drive(network, 8 * 3600 + 1800, trip="T1", trip_id="T1"), CitySettings())
    assert named(found)[0] == "T1"
    assert found.matches.reason[-1] == "hint"


def test_a_bus_ten_kilometres_away_is_on_no_pattern(network: Network) -> None:
    rows = at_places("bus", at(network, 8 * 3600) + np.arange(0, 100, 20.0), np.full(5, 14.66), np.full(5, 121.06))
    _, found = run(network, rows)
    assert found.tracked.pattern_ix[0] == -1
    assert found.matches.reason[-1] == "off_all_patterns"


def test_leaving_the_line_for_a_minute_is_off_route_and_rejoining_goes_on() -> None:
    """The busy vehicle is always looked at again. Mutation: not rechecking a vehicle that has a trip."""
    shapes = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nline,14.56,121.05,1\nline,14.56,121.08712,2"
    trips = "route_id,service_id,trip_id,trip_headsign,direction_id,block_id,shape_id\nR1,wk,T1,East,0,B1,line"
    city = tiny(trips=trips, shapes=shapes, frequencies=None).network
    state, _ = run(city, drive(city, 8 * 3600, trip="T1", upto_m=1_200))
    away = at_places(
        "bus", at(city, 8 * 3600 + 380) + np.arange(0, 120, 20.0), np.full(6, 14.57), np.linspace(121.062, 121.068, 6)
    )
    state, found = run(city, away, state=state)
    assert found.tracked.phase[0] == PhaseCode.OFF_ROUTE
    assert named(found)[0] == "T1"
    back = reports(
        city, "bus", at(city, 8 * 3600 + 620) + np.arange(0, 60, 20.0), np.array([2_300, 2_360, 2_420.0]), "T1"
    )
    _, found = run(city, back, state=state)
    assert (found.tracked.phase[0], named(found)[0]) == (PhaseCode.IN_SERVICE, "T1")


def test_standing_at_the_first_stop_is_layover_with_the_trip_ahead(network: Network) -> None:
    dist = np.zeros(4)
    rows = reports(network, "bus", at(network, 7.9 * 3600) + 30.0 * np.arange(4), dist, "T1", trip_id="T1")
    _, found = run(network, rows, CitySettings())
    table = found.tracked
    assert table.phase[0] == PhaseCode.LAYOVER
    assert table.trip_id[0] is None
    assert table.ahead_trip_ix[0] == network.trip_rows["T1"]
    assert table.ahead_departs_at[0] == at(network, 8 * 3600)


def test_in_the_depot_a_bus_is_out_of_service(network: Network) -> None:
    settings = CitySettings(depots=(Depot("yard", 14.60, 121.10),))
    rows = at_places("bus", at(network, 3 * 3600) + np.arange(0, 60, 20.0), np.full(3, 14.6001), np.full(3, 121.1))
    assert run(network, rows, settings)[1].tracked.phase[0] == PhaseCode.OUT_OF_SERVICE


def test_silence_makes_stale(network: Network) -> None:
    state, _ = run(network, drive(network, 8 * 3600, trip="T1", upto_m=900))
    last = at(network, 8 * 3600 + 270)
    _, found = track(NO_HINTS, state, none(), (), last + 120)
    assert found.tracked.phase[0] == PhaseCode.STALE
    assert named(found)[0] == "T1"


def test_a_person_reassigns_a_vehicle(network: Network) -> None:
    order = ServiceChange(
        "c1", ChangeKind.REASSIGN, 0.0, trip_id="T3", start_date=DATE, start_service_s=90_000, vehicle_id="bus"
    )
    _, found = run(network, drive(network, 8 * 3600, trip="T1"), changes=(order,))
    assert named(found) == ("T3", DATE, 90_000)


def test_a_tick_leaves_the_state_it_was_given_as_it_is(network: Network) -> None:
    state, _ = run(network, drive(network, 8 * 3600, trip="T1", upto_m=900))
    kept = state_to_json(state)
    more = reports(network, "bus", np.array([at(network, 8 * 3600 + 320)]), np.array([1066.0]), "T1")
    once = run(network, more, state=state)[0]
    assert state_to_json(state) == kept
    assert state_to_json(run(network, more, state=state)[0]) == state_to_json(once)


def test_a_restart_goes_on_as_if_it_had_not_been(network: Network) -> None:
    rows = drive(network, 8 * 3600, trip="T1", upto_m=900)
    state, _ = run(network, rows)
    restarted = state_from_json(state_to_json(state), state.index)
    more = reports(network, "bus", np.array([at(network, 8 * 3600 + 320)]), np.array([1066.0]), "T1")
    assert state_to_json(run(network, more, state=restarted)[0]) == state_to_json(run(network, more, state=state)[0])


def test_a_bus_that_waits_is_expected_a_headway_behind_its_leader() -> None:
    city = tiny(**ONLY_HEADWAY).network
    state, _ = run(city, drive(city, 10 * 3600, trip="H1", upto_m=900))
    times = at(city, 10 * 3600) + np.arange(120.0, 420.0, 20.0)
    _, found = run(city, reports(city, "next", times, np.zeros(len(times)), "H1"), state=state)
    row = found.tracked.vehicle_id.tolist().index("next")
    assert found.tracked.phase[row] == PhaseCode.LAYOVER
    assert found.tracked.ahead_trip_ix[row] == city.trip_rows["H1"]
    assert abs(found.tracked.ahead_departs_at[row] - at(city, 10 * 3600 + 600)) <= 40


BY_ROUTE = CitySettings(hints=Hints(trip=False, block=False, route=True, direction=False))


def test_no_run_is_begun_on_another_route_than_the_bms_names(network: Network) -> None:
    """Mutation: hints that only favour. The timetable may outvote the BMS, positions alone do not."""
    city = tiny(**ONLY_HEADWAY, **{"routes": LINES["routes"] + "\nR3,A,3,Three,3"}).network
    rows = drive(city, 10 * 3600, trip="H1", route_id="R3")
    assert named(run(city, rows, BY_ROUTE)[1])[0] is None
    assert named(run(city, drive(city, 10 * 3600, trip="H1", route_id="R2"), BY_ROUTE)[1])[0] == "H1"


def test_a_slip_of_the_route_ends_no_run_but_a_minute_of_it_does() -> None:
    city = tiny(**ONLY_HEADWAY, **{"routes": LINES["routes"] + "\nR3,A,3,Three,3"}).network
    rows = drive(city, 10 * 3600, trip="H1", route_id="R2", upto_m=3_000)
    rows.route_id[15:17] = "R3"
    _, slip = run(city, rows, BY_ROUTE)
    assert named(slip)[0] == "H1" and slip.matches.trip_id[16] == "H1"
    rows.route_id[20:] = "R3"
    assert named(run(city, rows, BY_ROUTE)[1])[0] is None
