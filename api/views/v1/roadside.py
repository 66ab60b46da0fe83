"""What comes next anywhere beside a road: for hail-and-ride service, which has few stops or none."""

from __future__ import annotations

from typing import Any

import numpy as np
from apiflask import Schema
from apiflask.fields import Float, Integer, String
from apiflask.validators import Length, Range
from flask import Response

from api.answers import view_answer
from api.freshness import Source, moment_of, source_of
from api.roadside import passes
from api.state import counter, view
from api.views.v1.blueprint import bp, meta
from api.views.v1.rows import route_row


class PlaceQuery(Schema):
    """Query of ``/v1/arrivals/at``."""

    lat = Float(required=True, allow_nan=False, validate=Range(-90, 90), metadata={"example": 14.56})
    lon = Float(required=True, allow_nan=False, validate=Range(-180, 180), metadata={"example": 121.08})
    route_id = String(required=True, validate=Length(1, 255))
    limit = Integer(load_default=10, validate=Range(1, 100))


@bp.get("/arrivals/at")
@bp.input(PlaceQuery, location="query", arg_name="query")
@bp.doc(
    summary="What comes next at a place beside a road",
    description="When the buses of a route pass the point of its line nearest to a place, by direction: interpolated "
    "between the stops before and after. `offset_m` tells how far the line is.",
)
def at_place(query: dict[str, Any]) -> Response:
    """Passages of a route's buses at a place."""
    shown = view()
    route = route_row(shown, query["route_id"])

    def build() -> dict[str, Any]:
        clock = counter().clock()
        now = moment_of(shown, clock)
        known = source_of(shown, clock) is not Source.TIMETABLE
        x, y = shown.network.projection.to_xy(np.array([query["lat"]]), np.array([query["lon"]]))
        found = passes(shown, route, float(x[0]), float(y[0]), now) if known else []
        return {"meta": meta(shown), "arrivals": found[: query["limit"]]}

    return view_answer(shown, build)
