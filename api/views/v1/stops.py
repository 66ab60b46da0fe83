"""Stops: search by words, place or box; one stop."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Float, Integer, String
from apiflask.validators import Length, Range, Regexp
from flask import Response

from api.answers import view_answer
from api.places import stop_record
from api.search import Box, Near
from api.state import view
from api.views.v1.blueprint import MAX_ROWS, bp, meta
from api.views.v1.rows import stop_row

_LAT = r"-?([0-8]?[0-9](\.[0-9]{1,12})?|90(\.0{1,12})?)"
_LON = r"-?((1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,12})?|180(\.0{1,12})?)"
NEAR, BOX = f"^{_LAT},{_LON}$", f"^{_LAT},{_LON},{_LAT},{_LON}$"


class StopsQuery(Schema):
    """Query of ``/v1/stops``."""

    q = String(
        load_default="",
        validate=Length(max=100),
        metadata={"description": "words in name, code or id; slips are forgiven", "example": "rotonda"},
    )
    near = String(
        validate=Regexp(NEAR, error="latitude,longitude in degrees"),
        metadata={"description": "latitude,longitude: nearest first", "example": "14.56,121.08"},
    )
    radius_m = Float(
        load_default=500.0, allow_nan=False, validate=Range(1, 50_000), metadata={"description": "how far around near"}
    )
    box = String(
        validate=Regexp(BOX, error="south,west,north,east in degrees"),
        metadata={"description": "south,west,north,east", "example": "14.5,121.0,14.7,121.2"},
    )
    limit = Integer(load_default=50, validate=Range(1, MAX_ROWS))
    offset = Integer(load_default=0, validate=Range(0, 1_000_000))


@bp.get("/stops")
@bp.input(StopsQuery, location="query", arg_name="query")
@bp.doc(
    summary="Search stops",
    description="By words in name, code or id (accents, case and slips are forgiven), around a place, or in a box; "
    "pages by offset, in an order that does not change while the feed does not.",
)
def stops(query: dict[str, Any]) -> Response:
    """Stops that match."""
    shown = view()
    near = _near(query["near"], query["radius_m"]) if "near" in query else None
    box = box_of(query["box"]) if "box" in query else None

    def build() -> dict[str, Any]:
        rows = shown.places.search(query["q"], near, box)
        page = rows[query["offset"] : query["offset"] + query["limit"]]
        return {"meta": meta(shown) | {"total": len(rows)}, "stops": [stop_record(shown, row) for row in page]}

    return view_answer(shown, build)


@bp.get("/stops/<path:stop_id>")
@bp.doc(summary="One stop", description="404 if the feed has no such stop.")
def stop(stop_id: str) -> Response:
    """One stop."""
    shown = view()
    row = stop_row(shown, stop_id)
    return view_answer(shown, lambda: {"meta": meta(shown), "stop": stop_record(shown, row)})


def box_of(words: str) -> Box:
    """The box of ``south,west,north,east``."""
    south, west, north, east = _numbers(words)
    return Box(min(south, north), west, max(south, north), east)


def _numbers(words: str) -> list[float]:
    return [float(word) for word in words.split(",")]


def _near(words: str, radius_m: float) -> Near:
    lat_deg, lon_deg = _numbers(words)
    return Near(lat_deg, lon_deg, radius_m)
