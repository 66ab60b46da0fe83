"""Two thousand listeners: how late differences come, what is lost to who comes back, what the server needs."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import resource
import signal
import socket
import sys
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import uvloop

from benchmarks.displays.city import FastCity
from feeds.children import Child, start, stop_all
from passinfo.stores.networks import load_network
from passinfo.stores.snapshots import FileSnapshots

ROOT = Path(__file__).parents[2]
TICK_S = 5.0
SLOW, KILLED = 0.05, 0.1
"""Shares of the listeners: those that read nothing, those that are cut off once and come back."""
SETS, STOPS_EACH = 100, 3
AWAY_S = (1.0, 10.0)
SEED = 7


@dataclass(eq=False)
class Listener:
    """One stream and what came of it."""

    path: str
    kept: bool
    """True: its events are kept, to be compared."""
    last_id: int = -1
    events: list[bytes] = field(default_factory=list)
    came: list[tuple[int, float, float]] = field(default_factory=list)
    """Snapshot, when it came, since when the line stood."""
    resumed: int = 0
    resets: int = 0
    behind: bool = False


def measure_streams(listeners: int, seconds: float) -> dict[str, float]:
    """Figures of a while of streams, with the buses of the afternoon ticking each five seconds."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with tempfile.TemporaryDirectory(prefix="passinfo-streams-") as folder:
        ticker = context.Process(target=_tick, args=(folder, theirs), daemon=True)
        ticker.start()
        offset_s, stops = ours.recv()
        port = _free_port()
        environment = {
            **os.environ,
            "PASSINFO_STATE": folder,
            "PASSINFO_PUSH_EACH": str(listeners * 2),
            "PASSINFO_BENCH_OFFSET_S": str(offset_s),
        }
        words = ["--port", str(port), "--log-level", "warning", "--backlog", "4096", "--app-dir", str(ROOT)]
        words = [sys.executable, "-m", "uvicorn", "--factory", *words, "benchmarks.displays.streams:app"]
        children: list[Child] = []
        try:
            children.append(start("push", words, environment, Path(folder) / "logs"))
            _wait(port)
            pid = children[0].process.pid
            # what is measured is the server: its listeners must not be slower than it
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                told = runner.run(_listen(port, stops, listeners, seconds, pid, ours))
        finally:
            ours.close()
            ticker.terminate()
            ticker.join()
            stop_all(children)
    return told


def app() -> Any:
    """The streams on the clock of the simulated city."""
    from api.push.app import create_push

    offset_s = float(os.environ["PASSINFO_BENCH_OFFSET_S"])
    return create_push(Path(os.environ["PASSINFO_STATE"]), clock=lambda: time.time() + offset_s)


