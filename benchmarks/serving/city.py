"""State directories to serve: a made-up big city with 10,000 vehicles, ticked on; real feeds with made-up buses."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from benchmarks.big_city import big_city, noon, runs_ahead, snapshot_of
from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.prediction.stack import default_predictor
from passinfo.realtime.encoder import FeedEncoder
from passinfo.snapshot import Snapshot
from passinfo.stores.encodings import with_packed
from passinfo.stores.networks import save_network
from passinfo.stores.snapshots import FileSnapshots

VEHICLES = 10_000
REPORTS_EVERY = 5
"""Ticks."""
_INSTANTS = ("arrival_at", "departure_at", "p10_at", "p50_at", "p90_at", "scheduled_at")


class BigCity:
    """10,000 vehicles with 30 stops each, of which a fifth reports at each tick: every 25 s each."""

    def __init__(self, vehicles: int = VEHICLES) -> None:
        self.network: Network = big_city(vehicles)
        ahead = runs_ahead(self.network)
        said = default_predictor(self.network).predict(self.network, ahead, noon())
        self._first = snapshot_of(self.network, ahead, said)
        self._encoder = FeedEncoder(self.network)
        self._later_s: Floats | None = None
        self._labels = np.full(vehicles, "", dtype=object)

    def save(self, state: Path) -> None:
        """Write the network."""
        save_network(self.network, state / "networks")

    def tick(self, sequence: int, now: float) -> Snapshot:
        """The snapshot of an instant. Labels tell the tick of a vehicle's last report: what is mixed of two shows."""
        reported = reports_at(sequence, len(self._labels))
        if self._later_s is None:
            reported[:], self._later_s = True, np.zeros(len(reported))
        self._later_s[reported] = now - noon()
        self._labels[reported] = str(sequence)
        first, later_s = self._first, self._later_s
        vehicles = dataclasses.replace(
            first.vehicles, label=self._labels.copy(), observed_at=first.vehicles.observed_at + later_s
        )
        runs = dataclasses.replace(first.runs, measured_at=first.runs.measured_at + later_s)
        of_run = later_s[first.calls.run_row]
        calls = dataclasses.replace(first.calls, **{name: getattr(first.calls, name) + of_run for name in _INSTANTS})
        order = np.lexsort((calls.p50_at, calls.stop_ix)).astype(np.int32)
        return dataclasses.replace(
            first, sequence=sequence, made_at=now, vehicles=vehicles, runs=runs, calls=calls, order_by_stop=order
        )

    def publish(self, snapshots: FileSnapshots, sequence: int, now: float) -> None:
        """Publish as the live loop does: three feeds, their JSON twins, all packed."""
        snapshot = self.tick(sequence, now)
        feeds, twins = self._encoder.encode(snapshot), self._encoder.json()
        by_name = {f"{kind}.pb": data for kind, data in feeds.by_kind().items()}
        by_name |= {f"{kind}.json": data for kind, data in twins.by_kind().items()}
        snapshots.publish(snapshot, with_packed(by_name))


def reports_at(sequence: int, vehicles: int) -> Bools:
    """Which vehicles report at a tick."""
    return np.asarray(np.arange(vehicles) % REPORTS_EVERY == sequence % REPORTS_EVERY)
