"""The newest snapshot and its network as one worker sees them, loaded beside the requests, never in one.

A snapshot is what is answered from, in every worker, from ``GRACE_S`` after it was published: until then the one before
is. So the instant alone tells which snapshot answers, workers agree without asking each other, whoever asks twice never
gets the older one later, and each worker has time to load the newer one while it still answers from the older. A
request waits only where that time was not enough.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from api.search import Places
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.snapshot import RunRelationship, Snapshot
from passinfo.stores.networks import load_network
from passinfo.stores.snapshots import FileSnapshots

log = logging.getLogger("api.board")

TICK_S, SHORTEST_S, LONGEST_S = 5.0, 1.0, 60.0
"""The live loop's own tick, until two snapshots tell another."""
GRACE_S = 0.09
"""From publishing to answering: 0.1 s is promised, and loading a tick of 10,000 buses takes a third of it when all is
quiet. What is left is for workers that load while the publisher and their own requests keep all processors busy."""
SETTLED_S = 0.02
TURNS, TURN_S = 4, 0.01
"""Workers that were started one after the other load one after the other, so that not all of them keep requests waiting
at the same moment; loading takes about so long."""
LOOK_S = 0.01
"""How often a worker looks for a new snapshot: one look is one ``stat`` of a folder."""
PATIENCE_S = 2.0
"""How long a request waits for what should be loaded, a new network say, before it is answered from what is there."""


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

    # what follows is no field: a view made of another by dataclasses.replace begins without

    @cached_property
    def kept_bytes(self) -> list[int]:
        """Bytes of the answers kept, one number; two threads may both think that there is room, which does no harm."""
        return [0]

    @cached_property
    def hot(self) -> dict[tuple[str, str], Any]:
        """Answers by path and query as sent: see ``api.hot``."""
        return {}

    @cached_property
    def known(self) -> dict[int, Any]:
        """What is told of a run at each of its stops, by row."""
        return {}

    @cached_property
    def vehicles(self) -> dict[int, tuple[float, dict[str, Any]]]:
        """What is told of a vehicle, by row, and at which instant."""
        return {}

    @cached_property
    def known_runs(self) -> dict[int, int]:
        """Relationship of each run by ``run_key``: what the timetable need not tell any more."""
        runs = self.snapshot.runs
        keys = runs.trip_ix.astype(np.int64) << _DATE_BITS | runs.start_date
        return dict(zip(keys.tolist(), runs.relationship.tolist(), strict=True))

    @cached_property
    def cancelled_runs(self) -> frozenset[int]:
        """The runs that will not take place, by ``run_key``."""
        return frozenset(run for run, told in self.known_runs.items() if told == RunRelationship.CANCELED)


_DATE_BITS = 32


def run_key(trip_ix: int, start_date: int) -> int:
    """One number for a trip on a service date: thousands of them are made at each tick."""
    return trip_ix << _DATE_BITS | start_date


@dataclass(frozen=True, slots=True)
class Shown:
    """What a board shows: replaced as a whole by its one loader, read without a lock."""

    before: View | None = None
    """To answer from until ``since``; None later, or if there was none."""
    since: float = 0.0
    newest: View | None = None
    failure: str = ""
    """Why nothing newer could be read."""

    def at(self, now: float) -> View | None:
        """The view to answer from at an instant."""
        return self.newest if self.before is None or self.since <= now else self.before


