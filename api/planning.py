"""What the plan says of a stop: timetable calls that no bus has taken on yet, and headways."""

from __future__ import annotations

import math
from typing import Any

from api.board import View
from passinfo.network.departures import planned, promised
from passinfo.network.network import Network
from passinfo.times import format_service_time, service_date_of, to_iso


def planned_at(view: View, stop_ix: int, now: float, *, limit: int, horizon_s: float) -> list[dict[str, Any]]:
    """Timetable calls to come that are in no run of the snapshot, soonest first."""
    runs, network = view.snapshot.runs, view.network
    known = set(zip(runs.trip_ix.tolist(), runs.start_date.tolist(), strict=True))
    found = planned(network, stop_ix, now, now + horizon_s)
    rows: list[dict[str, Any]] = []
    for at, trip, date, stop_row in zip(
        found.at.tolist(), found.trip_ix.tolist(), found.start_date.tolist(), found.stop_row.tolist(), strict=True
    ):
        if (trip, date) in known:
            continue
        if len(rows) == limit:
            break
        rows.append(_of_trip(network, trip, stop_row) | _of_time(network, trip, date, at, now))
    return rows


def _of_trip(network: Network, trip: int, stop_row: int) -> dict[str, Any]:
    pattern = int(network.trips.pattern_ix[trip])
    route, direction = int(network.patterns.route_ix[pattern]), int(network.patterns.direction_id[pattern])
    return {
        "route_id": network.routes.route_id[route],
        "route_short_name": network.routes.short_name[route],
        "headsign": network.trips.headsign[trip] or network.patterns.headsign[pattern],
        "direction_id": direction if direction >= 0 else None,
        "trip_id": network.trips.trip_id[trip],
        "stop_sequence": int(network.patterns.stop_sequence[stop_row]),
    }


def _of_time(network: Network, trip: int, date: int, at: float, now: float) -> dict[str, Any]:
    return {
        "start_date": str(date),
        "start_time": format_service_time(int(network.trips.start_service_s[trip])),
        "scheduled_at": to_iso(round(at)),
        "minutes": max(math.floor((at - now) / 60), 0),
        "basis": "TIMETABLE",
        "relationship": "SCHEDULED",
    }


def headways_at(view: View, stop_ix: int, now: float) -> list[dict[str, Any]]:
    """Headway service at a stop: how often, and from when until when."""
    return [
        _of_trip(view.network, each.trip_ix, each.stop_row)
        | {
            "headway_s": each.headway_s,
            "runs_now": each.runs_now,
            "first_at": to_iso(round(each.first_at)),
            "last_at": to_iso(round(each.last_at)),
            "basis": "HEADWAY",
        }
        for each in promised(view.network, stop_ix, now)
    ]


def ends_at(view: View, stop_ix: int, now: float) -> dict[tuple[str, int | None], tuple[float, float]]:
    """First and last planned departure of the day by route and direction: who waits late should know."""
    network, today = view.network, service_date_of(now, view.network.timezone)
    kept = view.places.ends.get((stop_ix, today))
    if kept is not None:
        return kept
    found: dict[tuple[str, int | None], tuple[float, float]] = {}
    calls = planned(network, stop_ix, now - DAY_S, now + DAY_S)
    for at, trip, date in zip(calls.at.tolist(), calls.trip_ix.tolist(), calls.start_date.tolist(), strict=True):
        pattern = int(network.trips.pattern_ix[trip])
        direction = int(network.patterns.direction_id[pattern])
        route_id = network.routes.route_id[network.patterns.route_ix[pattern]]
        key = (f"{route_id}\0{date}", direction if direction >= 0 else None)
        first, last = found.get(key, (at, at))
        found[key] = (min(first, at), max(last, at))
    view.places.ends[stop_ix, today] = found
    return found


DAY_S = 30 * 3_600.0
"""A service day with its hours beyond midnight."""
