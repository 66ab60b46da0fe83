"""``/v1``: stops, arrivals, routes and vehicles as JSON, for displays and pages."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Float, Integer, String
from apiflask.validators import Length, Range
from flask import Response

from api.answers import json_answer
from api.arrivals import arrivals_at, vehicle_record
from api.board import View
from api.errors import BadRequest, NotFound
from api.places import route_record, search_stops, stop_record
from api.state import counter, view
from passinfo.times import to_iso

bp = APIBlueprint("v1", __name__, url_prefix="/v1", tag="Passenger information")

MAX_ROWS = 500
"""Rows one answer may hold: a few hundred kB."""
LONGEST_HORIZON_S = 14_400
"""Four hours: beyond, nobody waits at a stop."""


class StopsQuery(Schema):
    """Query of ``/v1/stops``."""

    q = String(load_default="", validate=Length(max=100), metadata={"description": "words in name, code or id"})
    lat = Float(allow_nan=False, validate=Range(-90, 90), metadata={"description": "search around this latitude"})
    lon = Float(allow_nan=False, validate=Range(-180, 180), metadata={"description": "… and longitude"})
    radius_m = Float(load_default=500.0, allow_nan=False, validate=Range(1, 50_000))
    limit = Integer(load_default=50, validate=Range(1, MAX_ROWS))
    offset = Integer(load_default=0, validate=Range(0))


class ArrivalsQuery(Schema):
    """Query of ``/v1/stops/{stop_id}/arrivals``."""

    limit = Integer(load_default=10, validate=Range(1, MAX_ROWS))
    route_id = String(validate=Length(max=255), metadata={"description": "only this route"})
    horizon_s = Integer(
        load_default=5_400, validate=Range(60, LONGEST_HORIZON_S), metadata={"description": "how far ahead, seconds"}
    )


class VehiclesQuery(Schema):
    """Query of ``/v1/vehicles``."""

    route_id = String(validate=Length(max=255), metadata={"description": "only this route"})


@bp.get("/stops")
@bp.input(StopsQuery, location="query", arg_name="query")
@bp.doc(summary="Search stops", description="By words in name, code or id, or around a place; pages by offset.")
def stops(query: dict[str, Any]) -> Response:
    """Stops that match."""
    shown = view()
    if ("lat" in query) != ("lon" in query):
        raise BadRequest("lat and lon belong together")
    near = (query["lat"], query["lon"], query["radius_m"]) if "lat" in query else None
    rows = search_stops(shown, query["q"], near)
    page = rows[query["offset"] : query["offset"] + query["limit"]]
    return json_answer(
        {"meta": meta(shown) | {"total": len(rows)}, "stops": [stop_record(shown, row) for row in page]}, made(shown)
    )


@bp.get("/stops/<path:stop_id>")
@bp.doc(summary="One stop", description="404 if the feed has no such stop.")
def stop(stop_id: str) -> Response:
    """One stop."""
    shown = view()
    return json_answer({"meta": meta(shown), "stop": stop_record(shown, stop_row(shown, stop_id))}, made(shown))


@bp.get("/stops/<path:stop_id>/arrivals")
@bp.input(ArrivalsQuery, location="query", arg_name="query")
@bp.doc(
    summary="What comes next at a stop",
    description="Arrivals, soonest first, each with its interval (p10, p50, p90) and what it rests on. "
    "A station answers for all its stops.",
)
def arrivals(stop_id: str, query: dict[str, Any]) -> Response:
    """Arrivals at a stop."""
    shown = view()
    row = stop_row(shown, stop_id)
    route = route_row(shown, query["route_id"]) if "route_id" in query else None
    return json_answer(
        {
            "meta": meta(shown),
            "stop": stop_record(shown, row),
            "arrivals": arrivals_of(shown, row, query["limit"], route, query["horizon_s"]),
        },
        made(shown),
    )


@bp.get("/routes")
@bp.doc(summary="All routes", description="In the feed's sort order, with the number of buses on each now.")
def routes() -> Response:
    """All routes."""
    shown = view()
    table = shown.network.routes
    order = sorted(range(len(table.route_id)), key=lambda row: (int(table.sort_order[row]), table.route_id[row]))
    return json_answer({"meta": meta(shown), "routes": [route_record(shown, row) for row in order]}, made(shown))


@bp.get("/vehicles")
@bp.input(VehiclesQuery, location="query", arg_name="query")
@bp.doc(
    summary="Buses in public service",
    description="In service, in layover or off route. A bus that has fallen silent stays, with phase STALE, until it "
    "is forgotten; buses in depots and on their way home are not shown.",
)
def vehicles(query: dict[str, Any]) -> Response:
    """Vehicles the public may see."""
    shown = view()
    now = made(shown)
    route = route_row(shown, query["route_id"]) if "route_id" in query else None
    table = shown.snapshot.vehicles
    stale = (table.phase == STALE) & (table.run_row >= 0)
    rows = [
        row
        for row in range(len(table.vehicle_id))
        if (table.public[row] or stale[row]) and (route is None or table.route_ix[row] == route)
    ]
    return json_answer({"meta": meta(shown), "vehicles": [vehicle_record(shown, row, now) for row in rows]}, now)


STALE = 5
"""PhaseCode.STALE."""


def arrivals_of(shown: View, row: int, limit: int, route: int | None, horizon_s: float) -> list[dict[str, Any]]:
    """Arrivals at a stop, or at all stops of a station."""
    stops = shown.network.stops
    rows = [row, *[child for child in range(len(stops.stop_id)) if stops.parent_ix[child] == row]]
    now = made(shown)
    found = [
        {"stop_id": stops.stop_id[each]} | arrival
        for each in rows
        for arrival in arrivals_at(shown, each, now, limit=limit, route_ix=route, horizon_s=horizon_s)
    ]
    found.sort(key=lambda arrival: arrival["p50_at"] or arrival["scheduled_at"] or "")
    return found[:limit]


def stop_row(shown: View, stop_id: str) -> int:
    """Row of a stop.

    Raises
    ------
    NotFound
        If the network has none of that id.
    """
    row = shown.network.stop_rows.get(stop_id)
    if row is None:
        raise NotFound(f"no stop has the id {stop_id!r}; search with /v1/stops?q=…")
    return row


def route_row(shown: View, route_id: str) -> int:
    """Row of a route.

    Raises
    ------
    NotFound
        If the network has none of that id.
    """
    row = shown.network.route_rows.get(route_id)
    if row is None:
        raise NotFound(f"no route has the id {route_id!r}; /v1/routes lists them")
    return row


def made(shown: View) -> float:
    """Instant of the snapshot: answers speak of it, so that equal snapshots give equal answers (and 304)."""
    return shown.snapshot.made_at


def meta(shown: View) -> dict[str, Any]:
    """What every answer says of itself."""
    return {
        "city": shown.snapshot.city_id,
        "timezone": shown.network.timezone,
        "made_at": to_iso(shown.snapshot.made_at),
        "sequence": shown.snapshot.sequence,
        "live": counter().clock() - shown.snapshot.made_at <= LIVE_S,
    }


LIVE_S = 60.0
"""A snapshot older than this is no live answer; see ``api.board.FRESH_S``."""
