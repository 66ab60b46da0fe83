"""GTFS and GTFS-Realtime, for apps."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from api.answers import feed_answer, pack, respond
from api.errors import NotFound
from api.state import counter, view

bp = APIBlueprint("feeds", __name__, tag="Feeds")

STATIC_S = 300
"""Seconds an app may keep the static feed before it asks again; unchanged, it is 304."""
PROTOBUF = "application/x-protobuf"
KINDS = ("vehicle-positions", "trip-updates", "alerts")


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


@bp.get("/gtfs-rt/<kind>.<any(pb,json):form>")
@bp.doc(
    summary="A realtime feed",
    description="`vehicle-positions`, `trip-updates` or `alerts`, as protobuf (`.pb`) or its JSON twin (`.json`).",
    responses={200: "a FeedMessage"},
)
def realtime(kind: str, form: str) -> Response:
    """One realtime feed."""
    shown = view()
    if kind not in KINDS or f"{kind}.{form}" not in shown.feeds:
        raise NotFound(f"no feed is called {kind}.{form}: {', '.join(KINDS)}, each .pb and .json")
    return feed_answer(shown, f"{kind}.{form}", PROTOBUF if form == "pb" else "application/json")
