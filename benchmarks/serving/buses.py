"""Made-up buses on a real timetable, in a state directory as the live loop writes it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from passinfo.bms.reports import Reports
from passinfo.columns import from_rows, specs
from passinfo.network.network import Network
from passinfo.prediction.stack import default_predictor
from passinfo.realtime.encoder import FeedEncoder
from passinfo.settings import CitySettings
from passinfo.snapshot import Snapshot
from passinfo.step import begin, step
from passinfo.stores.encodings import with_packed
from passinfo.stores.snapshots import FileSnapshots
from passinfo.times import service_day_zero_s, shift_date

NINE_S = 9 * 3_600
APART_S = 30.0


def publish_buses(state: Path, network: Network, buses: int, now: float) -> Snapshot:
    """Publish what is known of buses that drive by their timetable at nine, told as if it were now."""
    snapshot = snapshot_at_nine(network, buses)
    snapshots = FileSnapshots(state / "snapshots")
    later_s = now - snapshot.made_at
    moved = dataclasses.replace(
        snapshot,
        sequence=(snapshots.newest_sequence() or 0) + 1,
        made_at=now,
        vehicles=dataclasses.replace(snapshot.vehicles, observed_at=snapshot.vehicles.observed_at + later_s),
        runs=dataclasses.replace(snapshot.runs, measured_at=snapshot.runs.measured_at + later_s),
        calls=dataclasses.replace(
            snapshot.calls, **{name: getattr(snapshot.calls, name) + later_s for name in _INSTANTS}
        ),
    )
    feeds = {f"{kind}.pb": data for kind, data in FeedEncoder(network).encode(moved).by_kind().items()}
    snapshots.publish(moved, with_packed(feeds))
    return moved


_INSTANTS = ("arrival_at", "departure_at", "p10_at", "p50_at", "p90_at", "scheduled_at")


def snapshot_at_nine(network: Network, buses: int) -> Snapshot:
    """Two reports of each bus, APART_S apart, tracked and predicted."""
    date = _busiest_day(network)
    at = service_day_zero_s(date, network.timezone) + NINE_S
    world = begin(network, CitySettings(), default_predictor(network))
    for now in (at - APART_S, at):
        world, result = step(world, _reports(network, date, buses, now), now)
    return result.snapshot


def _busiest_day(network: Network) -> int:
    runs = np.bincount(network.trips.service_ix, minlength=len(network.calendar.service_id)) @ network.calendar.active
    return shift_date(network.calendar.first_date, int(np.argmax(runs)))


def _reports(network: Network, date: int, buses: int, now: float) -> Reports:
    trips, patterns = network.trips, network.patterns
    service_s = now - service_day_zero_s(date, network.timezone)
    active = network.calendar.active_services(date)
    names = [spec.name for spec in specs(Reports)]
    rows: list[list[object]] = []
    for trip in np.flatnonzero(active[trips.service_ix] & ~trips.is_headway).tolist():
        departure_s = network.trip_times(trip)[1]
        way_s = service_s - int(trips.start_service_s[trip])
        if not APART_S < way_s < departure_s[-1] - APART_S:
            continue
        if len(rows) == buses:
            break
        pattern = int(trips.pattern_ix[trip])
        dist_m = np.interp(way_s, departure_s, patterns.stop_dist_m[network.pattern_stops(pattern)])
        line = network.pattern_line(pattern)
        x_m, y_m = (
            np.interp([dist_m], patterns.shape_dist_m[line], xy[line])
            for xy in (patterns.shape_x_m, patterns.shape_y_m)
        )
        lat, lon = network.projection.to_lat_lon(x_m, y_m)
        said = {
            "vehicle_id": f"bus-{len(rows)}",
            "observed_at": now,
            "received_at": now,
            "lat_deg": float(lat[0]),
            "lon_deg": float(lon[0]),
            "trip_id": trips.trip_id[trip],
            "route_id": network.routes.route_id[patterns.route_ix[pattern]],
        }
        rows.append([said.get(name) for name in names])
    return from_rows(Reports, rows)
