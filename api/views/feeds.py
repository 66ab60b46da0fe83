"""GTFS and GTFS-Realtime, for apps."""

from __future__ import annotations

from functools import partial

from apiflask import APIBlueprint, Schema
from apiflask.fields import String
from apiflask.validators import Length
from flask import Response

from api.answers import feed_answer, made_answer, pack, respond
from api.board import View
from api.errors import NotFound
from api.state import counter, view
from passinfo.realtime.encode import to_json
from passinfo.realtime.select import combined, combined_json, concern_of, concerning

bp = APIBlueprint("feeds", __name__, tag="Feeds")

STATIC_S = 300
"""Seconds an app may keep the static feed before it asks again; unchanged, it is 304."""
PROTOBUF = "application/x-protobuf"
KINDS, ALL = ("vehicle-positions", "trip-updates", "alerts"), "all"


@bp.get("/gtfs/schedule.zip")
@bp.doc(summary="The static feed", description="GTFS as a zip.", responses={200: "a zip"})
def schedule() -> Response:
    """The GTFS zip."""
    path = counter().folder / "gtfs" / "schedule.zip"
    try:
        data, changed_at = path.read_bytes(), path.stat().st_mtime
    except FileNotFoundError:
        raise NotFound("this city publishes no static feed yet") from None
    return respond(pack(data, "application/zip"), changed_at, STATIC_S)


class Concerned(Schema):
    """Which part of a feed."""

    route_id = String(validate=Length(1, 2_000), metadata={"description": "routes, with commas between"})
    agency_id = String(validate=Length(1, 2_000), metadata={"description": "agencies, with commas between"})


@bp.get("/gtfs-rt/<kind>.<any(pb,json):form>")
@bp.input(Concerned, location="query", arg_name="wanted")
@bp.doc(
    summary="A realtime feed",
    description="`vehicle-positions`, `trip-updates`, `alerts`, or `all` in one message, as protobuf (`.pb`) or its "
    "JSON twin (`.json`). With `route_id` or `agency_id` only what concerns these routes.",
    responses={200: "a FeedMessage"},
)
def realtime(kind: str, form: str, wanted: dict[str, str]) -> Response:
    """One realtime feed, or what of it concerns some routes."""
    shown = view()
    kinds = KINDS if kind == ALL else (kind,)
    if kind not in (*KINDS, ALL) or any(f"{each}.pb" not in shown.feeds for each in kinds):
        raise NotFound(f"no feed is called {kind}.{form}: {', '.join((*KINDS, ALL))}, each .pb and .json")
    mimetype = PROTOBUF if form == "pb" else "application/json"
    if kind != ALL and not wanted:
        return feed_answer(shown, f"{kind}.{form}", mimetype)
    return made_answer(shown, partial(_part, shown, kinds, form, wanted), mimetype)


def _part(shown: View, kinds: tuple[str, ...], form: str, wanted: dict[str, str]) -> bytes:
    """Some kinds in one message, or what of them concerns some routes."""
    if not wanted:
        parts = [bytes(shown.feeds[f"{each}.{form}"]) for each in kinds]
        return combined(parts) if form == "pb" else combined_json(parts)
    try:
        concern = concern_of(shown.network, _ids(wanted, "route_id"), _ids(wanted, "agency_id"))
    except KeyError as error:
        raise NotFound(f"the network has no {error.args[0]}") from None
    data = combined([concerning(bytes(shown.feeds[f"{each}.pb"]), concern) for each in kinds])
    return data if form == "pb" else to_json(data)


def _ids(wanted: dict[str, str], name: str) -> list[str]:
    return [each for each in wanted.get(name, "").split(",") if each]
