"""The newest snapshot and its network as one worker sees them: loaded when there is a new one."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.snapshot import Snapshot
from passinfo.stores.networks import load_network
from passinfo.stores.snapshots import FileSnapshots

FRESH_S = 60.0
"""A snapshot older than a minute means that the live loop stands still: a dozen ticks are missing."""


class NothingPublished(Exception):
    """There is no snapshot to answer from: could not look, which is not the same as not found."""


@dataclass(frozen=True)
class View:
    """All that one answer is made of. Not slotted: look-ups are made on first use and kept."""

    snapshot: Snapshot
    feeds: Mapping[str, bytes]
    network: Network
    city: Mapping[str, Any]

    @cached_property
    def routes_of_stop(self) -> dict[int, list[int]]:
        """Rows of the routes that serve each stop, by row of the stop."""
        found: dict[int, set[int]] = {}
        patterns = self.network.patterns
        for pattern_ix in range(len(patterns.pattern_id)):
            route = int(patterns.route_ix[pattern_ix])
            for stop in patterns.stop_ix[self.network.pattern_stops(pattern_ix)].tolist():
                found.setdefault(stop, set()).add(route)
        return {stop: sorted(routes) for stop, routes in found.items()}


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
                network = before.network
            else:
                network = load_network(self.state / "networks", snapshot.network_hash)
            return View(snapshot, published.feeds, network, self._city())
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
