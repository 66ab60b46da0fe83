"""The blueprint of ``/v1``, and what all its answers say of themselves."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from api.board import View
from api.freshness import moment_of, source_of
from api.state import counter
from passinfo.times import to_iso

bp = APIBlueprint("v1", __name__, url_prefix="/v1", tag="Passenger information")

MAX_ROWS = 500
"""Rows one answer may hold: a few hundred kB."""


def meta(shown: View) -> dict[str, Any]:
    """What every answer says of itself: whose, how old, resting on what."""
    clock = counter().clock()
    source = source_of(shown, clock)
    now = moment_of(shown, clock)
    return {
        "city": shown.snapshot.city_id,
        "timezone": shown.network.timezone,
        "made_at": to_iso(shown.snapshot.made_at),
        "sequence": shown.snapshot.sequence,
        "live": source.value == "live",
        "source": source.value,
        "age_s": round(now - shown.snapshot.made_at),
        "simulated": bool(shown.city.get("simulated")),
        "attribution": shown.city.get("attribution") or shown.network.agency_name,
        "licence": shown.city.get("licence"),
    }
