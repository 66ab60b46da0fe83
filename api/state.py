"""What a worker holds: the board, and the few stores it writes to. Sqlite connections belong to one thread each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app, request

from api.board import Board, View
from api.errors import NotAllowed
from passinfo.stores.report_log import SqliteReportLog
from passinfo.stores.state import Key, StateStore

KEY_S, MOST_KEYS = 5.0, 1_024
"""A revoked key loses its quota within so many seconds; tokens remembered."""


@dataclass(frozen=True)
class Counter:
    """The state directory as the counter uses it."""

    folder: Path
    board: Board
    clock: Callable[[], float] = time.time
    _keys: dict[str, tuple[float, Key | None]] = field(default_factory=dict)
    _local: threading.local = field(default_factory=threading.local)

    def report_log(self) -> SqliteReportLog:
        """Report log of this thread."""
        if not hasattr(self._local, "log"):
            self._local.log = SqliteReportLog(self.folder / "reports.sqlite")
        log: SqliteReportLog = self._local.log
        return log

    def known_key(self, token: str) -> Key | None:
        """The valid key of a token; the store is asked once in a few seconds, since quotas ask at every request."""
        now, kept = self.clock(), self._keys.get(token)
        if kept is None or now - kept[0] > KEY_S:
            if len(self._keys) >= MOST_KEYS:
                self._keys.clear()
            kept = self._keys[token] = (now, self.state_store().key_of(token))
        return kept[1]

    def state_store(self) -> StateStore:
        """State store of this thread."""
        if not hasattr(self._local, "state"):
            self._local.state = StateStore(self.folder / "state.sqlite")
        store: StateStore = self._local.state
        return store


def counter() -> Counter:
    """The counter of the running app."""
    found: Counter = current_app.extensions["passinfo"]
    return found


def view() -> View:
    """The newest view."""
    return counter().board.view()


def require_key(scope: str) -> Key:
    """The key of the request, if it may do this.

    Raises
    ------
    NotAllowed
        If there is no key, or it is unknown, revoked or without the scope.
    """
    header = request.headers.get("Authorization", "")
    token = header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else request.args.get("key", "")
    if not token:
        raise NotAllowed("a key is needed: Authorization: Bearer … (python -m api keys add makes one)")
    key = counter().state_store().key_of(token)
    if key is None or scope not in key.scopes:
        raise NotAllowed(f"this key may not do that: it needs the scope {scope}")
    return key
