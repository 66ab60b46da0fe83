"""All that is told of what comes next at a stop: buses, plan, headways; and the plainest such answer, made directly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import orjson

from api.arrivals import arrivals_of
from api.board import View
from api.freshness import moment_of, source_of
from api.packed import Packed, pack
from api.places import stop_record
from api.planning import cancelled_at, headways_at, headways_json, planned_at
from api.sentences import sentences
from api.spoken import spoken
from api.values import iso

MAX_ROWS = 500
"""Rows one answer may hold: a few hundred kB."""
LIMIT, HORIZON_S = 10, 5_400
"""What is told to who asks for no more and no less."""
_PLAIN = re.compile(r"/v1/stops/([A-Za-z0-9_.:~-]{1,100})/arrivals")
"""Addresses that need no decoding; all others are the framework's."""


def meta_of(shown: View, clock: float) -> dict[str, Any]:
    """What every answer says of itself: whose, how old, resting on what."""
    source, now = source_of(shown, clock), moment_of(shown, clock)
    return {
        "city": shown.snapshot.city_id,
        "timezone": shown.network.timezone,
        "made_at": iso(int(shown.snapshot.made_at)),
        "sequence": shown.snapshot.sequence,
        "live": source.value == "live",
        "source": source.value,
        "age_s": round(now - shown.snapshot.made_at),
        "simulated": bool(shown.city.get("simulated")),
        "attribution": shown.city.get("attribution") or shown.network.agency_name,
        "licence": shown.city.get("licence"),
    }


def told_at(
    shown: View, row: int, clock: float, *, route: int | None = None, limit: int = LIMIT, horizon_s: float = HORIZON_S
) -> dict[str, Any]:
    """What comes next at a stop, or at all stops of a station."""
    now, source = moment_of(shown, clock), source_of(shown, clock)
    wanted = None if route is None else shown.network.routes.route_id[route]
    rows = (row, *shown.places.platforms.get(row, ()))
    most: dict[str, Any] = {"limit": limit if wanted is None else MAX_ROWS, "horizon_s": horizon_s}
    planned = [each for at in rows for each in planned_at(shown, at, now, **most, source=source)]
    planned += [each for at in rows for each in cancelled_at(shown, at, now, **most)]
    return {
        "stop": stop_record(shown, row),
        "arrivals": arrivals_of(shown, row, now, source=source, limit=limit, route_ix=route, horizon_s=horizon_s),
        "planned": [
            each | {"sentence": sentences(each), "spoken": spoken(each)}
            for each in sorted(planned, key=lambda each: each["scheduled_at"])
            if wanted in (None, each["route_id"])
        ][:limit],
        "headways": _headways(shown, rows, now, wanted),
    }


def _headways(shown: View, rows: Sequence[int], now: float, wanted: str | None) -> Any:
    if wanted is None:
        return orjson.Fragment(b"[%b]" % b",".join(filter(None, [headways_json(shown, at, now) for at in rows])))
    return [each for at in rows for each in headways_at(shown, at, now) if each["route_id"] == wanted]


def plain_arrivals(shown: View, path: str, query: str, clock: float) -> Packed | None:
    """The answer to ``/v1/stops/{stop_id}/arrivals`` with nothing beside; None if that is not what is asked."""
    asked = _PLAIN.fullmatch(path) if not query else None
    row = None if asked is None else shown.network.stop_rows.get(asked[1])
    if row is None:
        return None
    return pack(orjson.dumps({"meta": meta_of(shown, clock)} | told_at(shown, row, clock)), "application/json")
