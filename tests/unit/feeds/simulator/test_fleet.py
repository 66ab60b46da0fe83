import collections
import itertools
import statistics

import numpy as np
import pytest

from feeds.networks import CityNetwork
from feeds.simulator.fleet import simulate
from feeds.simulator.rows import SimulatedReport, TrueVisit
from passinfo.geo import project_on_segments
from tests.unit.feeds.simulator.conftest import manila

pytestmark = pytest.mark.slow

FROM, TO = manila(24, 7), manila(24, 11)


@pytest.fixture(scope="module")
def day(pasig: CityNetwork) -> tuple[list[SimulatedReport], list[TrueVisit]]:
    visits: list[TrueVisit] = []
    reports = simulate(
        pasig.network, pasig.settings, vehicles=130, seed=4, from_at=FROM, to_at=TO, on_visit=visits.append
    )
    return list(reports), visits


@pytest.fixture(scope="module")
def reports(day: tuple[list[SimulatedReport], list[TrueVisit]]) -> list[SimulatedReport]:
    return day[0]


@pytest.fixture(scope="module")
def visits(day: tuple[list[SimulatedReport], list[TrueVisit]]) -> list[TrueVisit]:
    return day[1]


def some(pasig: CityNetwork, seed: int, from_at: float = FROM) -> list[SimulatedReport]:
    arrangement = {"vehicles": 6, "seed": seed, "to_at": FROM + 1200.0}
    return list(simulate(pasig.network, pasig.settings, from_at=from_at, **arrangement))


def test_the_same_seed_drives_the_same_day(pasig: CityNetwork) -> None:
    assert some(pasig, 1) == some(pasig, 1)
    assert some(pasig, 1) != some(pasig, 2)


def test_reports_come_in_the_order_of_reception_and_never_before_they_are_made(reports: list[SimulatedReport]) -> None:
    received = [report.received_at for report in reports]
    assert received == sorted(received)
    assert all(0.5 < report.received_at - report.observed_at < 300.0 for report in reports)
    assert all(FROM <= report.observed_at < TO for report in reports)


def test_a_device_reports_every_ten_to_twenty_seconds_with_gaps(reports: list[SimulatedReport]) -> None:
    by_vehicle = collections.defaultdict(list)
    for report in reports:
        by_vehicle[report.vehicle_id].append(report.observed_at)
    medians = {statistics.median(b - a for a, b in itertools.pairwise(times)) for times in by_vehicle.values()}
    assert min(medians) >= 9.0
    assert max(medians) <= 22.0
    assert len(medians) > 2
    pauses = [b - a for times in by_vehicle.values() for a, b in itertools.pairwise(times)]
    assert min(pauses) >= 5.0
    assert max(pauses) > 60.0
    late = [report.received_at - report.observed_at for report in reports]
    assert sum(wait > 30.0 for wait in late) > 0


def test_no_bus_flies(reports: list[SimulatedReport]) -> None:
    assert max(report.speed_mps or 0.0 for report in reports) < 17.0
    last: dict[str, SimulatedReport] = {}
    for report in reports:
        before = last.get(report.vehicle_id)
        last[report.vehicle_id] = report
        if before is not None:
            m = 111_195.0 * max(abs(report.lat - before.lat), abs(report.lon - before.lon))
            assert m < 17.0 * (report.observed_at - before.observed_at) + 200.0


def test_devices_differ_in_what_they_know(pasig: CityNetwork, reports: list[SimulatedReport]) -> None:
    headings = collections.defaultdict(int)
    for report in reports:
        headings[report.vehicle_id] += report.heading_deg is not None
    assert min(headings.values()) == 0 < max(headings.values())
    for name in ("speed_mps", "passengers", "occupancy", "door"):
        knowing = collections.defaultdict(set)
        for report in reports:
            knowing[report.vehicle_id].add(getattr(report, name) is not None)
        assert {frozenset(known) for known in knowing.values()} == {frozenset({True}), frozenset({False})}
    capacity = dict(zip(pasig.network.fleet.vehicle_id, pasig.network.fleet.capacity, strict=True))
    assert all((report.occupancy is None) == (report.passengers is None) for report in reports)
    assert {"MANY_SEATS_AVAILABLE", "STANDING_ROOM_ONLY"} < {report.occupancy for report in reports}
    assert all(0 <= (report.passengers or 0) <= capacity[report.vehicle_id] for report in reports)


