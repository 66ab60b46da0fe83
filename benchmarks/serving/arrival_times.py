"""Requests at the instants they are meant for, over many connections: who waits is counted from the instant meant."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import numpy as np

PATIENCE_S = 30.0
PIECE = 1 << 18
"""Bytes taken at once: a feed of megabytes must not keep the other connections from being read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One request and what came of it."""

    path: str
    status: int
    """0 if there was none."""
    wait_s: float
    """From the instant it was meant to be sent, whether or not its connection was free by then."""
    sent_at: float
    received_at: float
    pieces: list[bytes]
    encoding: str

    @property
    def body(self) -> bytes:
        """Put together when all is over: copying megabytes while others wait would be counted as theirs."""
        return b"".join(self.pieces)


async def ask(
    port: int, paths: list[str], connections: int, rate: float, seconds: float, *, seed: int, keep: bool
) -> list[Answer]:
    """Ask for paths drawn by ``seed`` at instants of a Poisson process, each on the next connection in turn.

    Bodies are kept only if asked to: they are what sequence numbers are read from.
    """
    chance = np.random.default_rng(seed)
    meant = np.cumsum(chance.exponential(1.0 / rate, int(rate * seconds)))
    which = chance.integers(len(paths), size=len(meant))
    feeds = [place for place, path in enumerate(paths) if path.startswith("/gtfs-rt/")]
    # feeds are few among thousands of stops: one request in 250 is for one, as one a second
    which[:: int(rate)] = chance.choice(feeds, size=len(which[:: int(rate)]))
    lines = [await asyncio.open_connection("127.0.0.1", port, limit=1 << 27) for _ in range(connections)]
    queues: list[asyncio.Queue[tuple[float, str] | None]] = [asyncio.Queue() for _ in range(connections)]
    found: list[Answer] = []
    began = time.perf_counter() + 0.5
    workers = [
        asyncio.create_task(_serve(line, queue, found, keep=keep)) for line, queue in zip(lines, queues, strict=True)
    ]
    for number, (at, place) in enumerate(zip(meant.tolist(), which.tolist(), strict=True)):
        pause = began + at - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        queues[number % connections].put_nowait((began + at, paths[place]))
    for queue in queues:
        queue.put_nowait(None)
    await asyncio.gather(*workers)
    for _, writer in lines:
        writer.close()
    return found


async def _serve(
    line: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    queue: asyncio.Queue[tuple[float, str] | None],
    found: list[Answer],
    *,
    keep: bool,
) -> None:
    reader, writer = line
    while (asked := await queue.get()) is not None:
        meant, path = asked
        accepts = "Accept-Encoding: gzip\r\n" if path.startswith("/gtfs-rt/") else ""
        sent_at = time.perf_counter()
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{accepts}\r\n".encode())
            status, pieces, encoding = await asyncio.wait_for(_read(reader), PATIENCE_S)
        except (OSError, ValueError, asyncio.IncompleteReadError, TimeoutError):
            status, pieces, encoding = 0, [], ""
        received_at = time.perf_counter()
        kept = pieces if keep else []
        found.append(Answer(path, status, received_at - meant, sent_at, received_at, kept, encoding))


async def _read(reader: asyncio.StreamReader) -> tuple[int, list[bytes], str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    pieces, left = [], int(fields["content-length"])
    while left:
        piece = await reader.read(min(left, PIECE))
        if not piece:
            raise ValueError("the connection ended within a body")
        pieces.append(piece)
        left -= len(piece)
    return int(head[0].split()[1]), pieces, fields.get("content-encoding", "")
