"""What comes next: at a stop, at several, at a named group of stops."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range, Regexp
from flask import Response

from api.answers import view_answer
from api.board import View
from api.errors import NotFound
from api.state import counter, view
from api.told import HORIZON_S, LIMIT, told_at
from api.views.v1.blueprint import MAX_ROWS, bp, meta
from api.views.v1.rows import route_row, stop_row

LONGEST_HORIZON_S = 14_400
"""Four hours: beyond, nobody waits at a stop."""
MOST_STOPS = 100


class ArrivalsQuery(Schema):
    """Query of ``/v1/stops/{stop_id}/arrivals``."""

    limit = Integer(load_default=LIMIT, validate=Range(1, MAX_ROWS))
    route_id = String(validate=Length(max=255), metadata={"description": "only this route"})
    horizon_s = Integer(
        load_default=HORIZON_S,
        validate=Range(60, LONGEST_HORIZON_S),
        metadata={"description": "seconds ahead"},
    )


class ManyQuery(ArrivalsQuery):
    """Query of ``/v1/arrivals``."""

    stop_ids = String(
        required=True,
        validate=[Length(1, 4_000), Regexp(f"^[^,]+(,[^,]+){{0,{MOST_STOPS - 1}}}$", error=f"1 to {MOST_STOPS} ids")],
        metadata={"description": f"1 to {MOST_STOPS} stop ids, separated by commas"},
    )


@bp.get("/stops/<path:stop_id>/arrivals")
@bp.input(ArrivalsQuery, location="query", arg_name="query")
@bp.doc(
    summary="What comes next at a stop",
    description="Arrivals, soonest first, each with its interval (p10, p50, p90) and what it rests on; timetable calls "
    "no bus has taken on yet (`planned`); headway service (`headways`). A station answers for all its stops.",
)
def arrivals(stop_id: str, query: dict[str, Any]) -> Response:
    """Arrivals at a stop."""
    shown = view()
    row = stop_row(shown, stop_id)
    route = route_row(shown, query["route_id"]) if "route_id" in query else None
    return view_answer(shown, lambda: {"meta": meta(shown)} | _told(shown, row, route, query))


@bp.get("/arrivals")
@bp.input(ManyQuery, location="query", arg_name="query")
@bp.doc(summary="What comes next at several stops", description="Up to 100 stops at once, in the order asked.")
def many(query: dict[str, Any]) -> Response:
    """Arrivals at several stops."""
    return _several(view(), list(dict.fromkeys(query["stop_ids"].split(","))), query)


@bp.get("/groups/<path:group>/arrivals")
@bp.input(ArrivalsQuery, location="query", arg_name="query")
@bp.doc(
    summary="What comes next at a named group of stops",
    description="Groups are named by the operator (`stop_groups` in `city.json`): a square, a school, a mall.",
)
def of_group(group: str, query: dict[str, Any]) -> Response:
    """Arrivals at a group of stops."""
    shown = view()
    groups = shown.city.get("stop_groups") or {}
    if group not in groups:
        raise NotFound(f"no group of stops is called {group!r}: {', '.join(sorted(groups)) or 'none is defined'}")
    return _several(shown, [str(each) for each in groups[group]][:MOST_STOPS], query)


def _several(shown: View, stop_ids: list[str], query: dict[str, Any]) -> Response:
    rows = [stop_row(shown, stop_id) for stop_id in stop_ids]
    route = route_row(shown, query["route_id"]) if "route_id" in query else None
    return view_answer(shown, lambda: {"meta": meta(shown), "stops": [_told(shown, row, route, query) for row in rows]})


def _told(shown: View, row: int, route: int | None, query: dict[str, Any]) -> dict[str, Any]:
    return told_at(shown, row, counter().clock(), route=route, limit=query["limit"], horizon_s=query["horizon_s"])
