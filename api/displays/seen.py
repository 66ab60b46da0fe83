"""Which displays live: each that names itself (``id=``) is noted as it polls, for the operator to see."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

FLUSH_S = 10.0
"""Polls are written at most so often: a thousand displays are one transaction."""
FORGOTTEN_S = 30 * 86_400.0
MOST_DISPLAYS = 10_000
"""Ids are not secret: whoever invents some fills the list no further."""
SILENT_S = 180.0
"""A display that has missed several polls is not at work."""
LONGEST_AGENT = 120
_TABLE = (
    "CREATE TABLE IF NOT EXISTS display (display_id TEXT PRIMARY KEY, shows TEXT NOT NULL, form TEXT NOT NULL, "
    "first_seen_at REAL NOT NULL, last_seen_at REAL NOT NULL, polls INTEGER NOT NULL, agent TEXT NOT NULL)"
)
_NOTE = (
    "INSERT INTO display VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (display_id) DO UPDATE SET shows = excluded.shows, "
    "form = excluded.form, last_seen_at = max(last_seen_at, excluded.last_seen_at), polls = polls + excluded.polls, "
    "agent = excluded.agent"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One display as it was last seen."""

    display_id: str
    shows: str
    """The stop or group of its address."""
    form: str
    """page, txt, json, png or ssml."""
    first_seen_at: float
    last_seen_at: float
    polls: int
    agent: str

    def silent(self, now: float) -> bool:
        """It has missed several polls."""
        return now - self.last_seen_at > SILENT_S


class SeenDisplays:
    """The list of one state directory, written by all workers."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._pending: dict[str, Seen] = {}
        self._flushed_at = 0.0

    def note(self, display_id: str, shows: str, form: str, agent: str, now: float) -> None:
        """Remember that a display polled."""
        with self._lock:
            before = self._pending.get(display_id)
            polls = 1 if before is None else before.polls + 1
            if before is not None or len(self._pending) < MOST_DISPLAYS:
                self._pending[display_id] = Seen(display_id, shows, form, now, now, polls, agent[:LONGEST_AGENT])
            if abs(now - self._flushed_at) < FLUSH_S:
                return
            pending, self._pending, self._flushed_at = self._pending, {}, now
        self._write(list(pending.values()), now)

    def all(self) -> list[Seen]:
        """All displays, the one longest silent first."""
        with closing(self._open()) as db:
            return [Seen(*row) for row in db.execute("SELECT * FROM display ORDER BY last_seen_at, display_id")]

    def _write(self, rows: list[Seen], now: float) -> None:
        with closing(self._open()) as db, db:
            db.execute("DELETE FROM display WHERE last_seen_at < ?", (now - FORGOTTEN_S,))
            (known,) = db.execute("SELECT count(*) FROM display").fetchone()
            for row in rows:
                if known >= MOST_DISPLAYS and not self._is_known(db, row):
                    continue
                values = (row.display_id, row.shows, row.form, row.first_seen_at, row.last_seen_at)
                db.execute(_NOTE, (*values, row.polls, row.agent))

    @staticmethod
    def _is_known(db: sqlite3.Connection, row: Seen) -> bool:
        found = db.execute("SELECT 1 FROM display WHERE display_id = ?", (row.display_id,)).fetchone()
        return found is not None

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=10.0)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute(_TABLE)
        return db
