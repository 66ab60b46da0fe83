"""What comes next at a stop: the calls of a snapshot as plain records."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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
from passinfo.prediction.display import display_instant
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
    if route_ix is not None:
        kept = kept[runs.route_ix[calls.run_row[rows[kept]]] == route_ix]
    told, row_of, stop_id = kept[:limit].tolist(), rows.tolist(), view.network.stops.stop_id[stop_ix]
    line_of, run_row, way_of = runs.route_ix.item, calls.run_row.item, runs.direction_id.item
    # of all that come, also of those beyond the limit: the last one told has a bus behind it too
    behind = _next_after(told, p50_at.tolist(), lambda at: (line_of(run := run_row(row_of[at])), way_of(run)))
    found = []
    for at in told:
        row = row_of[at]
        arrival = _record(view, row, now, {"stop_id": stop_id})
        arrival["next_after_s"] = behind.get(at)
        if arrival["scheduled_at"] is not None and arrival["start_date"] is not None:
            run = run_row(row)
            ends = view.places.plans.ends(stop_ix, int(arrival["start_date"])).get((line_of(run), way_of(run)))
            if ends is not None:
                planned_at = calls.scheduled_at.item(row)
                arrival["first_of_day"] = planned_at <= ends[0]
                arrival["last_of_day"] = planned_at >= ends[1]
        found.append(arrival)
    return found


def _next_after(
    told: Sequence[int], p50_at: Sequence[float], line_of: Callable[[int], tuple[int, int]]
) -> dict[int, int]:
    """Seconds from each call that is told to the next of its line; none where none follows, or one is not predicted."""
    found: dict[int, int] = {}
    waiting: dict[tuple[int, int], int] = {}
    wanted, last = set(told), told[-1] if told else -1
    for at in range(told[0] if told else 0, len(p50_at)):
        if p50_at[at] != p50_at[at]:
            continue
        line = line_of(at)
        before = waiting.pop(line, None)
        if before is not None:
            found[before] = round(p50_at[at] - p50_at[before])
        if at in wanted:
            waiting[line] = at
        elif not waiting and at > last:
            break
    return found


def arrival_record(view: View, row: int, now: float) -> dict[str, Any]:
    """One call of a snapshot."""
    return _record(view, row, now, {})


def arrival_records(view: View, rows: Ints, now: float) -> list[dict[str, Any]]:
    """Calls of a snapshot."""
    return [_record(view, row, now, {}) for row in rows.tolist()]


def _record(view: View, row: int, now: float, begin: dict[str, Any]) -> dict[str, Any]:
    # item() gives Python's own numbers, several times faster than indexing; a run is described once for all its stops
    calls = view.snapshot.calls
    known = _run(view, calls.run_row.item(row))
    p10_at, p50_at, scheduled_at = calls.p10_at.item(row), calls.p50_at.item(row), calls.scheduled_at.item(row)
    shown_at = display_instant(p10_at, p50_at)
    late_s = p50_at - scheduled_at if known.scheduled else math.nan
    stops_away, distance_m, basis = calls.stops_away.item(row), calls.distance_m.item(row), calls.basis.item(row)
    return {
        **begin,
        **known.told,
        "stop_sequence": calls.stop_sequence.item(row),
        "arrival_at": instant(calls.arrival_at.item(row)),
        "departure_at": instant(calls.departure_at.item(row)),
        "p10_at": instant(p10_at),
        "p50_at": instant(p50_at),
        "p90_at": instant(calls.p90_at.item(row)),
        "display_at": instant(shown_at),
        "minutes": None if shown_at != shown_at else max(int((shown_at - now) // 60), 0),
        "scheduled_at": instant(scheduled_at),
        "delay_s": None if late_s != late_s else round(late_s),
        "next_after_s": None,
        "first_of_day": None,
        "last_of_day": None,
        "stops_away": stops_away if stops_away >= 0 else None,
        "distance_m": None if distance_m != distance_m else float(round(distance_m)),
        "tracked": basis == Basis.TRACKED,
        "last_known": basis == Basis.LAST_KNOWN,
        "waiting": known.waiting,
        "relationship": _RELATIONSHIPS[calls.relationship.item(row)],
        "method": _METHODS[calls.method.item(row)],
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
    route, trip_id = runs.route_ix.item(run), runs.trip_id[run]
    named = trip_id is not None
    told = {
        "route_id": network.routes.route_id[route],
        "route_short_name": network.routes.short_name[route],
        "route_color": network.routes.color[route] or None,
        "route_text_color": network.routes.text_color[route] or None,
        "headsign": runs.headsign[run],
        "direction_id": whole(runs.direction_id.item(run)),
        "trip_id": trip_id,
        "start_date": str(runs.start_date.item(run)) if named else None,
        "start_time": format_service_time(runs.start_service_s.item(run)) if named else None,
    }
    scheduled = runs.relationship.item(run) == RunRelationship.SCHEDULED
    return Known(told, scheduled, runs.look_ahead.item(run), runs.vehicle_row.item(run))
