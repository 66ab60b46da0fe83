"""One stream of events as an ASGI response: heartbeat, end of the slow, end of those who went."""

from __future__ import annotations

import asyncio
import contextlib
import time

from starlette.types import Receive, Scope, Send

from api.push.hub import Hub, Reader, Room

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

    def __init__(self, hub: Hub, room: Room, reader: Reader) -> None:
        self.hub, self.room, self.reader = hub, room, reader

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until one of us goes."""
        reader = self.reader
        reader.task = asyncio.current_task()
        gone = asyncio.ensure_future(_gone(receive, reader))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await self._write(send, b"retry: %d\n\n" % RETRY_MS)
            while True:
                await reader.waiting.wait()
                if gone.done():
                    return
                waiting = reader.take()
                await self._write(send, waiting + BEHIND if reader.dropped else waiting)
                if reader.dropped:
                    break
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except asyncio.CancelledError:
            if not reader.dropped:
                raise
        finally:
            reader.task = None
            self.hub.leave(self.room, reader)
            gone.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gone

    async def _write(self, send: Send, data: bytes) -> None:
        self.reader.writes_since = time.monotonic()
        await send({"type": "http.response.body", "body": data, "more_body": True})
        self.reader.writes_since = None


async def _gone(receive: Receive, reader: Reader) -> None:
    """Wait until the client has gone, and wake whoever writes to it."""
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.waiting.set()
