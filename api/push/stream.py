"""One stream of events as an ASGI response: heartbeat, end of the slow, end of those who went."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from starlette.types import Receive, Scope, Send

from api.push.hub import Hub, Reader, Room

HEARTBEAT_S = 15.0
"""Proxies and phones close what is silent for half a minute."""
SLOW_S = 30.0
"""Longest time one write may take: a reader that takes nothing for so long is gone or hopelessly slow."""
RETRY_MS = 3_000
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"access-control-allow-origin", b"*"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
BEHIND = b'event: behind\ndata: {"why": "you read too slowly; come back with the id of your last event"}\n\n'


class Stream:
    """An ASGI response that sends what its reader is given."""

    def __init__(self, hub: Hub, room: Room, reader: Reader, *, once: bool = False) -> None:
        self.hub, self.room, self.reader, self.once = hub, room, reader, once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until one of us goes."""
        gone = asyncio.ensure_future(_gone(receive, self.reader))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await _write(send, b"retry: %d\n\n" % RETRY_MS)
            while not gone.done():
                try:
                    async with asyncio.timeout(HEARTBEAT_S):
                        await self.reader.waiting.wait()
                except TimeoutError:
                    await _write(send, b": heartbeat\n\n")
                    continue
                if gone.done():
                    break
                waiting = self.reader.take()
                await _write(send, waiting + BEHIND if self.reader.dropped else waiting)
                if self.reader.dropped:
                    break
            if not gone.done():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            self.reader.dropped = True
        finally:
            self.hub.leave(self.room, self.reader)
            gone.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gone


async def _write(send: Send, data: bytes) -> None:
    message: dict[str, Any] = {"type": "http.response.body", "body": data, "more_body": True}
    async with asyncio.timeout(SLOW_S):
        await send(message)


async def _gone(receive: Receive, reader: Reader) -> None:
    """Wait until the client has gone, and wake whoever writes to it."""
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.waiting.set()
