"""The state store: keys, service changes, authored alerts and problem reports.

Written by the counter; the live loop reads changes and alerts each tick.

Keys are kept as SHA-256 of a 256-bit random token: nobody who reads the file can use one, and a token that long needs
no slow hash.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.bms.problems import Problem
from passinfo.snapshot import Alert
from passinfo.stores.snapshots import alert_from_json

BUSY_S = 10.0
"""How long to wait for another writer: writes take milliseconds."""
MOST_PROBLEMS = 10_000
"""Problem reports kept, the newest: anybody may send them."""
_TABLES = (
    "CREATE TABLE IF NOT EXISTS key (key_id TEXT PRIMARY KEY, name TEXT NOT NULL, digest BLOB NOT NULL UNIQUE, "
    "scopes TEXT NOT NULL, created_at REAL NOT NULL, revoked_at REAL)",
    "CREATE TABLE IF NOT EXISTS service_change (change_id TEXT PRIMARY KEY, made_at REAL NOT NULL, body TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS alert (alert_id TEXT PRIMARY KEY, body TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS problem (problem_id INTEGER PRIMARY KEY AUTOINCREMENT, made_at REAL NOT NULL, "
    "body TEXT NOT NULL)",
)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as listed: never its token."""

    key_id: str
    name: str
    scopes: frozenset[str]
    created_at: float
    revoked_at: float | None


class StateStore:
    """The state store in one SQLite file (WAL). One object per thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        for table in _TABLES:
            self._db.execute(table)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def add_key(self, name: str, scopes: frozenset[str], token: str, now: float) -> Key:
        """Keep a key; ``token`` (at least 32 random bytes, made by the caller) is not stored."""
        digest = _digest(token)
        key = Key(digest.hex()[:12], name, scopes, now, None)
        self._db.execute(
            "INSERT INTO key (key_id, name, digest, scopes, created_at) VALUES (?, ?, ?, ?, ?)",
            (key.key_id, name, digest, " ".join(sorted(scopes)), now),
        )
        return key

    def all_keys(self) -> list[Key]:
        """All keys, oldest first, revoked ones too."""
        rows = self._db.execute(
            "SELECT key_id, name, scopes, created_at, revoked_at FROM key ORDER BY created_at, key_id"
        )
        return [Key(row[0], row[1], frozenset(row[2].split()), row[3], row[4]) for row in rows]

    def revoke_key(self, key_id: str, now: float) -> bool:
        """Revoke a key; whether there was one to revoke."""
        done = self._db.execute("UPDATE key SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL", (now, key_id))
        return done.rowcount > 0

    def key_of(self, token: str) -> Key | None:
        """The valid key of a token; None if it is unknown or revoked.

        The look-up is by digest: what its timing tells is about the digest, from which no token can be found.
        """
        row = self._db.execute(
            "SELECT key_id, name, scopes, created_at, revoked_at FROM key WHERE digest = ? AND revoked_at IS NULL",
            (_digest(token),),
        ).fetchone()
        return Key(row[0], row[1], frozenset(row[2].split()), row[3], row[4]) if row else None

    def put_change(self, change: ServiceChange) -> None:
        """Keep an order; one with the same change_id is replaced."""
        self._db.execute(
            "INSERT INTO service_change VALUES (?, ?, ?) "
            "ON CONFLICT (change_id) DO UPDATE SET made_at = excluded.made_at, body = excluded.body",
            (change.change_id, change.made_at, json.dumps(dataclasses.asdict(change))),
        )

    def withdraw_change(self, change_id: str) -> bool:
        """Take an order back; whether there was one."""
        for change in self.changes():
            if change.change_id == change_id:
                self.put_change(dataclasses.replace(change, withdrawn=True))
                return True
        return False

    def changes(self) -> tuple[ServiceChange, ...]:
        """All orders, oldest first, withdrawn ones too."""
        rows = self._db.execute("SELECT body FROM service_change ORDER BY made_at, change_id")
        return tuple(change_from_json(json.loads(body)) for (body,) in rows)

    def put_alert(self, alert: Alert) -> None:
        """Keep an authored alert; one with the same alert_id is replaced."""
        self._db.execute(
            "INSERT INTO alert VALUES (?, ?) ON CONFLICT (alert_id) DO UPDATE SET body = excluded.body",
            (alert.alert_id, json.dumps(dataclasses.asdict(alert))),
        )

    def alerts(self) -> tuple[Alert, ...]:
        """All authored alerts, by id."""
        rows = self._db.execute("SELECT body FROM alert ORDER BY alert_id")
        return tuple(alert_from_json(json.loads(body)) for (body,) in rows)

    def remove_alert(self, alert_id: str) -> bool:
        """Remove an authored alert; whether there was one."""
        return self._db.execute("DELETE FROM alert WHERE alert_id = ?", (alert_id,)).rowcount > 0

    def put_problem(self, problem: Problem) -> int:
        """Keep a problem report; its number. The oldest go when there are too many."""
        row = self._db.execute(
            "INSERT INTO problem (made_at, body) VALUES (?, ?)",
            (problem.made_at, json.dumps(dataclasses.asdict(problem))),
        )
        number = int(row.lastrowid or 0)
        self._db.execute("DELETE FROM problem WHERE problem_id <= ?", (number - MOST_PROBLEMS,))
        return number

    def problems(self, since: float = 0.0) -> list[tuple[int, Problem]]:
        """Problem reports made since an instant with their numbers, oldest first."""
        rows = self._db.execute("SELECT problem_id, body FROM problem WHERE made_at >= ? ORDER BY problem_id", (since,))
        return [(int(number), Problem(**json.loads(body))) for number, body in rows]


def change_from_json(kept: dict[str, Any]) -> ServiceChange:
    """An order from what ``dataclasses.asdict`` and JSON made of it."""
    texts = kept.get("text") or ()
    pairs = tuple((str(language), str(text)) for language, text in texts)
    return ServiceChange(**{**kept, "kind": ChangeKind(str(kept["kind"])), "text": pairs})


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
