"""A town with two routes, as arrays and as GTFS, and snapshots of it written by hand.

Route 1 runs by timetable: T1 at 08:00 and N1 at 25:10, 5 min from stop to stop, one block; route 2 by headway: H1.
"""

import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from passinfo.geo import Projection, along
from passinfo.ids import NetworkHash
from passinfo.network import network as net
from passinfo.prediction.protocol import Basis, Method
from passinfo.snapshot import Alert, CallRelationship, Calls, RunRelationship, Runs, Snapshot, StopStatus, Vehicles
from passinfo.times import service_day_zero_s
from passinfo.tracking.columns import PhaseCode

ZONE = "Asia/Manila"
DAY = 20260216
ZERO = service_day_zero_s(DAY, ZONE)
EIGHT = 8 * 3600
NIGHT = 25 * 3600 + 600
STOPS = ("A", "B", "C", "D")
LAT = 14.56
LONS = (121.06, 121.07, 121.08, 121.09)


def at(clock: str, seconds: float = 0.0) -> float:
    """Instant of HH:MM of the service day."""
    hours, minutes = clock.split(":")
    return ZERO + int(hours) * 3600 + int(minutes) * 60 + seconds


def texts(*values):
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def ints(*values):
    return np.array(values, dtype=np.int32)


def codes(*values):
    return np.array(values, dtype=np.uint8)


def floats(*values):
    return np.array(values, dtype=float)


def bools(*values):
    return np.array(values, dtype=bool)


def town(feed_version: str | None = "v1") -> net.Network:
    projection = Projection(LAT, LONS[0])
    x_m, y_m = projection.to_xy(np.full(4, LAT), floats(*LONS))
    dist_m = along(x_m, y_m)
    return net.Network(
        hash=NetworkHash("town"),
        timezone=ZONE,
        agency_name="Town",
        agency_url="https://example.org",
        feed_version=feed_version,
        projection=projection,
        stops=net.Stops(
            texts(*STOPS),
            texts(*STOPS),
            texts(*STOPS),
            np.full(4, LAT),
            floats(*LONS),
            ints(0, 0, 0, 0),
            ints(-1, -1, -1, -1),
            ints(0, 0, 0, 0),
        ),
        routes=net.Routes(
            texts("R1", "R2"),
            texts("T", "T"),
            texts("1", "2"),
            texts("", ""),
            ints(3, 3),
            texts("", ""),
            texts("", ""),
            ints(0, 1),
        ),
        patterns=net.Patterns(
            texts("P1", "P2"),
            ints(0, 1),
            ints(0, 1),
            texts("D", "A"),
            bools(1, 1),
            bools(1, 1),
            ints(0, 4, 8),
            ints(0, 1, 2, 3, 3, 2, 1, 0),
            ints(1, 2, 3, 4, 1, 2, 3, 4),
            np.concatenate([dist_m, dist_m]),
            np.zeros(8, dtype=bool),
            np.zeros(8, dtype=bool),
            np.zeros(8, dtype=bool),
            ints(0, 4, 8),
            np.concatenate([x_m, x_m[::-1]]),
            np.concatenate([y_m, y_m[::-1]]),
            np.concatenate([dist_m, dist_m]),
        ),
        profiles=net.Profiles(ints(0, 4), ints(0, 300, 600, 900), ints(0, 300, 600, 900)),
        trips=net.Trips(
            texts("H1", "N1", "T1"),
            ints(1, 0, 0),
            ints(0, 0, 0),
            ints(0, 0, 0),
            ints(5 * 3600, NIGHT, EIGHT),
            texts(None, "B1", "B1"),
            texts("A", "D", "D"),
            texts(None, None, None),
            ints(0, 0, 0),
            bools(1, 0, 0),
            bools(0, 0, 0),
        ),
        headways=net.HeadwayBands(ints(0), ints(5 * 3600), ints(26 * 3600), ints(600), bools(0)),
        calendar=net.Calendar(texts("daily"), 20260101, np.ones((1, 365), dtype=bool)),
        fleet=net.Fleet(texts(), texts(), texts(), texts(), ints(), ints()),
    )


