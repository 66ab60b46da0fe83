"""What comes next at a stop: the calls of a snapshot as plain records."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from api.board import View
from api.freshness import Source
from api.sentences import sentences
from api.spoken import spoken
from api.values import instant, whole
from api.vehicles import vehicle_record
from passinfo.columns import Ints
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
        arrival["spoken"] = spoken(arrival)
    return found


def _at_stop(
    view: View, stop_ix: int, now: float, *, limit: int, route_ix: int | None, horizon_s: float
) -> list[dict[str, Any]]:
    calls, runs = view.snapshot.calls, view.snapshot.runs
    rows = view.snapshot.calls_of_stop(stop_ix)
    p50_at, scheduled_at = calls.p50_at[rows], calls.scheduled_at[rows]
    due_at = np.where(np.isnan(p50_at), scheduled_at, p50_at)
    kept = np.flatnonzero((due_at >= now - GONE_S) & (due_at <= now + horizon_s))
    run = calls.run_row[rows]
    if route_ix is not None:
        kept = kept[runs.route_ix[run[kept]] == route_ix]
    # of all that come, also of those beyond the limit: the last one told has a bus behind it too
    lines = list(zip(runs.route_ix[run].tolist(), runs.direction_id[run].tolist(), strict=True))
    behind = _next_after(lines, p50_at.tolist())
    kept = kept[:limit]
    records = arrival_records(view, rows[kept], now)
    stop_id = view.network.stops.stop_id[stop_ix]
    for at, arrival in zip(kept.tolist(), records, strict=True):
        arrival["next_after_s"] = behind[at]
        if arrival["scheduled_at"] is not None and arrival["start_date"] is not None:
            ends = view.places.plans.ends(stop_ix, int(arrival["start_date"])).get(lines[at])
            if ends is not None:
                arrival["first_of_day"] = bool(scheduled_at[at] <= ends[0])
                arrival["last_of_day"] = bool(scheduled_at[at] >= ends[1])
    return [{"stop_id": stop_id} | arrival for arrival in records]


def _next_after(lines: list[tuple[int, int]], p50_at: list[float]) -> list[int | None]:
    """Seconds from each call to the next of its line; None where none follows, or one is not predicted."""
    found: list[int | None] = [None] * len(lines)
    following: dict[tuple[int, int], float] = {}
    for at in range(len(lines) - 1, -1, -1):
        mine, next_at = p50_at[at], following.get(lines[at], math.nan)
        if not math.isnan(mine):
            found[at] = None if math.isnan(next_at) else round(next_at - mine)
            following[lines[at]] = mine
    return found


def arrival_record(view: View, row: int, now: float) -> dict[str, Any]:
    """One call of a snapshot."""
    (record,) = arrival_records(view, np.array([row]), now)
    return record


def arrival_records(view: View, rows: Ints, now: float) -> list[dict[str, Any]]:
    """Calls of a snapshot. Columns are gathered at once, and a run is described once for all its stops."""
    calls = view.snapshot.calls
    p10_at, p50_at = calls.p10_at[rows], calls.p50_at[rows]
    columns = (
        calls.run_row[rows],
        calls.stop_sequence[rows],
        calls.arrival_at[rows],
        calls.departure_at[rows],
        p10_at,
        p50_at,
        calls.p90_at[rows],
        display_at(p10_at, p50_at),
        calls.scheduled_at[rows],
        calls.stops_away[rows],
        calls.distance_m[rows],
        calls.relationship[rows],
        calls.method[rows],
        calls.basis[rows],
    )
    return [_record(view, now, *values) for values in zip(*(column.tolist() for column in columns), strict=True)]


def _record(
    view: View,
    now: float,
    run: int,
    stop_sequence: int,
    arrival_at: float,
    departure_at: float,
    p10_at: float,
    p50_at: float,
    p90_at: float,
    shown_at: float,
    scheduled_at: float,
    stops_away: int,
    distance_m: float,
    relationship: int,
    method: int,
    basis: int,
) -> dict[str, Any]:
    known = _run(view, run)
    late_s = p50_at - scheduled_at if known.scheduled else math.nan
    return {
        **known.told,
        "stop_sequence": stop_sequence,
        "arrival_at": instant(arrival_at),
        "departure_at": instant(departure_at),
        "p10_at": instant(p10_at),
        "p50_at": instant(p50_at),
        "p90_at": instant(p90_at),
        "display_at": instant(shown_at),
        "minutes": None if math.isnan(shown_at) else max(int((shown_at - now) // 60), 0),
        "scheduled_at": instant(scheduled_at),
        "delay_s": None if math.isnan(late_s) else round(late_s),
        "next_after_s": None,
        "first_of_day": None,
        "last_of_day": None,
        "stops_away": stops_away if stops_away >= 0 else None,
        "distance_m": None if math.isnan(distance_m) else float(round(distance_m)),
        "tracked": basis == Basis.TRACKED,
        "last_known": basis == Basis.LAST_KNOWN,
        "waiting": known.waiting,
        "relationship": _RELATIONSHIPS[relationship],
        "method": _METHODS[method],
        "basis": _BASES[basis],
        "vehicle": vehicle_record(view, known.vehicle_row, now) if known.vehicle_row >= 0 else None,
    }


_RELATIONSHIPS = {int(each): each.name for each in CallRelationship}
_METHODS = {int(each): each.name for each in Method}
_BASES = {int(each): each.name for each in Basis}


@dataclass(frozen=True, slots=True)
class Known:
    """What is the same at all stops of a run."""

    told: dict[str, Any]
    scheduled: bool
    waiting: bool
    vehicle_row: int


def _run(view: View, run: int) -> Known:
    kept: Known | None = view.known.get(run)
    if kept is None:
        kept = view.known[run] = _known(view, run)
    return kept


def _known(view: View, run: int) -> Known:
    runs, network = view.snapshot.runs, view.network
    route = int(runs.route_ix[run])
    named = runs.trip_id[run] is not None
    told = {
        "route_id": network.routes.route_id[route],
        "route_short_name": network.routes.short_name[route],
        "route_color": network.routes.color[route] or None,
        "route_text_color": network.routes.text_color[route] or None,
        "headsign": runs.headsign[run],
        "direction_id": whole(runs.direction_id[run]),
        "trip_id": runs.trip_id[run],
        "start_date": str(runs.start_date[run]) if named else None,
        "start_time": format_service_time(int(runs.start_service_s[run])) if named else None,
    }
    scheduled = bool(runs.relationship[run] == RunRelationship.SCHEDULED)
    return Known(told, scheduled, bool(runs.look_ahead[run]), int(runs.vehicle_row[run]))
