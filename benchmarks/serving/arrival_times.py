"""Requests at the instants they are meant for, over many connections: who waits is counted from the instant meant."""

from __future__ import annotations

import asyncio
import socket
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

PATIENCE_S = 30.0
FIRST, PIECE = 1 << 16, 1 << 18
"""Bytes taken at once: with the head of an answer, and of what follows."""
FIRST_S = 2.0
"""In which each connection asks once, uncounted."""
FEED_CONNECTIONS = 10
"""Of all."""


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
    size: int
    encoding: str
    body: bytes | bytearray
    """Empty unless it was to be kept."""


Meant = list[tuple[float, str]]
"""Seconds from the beginning, and path."""


def ask(
    port: int, paths: list[str], connections: int, rate: float, seconds: float, *, seed: int, keep: bool
) -> list[Answer]:
    """Ask for paths drawn by ``seed`` at instants of a Poisson process, each on the next connection in turn.

    Bodies are kept only if asked to: they are what sequence numbers are read from. Feeds are taken by a process of its
    own, as apps do: reading megabytes must not be counted as the wait of a display.
    """
    chance = np.random.default_rng(seed)
    meant = np.cumsum(chance.exponential(1.0 / rate, int(rate * seconds)))
    feeds = [path for path in paths if _is_feed(path)]
    stops = [path for path in paths if not _is_feed(path)]
    which = chance.integers(len(stops), size=len(meant))
    small = [(at, stops[place]) for at, place in zip(meant.tolist(), which.tolist(), strict=True)]
    # feeds are few among thousands of stops: one request in 250 is for one, as one a second
    large = [(at, feeds[chance.integers(len(feeds))]) for at, _ in small[:: int(rate)]]
    del small[:: int(rate)]
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        apart.submit(time.perf_counter).result()  # it is up
        began = time.perf_counter() + FIRST_S
        of_feeds = apart.submit(_asked, port, large, FEED_CONNECTIONS, began, keep)
        found = _asked(port, small, connections - FEED_CONNECTIONS, began, keep)
        return found + of_feeds.result()


def _is_feed(path: str) -> bool:
    return path.startswith("/gtfs-rt/")


def _asked(port: int, meant: Meant, connections: int, began: float, keep: bool) -> list[Answer]:
    return asyncio.run(_ask(port, meant, connections, began, keep=keep))


async def _ask(port: int, meant: Meant, connections: int, began: float, *, keep: bool) -> list[Answer]:
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    loop = asyncio.get_running_loop()
    for line in lines:
        line.settimeout(0.0)
        # a plain server keeps a thread for each new connection that has said nothing
        await loop.sock_sendall(line, _request(meant[0][1]))
        await _read(line)
    queues: list[asyncio.Queue[tuple[float, str] | None]] = [asyncio.Queue() for _ in range(connections)]
    found: list[Answer] = []
    workers = [
        asyncio.create_task(_serve(line, queue, found, keep=keep)) for line, queue in zip(lines, queues, strict=True)
    ]
    for number, (at, path) in enumerate(meant):
        pause = began + at - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        queues[number % connections].put_nowait((began + at, path))
    for queue in queues:
        queue.put_nowait(None)
    await asyncio.gather(*workers)
    for line in lines:
        line.close()
    return found


async def _serve(
    line: socket.socket, queue: asyncio.Queue[tuple[float, str] | None], found: list[Answer], *, keep: bool
) -> None:
    loop = asyncio.get_running_loop()
    while (asked := await queue.get()) is not None:
        meant, path = asked
        sent_at = time.perf_counter()
        try:
            await loop.sock_sendall(line, _request(path))
            status, body, encoding = await asyncio.wait_for(_read(line), PATIENCE_S)
        except (OSError, ValueError, TimeoutError):
            status, body, encoding = 0, bytearray(), ""
        received_at = time.perf_counter()
        found.append(
            Answer(path, status, received_at - meant, sent_at, received_at, len(body), encoding, body if keep else b"")
        )


def _request(path: str) -> bytes:
    accepts = "Accept-Encoding: gzip\r\n" if _is_feed(path) else ""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{accepts}\r\n".encode()


async def _read(line: socket.socket) -> tuple[int, bytearray, str]:
    """Status, body and its encoding; what is large goes from the system's buffers straight to its place."""
    loop = asyncio.get_running_loop()
    data = b""
    while (end := data.find(b"\r\n\r\n")) < 0:
        piece = await loop.sock_recv(line, FIRST)
        if not piece:
            raise ValueError("the connection ended before its answer")
        data += piece
    head = data[:end].decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    body = bytearray(int(fields["content-length"]))
    place = len(data) - end - 4
    body[:place] = data[end + 4 :]
    while place < len(body):
        # only so much at once: a feed of megabytes must not keep the other connections from being read
        taken = await loop.sock_recv_into(line, memoryview(body)[place : place + PIECE])
        if not taken:
            raise ValueError("the connection ended within a body")
        place += taken
        await asyncio.sleep(0)  # a read that need not wait does not let others read
    return int(head[0].split()[1]), body, fields.get("content-encoding", "")
