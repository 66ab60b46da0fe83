"""Snapshots of a town, written by hand."""

from dataclasses import dataclass, field

import numpy as np

from passinfo.prediction.protocol import Basis, Method
from passinfo.snapshot import Alert, CallRelationship, Calls, RunRelationship, Runs, Snapshot, StopStatus, Vehicles
from passinfo.tracking.columns import PhaseCode
from tests.unit.realtime.town import DAY, EIGHT, LAT, LONS, STOPS, bools, codes, floats, ints, texts, town


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
