"""``/map``: the page and what it polls."""

from __future__ import annotations

import os
import re
from typing import Any

import orjson
from apiflask import APIBlueprint, Schema
from apiflask.fields import String
from apiflask.validators import Length, Regexp
from flask import Response, make_response, render_template

from api.alarms.vapid import push_key
from api.answers import respond, view_answer
from api.displays.words import languages_of
from api.freshness import moment_of
from api.map.ground import ground_of
from api.map.moving import moving_in
from api.map.words import MAP_WORDS
from api.state import counter, view
from api.views.v1.blueprint import meta
from api.views.v1.rows import route_row
from api.views.v1.stops import BOX, box_of

bp = APIBlueprint("map", __name__, url_prefix="/map", tag="Map")

TILES, TILES_BY = "PASSINFO_TILES", "PASSINFO_TILES_BY"
GROUND_S = 300
"""Seconds a phone keeps lines and stops without asking; unchanged, it is 304 then."""


class MapQuery(Schema):
    """Query of ``/map``."""

    lang = String(load_default="", validate=Regexp("^[a-z,]{0,20}$", error="a language such as en"))


class MovingQuery(Schema):
    """Query of ``/map/vehicles.json``."""

    box = String(
        validate=Regexp(BOX, error="south,west,north,east in degrees"),
        metadata={"description": "south,west,north,east", "example": "14.5,121.0,14.7,121.2"},
    )
    route_id = String(validate=Length(max=255), metadata={"description": "only this route"})


@bp.get("")
@bp.input(MapQuery, location="query", arg_name="query")
@bp.doc(summary="The passenger's map", hide=True)
def page(query: dict[str, Any]) -> Response:
    """Lines, stops and live buses."""
    shown = view()
    (language, *_) = languages_of(query["lang"], shown.city.get("languages") or ())
    tiles = os.environ.get(TILES, "")
    response = make_response(
        render_template(
            "map.html",
            city=shown.city.get("name") or shown.network.agency_name,
            simulated=bool(shown.city.get("simulated")),
            language=language,
            words=MAP_WORDS[language],
            words_json=orjson.dumps(MAP_WORDS[language]).decode(),
            tiles=tiles,
            tiles_by=os.environ.get(TILES_BY, ""),
            push_key=push_key(counter().folder),
            owed=shown.city.get("attribution") or shown.network.agency_name,
        )
    )
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        f"img-src 'self' data:{_host(tiles)}; base-uri 'none'; frame-ancestors *"
    )
    return response


@bp.get("/ground.json")
@bp.doc(summary="What lies still on the map", description="Routes, lines as encoded polylines, stops.")
def ground() -> Response:
    """Lines and stops."""
    shown = view()
    return respond(ground_of(shown), shown.snapshot.made_at, GROUND_S)


@bp.get("/vehicles.json")
@bp.input(MovingQuery, location="query", arg_name="query")
@bp.doc(summary="What moves on the map", description="Buses in few bytes, of a box and a route if asked so.")
def vehicles(query: dict[str, Any]) -> Response:
    """Buses."""
    shown = view()
    box = box_of(query["box"]) if "box" in query else None
    route = route_row(shown, query["route_id"]) if "route_id" in query else None

    def build() -> dict[str, Any]:
        now = moment_of(shown, counter().clock())
        return {"meta": meta(shown) | {"tick_s": shown.tick_s}, "vehicles": moving_in(shown, now, box, route)}

    return view_answer(shown, build)


def _host(tiles: str) -> str:
    """The tile server, for the page's security policy; ``{s}`` stands for any name below."""
    found = re.match(r"https?://([^/]+)/", tiles)
    return "" if found is None else f" {tiles.split('://')[0]}://{found[1].replace('{s}', '*')}"
