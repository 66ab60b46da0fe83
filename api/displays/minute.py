"""The snapshot of a minute: what displays show changes on the whole minute only.

The first worker that is asked in a minute links the newest snapshot under the minute's name; a link either is made or
is there already, so all workers answer from the same one, and a body is a pure function of minute and request.
"""

from __future__ import annotations

import contextlib
import dataclasses
import mmap
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from api.board import Board, NothingPublished, View
from passinfo.stores.errors import StoreUnreadable
from passinfo.stores.snapshots import from_bytes

MINUTE_S = 60
KEPT_MINUTES = 2
"""Minutes whose snapshot stays: this one, and the last for a worker whose clock was read just before."""
TRIES = 3
"""The newest snapshot may be removed while we link it; the one after it is there then."""


@dataclass(frozen=True, slots=True)
class Minute:
    """A whole minute and all that its answers are made of."""

    at: int
    """Epoch seconds of its beginning; answers call it now."""
    view: View


class Minutes:
    """The minute that runs, of one state directory; threads of a worker share it."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._folder = board.state / "minutes"
        self._lock = threading.Lock()
        self._kept: Minute | None = None

    def at(self, clock: float) -> Minute:
        """The minute of an instant.

        Raises
        ------
        NothingPublished
            If there is no snapshot.
        """
        begun = int(clock // MINUTE_S) * MINUTE_S
        kept = self._kept
        if kept is not None and kept.at == begun:
            return kept
        with self._lock:
            if self._kept is None or self._kept.at != begun:
                self._kept = Minute(begun, self._view(begun))
            return self._kept

    def _view(self, begun: int) -> View:
        newest = self._board.view()
        path = self._folder / f"{begun}.snapshot"
        try:
            self._link(path)
            with path.open("rb") as file:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            published = from_bytes(memoryview(mapped), str(path))
        except (OSError, ValueError, StoreUnreadable):
            # a directory that cannot be written to, or has no links: this worker keeps its own minute
            return dataclasses.replace(newest, answers={})
        if published.snapshot.network_hash != newest.network.hash:
            return dataclasses.replace(newest, answers={})
        return dataclasses.replace(newest, snapshot=published.snapshot, feeds=published.feeds, answers={})

    def _link(self, path: Path) -> None:
        if path.exists():
            return
        self._folder.mkdir(exist_ok=True)
        for left in range(TRIES, 0, -1):
            found = max((self._board.state / "snapshots").glob("[0-9]*.snapshot"), default=None)
            if found is None:
                raise NothingPublished("no snapshot has been published yet: is the live loop running?")
            try:
                os.link(found, path)
            except FileExistsError:
                return
            except FileNotFoundError:
                if left == 1:
                    raise
                continue
            break
        for old in sorted(self._folder.glob("[0-9]*.snapshot"))[:-KEPT_MINUTES]:
            with contextlib.suppress(FileNotFoundError):
                old.unlink()
