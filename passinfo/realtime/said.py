"""What the trip updates of a tick say of their stops, all at once, and which say something else than a tick ago."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Ints
from passinfo.realtime.call_columns import CallColumns
from passinfo.realtime.entity_columns import measured_seconds
from passinfo.realtime.event_times import Seconds
from passinfo.snapshot import Snapshot

_COMPARED = (
    "stop_ix",
    "stop_sequence",
    "relationship",
    "arrival",
    "departure",
    "arrival_uncertainty",
    "departure_uncertainty",
    "scheduled",
    "occupancy",
)


@dataclass(frozen=True, slots=True)
class Said:
    """One row per entity, over the calls of its snapshot."""

    calls: CallColumns
    told: Ints
    """Rows of the calls that have an update …"""
    begin: Seconds
    """… the first of each entity among them …"""
    count: Seconds
    """… and how many it has."""
    measured: Seconds
    """Timestamp of each entity, -1 without."""

    def rows_of(self, which: Seconds) -> Ints:
        """Rows of the calls of these entities."""
        begin, count = self.begin[which], self.count[which]
        within = np.arange(int(count.sum()), dtype=np.int64)
        rows: Ints = self.told[within + np.repeat(begin - (np.cumsum(count) - count), count)]
        return rows


def said_of(snapshot: Snapshot, calls: CallColumns, runs: Ints) -> Said:
    """What the entities of these runs say."""
    told = np.flatnonzero(calls.updated).astype(np.int32)
    begin = np.searchsorted(told, snapshot.runs.call_ptr[runs]).astype(np.int64)
    count = np.searchsorted(told, snapshot.runs.call_ptr[runs + 1]).astype(np.int64) - begin
    return Said(calls, told, begin, count, measured_seconds(snapshot, runs))


def unlike(before: Said, old: Seconds, now: Said) -> Bools:
    """Which entities say something else than before. ``old``: their numbers then, -1 where they are new."""
    known = old >= 0
    known[known] = (now.count[known] == before.count[old[known]]) & (now.measured[known] == before.measured[old[known]])
    which = np.flatnonzero(known)
    mine, theirs = now.rows_of(which), before.rows_of(old[which])
    # mostly the same calls come again in the same order: then nothing need be gathered
    whole = len(mine) == len(now.calls.updated) == len(before.calls.updated) and bool((mine == theirs).all())
    other = np.zeros(len(mine), dtype=bool)
    for name in _COMPARED:
        new, was = getattr(now.calls, name), getattr(before.calls, name)
        other |= new != was if whole else new[mine] != was[theirs]
    known[np.repeat(which, now.count[which])[other]] = False
    return np.asarray(~known)
