"""The table of vehicles of a snapshot: who may be shown, with which run, at which stop."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from passinfo.columns import Bools, Floats, Ints, Texts
from passinfo.network.network import Network
from passinfo.publishing.drafts import RunDraft
from passinfo.publishing.places import shown_places
from passinfo.settings import CitySettings
from passinfo.snapshot import Codes, RunRelationship, StopStatus, Vehicles
from passinfo.tracking.columns import PhaseCode
from passinfo.tracking.tracked import Tracked

NEARLY_THERE_M = 50.0
"""INCOMING_AT from here on: about ten seconds of driving."""
BESIDE_SHAPE_M = 190.0
"""Farther from the feed's shape a position must not name its trip: gtfs-realtime-validator's E029 says 200 m, measured
in another plane and from rounded degrees."""
_PUBLIC = (PhaseCode.IN_SERVICE, PhaseCode.LAYOVER, PhaseCode.OFF_ROUTE)
OCCUPANCY = {
    "EMPTY": 0,
    "MANY_SEATS_AVAILABLE": 1,
    "FEW_SEATS_AVAILABLE": 2,
    "STANDING_ROOM_ONLY": 3,
    "CRUSHED_STANDING_ROOM_ONLY": 4,
    "FULL": 5,
    "NOT_ACCEPTING_PASSENGERS": 6,
    "NO_DATA_AVAILABLE": 7,
    "NOT_BOARDABLE": 8,
}
"""GTFS-Realtime OccupancyStatus."""


def make_vehicles(
    network: Network,
    settings: CitySettings,
    tracked: Tracked,
    drafts: Sequence[RunDraft],
    detoured: frozenset[tuple[str | None, int]],
    now: float,
) -> Vehicles:
    """One row per tracked vehicle; how the road flows is not known here."""
    n = len(tracked.vehicle_id)
    run_row = np.full(n, -1, dtype=np.int32)
    for row, draft in enumerate(drafts):
        if draft.vehicle_row >= 0:
            run_row[draft.vehicle_row] = row
    fresh = now - tracked.observed_at <= settings.stale_after_s
    public = fresh & np.isin(tracked.phase, _PUBLIC)
    stop_ix, stop_sequence, status = _stops(network, tracked, drafts, run_row)
    lat_deg, lon_deg = shown_places(network, settings, tracked)
    fleet = np.array([network.fleet_rows.get(vehicle_id, -1) for vehicle_id in tracked.vehicle_id], dtype=np.int32)
    return Vehicles(
        tracked.vehicle_id,
        _of_fleet(network.fleet.label, fleet),
        _of_fleet(network.fleet.plate, fleet if settings.show_plates else np.full(n, -1, dtype=np.int32)),
        lat_deg,
        lon_deg,
        _bearing(network, tracked),
        tracked.speed_mps,
        tracked.odometer_m,
        tracked.observed_at,
        tracked.phase.astype(np.uint8),
        tracked.route_ix,
        tracked.direction_id,
        tracked.pattern_ix,
        run_row,
        tracked.dist_m,
        tracked.offset_m,
        tracked.confidence,
        stop_ix,
        stop_sequence,
        status,
        np.array([OCCUPANCY.get(word, -1) for word in tracked.occupancy], dtype=np.int32),
        tracked.occupancy_percent,
        np.zeros(n, dtype=np.uint8),
        np.array([int(network.fleet.low_floor[row]) if row >= 0 else -1 for row in fleet], dtype=np.int32),
        tracked.flagged,
        public,
        _trip_public(network, tracked, drafts, run_row, public, detoured),
    )


def _of_fleet(column: Texts, fleet: Ints) -> Texts:
    values = np.empty(len(fleet), dtype=object)
    values[:] = [column[row] if row >= 0 else None for row in fleet]
    return values


def _trip_public(
    network: Network,
    tracked: Tracked,
    drafts: Sequence[RunDraft],
    run_row: Ints,
    public: Bools,
    detoured: frozenset[tuple[str | None, int]],
) -> Bools:
    """A vehicle goes out with its trip if it is on the trip's line, or off it where an alert names the detour."""
    said = np.zeros(len(run_row), dtype=bool)
    for row in np.flatnonzero(public & (run_row >= 0)).tolist():
        draft = drafts[run_row[row]]
        if draft.trip_id is None or draft.relationship in (RunRelationship.CANCELED, RunRelationship.DELETED):
            continue
        route_id = str(network.routes.route_id[network.patterns.route_ix[draft.pattern_ix]])
        named = (draft.trip_id, draft.start_date) in detoured or (route_id, 0) in detoured
        given = network.patterns.shape_given[draft.pattern_ix]
        said[row] = named or bool(tracked.offset_m[row] <= (BESIDE_SHAPE_M if given else np.inf))
    return said


def _bearing(network: Network, tracked: Tracked) -> Floats:
    """The device's heading, else the tangent of the pattern, else NaN."""
    bearing = tracked.heading_deg.copy()
    patterns = network.patterns
    for row in np.flatnonzero(np.isnan(bearing) & (tracked.pattern_ix >= 0) & np.isfinite(tracked.offset_m)).tolist():
        line = network.pattern_line(int(tracked.pattern_ix[row]))
        segment = int(np.searchsorted(patterns.shape_dist_m[line], tracked.dist_m[row], side="right")) - 1
        segment = line.start + min(max(segment, 0), line.stop - line.start - 2)
        dx = patterns.shape_x_m[segment + 1] - patterns.shape_x_m[segment]
        dy = patterns.shape_y_m[segment + 1] - patterns.shape_y_m[segment]
        bearing[row] = float(np.degrees(np.arctan2(dx, dy)) % 360.0)
    return bearing


def _stops(network: Network, tracked: Tracked, drafts: Sequence[RunDraft], run_row: Ints) -> tuple[Ints, Ints, Codes]:
    """Next or current stop of each vehicle: row, sequence, status."""
    n = len(run_row)
    stop_ix, sequence = np.full(n, -1, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    status = np.full(n, StopStatus.NONE, dtype=np.uint8)
    for row in np.flatnonzero(run_row >= 0).tolist():
        draft = drafts[run_row[row]]
        stops = network.pattern_stops(draft.pattern_ix)
        if draft.first_position >= stops.stop - stops.start:
            continue
        flat = stops.start + draft.first_position
        stop_ix[row], sequence[row] = network.patterns.stop_ix[flat], network.patterns.stop_sequence[flat]
        if tracked.at_stop[row]:
            status[row] = StopStatus.STOPPED_AT
        elif not draft.look_ahead and network.patterns.stop_dist_m[flat] - draft.dist_m <= NEARLY_THERE_M:
            status[row] = StopStatus.INCOMING_AT
        else:
            status[row] = StopStatus.IN_TRANSIT_TO
    return stop_ix, sequence, status
