"""How soon a worker of a real city answers after it was started, and what memory it takes."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.serving.buses import publish_buses
from benchmarks.serving.figures import Figure
from benchmarks.serving.server import CONSTANT, COUNTER, proportional_mb, served
from passinfo.errors import OperatorError
from passinfo.stores.networks import network_from_gtfs

FEED = "gtfs/nyc_manhattan_2016.zip"
TIMES, BUSES = 7, 1_000
READY_S, MEMORY_MB = 1.0, 120.0
LOOK_S = 0.002


def start() -> Iterator[Figure]:
    """From exec to /health/ready, and the worker's proportional memory, beside a constant Flask app."""
    data = os.environ.get("PASSINFO_DATA")
    if not data:
        raise OperatorError("benchmarks: serving needs PASSINFO_DATA, the folder of recorded data")
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        network = network_from_gtfs(Path(data) / FEED, state / "networks")
        publish_buses(state, network, BUSES, time.time())
        found: dict[str, list[tuple[float, float]]] = {COUNTER: [], CONSTANT: []}
        for _ in range(TIMES):
            publish_buses(state, network, BUSES, time.time())
            for app, ready in ((COUNTER, "/health/ready"), (CONSTANT, "/v1/x")):
                with served(app, {"PASSINFO_STATE": str(state)}, ready, workers=1, look_s=LOOK_S) as server:
                    found[app].append((server.ready_s, proportional_mb(server.workers[0])))
    (ready_s, memory_mb), (plain_s, plain_mb) = (np.median(found[app], axis=0) for app in (COUNTER, CONSTANT))
    of = f"starts of one worker, {FEED}, {len(network.trips.trip_id):,} trips, {BUSES:,} made-up buses"
    yield Figure(
        "exec to ready",
        f"<= {READY_S} s",
        float(ready_s),
        "s",
        bool(ready_s <= READY_S),
        TIMES,
        of,
        float(plain_s),
        "constant Flask app",
    )
    yield Figure(
        "proportional memory (PSS) of the worker",
        f"<= {MEMORY_MB:.0f} MB",
        float(memory_mb),
        "MB",
        bool(memory_mb <= MEMORY_MB),
        TIMES,
        of,
        float(plain_mb),
        "constant Flask app",
    )
