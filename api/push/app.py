"""The ASGI app: ``/push/arrivals``, ``/push/vehicles``, ``/push/alarm``, ``/push/health``."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import re
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from api.board import Board, NothingPublished
from api.push.alarms import AlarmSubject
from api.push.hub import Full, Hub
from api.push.ringing import Ringer
from api.push.stream import Stream
from api.push.topics import BusesSubject, StopsSubject, Subject
from api.search import Box

MOST_STOPS = 20
EACH_SETTING, EACH = "PASSINFO_PUSH_EACH", 200
"""Streams of one address: a building, a school."""
_DEGREES = r"(-?\d{1,3}(?:\.\d{1,12})?)"
_BOX = re.compile(",".join([_DEGREES] * 4))


class Refused(Exception):
    """A request that cannot be served: status, and what to do."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code = status, code


def create_push(state: Path, clock: Callable[[], float] = time.time) -> Starlette:
    """The app over a state directory (``PASSINFO_STATE``). ``clock`` is for measuring age only."""
    board = Board(state)
    hub, ringer = Hub(board, int(os.environ.get(EACH_SETTING, EACH)), clock), Ringer(state, board, clock)

    @contextlib.asynccontextmanager
    async def live(_: Starlette) -> AsyncIterator[None]:
        at_work = [asyncio.create_task(each.run()) for each in (hub, ringer)]
        try:
            yield
        finally:
            for task in at_work:
                task.cancel()
            await asyncio.gather(*at_work, return_exceptions=True)

    async def arrivals(request: Request) -> ASGIApp:
        return await _listen(hub, request, _stops(hub, request))

    async def vehicles(request: Request) -> ASGIApp:
        return await _listen(hub, request, _buses(hub, request))

    async def alarm(request: Request) -> ASGIApp:
        return await _listen(hub, request, _alarm(hub, request))

    async def health(_: Request) -> Response:
        return JSONResponse(
            {"readers": sum(hub.addresses.values()), "topics": len(hub.rooms), "dropped": hub.dropped}
            | {"alarms": {"alive": ringer.alive} | dataclasses.asdict(ringer.delivery.tally)},
            headers={"Cache-Control": "no-store"},
        )

    app = Starlette(
        routes=[
            Route("/push/arrivals", arrivals),
            Route("/push/vehicles", vehicles),
            Route("/push/alarm", alarm),
            Route("/push/health", health),
        ],
        lifespan=live,
        exception_handlers={Refused: _refuse, NothingPublished: _refuse, Full: _refuse},
    )
    app.state.hub = hub
    return app


async def _listen(hub: Hub, request: Request, subject: Subject) -> ASGIApp:
    told = request.headers.get("last-event-id") or request.query_params.get("last_event_id", "")
    last_id = int(told) if re.fullmatch(r"\d{1,15}", told) else None
    address = request.client.host if request.client is not None else ""
    room, reader = await hub.join(subject, address, last_id)
    return Stream(hub, room, reader)


def _stops(hub: Hub, request: Request) -> StopsSubject:
    asked = [word for word in request.query_params.get("stop_ids", "").split(",") if word]
    if not 1 <= len(asked) <= MOST_STOPS:
        raise Refused(400, "bad_request", f"stop_ids: 1 to {MOST_STOPS} stop ids, separated by commas")
    known = hub.board.view().network.stop_rows
    for stop_id in asked:
        if stop_id not in known:
            raise Refused(404, "not_found", f"no stop has the id {stop_id!r}; search with /v1/stops?q=…")
    return StopsSubject(tuple(sorted(set(asked))))


def _buses(hub: Hub, request: Request) -> BusesSubject:
    route_id, words = request.query_params.get("route_id"), request.query_params.get("box")
    if route_id is not None and route_id not in hub.board.view().network.route_rows:
        raise Refused(404, "not_found", f"no route has the id {route_id!r}; /v1/routes lists them")
    if words is None:
        return BusesSubject(None, route_id)
    found = _BOX.fullmatch(words)
    if found is None:
        raise Refused(400, "bad_request", "box: south,west,north,east in degrees")
    south, west, north, east = (float(each) for each in found.groups())
    return BusesSubject(Box(min(south, north), west, max(south, north), east), route_id)


def _alarm(hub: Hub, request: Request) -> AlarmSubject:
    asked = request.query_params
    stop_id, route_id, words = asked.get("stop_id", ""), asked.get("route_id"), asked.get("minutes", "5")
    network = hub.board.view().network
    if stop_id not in network.stop_rows:
        raise Refused(404, "not_found", f"no stop has the id {stop_id!r}; search with /v1/stops?q=…")
    if route_id is not None and route_id not in network.route_rows:
        raise Refused(404, "not_found", f"no route has the id {route_id!r}; /v1/routes lists them")
    if not re.fullmatch(r"[1-9]|[1-5]\d|60", words):
        raise Refused(400, "bad_request", "minutes: 1 to 60")
    return AlarmSubject(stop_id, route_id, int(words))


async def _refuse(_: Request, error: Exception) -> Response:
    status, code = (
        (error.status, error.code)
        if isinstance(error, Refused)
        else (429, "too_many_requests")
        if isinstance(error, Full)
        else (503, "nothing_published")
    )
    body = {"type": f"/docs#{code}", "title": code, "status": status, "detail": str(error), "code": code}
    later = {"Retry-After": "5"} if status in (429, 503) else {}
    return JSONResponse(
        body, status, media_type="application/problem+json", headers={"Access-Control-Allow-Origin": "*", **later}
    )
