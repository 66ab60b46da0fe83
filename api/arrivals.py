"""What comes next at a stop: the calls of a snapshot as plain records."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from api.board import View
from passinfo.prediction.display import display_at
from passinfo.prediction.protocol import Basis, Method
from passinfo.snapshot import CallRelationship, RunRelationship
from passinfo.times import format_service_time, to_iso
from passinfo.tracking.columns import PhaseCode

GONE_S = 20.0
"""A bus predicted for this long ago and not heard of since has most likely left."""


def arrivals_at(
    view: View, stop_ix: int, now: float, *, limit: int, route_ix: int | None, horizon_s: float
) -> list[dict[str, Any]]:
    """The next arrivals at a stop, soonest first."""
    found: list[dict[str, Any]] = []
    calls = view.snapshot.calls
    for row in view.snapshot.calls_of_stop(stop_ix).tolist():
        p50_at = float(calls.p50_at[row])
        due_at = float(calls.scheduled_at[row]) if math.isnan(p50_at) else p50_at
        if due_at < now - GONE_S:
            continue
        if due_at > now + horizon_s or len(found) >= limit:
            break
        if route_ix is not None and view.snapshot.runs.route_ix[calls.run_row[row]] != route_ix:
            continue
        found.append(_arrival(view, row, now))
    return found


def _arrival(view: View, row: int, now: float) -> dict[str, Any]:
    calls, runs, network = view.snapshot.calls, view.snapshot.runs, view.network
    run = int(calls.run_row[row])
    route = int(runs.route_ix[run])
    named = runs.trip_id[run] is not None
    p50_at, scheduled_at = float(calls.p50_at[row]), float(calls.scheduled_at[row])
    shown_at = float(display_at(calls.p10_at[row], calls.p50_at[row]))
    basis = Basis(int(calls.basis[row]))
    scheduled_run = runs.relationship[run] == RunRelationship.SCHEDULED
    return {
        "route_id": network.routes.route_id[route],
        "route_short_name": network.routes.short_name[route],
        "route_color": network.routes.color[route] or None,
        "route_text_color": network.routes.text_color[route] or None,
        "headsign": runs.headsign[run],
        "direction_id": whole(runs.direction_id[run]),
        "trip_id": runs.trip_id[run],
        "start_date": str(runs.start_date[run]) if named else None,
        "start_time": format_service_time(int(runs.start_service_s[run])) if named else None,
        "stop_sequence": int(calls.stop_sequence[row]),
        "arrival_at": instant(calls.arrival_at[row]),
        "departure_at": instant(calls.departure_at[row]),
        "p10_at": instant(calls.p10_at[row]),
        "p50_at": instant(p50_at),
        "p90_at": instant(calls.p90_at[row]),
        "display_at": instant(shown_at),
        "minutes": None if math.isnan(shown_at) else max(int((shown_at - now) // 60), 0),
        "scheduled_at": instant(scheduled_at),
        "delay_s": round(p50_at - scheduled_at) if scheduled_run and not math.isnan(p50_at - scheduled_at) else None,
        "stops_away": whole(calls.stops_away[row]),
        "distance_m": number(calls.distance_m[row], 0),
        "tracked": basis is Basis.TRACKED,
        "last_known": basis is Basis.LAST_KNOWN,
        "waiting": bool(runs.look_ahead[run]),
        "relationship": CallRelationship(int(calls.relationship[row])).name,
        "method": Method(int(calls.method[row])).name,
        "basis": basis.name,
        "vehicle": vehicle_record(view, int(runs.vehicle_row[run]), now) if runs.vehicle_row[run] >= 0 else None,
    }


_OCCUPANCY = (
    "EMPTY",
    "MANY_SEATS_AVAILABLE",
    "FEW_SEATS_AVAILABLE",
    "STANDING_ROOM_ONLY",
    "CRUSHED_STANDING_ROOM_ONLY",
    "FULL",
    "NOT_ACCEPTING_PASSENGERS",
    "NO_DATA_AVAILABLE",
    "NOT_BOARDABLE",
)


def vehicle_record(view: View, row: int, now: float) -> dict[str, Any]:
    """One vehicle. Its driver is in no snapshot."""
    vehicles, network, runs = view.snapshot.vehicles, view.network, view.snapshot.runs
    run, route, stop = int(vehicles.run_row[row]), int(vehicles.route_ix[row]), int(vehicles.stop_ix[row])
    said = bool(vehicles.trip_public[row]) and run >= 0
    occupancy = int(vehicles.occupancy[row])
    return {
        "vehicle_id": vehicles.vehicle_id[row],
        "label": vehicles.label[row],
        "plate": vehicles.plate[row],
        "lat": number(vehicles.lat_deg[row], 6),
        "lon": number(vehicles.lon_deg[row], 6),
        "bearing_deg": number(vehicles.bearing_deg[row], 0),
        "speed_mps": number(vehicles.speed_mps[row], 1),
        "observed_at": instant(vehicles.observed_at[row]),
        "age_s": round(now - float(vehicles.observed_at[row])),
        "phase": PhaseCode(int(vehicles.phase[row])).name,
        "route_id": network.routes.route_id[route] if route >= 0 else None,
        "direction_id": whole(vehicles.direction_id[row]),
        "trip_id": runs.trip_id[run] if said else None,
        "next_stop_id": network.stops.stop_id[stop] if stop >= 0 else None,
        "occupancy": _OCCUPANCY[occupancy] if 0 <= occupancy < len(_OCCUPANCY) else None,
        "wheelchair": {1: True, 0: False}.get(int(vehicles.wheelchair[row])),
        "confidence": number(vehicles.confidence[row], 2),
        "unknown_vehicle": bool(vehicles.flagged[row]),
    }


def instant(at: Any) -> str | None:
    """ISO 8601 UTC, or null."""
    value = float(at)
    return None if math.isnan(value) else to_iso(round(value))


def whole(value: Any) -> int | None:
    """A whole number, null where it is none (negative)."""
    return int(value) if value >= 0 else None


def number(value: Any, digits: int) -> float | None:
    """A rounded number, or null."""
    return None if np.isnan(value) else round(float(value), digits)
