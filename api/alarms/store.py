"""Alarms on disk: written by the counter's workers, rung by the server of streams, gone when they are over."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from api.alarms.records import Alarm, Way

FILE = "alarms.sqlite"
MOST = 50_000
"""Alarms at once in all: some 20 MB."""
_TABLES = """
CREATE TABLE IF NOT EXISTS alarm (alarm_id TEXT PRIMARY KEY, client TEXT NOT NULL, stop_id TEXT NOT NULL, route_id TEXT,
    trip_id TEXT, start_date TEXT, start_time TEXT, minutes INTEGER NOT NULL, times INTEGER NOT NULL,
    language TEXT NOT NULL, way TEXT NOT NULL, url TEXT NOT NULL, secret TEXT NOT NULL, made_at REAL NOT NULL,
    expires_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS alarm_client ON alarm (client);
CREATE TABLE IF NOT EXISTS told (alarm_id TEXT NOT NULL REFERENCES alarm ON DELETE CASCADE, run TEXT NOT NULL,
    PRIMARY KEY (alarm_id, run));
"""
_NAMES = tuple(field.name for field in dataclasses.fields(Alarm) if field.name != "told")


class TooManyAlarms(Exception):
    """A client, or all together, have as many alarms as they may."""


class AlarmStore:
    """The alarms of one state directory."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def add(self, alarm: Alarm, most_of_client: int) -> None:
        """Keep an alarm.

        Raises
        ------
        TooManyAlarms
            If the client has as many as it may, or there is no more room.
        """
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            (all_alive, of_client) = db.execute(
                "SELECT count(*), coalesce(sum(client = ?), 0) FROM alarm WHERE expires_at > ?",
                (alarm.client, alarm.made_at),
            ).fetchone()
            if of_client >= most_of_client:
                raise TooManyAlarms(
                    f"no more than {most_of_client} alarms at once: take one back, or wait until one is over"
                )
            if all_alive >= MOST:
                raise TooManyAlarms("there is no room for more alarms now: try again in some minutes")
            marks = ", ".join("?" * len(_NAMES))
            db.execute(
                f"INSERT INTO alarm ({', '.join(_NAMES)}) VALUES ({marks})",  # noqa: S608 - names of our own fields
                tuple(getattr(alarm, name) for name in _NAMES),
            )

    def find(self, alarm_id: str, now: float) -> Alarm | None:
        """An alarm that is not over."""
        with self._open() as db:
            return next(self._read(db, "alarm_id = ? AND expires_at > ?", (alarm_id, now)), None)

    def all(self) -> list[Alarm]:
        """All that are kept; also those that are over and have not been put away yet."""
        if not self._path.exists():  # it is asked twice a second: where nobody sets alarms, nothing is opened
            return []
        with self._open() as db:
            return list(self._read(db, "1", ()))

    def remove(self, alarm_id: str) -> bool:
        """Take an alarm back; whether there was one."""
        with self._open() as db:
            return db.execute("DELETE FROM alarm WHERE alarm_id = ?", (alarm_id,)).rowcount > 0

    def note_told(self, alarm_id: str, run: str) -> None:
        """Remember that a bus has been told; an alarm that has told all it should is over."""
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute(
                "INSERT OR IGNORE INTO told SELECT alarm_id, ? FROM alarm WHERE alarm_id = ?",
                (run, alarm_id),
            )
            db.execute(
                "DELETE FROM alarm WHERE alarm_id = ? AND times <= (SELECT count(*) FROM told WHERE alarm_id = ?)",
                (alarm_id, alarm_id),
            )

    @staticmethod
    def _read(db: sqlite3.Connection, where: str, values: tuple[object, ...]) -> Iterator[Alarm]:
        told: dict[str, list[str]] = {}
        for alarm_id, run in db.execute("SELECT alarm_id, run FROM told ORDER BY run"):
            told.setdefault(alarm_id, []).append(run)
        query = f"SELECT {', '.join(_NAMES)} FROM alarm WHERE {where} ORDER BY made_at, alarm_id"  # noqa: S608 - ours
        for row in db.execute(query, values):
            given = dict(zip(_NAMES, row, strict=True))
            yield Alarm(**{**given, "way": Way(given["way"])}, told=tuple(told.get(given["alarm_id"], ())))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection in one transaction. The file holds secrets: only its owner reads it, journal included."""
        if not self._path.exists():
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(self._path, timeout=10.0)) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            db.execute("PRAGMA foreign_keys=ON")
            db.executescript(_TABLES)
            with db:
                yield db