_STOP_TIMES = "\n".join(
    f"{trip},{t // 3600:02d}:{t // 60 % 60:02d}:00,{t // 3600:02d}:{t // 60 % 60:02d}:00,{stop},{k + 1}"
    for trip, start, stops in (("T1", EIGHT, "ABCD"), ("N1", NIGHT, "ABCD"), ("H1", 5 * 3600, "DCBA"))
    for k, stop in enumerate(stops)
    for t in (start + 300 * k,)
)
_GTFS = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nT,Town,https://example.org,Asia/Manila",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n"
    + "\n".join(f"{stop},{stop},{LAT},{lon}" for stop, lon in zip(STOPS, LONS, strict=True)),
    "routes.txt": "route_id,agency_id,route_short_name,route_type\nR1,T,1,3\nR2,T,2,3",
    "trips.txt": "route_id,service_id,trip_id,direction_id,block_id,shape_id\n"
    "R1,daily,T1,0,B1,S1\nR1,daily,N1,0,B1,S1\nR2,daily,H1,1,,S2",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + _STOP_TIMES,
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\nH1,05:00:00,26:00:00,600,0",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "daily,1,1,1,1,1,1,1,20260101,20261231",
    "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n"
    + "\n".join(
        f"{shape},{LAT},{lon},{k}" for shape, lons in (("S1", LONS), ("S2", LONS[::-1])) for k, lon in enumerate(lons)
    ),
    "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang,feed_version\nTown,https://example.org,en,v1",
}


