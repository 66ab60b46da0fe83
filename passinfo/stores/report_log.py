"""The report log: what was acknowledged is on disk, in order, until it is read and trimmed.

SQLite in WAL mode with ``synchronous=FULL``: an append has reached the disk when it returns, survives kill -9 and power
loss, and any number of processes append while one reads.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

BUSY_MS = 10_000
"""How long a writer waits for another: appends take milliseconds, so ten seconds mean that something is broken."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One logged report: its place in the log and its bytes."""

    offset: int
    payload: bytes


class ReportLog(Protocol):
    """Durable append, read from an offset, commit."""

    def append(self, payloads: Sequence[bytes]) -> int:
        """Keep payloads, all or none; the offset of the last. Durable when it returns."""
        ...

    def read(self, after: int, limit: int) -> list[Entry]:
        """Entries beyond an offset, oldest first."""
        ...

    def newest(self) -> int:
        """The offset of the last entry; 0 if there is none."""
        ...

    def commit(self, consumer: str, offset: int) -> None:
        """Remember that a consumer has dealt with everything up to an offset."""
        ...

    def rewind(self, consumer: str, offset: int) -> None:
        """Send a consumer back: what it reads has begun anew."""
        ...

    def committed(self, consumer: str) -> int:
        """The offset a consumer has committed; 0 at first."""
        ...

    def trim(self, up_to: int) -> int:
        """Remove entries up to an offset; how many went."""
        ...

    def close(self) -> None:
        """Let go of the log."""
        ...


class SqliteReportLog:
    """The report log in one SQLite file. One object per process and thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS report (offset INTEGER PRIMARY KEY AUTOINCREMENT, payload BLOB NOT NULL)"
        )
        self._db.execute("CREATE TABLE IF NOT EXISTS consumer (name TEXT PRIMARY KEY, offset INTEGER NOT NULL)")

    def append(self, payloads: Sequence[bytes]) -> int:
        """Keep payloads, all or none; the offset of the last."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany("INSERT INTO report (payload) VALUES (?)", [(payload,) for payload in payloads])
            row = self._db.execute("SELECT coalesce(max(offset), 0) FROM report").fetchone()
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return int(row[0])

    def read(self, after: int, limit: int) -> list[Entry]:
        """Entries beyond an offset, oldest first."""
        rows = self._db.execute(
            "SELECT offset, payload FROM report WHERE offset > ? ORDER BY offset LIMIT ?", (after, limit)
        )
        return [Entry(int(offset), bytes(payload)) for offset, payload in rows]

    def newest(self) -> int:
        """The offset of the last entry; 0 if there is none."""
        row = self._db.execute("SELECT coalesce(max(offset), 0) FROM report").fetchone()
        return int(row[0])

    def commit(self, consumer: str, offset: int) -> None:
        """Remember how far a consumer has come; never back."""
        self._db.execute(
            "INSERT INTO consumer (name, offset) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET offset = max(offset, excluded.offset)",
            (consumer, offset),
        )

    def rewind(self, consumer: str, offset: int) -> None:
        """Send a consumer back: what it reads has begun anew."""
        self._db.execute("UPDATE consumer SET offset = min(offset, ?) WHERE name = ?", (offset, consumer))

    def committed(self, consumer: str) -> int:
        """The offset a consumer has committed; 0 at first."""
        row = self._db.execute("SELECT offset FROM consumer WHERE name = ?", (consumer,)).fetchone()
        return int(row[0]) if row else 0

    def trim(self, up_to: int) -> int:
        """Remove entries up to an offset; how many went."""
        return int(self._db.execute("DELETE FROM report WHERE offset <= ?", (up_to,)).rowcount)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
