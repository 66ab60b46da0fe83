"""What can be subscribed to: how its state is told, and what of it has changed since the tick before."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from api.arrivals import arrivals_of
from api.board import View
from api.freshness import Source
from api.search import Box
from api.vehicles import vehicle_record
from passinfo.tracking.columns import PhaseCode

State = dict[str, dict[str, Any]]
"""Records by key."""
REMEMBERED = 64
"""Ticks that a reader may miss and still be told just what it missed: five minutes."""
STILL_S = 10.0
"""A prediction that moved by less is not worth a phone's battery."""
ARRIVALS, HORIZON_S = 20, 5_400.0
_TIMES = ("p10_at", "p50_at", "p90_at", "display_at")
_ARRIVAL = (
    *("stop_id", "route_id", "route_short_name", "headsign", "direction_id", "trip_id", "start_date", "start_time"),
    *("stop_sequence", *_TIMES, "scheduled_at", "tracked", "last_known", "basis", "relationship", "last_of_day"),
)
_VEHICLE = (
    *("vehicle_id", "label", "lat", "lon", "bearing_deg", "observed_at", "phase", "route_id", "direction_id"),
    *("trip_id", "next_stop_id", "occupancy", "wheelchair"),
)


class Subject(Protocol):
    """What a topic is about; hashable, so that all who ask for the same share it."""

    def state(self, view: View, now: float, source: Source) -> State:
        """All that is to be told now."""
        ...

    def moved(self, old: dict[str, Any], new: dict[str, Any]) -> bool:
        """Whether a record that has been told is to be told again."""
        ...


@dataclass(frozen=True, slots=True)
class StopsSubject:
    """Arrivals at a set of stops."""

    stop_ids: tuple[str, ...]

    def state(self, view: View, now: float, source: Source) -> State:
        """Arrivals by run and call."""
        found: State = {}
        for stop_id in self.stop_ids:
            key = ("push", stop_id, now, source)
            if key not in view.answers:  # many sets hold the same busy stop
                view.answers[key] = _at_stop(view, stop_id, now, source)
            found |= view.answers[key]
        return found

    def moved(self, old: dict[str, Any], new: dict[str, Any]) -> bool:
        """If anything is different, times by more than nothing."""
        return _moved(old, new)


@dataclass(frozen=True, slots=True)
class BusesSubject:
    """Buses in a box, on a route, or both; all if neither."""

    box: Box | None
    route_id: str | None

    def state(self, view: View, now: float, source: Source) -> State:
        """Vehicles by id."""
        table = view.snapshot.vehicles
        told = table.public | ((table.phase == PhaseCode.STALE) & (table.run_row >= 0))
        if self.route_id is not None:
            told = told & (table.route_ix == view.network.route_rows.get(self.route_id, -2))
        if self.box is not None:
            lat, lon, box = table.lat_deg, table.lon_deg, self.box
            across = (
                (lon >= box.west) & (lon <= box.east) if box.west <= box.east else (lon >= box.west) | (lon <= box.east)
            )
            told = told & (lat >= box.south) & (lat <= box.north) & across
        found: State = {}
        for row in told.nonzero()[0].tolist():
            record = vehicle_record(view, row, now)
            found[str(record["vehicle_id"])] = {name: record[name] for name in _VEHICLE}
        return found

    def moved(self, old: dict[str, Any], new: dict[str, Any]) -> bool:
        """If anything is different."""
        return old != new


@dataclass(slots=True)
class Topic:
    """One subject as it was told last, and the differences that led there."""

    subject: Subject
    sequence: int = -1
    """Of the snapshot told last; the id of its event."""
    source: Source = Source.LIVE
    kept: State = field(default_factory=dict)
    told: deque[tuple[int, int, bytes]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    """(sequence before, sequence, event) of the last ticks; without an event where nothing changed."""

    def advance(self, view: View, now: float, source: Source) -> bytes:
        """The event of a new snapshot (or of a new age); empty if nothing that matters changed."""
        fresh = self.subject.state(view, now, source)
        changed = {key: record for key, record in fresh.items() if self._is_news(key, record)}
        gone = [key for key in self.kept if key not in fresh]
        before, self.sequence = self.sequence, view.snapshot.sequence
        aged, self.source = source is not self.source, source
        self.kept = {key: changed.get(key) or self.kept[key] for key in fresh}
        event = b""
        if changed or gone or aged:
            body = self._head(view, source) | {"changed": changed, "gone": gone}
            event = event_of("diff", self.sequence, body)
        self.told.append((before, self.sequence, event))
        return event

    def _is_news(self, key: str, record: dict[str, Any]) -> bool:
        old = self.kept.get(key)
        return old is None or self.subject.moved(old, record)

    def whole(self, view: View, source: Source) -> bytes:
        """The event that tells everything: for who is new, or was away too long."""
        return event_of("reset", self.sequence, self._head(view, source) | {"all": self.kept})

    def since(self, sequence: int) -> bytes | None:
        """All events after one; None if it is too long ago."""
        events = list(self.told)
        if sequence == self.sequence:  # but it may have aged since
            return b"".join(event for before, after, event in events if before == after == sequence)
        for n, (before, _, _) in enumerate(events):
            if before == sequence:
                return b"".join(event for _, _, event in events[n:])
        return None

    @staticmethod
    def _head(view: View, source: Source) -> dict[str, Any]:
        return {"made_at": round(view.snapshot.made_at, 1), "source": source.value}


def event_of(kind: str, sequence: int, body: dict[str, Any]) -> bytes:
    """One Server-Sent Event."""
    return b"event: %s\nid: %d\ndata: %s\n\n" % (kind.encode(), sequence, orjson.dumps(body))


def _at_stop(view: View, stop_id: str, now: float, source: Source) -> State:
    found: State = {}
    row = view.network.stop_rows.get(stop_id)
    if row is None:
        return found
    told = arrivals_of(view, row, now, source=source, limit=ARRIVALS, route_ix=None, horizon_s=HORIZON_S)
    for arrival in told:
        vehicle = arrival["vehicle"] or {}
        run = (arrival["trip_id"] or vehicle.get("vehicle_id"), arrival["start_date"], arrival["start_time"])
        key = "|".join(str(each) for each in (arrival["stop_id"], *run, arrival["stop_sequence"]))
        found[key] = {name: arrival[name] for name in _ARRIVAL} | {
            name: vehicle.get(name) for name in ("vehicle_id", "occupancy", "wheelchair")
        }
    return found


def _moved(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether an arrival has changed by so much that a passenger would notice."""
    for name, value in new.items():
        if old[name] == value:
            continue
        if name not in _TIMES or value is None or old[name] is None:
            return True
        if abs((dt.datetime.fromisoformat(value) - dt.datetime.fromisoformat(old[name])).total_seconds()) >= STILL_S:
            return True
    return False