class Board:
    """Answers with the newest view; threads of one worker share it.

    ``warm`` is called while there is nothing to load; it makes what answers will need, a moment each time.
    """

    def __init__(self, state: Path, warm: Callable[[View], None] | None = None) -> None:
        self.state, self._warm = state, warm
        self._snapshots = FileSnapshots(state / "snapshots")
        self._shown = Shown()
        self._seen: int | None = -1
        """The stamp of the folder that has been looked into."""
        self._begun = self._ended = 0
        """Looks into the folder."""
        self._starting = threading.Lock()
        self._start()

    def view(self) -> View:
        """The view to answer from now.

        Raises
        ------
        NothingPublished
            If there is none, or none that can be read.
        """
        now = time.time()
        if not self._loading(now):
            self._hurry()
        view = self._shown.at(now)
        if view is None:
            said = self._shown.failure
            raise NothingPublished(said or "no snapshot has been published yet: is the live loop running?")
        return view

    def ready(self) -> View | None:
        """The same without waiting; None if ``view`` would wait or fail."""
        now = time.time()
        return self._shown.at(now) if self._loading(now) else None

    def _loading(self, now: float) -> bool:
        """Whether what is there may answer; see to it that what is new gets loaded."""
        stamp = self._snapshots.stamp()
        if stamp == self._seen:
            return True
        if not self._loader.is_alive():  # a worker that was forked has no threads but its own
            with self._starting:
                if not self._loader.is_alive():
                    self._start()
        self._wake.set()
        return self._shown.newest is not None and stamp is not None and 0 <= now - stamp / 1e9 < GRACE_S

    def _hurry(self) -> None:
        """Wait for what is new: it should be loaded by now."""
        empty = self._shown.newest is None
        # a look that begins from now on sees what we saw; the folder itself may have changed again meanwhile
        wanted = self._begun + 1
        with self._loaded:
            self._loaded.wait_for(
                lambda: self._ended >= wanted or (empty and self._shown.newest is not None), PATIENCE_S
            )

    def _start(self) -> None:
        self._loaded, self._wake = threading.Condition(), threading.Event()
        self._loader = threading.Thread(target=_look, args=(weakref.ref(self), self._wake), name="board", daemon=True)
        self._loader.start()

    def look(self) -> None:
        """Load what is new, if there is something. Called by the one loader."""
        self._begun += 1
        try:
            self._look()
        finally:
            with self._loaded:
                self._ended = self._begun
                self._loaded.notify_all()

    def _look(self) -> None:
        now, stamp = time.time(), self._snapshots.stamp()
        if self._shown.before is not None and self._shown.since <= now:
            self._shown = dataclasses.replace(self._shown, before=None)  # nobody needs it: its answers are freed
        if stamp == self._seen:
            self._get_warm()
            return
        if stamp is not None and 0 <= now - stamp / 1e9 < _turn_s() and self._shown.newest is not None:
            return
        try:
            self._take()
        except OperatorError as error:
            self._fail(str(error))
        except Exception as error:  # the loader must outlive whatever a file may hold
            log.exception("the newest snapshot could not be loaded")
            self._fail(f"the newest snapshot cannot be read ({type(error).__name__}): see the log of the counter")
        # file systems tell time in steps of some ms: what has just changed may change again within one
        settled = stamp is None or now - stamp / 1e9 > SETTLED_S
        self._seen = stamp if settled else -1

    def _get_warm(self) -> None:
        if self._warm is None or self._shown.newest is None:
            return
        try:
            self._warm(self._shown.newest)
        except Exception:  # whoever asks makes it then; the loader must outlive it
            log.exception("what answers need cannot be made ahead of them")
            self._warm = None

    def _take(self) -> None:
        before = self._shown.newest
        sequence = self._snapshots.newest_sequence()
        if before is not None and before.snapshot.sequence == sequence:
            return
        published = self._snapshots.newest()
        if published is None or (before is not None and before.snapshot.sequence == published.snapshot.sequence):
            return  # nothing, or the newest file is torn and the one before it is what we have
        fresh = self._view_of(published.snapshot, published.feeds, before)
        # a clock that was set back must not keep it waiting
        since = min(published.published_at or 0.0, time.time()) + GRACE_S
        self._shown = Shown(before, since, fresh)

    def _fail(self, why: str) -> None:
        if why != self._shown.failure:
            log.warning("%s", why)
            self._shown = dataclasses.replace(self._shown, failure=why)

    def _view_of(self, snapshot: Snapshot, feeds: Mapping[str, bytes], before: View | None) -> View:
        if before is not None and before.network.hash == snapshot.network_hash:
            network, places = before.network, before.places
        else:
            network = load_network(self.state / "networks", snapshot.network_hash)
            places = Places(network)
        tick_s = TICK_S
        if before is not None:
            ticks = max(snapshot.sequence - before.snapshot.sequence, 1)
            tick_s = min(max((snapshot.made_at - before.snapshot.made_at) / ticks, SHORTEST_S), LONGEST_S)
        fresh = View(snapshot, feeds, network, self._city(), places, tick_s)
        # what every answer needs is made here: nobody waits for it
        _ = fresh.known_runs, network.stop_rows
        places.plans.prepare(snapshot.made_at)
        return fresh

    def _city(self) -> Mapping[str, Any]:
        try:
            city: Mapping[str, Any] = json.loads((self.state / "city.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return city


def _turn_s() -> float:
    """How long this worker leaves a new snapshot to others."""
    return os.getpid() % TURNS * TURN_S


def _look(board: weakref.ref[Board], wake: threading.Event) -> None:
    """Look for what is new as long as somebody holds the board."""
    while True:
        held = board()
        if held is None:
            return
        held.look()
        del held
        wake.wait(LOOK_S)
        wake.clear()