def _tick(folder: str, pipe: Connection) -> None:
    """The live loop, in a process of its own: tells when each snapshot was out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    city = FastCity(Path(folder))
    published = FileSnapshots(Path(folder) / "snapshots").newest()
    if published is None:
        raise SystemExit("nothing published")
    offset_s = city.now - time.time()
    network = load_network(Path(folder) / "networks", published.snapshot.network_hash)
    waiting = (published.snapshot.stop_ptr[1:] - published.snapshot.stop_ptr[:-1]).tolist()
    busy = sorted(range(len(waiting)), key=lambda row: -waiting[row])[: SETS * 2]
    pipe.send((offset_s, [str(network.stops.stop_id[row]) for row in busy]))
    due = time.time()
    try:
        while True:
            city.advance(time.time() + offset_s - city.now)
            newest = FileSnapshots(Path(folder) / "snapshots").newest_sequence()
            pipe.send((newest, time.time()))
            due += TICK_S
            time.sleep(max(due - time.time(), 0.1))
    except (BrokenPipeError, OSError):
        return


async def _listen(
    port: int, stops: list[str], n: int, seconds: float, server: int, pipe: Connection
) -> dict[str, float]:
    chance = random.Random(SEED)
    sets = [",".join(sorted(chance.sample(stops, STOPS_EACH))) for _ in range(SETS)]
    paths = [f"/push/arrivals?stop_ids={each}" for each in sets] + ["/push/vehicles?route_id=P1", "/push/vehicles"]
    people: list[Listener] = []
    first: dict[str, Listener] = {}
    for k in range(n):
        path = paths[k % len(paths)]
        people.append(Listener(path, kept=path not in first))
        first.setdefault(path, people[-1])
    others = [each for each in people if not each.kept]
    chance.shuffle(others)
    slow, killed = others[: round(n * SLOW)], others[round(n * SLOW) : round(n * (SLOW + KILLED))]
    for each in killed:
        each.kept = True
    until = time.time() + seconds
    _, bare = _usage(server)
    tasks = []
    for k, each in enumerate(people):
        cut_at = chance.uniform(seconds * 0.2, seconds * 0.7) if each in set(killed) else None
        tasks.append(asyncio.create_task(_one(port, each, until, each in set(slow), cut_at, chance.uniform(*AWAY_S))))
        if k % 50 == 49:
            await asyncio.sleep(0.05)
    await asyncio.sleep(min(TICK_S, seconds / 4))
    (cpu, _), began = _usage(server), time.time()
    await asyncio.sleep(max(until - time.time() - 1, 0))
    after, memory = _usage(server)
    spent = after - cpu
    lasted = time.time() - began
    await asyncio.gather(*tasks)
    published: dict[int, float] = {}
    while pipe.poll():
        sequence, at = pipe.recv()
        published.setdefault(sequence, at)
    by_tick: dict[int, list[float]] = {}
    for each in people:
        for sequence, at, since in each.came:
            if sequence in published and since < published[sequence]:  # what was missed is told on coming back
                by_tick.setdefault(sequence, []).append(at - published[sequence])
    late = [each for of_tick in by_tick.values() for each in of_tick]
    lost = sum(_lost(first[each.path], each) for each in killed)
    return {
        "streams: listeners": n,
        "streams: differences received": len(late),
        "streams: slowest difference, s after its snapshot": max(late, default=float("nan")),
        "streams: differences, median, s": float(np.median(late)) if late else float("nan"),
        "streams: differences, p99, s": float(np.quantile(late, 0.99)) if late else float("nan"),
        "streams: ticks": len(by_tick),
        "streams: ticks that reached the last listener within 1 s": sum(max(each) <= 1.0 for each in by_tick.values()),
        "streams: cut off and resumed by id": sum(each.resumed for each in killed),
        "streams: of them told everything anew": sum(each.resets > 1 for each in killed),
        "streams: records wrong or missing after resuming": lost,
        "streams: slow readers": len(slow),
        "streams: slow readers let go": sum(each.behind for each in slow),
        "streams: processor of the server, % a thousand": spent / lasted * 100 / n * 1_000,
        "streams: memory of the server, MB": memory / 1e6,
        "streams: memory of listeners, MB a thousand": (memory - bare) / 1e6 / n * 1_000,
    }


async def _one(port: int, each: Listener, until: float, slow: bool, cut_at: float | None, away_s: float) -> None:
    begun = time.time()
    while (left := until - time.time()) > 0:
        try:
            sock = socket.socket()
            sock.settimeout(0)
            if slow:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
            reader, writer = await asyncio.open_connection(sock=sock, limit=1 << 24)
            again = f"Last-Event-ID: {each.last_id}\r\n" if each.last_id >= 0 else ""
            writer.write(f"GET {each.path} HTTP/1.1\r\nHost: x\r\n{again}\r\n".encode())
            if slow:
                writer.transport.pause_reading()  # type: ignore[attr-defined]  # of sockets only
                await asyncio.sleep(left)
                writer.transport.resume_reading()  # type: ignore[attr-defined]  # likewise
                try:
                    async with asyncio.timeout(3):
                        each.behind = b"event: behind" in await reader.read(-1) or reader.at_eof()
                except TimeoutError:
                    pass
                writer.close()
                return
            if again:
                each.resumed += 1
            if not await _read(reader, each, min(left, cut_at - (time.time() - begun)) if cut_at else left):
                writer.close()
                return
            writer.transport.abort()
            cut_at = None
            await asyncio.sleep(away_s)
        except (ConnectionError, asyncio.IncompleteReadError, OSError):
            await asyncio.sleep(0.2)


async def _read(reader: asyncio.StreamReader, each: Listener, seconds: float) -> bool:
    """Read for so long; True if time is up."""
    since = time.time()
    try:
        async with asyncio.timeout(seconds):
            while True:
                block = await reader.readuntil(b"\n\n")
                at = time.time()
                place = block.find(b"\nid: ")
                if place < 0:
                    continue
                each.last_id = int(block[place + 5 : block.find(b"\n", place + 5)])
                if b"event: reset" in block:
                    each.resets += 1
                else:
                    each.came.append((each.last_id, at, since))
                if each.kept:
                    each.events.append(block[block.find(b"event: ") :])
    except TimeoutError:
        return True
    except asyncio.IncompleteReadError:
        return False


def _lost(whole: Listener, resumed: Listener) -> int:
    """Records in which one who was cut off differs from one who was not, at the last event both have."""
    last = min(whole.last_id, resumed.last_id)
    one, other = _state(whole.events, last), _state(resumed.events, last)
    return sum(one.get(key) != other.get(key) for key in one.keys() | other.keys())


def _state(events: list[bytes], last: int) -> dict[str, Any]:
    state: dict[str, Any] = {}
    for event in events:
        lines = dict(line.split(": ", 1) for line in event.decode().strip().splitlines() if ": " in line)
        if int(lines["id"]) > last:
            break
        body = json.loads(lines["data"])
        state = dict(body["all"]) if lines["event"] == "reset" else state | body["changed"]
        for key in body.get("gone", ()):
            state.pop(key, None)
    return state


def _usage(pid: int) -> tuple[float, int]:
    """Seconds of processor and bytes of memory of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK"), int(fields[21]) * os.sysconf("SC_PAGE_SIZE")


def _wait(port: int) -> None:
    for _ in range(150):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
