"""What comes next at a stop: the calls of a snapshot as plain records."""

from __future__ import annotations

import math
from typing import Any

from api.board import View
from api.freshness import Source
from api.planning import ends_at
from api.sentences import sentences
from api.values import instant, number, whole
from api.vehicles import vehicle_record
from passinfo.prediction.display import display_at
from passinfo.prediction.protocol import Basis, Method
from passinfo.snapshot import CallRelationship, RunRelationship
from passinfo.times import format_service_time

GONE_S = 20.0
"""A bus predicted for this long ago and not heard of since has most likely left."""


def arrivals_of(
    view: View, stop_ix: int, now: float, *, source: Source, limit: int, route_ix: int | None, horizon_s: float
) -> list[dict[str, Any]]:
    """The next arrivals at a stop, or at all stops of a station, soonest first."""
    if source is Source.TIMETABLE:
        return []
    found: list[dict[str, Any]] = []
    for each in (stop_ix, *view.places.platforms.get(stop_ix, ())):
        found += _at_stop(view, each, now, limit=limit, route_ix=route_ix, horizon_s=horizon_s)
    found.sort(key=lambda arrival: arrival["p50_at"] or arrival["scheduled_at"] or "")
    found = found[:limit]
    if source is Source.LAST_KNOWN:
        for arrival in found:
            arrival |= {"tracked": False, "last_known": arrival["basis"] in ("TRACKED", "LAST_KNOWN")}
            arrival["basis"] = "LAST_KNOWN" if arrival["last_known"] else arrival["basis"]
    for arrival in found:
        arrival["sentence"] = sentences(arrival)
    return found


def _at_stop(
    view: View, stop_ix: int, now: float, *, limit: int, route_ix: int | None, horizon_s: float
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    following: dict[tuple[str, Any], dict[str, Any]] = {}
    calls, stop_id = view.snapshot.calls, view.network.stops.stop_id[stop_ix]
    ends: dict[tuple[str, int | None], tuple[float, float]] | None = None
    for row in view.snapshot.calls_of_stop(stop_ix).tolist():
        p50_at = float(calls.p50_at[row])
        due_at = float(calls.scheduled_at[row]) if math.isnan(p50_at) else p50_at
        if due_at < now - GONE_S:
            continue
        if due_at > now + horizon_s or len(found) > limit:
            break
        if route_ix is not None and view.snapshot.runs.route_ix[calls.run_row[row]] != route_ix:
            continue
        arrival = {"stop_id": stop_id} | arrival_record(view, row, now)
        line = (arrival["route_id"], arrival["direction_id"])
        before = following.get(line)
        if before is not None and before["p50_at"] and arrival["p50_at"]:
            before["next_after_s"] = round(p50_at - before.pop("_at"))
        following[line] = arrival
        arrival["_at"] = p50_at
        if arrival["scheduled_at"] is not None:
            ends = ends_at(view, stop_ix, now) if ends is None else ends
            first, last = ends.get((f"{line[0]}\0{arrival['start_date']}", line[1]), (math.nan, math.nan))
            scheduled_at = float(calls.scheduled_at[row])
            arrival |= {"first_of_day": scheduled_at <= first, "last_of_day": scheduled_at >= last}
        found.append(arrival)
    for arrival in found:
        arrival.pop("_at", None)
    return found[:limit]


def arrival_record(view: View, row: int, now: float) -> dict[str, Any]:
    """One call of a snapshot."""
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
        "next_after_s": None,
        "first_of_day": None,
        "last_of_day": None,
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
