"""What a display shows: one model for page, text, JSON, image and speech."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from enum import Enum
from typing import Any

from api.arrivals import arrivals_of
from api.board import View
from api.displays.minute import MINUTE_S, Minute
from api.displays.notices import Notice, notices_at
from api.freshness import Source, source_of
from api.planning import ends_at, headways_at, planned_at

HORIZON_S = 5_400.0
"""Beyond an hour and a half nobody waits."""
LEAST_ROWS, MOST_ROWS = 12, 36
"""Rows of a sign: the first dozen, and beyond them what comes within …"""
HELD_S = 600.0
"""… so long: a dozen buses come in four minutes where six routes meet, and a display that hears nothing counts down
what it holds until it goes by the timetable."""
_CROWD = {
    "EMPTY": 0,
    "MANY_SEATS_AVAILABLE": 0,
    "FEW_SEATS_AVAILABLE": 1,
    "STANDING_ROOM_ONLY": 2,
    "CRUSHED_STANDING_ROOM_ONLY": 3,
    "FULL": 3,
    "NOT_ACCEPTING_PASSENGERS": 3,
}
_CROWD_CODES = (0, 0, 1, 2, 3, 3, 3)
"""The same by the number of GTFS-Realtime's OccupancyStatus."""


class How(Enum):
    """What a row rests on; the values are those of the texts."""

    LIVE = "L"
    LAST_KNOWN = "K"
    TIMETABLE = "T"


@dataclass(frozen=True, slots=True)
class Row:
    """One bus to come."""

    route_id: str
    route: str
    color: str | None
    towards: str
    minutes: int
    """From the whole minute until it comes, floored."""
    how: How
    crowd: int | None
    """0 seats free, 1 few seats, 2 standing, 3 full."""
    low_floor: bool | None
    last: bool
    """The last bus of its route and direction today, by the timetable."""
    stop_id: str
    key: tuple[Any, ...]
    """The run, so that alarms and streams know it again."""


@dataclass(frozen=True, slots=True)
class Every:
    """Headway service of one route and direction."""

    route: str
    towards: str
    minutes: int
    until_at: float


@dataclass(frozen=True, slots=True)
class Sign:
    """All that one display shows in one minute."""

    at: int
    """The whole minute, epoch seconds."""
    name: str
    stop_rows: tuple[int, ...]
    source: Source
    age_min: int
    """Whole minutes since the live loop was heard; 0 while it is live."""
    rows: tuple[Row, ...]
    every: tuple[Every, ...]
    notices: tuple[Notice, ...]
    simulated: bool


def sign_of(minute: Minute, name: str, stop_rows: tuple[int, ...]) -> Sign:
    """What a display of these stops shows in a minute."""
    view, now = minute.view, float(minute.at)
    source = source_of(view, now)
    places = [each for row in stop_rows for each in (row, *view.places.platforms.get(row, ()))]
    found = [
        _of_arrival(arrival)
        for row in stop_rows
        for arrival in arrivals_of(view, row, now, source=source, limit=MOST_ROWS, route_ix=None, horizon_s=HORIZON_S)
        if arrival["minutes"] is not None and arrival["relationship"] != "SKIPPED"
    ]
    for stop in places:
        found += [
            _of_plan(each, view, stop, now)
            for each in planned_at(view, stop, now, limit=MOST_ROWS, horizon_s=HORIZON_S, source=source)
        ]
    found.sort(key=lambda row: (row.minutes, row.route, row.towards, str(row.key)))
    every = {
        (each["route_id"], each["headsign"]): Every(
            each["route_short_name"] or each["route_id"],
            each["headsign"] or "",
            max(round(each["headway_s"] / MINUTE_S), 1),
            float(_epoch(each["last_at"])),
        )
        for stop in places
        for each in headways_at(view, stop, now)
        if each["runs_now"]
    }
    return Sign(
        minute.at,
        name,
        tuple(places),
        source,
        0 if source is Source.LIVE else math.floor((now - view.snapshot.made_at) / MINUTE_S),
        held_rows(_first_seen(found) if len(places) > 1 else found),
        tuple(every[key] for key in sorted(every, key=str)),
        notices_at(view, places, now),
        bool(view.city.get("simulated")),
    )


def held_rows(rows: list[Row]) -> tuple[Row, ...]:
    """Of rows in order of time, those that a sign holds."""
    soon = sum(row.minutes * MINUTE_S <= HELD_S for row in rows)
    return tuple(rows[: max(LEAST_ROWS, min(soon, MOST_ROWS))])


def crowd_of(occupancy: int) -> int | None:
    """How full: 0 seats free, 1 few seats, 2 standing, 3 full, of an OccupancyStatus; None if unknown."""
    return _CROWD_CODES[occupancy] if 0 <= occupancy < len(_CROWD_CODES) else None


def _first_seen(rows: list[Row]) -> list[Row]:
    """Each bus once: at a group of stops, where it comes first."""
    known: set[tuple[Any, ...]] = set()
    kept = []
    for row in rows:
        if row.key not in known:
            known.add(row.key)
            kept.append(row)
    return kept


def _of_arrival(arrival: dict[str, Any]) -> Row:
    vehicle = arrival["vehicle"] or {}
    basis = arrival["basis"]
    how = How.LAST_KNOWN if arrival["last_known"] else How.TIMETABLE if basis == "TIMETABLE" else How.LIVE
    run = (arrival["trip_id"], arrival["start_date"], arrival["start_time"])
    return Row(
        arrival["route_id"],
        arrival["route_short_name"] or arrival["route_id"],
        arrival["route_color"],
        arrival["headsign"] or "",
        arrival["minutes"],
        how,
        _CROWD.get(vehicle.get("occupancy") or ""),
        vehicle.get("wheelchair"),
        bool(arrival["last_of_day"]),
        arrival["stop_id"],
        # an abstained run has no name: its vehicle tells it apart
        run if arrival["trip_id"] else (vehicle.get("vehicle_id"), arrival["route_id"], arrival["stop_sequence"]),
    )


def _of_plan(planned: dict[str, Any], view: View, stop: int, now: float) -> Row:
    route = view.network.route_rows[planned["route_id"]]
    line = (f"{planned['route_id']}\0{planned['start_date']}", planned["direction_id"])
    _, last_at = ends_at(view, stop, now).get(line, (math.nan, math.nan))
    return Row(
        planned["route_id"],
        planned["route_short_name"] or planned["route_id"],
        view.network.routes.color[route] or None,
        planned["headsign"] or "",
        planned["minutes"],
        How.TIMETABLE,
        None,
        None,
        _epoch(planned["scheduled_at"]) >= last_at,
        str(view.network.stops.stop_id[stop]),
        (planned["trip_id"], planned["start_date"], planned["start_time"]),
    )


def _epoch(instant: str) -> float:
    return dt.datetime.fromisoformat(instant).timestamp()
