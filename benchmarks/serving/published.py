"""The publisher as a process of its own, for the time of a measurement."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.serving.city import BigCity
from benchmarks.serving.server import ROOT
from passinfo.stores.snapshots import FileSnapshots

TICK_S = 5.0


@contextlib.contextmanager
def publishing(state: Path, *, ticking: bool, tick_s: float = TICK_S) -> Iterator[Path]:
    """Publish the big city, once or at every tick; gives the file that tells sequence and instant of each."""
    told = state / "published"
    snapshots = FileSnapshots(state / "snapshots")
    if not ticking:
        city = BigCity()
        city.save(state)
        # ahead of time: it stays live for as long as it is measured
        sequence = (snapshots.newest_sequence() or 0) + 1
        city.publish(snapshots, sequence, time.time() + LIVE_S)
        yield told
        return
    command = [sys.executable, "-m", "benchmarks.serving.publisher", str(state), "--tick", str(tick_s)]
    before = snapshots.newest_sequence()
    with told.open("w", encoding="ascii") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out)
        try:
            while snapshots.newest_sequence() == before:
                time.sleep(0.2)
            yield told
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


LIVE_S = 600.0
