"""What is asked a tenth of a second after a snapshot was published is answered from it, by every worker."""

from __future__ import annotations

import http.client
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.serving.figures import Figure
from benchmarks.serving.published import publishing
from benchmarks.serving.server import COUNTER, WORKERS, Server, served
from passinfo.stores.snapshots import FileSnapshots

AFTER_S = 0.1
TICKS, PER_WORKER = 12, 3
MOST_LINES = 64


def newness() -> Iterator[Figure]:
    """The big city every 5 s; each worker is asked over connections of its own."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        with publishing(state, ticking=True), served(COUNTER, {"PASSINFO_STATE": str(state)}, "/v1/alerts") as server:
            lines = _lines(server)
            fresh, late_ms = [], []
            snapshots = FileSnapshots(state / "snapshots")
            for _ in range(TICKS):
                sequence, published_at = _next(snapshots)
                time.sleep(max(published_at + AFTER_S - time.time(), 0.0))
                for line in lines:
                    asked_at = time.time()
                    line.request("GET", "/v1/stops/S00020/arrivals")
                    told = json.loads(line.getresponse().read())["meta"]["sequence"]
                    fresh.append(told >= sequence)
                    late_ms.append((time.time() - asked_at) * 1e3)
            for line in lines:
                line.close()
    yield Figure(
        f"asked {AFTER_S * 1e3:.0f} ms after publishing, answered from the new snapshot",
        "always",
        float(np.mean(fresh)) * 100,
        "%",
        all(fresh),
        len(fresh),
        f"requests, {TICKS} ticks of 10,000 vehicles, {WORKERS} workers, {PER_WORKER} connections each",
        None,
        "",
        f"answers took {np.median(late_ms):.1f} ms, at most {max(late_ms):.0f} ms",
    )


def _next(snapshots: FileSnapshots) -> tuple[int, float]:
    """The next snapshot, and the instant its file got its name."""
    before = snapshots.newest_sequence()
    while (sequence := snapshots.newest_sequence()) == before or sequence is None:
        time.sleep(0.002)
    return sequence, (snapshots.folder / f"{sequence:012d}.snapshot").stat().st_mtime


def _lines(server: Server) -> list[http.client.HTTPConnection]:
    """Connections that are kept, PER_WORKER to each worker."""
    kept: dict[int, list[http.client.HTTPConnection]] = {pid: [] for pid in server.workers}
    spare = []
    for _ in range(MOST_LINES):
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        line.request("GET", "/v1/alerts")
        line.getresponse().read()
        owner = _owner(line.sock.getsockname()[1], server)
        if owner is not None and len(kept[owner]) < PER_WORKER:
            kept[owner].append(line)
        else:
            spare.append(line)
        if all(len(lines) == PER_WORKER for lines in kept.values()):
            break
    for line in spare:
        line.close()
    return [line for lines in kept.values() for line in lines]


def _owner(client_port: int, server: Server) -> int | None:
    """The worker that holds the other end of a connection, as /proc tells."""
    wanted = f":{client_port:04X}"
    for row in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = row.split()
        if fields[2].endswith(wanted) and fields[1].endswith(f":{server.port:04X}"):
            name = f"socket:[{fields[9]}]"
            for pid in server.workers:
                if any(_is(path, name) for path in Path(f"/proc/{pid}/fd").iterdir()):
                    return pid
    return None


def _is(path: Path, name: str) -> bool:
    try:
        return str(path.readlink()) == name
    except OSError:
        return False
