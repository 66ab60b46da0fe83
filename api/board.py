"""The newest snapshot and its network as one worker sees them: loaded when there is a new one."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.search import Places
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.snapshot import Snapshot
from passinfo.stores.networks import load_network
from passinfo.stores.snapshots import FileSnapshots

TICK_S, SHORTEST_S, LONGEST_S = 5.0, 1.0, 60.0
"""The live loop's own tick, until two snapshots tell another."""


class NothingPublished(Exception):
    """There is no snapshot to answer from: could not look, which is not the same as not found."""


@dataclass(frozen=True)
class View:
    """All that one answer is made of. Not slotted: look-ups are made on first use and kept."""

    snapshot: Snapshot
    feeds: Mapping[str, bytes]
    network: Network
    city: Mapping[str, Any]
    places: Places
    tick_s: float = TICK_S
    """Seconds from one snapshot to the next, as last seen."""
    answers: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    """Bodies made of this snapshot, by what was asked."""


class Board:
    """Answers with the newest view; threads of one worker share it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self._snapshots = FileSnapshots(state / "snapshots")
        self._lock = threading.Lock()
        self._view: View | None = None

    def view(self) -> View:
        """The newest view.

        Raises
        ------
        NothingPublished
            If there is none, or none that can be read.
        """
        sequence = self._snapshots.newest_sequence()
        view = self._view
        if view is not None and view.snapshot.sequence == sequence:
            return view
        with self._lock:
            view = self._view
            if view is not None and view.snapshot.sequence == sequence:
                return view
            self._view = self._load(view)
            return self._view

    def _load(self, before: View | None) -> View:
        try:
            published = self._snapshots.newest()
            if published is None:
                raise NothingPublished("no snapshot has been published yet: is the live loop running?")
            snapshot = published.snapshot
            if before is not None and before.network.hash == snapshot.network_hash:
                network, places = before.network, before.places
            else:
                network = load_network(self.state / "networks", snapshot.network_hash)
                places = Places(network)
            tick_s = TICK_S
            if before is not None:
                ticks = max(snapshot.sequence - before.snapshot.sequence, 1)
                tick_s = min(max((snapshot.made_at - before.snapshot.made_at) / ticks, SHORTEST_S), LONGEST_S)
            return View(snapshot, published.feeds, network, self._city(), places, tick_s)
        except OperatorError as error:
            if before is not None:
                return before
            raise NothingPublished(str(error)) from error

    def _city(self) -> Mapping[str, Any]:
        try:
            city: Mapping[str, Any] = json.loads((self.state / "city.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return city
