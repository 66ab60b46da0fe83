"""Tracking of all vehicles over one tick: reports in, matches, visits and the table of vehicles out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.bms.reports import Reports
from passinfo.columns import from_rows
from passinfo.network.network import Network
from passinfo.settings import CitySettings, Hints
from passinfo.times import service_date_of, shift_date
from passinfo.tracking.assign import InstanceKey, none_because
from passinfo.tracking.columns import Matches, MatchReason, PhaseCode, Visits
from passinfo.tracking.fix import Fix
from passinfo.tracking.index import TrackingIndex, make_index
from passinfo.tracking.runs import StopSeen
from passinfo.tracking.state import TrackingState
from passinfo.tracking.table import tabulate
from passinfo.tracking.tracked import Tracked
from passinfo.tracking.vehicle import VehicleTrack, follow

ISSUED_DAYS = 2
"""An instance belongs to the day it began on or the one before: older ones cannot collide any more."""
FIRM_S = 300.0
"""A vehicle silent for five minutes no longer holds its trip against another one's hint."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """What one tick found."""

    tracked: Tracked
    matches: Matches
    visits: Visits


def begin(network: Network) -> TrackingState:
    """The state before any report."""
    return TrackingState(make_index(network))


def track(
    settings: CitySettings,
    state: TrackingState,
    reports: Reports,
    changes: Sequence[ServiceChange],
    now: float,
) -> tuple[TrackingState, Tracking]:
    """The state after a tick's accepted reports (in order of reception), and what they tell."""
    index = state.index
    vehicles, taken = dict(state.vehicles), dict(state.issued)
    orders = {change.vehicle_id: change for change in changes if change.kind is ChangeKind.REASSIGN}
    x_m, y_m = index.network.projection.to_xy(reports.lat_deg, reports.lon_deg)
    near = index.near(x_m, y_m) if len(x_m) else []
    matches: list[tuple[Any, ...]] = []
    visits: list[tuple[Any, ...]] = []

    def firm(holder: str, key: InstanceKey) -> bool:
        track = vehicles.get(holder)
        if track is None or track.run is None or now - track.fix.received_at > FIRM_S:
            return False
        held = track.run.instance
        named = (held.trip_id, held.start_date, held.start_service_s) == key
        return named and held.reason == MatchReason.HINT.value

    for row in range(len(x_m)):
        vehicle_id = str(reports.vehicle_id[row])
        fix = _fix(reports, row, float(x_m[row]), float(y_m[row]))
        used = settings
        if vehicle_id in orders:
            fix, used = _ordered(fix, orders[vehicle_id]), replace(settings, hints=Hints())
        track, seen = follow(index, used, vehicles.get(vehicle_id), vehicle_id, fix, near[row], taken, firm)
        vehicles[vehicle_id] = track
        matches.append(_match_row(index, track))
        visits.extend(_visit_row(index, track, visit) for visit in seen)
    kept = _kept(vehicles, taken, settings, now)
    day = shift_date(service_date_of(now, index.network.timezone), -ISSUED_DAYS)
    after = TrackingState(index, kept, {key: holder for key, holder in taken.items() if key[1] >= day})
    matches.sort(key=lambda row: (row[2], row[0], row[1]))
    visits.sort(key=lambda row: (row[13], row[0], row[8]))
    return after, Tracking(tabulate(index, settings, kept, now), from_rows(Matches, matches), from_rows(Visits, visits))


def _fix(reports: Reports, row: int, x_m: float, y_m: float) -> Fix:
    return Fix(
        float(reports.observed_at[row]),
        float(reports.received_at[row]),
        float(reports.lat_deg[row]),
        float(reports.lon_deg[row]),
        x_m,
        y_m,
        float(reports.speed_mps[row]),
        float(reports.heading_deg[row]),
        float(reports.odometer_m[row]),
        reports.occupancy[row],
        reports.route_id[row],
        int(reports.direction_id[row]),
        reports.trip_id[row],
        int(reports.start_date[row]),
        int(reports.start_service_s[row]),
        reports.block_id[row],
    )


def _ordered(fix: Fix, order: ServiceChange) -> Fix:
    """The report as if it named the instance it was ordered to run."""
    return replace(
        fix, trip_id=order.trip_id, start_date=order.start_date or 0, start_service_s=order.start_service_s or -1
    )


def _kept(
    vehicles: Mapping[str, VehicleTrack], taken: Mapping[InstanceKey, str], settings: CitySettings, now: float
) -> dict[str, VehicleTrack]:
    """Vehicles heard of lately; one whose instance another one has taken over holds it no longer."""
    kept = {}
    for vehicle_id in sorted(vehicles):
        track = vehicles[vehicle_id]
        if now - track.fix.observed_at > settings.max_report_age_s:
            continue
        run = track.run
        if run is not None and run.instance.trip_id is not None:
            key = (run.instance.trip_id, run.instance.start_date, run.instance.start_service_s)
            if taken.get(key, vehicle_id) != vehicle_id:
                lost = none_because(MatchReason.AMBIGUOUS_TRIP)
                track = replace(track, run=run.with_instance(lost), reason=lost.reason)
        kept[vehicle_id] = track
    return kept


def _match_row(index: TrackingIndex, track: VehicleTrack) -> tuple[object, ...]:
    patterns, fix, run = index.network.patterns, track.fix, track.run
    head = (track.vehicle_id, fix.observed_at, fix.received_at, fix.lat_deg, fix.lon_deg)
    phase = PhaseCode(track.phase).name
    if run is None or run.finished:
        return (*head, *(None,) * 6, track.dist_m, track.offset_m, phase, 0.0, track.reason)
    instance = run.instance
    return (
        *head,
        index.network.routes.route_id[patterns.route_ix[run.pattern_ix]],
        int(patterns.direction_id[run.pattern_ix]),
        patterns.pattern_id[run.pattern_ix],
        instance.trip_id,
        instance.start_date,
        instance.start_service_s,
        track.dist_m,
        track.offset_m,
        phase,
        instance.confidence,
        track.reason,
    )


def _visit_row(index: TrackingIndex, track: VehicleTrack, visit: StopSeen) -> tuple[object, ...]:
    network, run = index.network, track.run
    if run is None:
        raise ValueError("a visit without a run")
    row = network.pattern_stops(run.pattern_ix).start + visit.position
    return (
        track.vehicle_id,
        network.routes.route_id[network.patterns.route_ix[run.pattern_ix]],
        int(network.patterns.direction_id[run.pattern_ix]),
        network.patterns.pattern_id[run.pattern_ix],
        run.instance.trip_id,
        run.instance.start_date,
        run.instance.start_service_s,
        network.stops.stop_id[network.patterns.stop_ix[row]],
        int(network.patterns.stop_sequence[row]),
        visit.arrived_at,
        visit.departed_at,
        visit.earliest_at,
        visit.latest_at,
        track.fix.received_at,
        visit.how,
    )


def is_off(track: VehicleTrack) -> bool:
    """Whether the vehicle's last report lies on no pattern."""
    return bool(np.isfinite(track.off_since))