def test_buses_keep_to_their_lines_between_first_and_last_stop(
    pasig: CityNetwork, reports: list[SimulatedReport], visits: list[TrueVisit]
) -> None:
    network, patterns = pasig.network, pasig.network.patterns
    runs = collections.defaultdict(list)
    for visit in visits:
        runs[visit.vehicle_id, visit.run].append(visit)
    spans = collections.defaultdict(list)
    for (vehicle_id, _), stops in runs.items():
        begun, ended = stops[0].departed_at, stops[-1].arrived_at
        if stops[0].arrived_at is None and stops[-1].departed_at is None and begun and ended:
            spans[vehicle_id].append((begun, ended, stops[0].pattern_id))
    rows = {pattern_id: row for row, pattern_id in enumerate(patterns.pattern_id)}
    beside = []
    for report in reports[::7]:
        for begun, ended, pattern_id in spans[report.vehicle_id]:
            if begun <= report.observed_at <= ended:
                line = network.pattern_line(rows[pattern_id])
                x_m, y_m = network.projection.to_xy(np.array(report.lat), np.array(report.lon))
                shape = patterns.shape_x_m[line], patterns.shape_y_m[line], patterns.shape_dist_m[line]
                beside.append(project_on_segments(float(x_m), float(y_m), *shape)[1].min())
                assert report.route_id == str(network.routes.route_id[patterns.route_ix[rows[pattern_id]]])
                assert report.direction_id == int(patterns.direction_id[rows[pattern_id]])
    assert len(beside) > 3000
    assert 2.0 < statistics.median(beside) < 8.0
    assert max(beside) < 110.0
    assert sum(far > 25.0 for far in beside) < 0.01 * len(beside)


def test_a_run_visits_its_stops_in_order(visits: list[TrueVisit]) -> None:
    runs = collections.defaultdict(list)
    for visit in visits:
        runs[visit.vehicle_id, visit.run].append(visit)
    for stops in runs.values():
        assert [b.stop_sequence - a.stop_sequence for a, b in itertools.pairwise(stops)] == [1] * (len(stops) - 1)
        instants = [at for stop in stops for at in (stop.arrived_at, stop.departed_at) if at is not None]
        assert instants == sorted(instants)


def headway_spread(visits: list[TrueVisit]) -> dict[str, list[float]]:
    """Coefficient of variation of headways by pattern, at each stop in order, terminals at the end excluded."""
    departures = collections.defaultdict(list)
    for visit in visits:
        if visit.departed_at is not None:
            departures[visit.pattern_id, visit.stop_sequence].append(visit.departed_at)
    spread = collections.defaultdict(list)
    for (pattern_id, _), times in sorted(departures.items()):
        headways = np.diff(sorted(times))
        spread[pattern_id].append(float(headways.std() / headways.mean()))
    return spread


def test_headways_have_spread_and_bunching_grows_along_the_route(visits: list[TrueVisit]) -> None:
    spread = headway_spread(visits)
    first = statistics.mean(at[0] for at in spread.values())
    last = statistics.mean(at[-1] for at in spread.values())
    assert 0.05 < first < 0.6
    assert last > 1.3 * first


def test_a_halt_takes_longer_the_longer_the_bus_ahead_is_gone(visits: list[TrueVisit]) -> None:
    left: dict[tuple[str, str], float] = {}
    halts = collections.defaultdict(list)
    for visit in sorted((v for v in visits if v.departed_at), key=lambda v: v.departed_at or 0.0):
        place = visit.pattern_id, visit.stop_id
        if visit.arrived_at and place in left:
            halts[place].append((visit.arrived_at - left[place], (visit.departed_at or 0.0) - visit.arrived_at))
        left[place] = visit.departed_at or 0.0
    after_short, after_long = [], []
    for at_place in halts.values():
        # within a place: busy routes have short headways and long halts alike
        in_order = [dwell for _, dwell in sorted(at_place)]
        after_short += in_order[: len(in_order) // 4]
        after_long += in_order[-(len(in_order) // 4) :]
    assert statistics.mean(after_long) > 1.3 * statistics.mean(after_short)


def test_buses_are_on_the_road_at_once_wherever_the_simulation_is_entered(pasig: CityNetwork) -> None:
    soon = [report for report in some(pasig, 1) if report.observed_at < FROM + 60.0]
    assert len({report.vehicle_id for report in soon}) == 6
    # the world does not depend on when somebody begins to look
    later = {r.vehicle_id: r for r in some(pasig, 1, FROM + 900.0)}
    assert set(later) == {report.vehicle_id for report in soon}


def test_some_buses_drive_to_and_from_the_depot(pasig: CityNetwork) -> None:
    early = list(
        simulate(pasig.network, pasig.settings, vehicles=40, seed=1, from_at=manila(24, 5), to_at=manila(24, 5, 30))
    )
    depots = pasig.settings.depots
    near = [r for r in early for d in depots if not d.polygon and abs(r.lat - d.lat_deg) < 0.002]
    assert near