def write_gtfs(path: Path) -> Path:
    """The town's static feed."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in _GTFS.items():
            archive.writestr(name, text + "\n")
    return path


@dataclass
class Call:
    """One call by hand; times are seconds after ``made_at``."""

    stop: str
    sequence: int
    arrival: float | None = None
    departure: float | None = None
    width: float | None = 60.0
    relationship: int = CallRelationship.SCHEDULED
    observed: bool = False
    scheduled: float | None = None
    away: int = -1


@dataclass
class Run:
    """One run by hand."""

    trip: str | None
    calls: list[Call] = field(default_factory=list)
    relationship: int = RunRelationship.SCHEDULED
    date: int = DAY
    start: int = EIGHT
    route: str = "R1"
    direction: int = 0
    headsign: str | None = None
    vehicle: str | None = None
    measured: float | None = -20.0
    published: bool = True


@dataclass
class Bus:
    """One vehicle by hand."""

    vehicle: str
    run: int = -1
    lat: float = LAT
    lon: float = LONS[0]
    bearing: float = np.nan
    speed: float = np.nan
    observed: float = -20.0
    phase: int = PhaseCode.IN_SERVICE
    stop: str | None = None
    sequence: int = -1
    status: int = StopStatus.NONE
    occupancy: int = -1
    percent: int = -1
    congestion: int = 0
    wheelchair: int = -1
    plate: str | None = None
    public: bool = True
    trip_public: bool = True


def ride(*, headway: bool = False, start: float = 30.0, from_stop: int = 0) -> list[Call]:
    """Calls at the stops of a pattern, five minutes apart, the first ``start`` seconds from now."""
    stops = STOPS[::-1] if headway else STOPS
    last = len(stops) - 1
    return [
        Call(
            stop,
            k + 1,
            arrival=None if k == 0 else start + 300 * (k - from_stop),
            departure=None if k == last else start + 300 * (k - from_stop) + 10,
            relationship=CallRelationship.UNSCHEDULED if headway else CallRelationship.SCHEDULED,
        )
        for k, stop in enumerate(stops)
        if k >= from_stop
    ]


def snapshot(
    made_at: float, runs: tuple[Run, ...] = (), buses: tuple[Bus, ...] = (), alerts: tuple[Alert, ...] = ()
) -> Snapshot:
    """The snapshot of hand-written rows; buses in the order of vehicle ids, runs as given."""
    network = town()
    bus_rows = {bus.vehicle: row for row, bus in enumerate(buses)}
    calls = [(row, call) for row, run in enumerate(runs) for call in run.calls]

    def instant(after: float | None) -> float:
        return np.nan if after is None else made_at + after

    def half(call: Call) -> float:
        return np.nan if call.width is None else call.width / 2

    p50 = floats(*[instant(c.departure if c.arrival is None else c.arrival) for _, c in calls])
    return Snapshot(
        sequence=1,
        made_at=made_at,
        network_hash=network.hash,
        city_id="town",
        vehicles=Vehicles(
            vehicle_id=texts(*[b.vehicle for b in buses]),
            label=texts(*[None for _ in buses]),
            plate=texts(*[b.plate for b in buses]),
            lat_deg=floats(*[b.lat for b in buses]),
            lon_deg=floats(*[b.lon for b in buses]),
            bearing_deg=floats(*[b.bearing for b in buses]),
            speed_mps=floats(*[b.speed for b in buses]),
            odometer_m=floats(*[np.nan for _ in buses]),
            observed_at=floats(*[made_at + b.observed for b in buses]),
            phase=codes(*[b.phase for b in buses]),
            route_ix=ints(*[-1 for _ in buses]),
            direction_id=ints(*[-1 for _ in buses]),
            pattern_ix=ints(*[-1 for _ in buses]),
            run_row=ints(*[b.run for b in buses]),
            dist_m=floats(*[np.nan for _ in buses]),
            offset_m=floats(*[np.nan for _ in buses]),
            confidence=floats(*[1.0 for _ in buses]),
            stop_ix=ints(*[-1 if b.stop is None else network.stop_rows[b.stop] for b in buses]),
            stop_sequence=ints(*[b.sequence for b in buses]),
            stop_status=codes(*[b.status for b in buses]),
            occupancy=ints(*[b.occupancy for b in buses]),
            occupancy_percent=ints(*[b.percent for b in buses]),
            congestion=codes(*[b.congestion for b in buses]),
            wheelchair=ints(*[b.wheelchair for b in buses]),
            flagged=bools(*[False for _ in buses]),
            public=bools(*[b.public for b in buses]),
            trip_public=bools(*[b.trip_public for b in buses]),
        ),
        runs=Runs(
            trip_id=texts(*[r.trip for r in runs]),
            trip_ix=ints(*[network.trip_rows.get(r.trip, -1) for r in runs]),
            start_date=ints(*[r.date for r in runs]),
            start_service_s=ints(*[r.start for r in runs]),
            route_ix=ints(*[network.route_rows[r.route] for r in runs]),
            direction_id=ints(*[r.direction for r in runs]),
            pattern_ix=ints(*[network.route_rows[r.route] for r in runs]),
            headsign=texts(*[r.headsign for r in runs]),
            relationship=codes(*[r.relationship for r in runs]),
            vehicle_row=ints(*[-1 if r.vehicle is None else bus_rows[r.vehicle] for r in runs]),
            measured_at=floats(*[instant(r.measured) for r in runs]),
            look_ahead=bools(*[False for _ in runs]),
            published=bools(*[r.published for r in runs]),
            call_ptr=ints(0, *np.cumsum([len(r.calls) for r in runs]).tolist()) if runs else ints(0),
        ),
        calls=Calls(
            run_row=ints(*[row for row, _ in calls]),
            stop_ix=ints(*[network.stop_rows[c.stop] for _, c in calls]),
            stop_sequence=ints(*[c.sequence for _, c in calls]),
            relationship=codes(*[c.relationship for _, c in calls]),
            observed=bools(*[c.observed for _, c in calls]),
            arrival_at=floats(*[instant(c.arrival) for _, c in calls]),
            departure_at=floats(*[instant(c.departure) for _, c in calls]),
            p10_at=p50 - floats(*[half(c) for _, c in calls]),
            p50_at=p50,
            p90_at=p50 + floats(*[half(c) for _, c in calls]),
            scheduled_at=floats(*[instant(c.scheduled) for _, c in calls]),
            stops_away=ints(*[c.away for _, c in calls]),
            distance_m=floats(*[np.nan for _ in calls]),
            method=codes(*[Method.SCHEDULE for _ in calls]),
            basis=codes(*[Basis.TRACKED for _ in calls]),
        ),
        order_by_stop=np.arange(len(calls), dtype=np.int32),
        stop_ptr=ints(0, 0, 0, 0, 0),
        alerts=alerts,
    )
