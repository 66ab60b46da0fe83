"""``python -m benchmarks.serving.publisher STATE``: the big city, a snapshot every few seconds until it is stopped."""

from __future__ import annotations

import argparse
import signal
import threading
import time
from pathlib import Path

from benchmarks.serving.city import VEHICLES, BigCity
from passinfo.stores.snapshots import FileSnapshots


def main() -> None:
    """Publish; a line of sequence and instant for each snapshot."""
    parser = argparse.ArgumentParser(description="publish the big city")
    parser.add_argument("state", type=Path)
    parser.add_argument("--tick", type=float, default=5.0, metavar="S")
    parser.add_argument("--vehicles", type=int, default=VEHICLES)
    arguments = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    city, snapshots = BigCity(arguments.vehicles), FileSnapshots(arguments.state / "snapshots")
    city.save(arguments.state)
    sequence = snapshots.newest_sequence() or 0
    while not stop.is_set():
        began = time.time()
        sequence += 1
        city.publish(snapshots, sequence, began)
        print(sequence, began, flush=True)
        stop.wait(max(arguments.tick - (time.time() - began), 0.0))


if __name__ == "__main__":
    main()
