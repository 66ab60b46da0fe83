"""A made-up big city, seeded: as many runs at once as Seoul's, 30 stops each, half by timetable and half by headway."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats, Ints, Texts
from passinfo.geo import Projection
from passinfo.ids import NetworkHash
from passinfo.network import network as net
from passinfo.prediction.protocol import Predicted, RunAhead
from passinfo.snapshot import CallRelationship, Calls, RunRelationship, Runs, Snapshot, StopStatus, Vehicles
from passinfo.times import service_day_zero_s

RUNS = 5_000
STOPS_PER_RUN = 30
PATTERNS = 250
STOP_SPACING_M = 400.0
ZONE = "Asia/Seoul"
DATE = 20_260_216
NOON_S = 12 * 3_600


def big_city(runs: int = RUNS) -> net.Network:
    """Its network: one trip per run, ``runs`` / PATTERNS of them on each pattern."""
    k = STOPS_PER_RUN
    flat = PATTERNS * k
    number = np.arange(flat)
    column, row = (number % k).astype(np.float64), (number // k).astype(np.float64)
    x_m, y_m = column * STOP_SPACING_M, row * 1_000.0
    projection = Projection(37.5, 127.0)
    lat_deg, lon_deg = projection.to_lat_lon(x_m, y_m)
    dist_m = np.tile(np.arange(k) * STOP_SPACING_M, PATTERNS)
    starts = np.arange(0, flat + 1, k, dtype=np.int32)
    arrival_s = (np.arange(k) * 90).astype(np.int32)
    trip = np.arange(runs)
    pattern_ix = (trip % PATTERNS).astype(np.int32)
    headway = pattern_ix % 2 == 1
    off = np.zeros(flat, dtype=bool)
    return net.Network(
        hash=NetworkHash("big"),
        timezone=ZONE,
        agency_name="Big city",
        agency_url="https://example.org",
        feed_version="v1",
        projection=projection,
        stops=net.Stops(
            _texts([f"S{i:05d}" for i in number]),
            _none(flat),
            _texts([f"Stop {i}" for i in number]),
            lat_deg,
            lon_deg,
            _same(flat, 0),
            _same(flat, -1),
            _same(flat, 0),
        ),
        routes=net.Routes(
            _numbered("R", PATTERNS),
            _numbered("A", PATTERNS),
            _numbered("", PATTERNS),
            _numbered("Route ", PATTERNS),
            _same(PATTERNS, 3),
            _texts([""] * PATTERNS),
            _texts([""] * PATTERNS),
            np.arange(PATTERNS, dtype=np.int32),
        ),
        patterns=net.Patterns(
            _numbered("P", PATTERNS),
            np.arange(PATTERNS, dtype=np.int32),
            _same(PATTERNS, 0),
            _texts(["End"] * PATTERNS),
            np.ones(PATTERNS, dtype=bool),
            np.ones(PATTERNS, dtype=bool),
            starts,
            number.astype(np.int32),
            (number % k + 1).astype(np.int32),
            dist_m,
            off,
            off,
            off,
            starts,
            x_m,
            y_m,
            dist_m,
        ),
        profiles=net.Profiles(np.array([0, k], dtype=np.int32), arrival_s, arrival_s + 15),
        trips=net.Trips(
            _texts([f"T{i:05d}" for i in trip]),
            pattern_ix,
            _same(runs, 0),
            _same(runs, 0),
            (NOON_S - 600 + trip // PATTERNS * 60).astype(np.int32),
            _none(runs),
            _texts(["End"] * runs),
            _none(runs),
            _same(runs, 0),
            headway,
            np.zeros(runs, dtype=bool),
        ),
        headways=net.HeadwayBands(
            np.flatnonzero(headway).astype(np.int32),
            _same(int(headway.sum()), 5 * 3_600),
            _same(int(headway.sum()), 25 * 3_600),
            _same(int(headway.sum()), 600),
            np.zeros(int(headway.sum()), dtype=bool),
        ),
        calendar=net.Calendar(_texts(["daily"]), 20_260_101, np.ones((1, 365), dtype=bool)),
        fleet=net.Fleet(_none(0), _none(0), _none(0), _none(0), _same(0, 0), _same(0, 0)),
    )


def noon() -> float:
    """The tick."""
    return service_day_zero_s(DATE, ZONE) + NOON_S


def runs_ahead(network: net.Network, seed: int = 0) -> RunAhead:
    """Every run a few hundred metres beyond its first stop, reported up to 30 s ago; all 29 stops ahead."""
    chance = np.random.default_rng(seed)
    runs = len(network.trips.trip_id)
    zero = service_day_zero_s(DATE, ZONE)
    return RunAhead(
        network.trips.pattern_ix,
        np.arange(runs, dtype=np.int32),
        chance.uniform(20.0, STOP_SPACING_M, runs),
        noon() - chance.uniform(0.0, 30.0, runs),
        _same(runs, 1),
        np.full(runs, np.nan),
        zero + network.trips.start_service_s.astype(np.float64),
    )


def snapshot_of(network: net.Network, ahead: RunAhead, said: Predicted) -> Snapshot:
    """What is published of these predictions: a vehicle and a run each."""
    runs = len(network.trips.trip_id)
    run_row = np.repeat(np.arange(runs, dtype=np.int32), np.diff(said.ptr))
    stop_row = network.patterns.stop_ptr[network.trips.pattern_ix][run_row] + said.position
    n = len(run_row)
    headway = network.trips.is_headway
    codes = np.where(headway, RunRelationship.UNSCHEDULED, RunRelationship.SCHEDULED).astype(np.uint8)
    call_codes = np.where(headway[run_row], CallRelationship.UNSCHEDULED, CallRelationship.SCHEDULED).astype(np.uint8)
    stop_ix = network.patterns.stop_ix[stop_row]
    order = np.lexsort((said.p50_at, stop_ix)).astype(np.int32)
    return Snapshot(
        sequence=1,
        made_at=noon(),
        network_hash=network.hash,
        city_id="big",
        vehicles=_vehicles(network, ahead),
        runs=Runs(
            trip_id=network.trips.trip_id,
            trip_ix=np.arange(runs, dtype=np.int32),
            start_date=_same(runs, DATE),
            start_service_s=network.trips.start_service_s,
            route_ix=network.patterns.route_ix[network.trips.pattern_ix],
            direction_id=_same(runs, 0),
            pattern_ix=network.trips.pattern_ix,
            headsign=network.trips.headsign,
            relationship=codes,
            vehicle_row=np.arange(runs, dtype=np.int32),
            measured_at=ahead.measured_at,
            look_ahead=np.zeros(runs, dtype=bool),
            published=np.ones(runs, dtype=bool),
            call_ptr=said.ptr,
        ),
        calls=Calls(
            run_row=run_row,
            stop_ix=stop_ix,
            stop_sequence=network.patterns.stop_sequence[stop_row],
            relationship=call_codes,
            observed=np.zeros(n, dtype=bool),
            arrival_at=said.p50_at,
            departure_at=np.where(said.position == STOPS_PER_RUN - 1, np.nan, said.p50_at + said.dwell_s),
            p10_at=said.p10_at,
            p50_at=said.p50_at,
            p90_at=said.p90_at,
            scheduled_at=np.full(n, np.nan),
            stops_away=said.position - 1,
            distance_m=np.full(n, np.nan),
            method=said.method,
            basis=np.zeros(n, dtype=np.uint8),
        ),
        order_by_stop=order,
        stop_ptr=np.searchsorted(stop_ix[order], np.arange(len(network.stops.stop_id) + 1)).astype(np.int32),
        alerts=(),
    )


def _vehicles(network: net.Network, ahead: RunAhead) -> Vehicles:
    runs = len(network.trips.trip_id)
    begin = network.patterns.stop_ptr[network.trips.pattern_ix]
    unknown: Floats = np.full(runs, np.nan)
    ids = _texts([f"bus{i:05d}" for i in range(runs)])
    on = np.ones(runs, dtype=bool)
    return Vehicles(
        vehicle_id=ids,
        label=ids,
        plate=_none(runs),
        lat_deg=network.stops.lat_deg[begin],
        lon_deg=network.stops.lon_deg[begin],
        bearing_deg=np.full(runs, 90.0),
        speed_mps=np.full(runs, 8.0),
        odometer_m=unknown,
        observed_at=ahead.measured_at,
        phase=np.zeros(runs, dtype=np.uint8),
        route_ix=network.patterns.route_ix[network.trips.pattern_ix],
        direction_id=_same(runs, 0),
        pattern_ix=network.trips.pattern_ix,
        run_row=np.arange(runs, dtype=np.int32),
        dist_m=ahead.dist_m,
        offset_m=np.zeros(runs),
        confidence=np.ones(runs),
        stop_ix=network.patterns.stop_ix[begin + 1],
        stop_sequence=_same(runs, 2),
        stop_status=np.full(runs, StopStatus.IN_TRANSIT_TO, dtype=np.uint8),
        occupancy=_same(runs, 1),
        occupancy_percent=_same(runs, 30),
        congestion=np.ones(runs, dtype=np.uint8),
        wheelchair=_same(runs, 1),
        flagged=~on,
        public=on,
        trip_public=on,
    )


def _texts(values: list[str]) -> Texts:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _numbered(word: str, n: int) -> Texts:
    return _texts([f"{word}{i}" for i in range(n)])


def _none(n: int) -> Texts:
    return np.full(n, None, dtype=object)


def _same(n: int, value: int) -> Ints:
    return np.full(n, value, dtype=np.int32)
