"""What the page of a display polls: absolute minutes, so that it counts down by itself, and a timetable in reserve."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from api.displays.daylight import sun_times
from api.displays.minute import MINUTE_S, Minute
from api.displays.sign import Row, Sign
from api.freshness import Source
from passinfo.network.departures import planned

PLAN_S, PLAN_STEP_S, MOST_PLANNED = 6 * 3_600, 1_800, 60
"""The timetable a page holds for when the network is gone: hours, renewed each half hour, lines at most."""


def payload_of(minute: Minute, sign: Sign, version: str) -> dict[str, Any]:
    """The facts of a display. Bytes change only where something that is seen does."""
    network = minute.view.network
    lat, lon = (
        float(sum(float(column[row]) for row in sign.stop_rows) / len(sign.stop_rows)) if sign.stop_rows else 0.0
        for column in (network.stops.lat_deg, network.stops.lon_deg)
    )
    sun = sun_times(minute.at, lat, lon)
    offset = dt.datetime.fromtimestamp(minute.at, ZoneInfo(network.timezone)).utcoffset()
    return {
        "version": version,
        "name": sign.name,
        "source": sign.source.value,
        # while the server itself is behind, its word is old already when it arrives
        "heard": None if sign.source is Source.LIVE else int(minute.view.snapshot.made_at) // MINUTE_S,
        "utc_offset_s": int(offset.total_seconds()) if offset is not None else 0,
        "sun": None if sun is None else [int(each) // MINUTE_S for each in sun],
        "simulated": sign.simulated,
        "rows": [_row(row, sign.at) for row in sign.rows],
        "every": [
            {"route": each.route, "to": each.towards, "minutes": each.minutes, "until": int(each.until_at) // MINUTE_S}
            for each in sign.every
        ],
        "plan": _plan(minute, sign),
        "notices": [dict(each.text) for each in sign.notices],
    }


def _row(row: Row, at: int) -> dict[str, Any]:
    return {
        "route": row.route,
        "color": row.color,
        "to": row.towards,
        "at": at // MINUTE_S + row.minutes,
        "how": row.how.value,
        "crowd": row.crowd,
        "low": row.low_floor,
        "last": row.last,
    }


def _plan(minute: Minute, sign: Sign) -> list[list[Any]]:
    """``[route, where to, minute]`` of the timetable, from the half hour that runs."""
    network, begin = minute.view.network, minute.at // PLAN_STEP_S * PLAN_STEP_S
    found = []
    for stop in sign.stop_rows:
        calls = planned(network, stop, begin, begin + PLAN_S)
        for at, trip in zip(calls.at.tolist(), calls.trip_ix.tolist(), strict=True):
            pattern = int(network.trips.pattern_ix[trip])
            route = int(network.patterns.route_ix[pattern])
            name = network.routes.short_name[route] or network.routes.route_id[route]
            to = network.trips.headsign[trip] or network.patterns.headsign[pattern] or ""
            found.append([str(name), str(to), int(at) // MINUTE_S])
    return sorted(found, key=lambda each: (each[2], each[0]))[:MOST_PLANNED]
