"""``tripStatus``: where the bus of a trip is and what it does."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from api.board import View
from api.dialects.calls import Call, calls_of_run
from api.dialects.oba.elements import block_sequence
from api.dialects.oba.ids import ms, of_agency, of_route, service_date_ms
from api.dialects.oba.references import References
from api.dialects.told import told_vehicle
from api.freshness import Source
from api.vehicles import vehicle_record
from passinfo.snapshot import RunRelationship
from passinfo.times import service_day_zero_s
from passinfo.tracking.columns import PhaseCode

_PHASE = {
    PhaseCode.IN_SERVICE: "in_progress",
    PhaseCode.OFF_ROUTE: "in_progress",
    PhaseCode.STALE: "in_progress",
    PhaseCode.LAYOVER: "layover_before",
    PhaseCode.DEADHEAD: "deadhead_before",
}
AHEAD = 3
"""Calls looked at: the next stop, and the closest one, which is the next one or one before."""
UNKNOWN_COUNT = -1
"""The reference server's own word for a number that nobody knows."""


def trip_status(view: View, references: References, run: int, now: float, source: Source) -> dict[str, Any]:
    """The status of the vehicle that runs, or will run, a run; of its trip by itself if no vehicle does."""
    runs, network = view.snapshot.runs, view.network
    vehicle = int(runs.vehicle_row[run])
    active = int(view.snapshot.vehicles.run_row[vehicle]) if vehicle >= 0 else -1
    if active < 0 or runs.trip_id[active] is None:
        active = run
    trip, pattern, date = int(runs.trip_ix[active]), int(runs.pattern_ix[active]), int(runs.start_date[active])
    calls = calls_of_run(view, active, now, source, most=AHEAD)
    references.trip(trip, active)
    cancelled = runs.relationship[active] == RunRelationship.CANCELED
    return {
        "activeTripId": of_route(view, int(runs.route_ix[active]), runs.trip_id[active]),
        "blockTripSequence": block_sequence(view, trip, date),
        "serviceDate": service_date_ms(view, date),
        "status": "CANCELED" if cancelled else "default",
        "predicted": vehicle >= 0 and any(call.predicted for call in calls),
        "scheduleDeviation": _deviation_s(calls),
        "scheduledDistanceAlongTrip": _scheduled_distance_m(view, active, now),
        "totalDistanceAlongTrip": round(network.pattern_length_m(pattern), 1) if pattern >= 0 else 0.0,
        "lastUpdateTime": ms(float(runs.measured_at[active])),
        "frequency": None,
        "situationIds": references.situations(route_ix=int(runs.route_ix[active]), trip_id=str(runs.trip_id[active])),
        **_whereabouts(view, references, vehicle, active, calls, now),
    }


def _whereabouts(
    view: View, references: References, vehicle: int, active: int, calls: list[Call], now: float
) -> dict[str, Any]:
    """What is known of the vehicle itself."""
    vehicles, runs, network = view.snapshot.vehicles, view.snapshot.runs, view.network
    pattern = int(runs.pattern_ix[active])
    if vehicle < 0 or pattern < 0 or not told_vehicle(view, vehicle):
        return _NOWHERE
    seen = vehicle_record(view, vehicle, now)
    dist_m = float(vehicles.dist_m[vehicle])
    dist_m = 0.0 if math.isnan(dist_m) else dist_m
    stops = network.pattern_stops(pattern)
    nearest = int(np.argmin(np.abs(network.patterns.stop_dist_m[stops] - dist_m)))
    closest, following = int(network.patterns.stop_ix[stops][nearest]), int(vehicles.stop_ix[vehicle])
    references.stop(closest)
    if following >= 0:
        references.stop(following)
    place = {"lat": seen["lat"], "lon": seen["lon"]}
    bearing_deg = seen["bearing_deg"]
    # theirs is counted from east against the clock, ours from north with it
    orientation = None if bearing_deg is None else (90.0 - bearing_deg) % 360.0
    capacity = network.fleet_rows.get(seen["vehicle_id"], -1)
    to_come = [call for call in calls if not call.observed]
    return {
        "vehicleId": of_agency(view, seen["vehicle_id"]),
        "phase": _PHASE.get(PhaseCode(int(vehicles.phase[vehicle])), ""),
        "position": place,
        "lastKnownLocation": place,
        "orientation": orientation,
        "lastKnownOrientation": orientation,
        "distanceAlongTrip": round(dist_m, 1),
        "lastKnownDistanceAlongTrip": round(dist_m, 1),
        "lastLocationUpdateTime": ms(float(vehicles.observed_at[vehicle])),
        "closestStop": of_agency(view, network.stops.stop_id[closest]),
        "closestStopTimeOffset": _offset_s([call for call in calls if call.position == nearest], now),
        "nextStop": of_agency(view, network.stops.stop_id[following]) if following >= 0 else None,
        "nextStopTimeOffset": _offset_s([call for call in to_come if call.stop_ix == following], now),
        "occupancyStatus": seen["occupancy"] if seen["occupancy"] not in (None, "NO_DATA_AVAILABLE") else "",
        "occupancyCount": UNKNOWN_COUNT,
        "occupancyCapacity": max(int(network.fleet.capacity[capacity]), -1) if capacity >= 0 else UNKNOWN_COUNT,
    }


_NOWHERE: dict[str, Any] = {
    "vehicleId": "",
    "phase": "scheduled",
    "position": None,
    "lastKnownLocation": None,
    "orientation": None,
    "lastKnownOrientation": None,
    "distanceAlongTrip": 0.0,
    "lastKnownDistanceAlongTrip": 0.0,
    "lastLocationUpdateTime": 0,
    "closestStop": "",
    "closestStopTimeOffset": None,
    "nextStop": None,
    "nextStopTimeOffset": None,
    "occupancyStatus": "",
    "occupancyCount": UNKNOWN_COUNT,
    "occupancyCapacity": UNKNOWN_COUNT,
}


def _offset_s(calls: list[Call], now: float) -> int | None:
    """Seconds until the first of some calls."""
    at = calls[0].best_at if calls else math.nan
    return None if math.isnan(at) else round(at - now)


def _deviation_s(calls: list[Call]) -> int:
    """Seconds late at the next call; 0 for headway service, which cannot be late."""
    late = [call.told["delay_s"] for call in calls if call.predicted and not call.observed]
    return next((each for each in late if each is not None), 0)


def _scheduled_distance_m(view: View, run: int, now: float) -> float | None:
    """Where a timetable run should be now."""
    runs, network = view.snapshot.runs, view.network
    trip, pattern = int(runs.trip_ix[run]), int(runs.pattern_ix[run])
    if trip < 0 or network.trips.is_headway[trip]:
        return None
    zero = service_day_zero_s(int(runs.start_date[run]), network.timezone) + int(runs.start_service_s[run])
    arrivals, departures = network.trip_times(trip)
    along = network.patterns.stop_dist_m[network.pattern_stops(pattern)]
    times = np.column_stack((arrivals, departures)).ravel()
    return round(float(np.interp(now - zero, times, np.repeat(along, 2))), 1)
