"""Streams: what each tick changes, told once; nothing missed by who comes back."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from api.board import Board
from api.freshness import Source
from api.push.alarms import AlarmSubject
from api.push.app import create_push
from api.push.hub import HEARTBEAT, HEARTBEAT_S, MOST_BEHIND, SLOW_S, Full, Hub, Reader
from api.push.stream import Stream
from api.push.topics import REMEMBERED, BusesSubject, StopsSubject, Topic
from api.search import Box
from tests.unit.api.conftest import NOW, publish

STOPS = StopsSubject(("S3", "S4"))


def events(data: bytes) -> list[tuple[str, int, dict[str, Any]]]:
    found = []
    for block in data.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "event" in lines:
            found.append((lines["event"], int(lines.get("id", -1)), json.loads(lines["data"])))
    return found


def told(data: bytes) -> dict[str, Any]:
    """The state of a client that has read all this."""
    state: dict[str, Any] = {}
    for kind, _, body in events(data):
        state = dict(body["all"]) if kind == "reset" else state | body["changed"]
        for key in body.get("gone", ()):
            state.pop(key, None)
    return state


def test_differences_add_up_to_the_whole(state: Path) -> None:
    """Mutation: forget what is gone."""
    board = Board(state)
    topic, read = Topic(STOPS), b""
    topic.advance(board.view(), NOW, Source.LIVE)
    read += topic.whole(board.view(), Source.LIVE)
    for minutes in (1, 3, 6, 30):
        read += topic.advance(board.view(), NOW + 60 * minutes, Source.LIVE)
        fresh = STOPS.state(board.view(), NOW + 60 * minutes, Source.LIVE)
        assert told(read).keys() == fresh.keys()
    assert read.count(b"event: diff") >= 1


def test_nothing_new_is_not_told(state: Path) -> None:
    view, topic = Board(state).view(), Topic(STOPS)
    assert topic.advance(view, NOW, Source.LIVE)
    assert topic.advance(view, NOW, Source.LIVE) == b""
    (aged,) = events(topic.advance(view, NOW + 100, Source.LAST_KNOWN))
    assert aged[2]["source"] == "last_known"


def test_who_comes_back_misses_nothing(state: Path) -> None:
    view, topic = Board(state).view(), Topic(STOPS)
    topic.advance(view, NOW, Source.LIVE)
    whole = topic.whole(view, Source.LIVE)
    seen, later = topic.sequence, b""
    for tick in range(1, 4):
        topic.sequence = seen + tick - 1
        moved = view.snapshot.__class__(
            **{name: getattr(view.snapshot, name) for name in view.snapshot.__slots__} | {"sequence": seen + tick}
        )
        changed = view.__class__(moved, view.feeds, view.network, view.city, view.places)
        later += topic.advance(changed, NOW + 120 * tick, Source.LIVE)
    assert topic.since(seen) == later
    assert told(whole + later) == topic.kept
    assert topic.since(topic.sequence) == b""
    assert topic.since(seen + 1) is not None
    assert topic.since(seen - 5) is None and topic.since(10**9) is None
    assert topic.told.maxlen == REMEMBERED


def test_buses_of_a_box_and_of_a_route(state: Path) -> None:
    view = Board(state).view()
    everyone = BusesSubject(None, None).state(view, NOW, Source.LIVE)
    one = next(each for each in everyone.values() if each["route_id"] == "R1")
    near = Box(one["lat"] - 1e-4, one["lon"] - 1e-4, one["lat"] + 1e-4, one["lon"] + 1e-4)
    assert one["vehicle_id"] in BusesSubject(near, None).state(view, NOW, Source.LIVE)
    assert set(BusesSubject(None, "R1").state(view, NOW, Source.LIVE)) < set(everyone)
    assert BusesSubject(Box(0, 0, 1, 1), None).state(view, NOW, Source.LIVE) == {}
    assert "driver" not in json.dumps(everyone)


def test_an_alarm_rings_once_a_bus(state: Path) -> None:
    view = Board(state).view()
    arrivals = STOPS.state(view, NOW, Source.LIVE)
    assert arrivals
    topic = Topic(AlarmSubject("S4", None, 60))
    (first,) = events(topic.advance(view, NOW, Source.LIVE))
    assert all(each["sentence"]["en"] for each in first[2]["changed"].values())
    assert topic.advance(view, NOW + 20, Source.LIVE) == b""
    assert AlarmSubject("S4", None, 0).state(view, NOW, Source.LIVE) == {}


def test_a_slow_reader_is_let_go() -> None:
    reader = Reader("here")
    for _ in range(MOST_BEHIND + 1):
        reader.give(b"x")
    assert reader.dropped and not reader.queue


def test_the_line_is_told_to_live_when_nothing_else_is() -> None:
    reader = Reader("here")
    reader.tend(reader.given_at + HEARTBEAT_S - 1)
    assert reader.take() == b""
    reader.tend(reader.given_at + HEARTBEAT_S + 1)
    assert reader.waiting.is_set() and reader.take() == HEARTBEAT
    reader.give(b"news")
    reader.tend(reader.given_at + HEARTBEAT_S + 1)
    assert reader.take() == b"news"


def test_who_takes_nothing_is_closed(state: Path) -> None:
    """One write that never ends. Mutation: look only at the queue."""

    async def listen() -> None:
        hub = Hub(Board(state), most_of_address=2)
        room, reader = await hub.join(STOPS, "here", None)

        async def stuck(message: Message) -> None:
            await asyncio.sleep(3_600 if message.get("body") else 0)

        async def receive() -> Message:
            await asyncio.sleep(3_600)
            raise AssertionError

        running = asyncio.create_task(Stream(hub, room, reader)({"type": "http"}, receive, stuck))
        await asyncio.sleep(0.05)
        assert reader.writes_since is not None
        reader.tend(reader.writes_since + SLOW_S - 1)
        await asyncio.sleep(0.01)
        assert not running.done()
        reader.tend(reader.writes_since + SLOW_S + 1)
        await asyncio.wait_for(running, 2)
        assert not room.readers and hub.dropped == 1

    asyncio.run(listen())


def test_too_many_of_one_address_are_refused(state: Path) -> None:
    async def crowd() -> None:
        hub = Hub(Board(state), most_of_address=2)
        joined = [await hub.join(STOPS, "here", None) for _ in range(2)]
        with pytest.raises(Full):
            await hub.join(STOPS, "here", None)
        assert len(hub.rooms) == 1
        await hub.join(STOPS, "there", None)
        hub.leave(*joined[0])
        await hub.join(STOPS, "here", None)

    asyncio.run(crowd())


def test_a_stream_tells_a_new_snapshot(state: Path) -> None:
    """Through the ASGI interface: whole, difference, end when the client goes."""

    async def listen() -> bytes:
        hub = Hub(Board(state), most_of_address=2)
        room, reader = await hub.join(STOPS, "here", None)
        sent, gone = bytearray(), asyncio.Event()

        async def send(message: Message) -> None:
            sent.extend(message.get("body", b""))

        async def receive() -> Message:
            await gone.wait()
            return {"type": "http.disconnect"}

        running = asyncio.create_task(Stream(hub, room, reader)({"type": "http"}, receive, send))
        await asyncio.sleep(0.05)
        publish(state, sequence_ticks=3)
        await asyncio.sleep(0.2)
        await hub.tick()
        await asyncio.sleep(0.05)
        gone.set()
        await asyncio.wait_for(running, 2)
        assert not hub.addresses
        return bytes(sent)

    data = asyncio.run(listen())
    kinds = [kind for kind, _, _ in events(data)]
    assert kinds[0] == "reset" and data.startswith(b"retry: 3000")


def test_odd_requests_are_refused(state: Path) -> None:
    app = create_push(state)

    async def status(path: str, query: str) -> int:
        codes = []

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                codes.append(message["status"])

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
        await app({**scope, "client": ("127.0.0.1", 1), "server": ("x", 1), "scheme": "http"}, receive, send)
        assert Request(scope).url.path == path
        return codes[0]

    asked = {
        ("/push/arrivals", ""): 400,
        ("/push/arrivals", "stop_ids=none"): 404,
        ("/push/arrivals", "stop_ids=" + ",".join(f"x{k}" for k in range(30))): 400,
        ("/push/vehicles", "box=1,2,3"): 400,
        ("/push/vehicles", "route_id=none"): 404,
        ("/push/alarm", "stop_id=S4&minutes=99"): 400,
        ("/push/alarm", "stop_id=S4&route_id=none"): 404,
        ("/push/health", ""): 200,
        ("/push/arrivals", "stop_ids=S4"): 200,
    }
    for (path, query), wanted in asked.items():
        assert asyncio.run(status(path, query)) == wanted, (path, query)
