"""The table of vehicles that prediction and publishing read."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats, Ints, Texts
from passinfo.settings import CitySettings
from passinfo.times import service_day_zero_s
from passinfo.tracking.columns import PhaseCode
from passinfo.tracking.crossing import ARRIVAL_REACH_M
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.lingering import lingering, proven, told_on
from passinfo.tracking.passed import Passed, chosen
from passinfo.tracking.ragged import Index
from passinfo.tracking.tracked import Tracked
from passinfo.tracking.vehicles import Vehicles

STANDING_MPS = 0.5
"""Below this speed a bus stands (STOPPED_AT is honest below it in Kingston's own feed)."""


def tabulate(index: TrackingIndex, settings: CitySettings, vehicles: Vehicles, passed: Passed, now: float) -> Tracked:
    """Every vehicle known at the tick ``now``, in order of vehicle_id; ``passed``: by vehicle, then position."""
    n = len(vehicles.vehicle_id)
    lost = lingering(index, vehicles, now)
    guess = ~lost & ~proven(index, vehicles)
    elsewhere = lost & (vehicles.pattern_ix >= 0) & (vehicles.pattern_ix != vehicles.told_pattern_ix)
    vehicles, measured_at = told_on(vehicles, lost)
    fleet, patterns, trips = index.network.fleet_rows, index.network.patterns, index.network.trips
    begun = (vehicles.pattern_ix >= 0) & vehicles.begun & ~guess
    pattern = np.where(begun, vehicles.pattern_ix, -1).astype(np.int32)
    ahead = (vehicles.pattern_ix >= 0) & ~vehicles.begun & (vehicles.trip_ix >= 0) & ~guess
    ahead_trip = np.where(ahead, vehicles.trip_ix, -1).astype(np.int32)
    row = index.plan(now).rows_of(ahead_trip, vehicles.start_date, vehicles.start_service_s)
    departs_at = np.where(ahead & (row >= 0), _of(index.plan(now).start_at, row, np.nan), np.nan)
    by_headway = np.flatnonzero(ahead & (row < 0))
    departs_at[by_headway] = _expected_at(index, vehicles, by_headway)
    # a run told on is where it was last believed: what its bus passed since lies ahead of it
    behind = passed.position < vehicles.next_position[passed.row]
    shown = chosen(passed, begun[passed.row] & ~elsewhere[passed.row] & behind)
    none: Texts = np.full(n, None, dtype=object)
    return Tracked(
        vehicles.vehicle_id,
        vehicles.observed_at,
        vehicles.received_at,
        vehicles.lat_deg,
        vehicles.lon_deg,
        vehicles.speed_mps,
        vehicles.heading_deg,
        vehicles.odometer_m,
        vehicles.occupancy,
        vehicles.occupancy_percent,
        np.array([bool(fleet) and each not in fleet for each in vehicles.vehicle_id], dtype=bool)
        if fleet
        else np.zeros(n, dtype=bool),
        np.where(now - vehicles.observed_at > settings.stale_after_s, PhaseCode.STALE, vehicles.phase).astype(np.int32),
        _of(patterns.route_ix, pattern, -1).astype(np.int32),
        _of(patterns.direction_id, pattern, -1).astype(np.int32),
        pattern,
        np.where(begun, vehicles.dist_m, np.nan),
        measured_at,
        vehicles.offset_m,
        np.where(begun, vehicles.next_position, -1).astype(np.int32),
        _at_stop(index, vehicles, begun) & ~lost,
        np.where(begun, vehicles.trip_ix, -1).astype(np.int32),
        np.where(begun, vehicles.trip_id, none),
        np.where(begun, vehicles.start_date, 0).astype(np.int32),
        np.where(begun, vehicles.start_service_s, -1).astype(np.int32),
        np.where(begun, vehicles.confidence, 0.0),
        ahead_trip,
        _of(trips.pattern_ix, ahead_trip, -1).astype(np.int32),
        np.where(ahead, vehicles.start_date, 0).astype(np.int32),
        np.where(ahead, vehicles.start_service_s, -1).astype(np.int32),
        departs_at,
        np.concatenate(([0], np.cumsum(np.bincount(shown.row, minlength=n)))).astype(np.int32),
        shown.position,
        shown.arrived_at,
        shown.departed_at,
    )


def _expected_at(index: TrackingIndex, vehicles: Vehicles, rows: Index) -> Floats:
    """When instances of headway service were expected to leave as they were made."""
    zeros = [service_day_zero_s(int(date), index.network.timezone) for date in vehicles.start_date[rows].tolist()]
    return np.asarray(np.array(zeros, dtype=np.float64) + vehicles.start_service_s[rows], dtype=np.float64)


def _of(column: Ints | Floats, rows: Ints | Index, none: float) -> Floats:
    """Values of a column at these rows, ``none`` where the row is -1."""
    if len(column) == 0:
        return np.full(len(rows), none)
    return np.asarray(np.where(rows >= 0, column[rows], none))


def _at_stop(index: TrackingIndex, vehicles: Vehicles, begun: Bools) -> Bools:
    """Which vehicles stand within reach of the stop they are to depart from next."""
    patterns = index.network.patterns
    there = np.zeros(len(begun), dtype=bool)
    rows = np.flatnonzero(begun & ~vehicles.finished)
    stop = patterns.stop_ptr[vehicles.pattern_ix[rows]] + vehicles.next_position[rows]
    inside = stop < patterns.stop_ptr[vehicles.pattern_ix[rows] + 1]
    rows, stop = rows[inside], stop[inside]
    with np.errstate(invalid="ignore"):
        stands = ~(vehicles.speed_mps[rows] > STANDING_MPS)
    there[rows] = (np.abs(vehicles.dist_m[rows] - patterns.stop_dist_m[stop]) <= ARRIVAL_REACH_M) & stands
    return there
