"""When buses left each terminal on the days before: a timetable that nobody gave, seen through its copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.prediction.departure.places import Rows

MOST_DAYS = 5
"""Days kept of each kind: a week of working days; timetables change."""
LATE_S = 60.0
"""What left a minute ago on the days before may be what is about to leave: as much as reports and stops are off."""
NEAR_S = 3_600.0
"""A departure more than an hour away is of another bus."""
_LIFT = 1e6  # sets groups apart on one axis of service seconds


@dataclass(frozen=True, slots=True)
class Past:
    """Departures by day, then terminal (row of ``Layovers``), then time."""

    kind: Rows
    """Kind of each day."""
    ptr: Rows
    """Offsets of (day, terminal), days × rows + 1."""
    service_s: Floats

    def rows(self) -> int:
        """Terminals, row 0 included."""
        return (len(self.ptr) - 1) // max(len(self.kind), 1)

    def following(self, row: Rows, service_s: Floats, kind: int) -> Floats:
        """Seconds to the next departure on each day of a kind: earliest, median, latest; NaN where there was none."""
        days = np.flatnonzero(self.kind == kind)
        if not len(days) or not len(self.service_s):
            return np.full((len(row), 3), np.nan)
        group = np.repeat(np.arange(len(self.ptr) - 1), np.diff(self.ptr))
        axis = group * _LIFT + self.service_s
        wanted = days[:, None] * self.rows() + row
        place = np.searchsorted(axis, wanted * _LIFT + service_s - LATE_S)
        found = np.minimum(place, len(axis) - 1)
        ahead = self.service_s[found] - service_s
        same = (place < len(axis)) & (group[found] == wanted) & (ahead <= NEAR_S)
        return _low_mid_high(np.where(same, ahead, np.nan))


def no_past() -> Past:
    """No day is known."""
    return Past(np.empty(0, dtype=np.int64), np.zeros(1, dtype=np.int64), np.empty(0))


def learn_past(rows: int, days: Sequence[tuple[int, Rows, Floats]]) -> Past:
    """Past departures.

    Parameters
    ----------
    rows
        Terminals, row 0 included.
    days
        In order of time: kind of day, row of the terminal and service seconds of each departure.
    """
    kinds = [kind for kind, _, _ in days]
    kept = [day for number, day in enumerate(days) if kinds[number:].count(day[0]) <= MOST_DAYS]
    counts, times = [np.zeros(1, dtype=np.int64)], [np.empty(0)]
    for _, row, service_s in kept:
        counts.append(np.bincount(row, minlength=rows).astype(np.int64))
        times.append(service_s[np.lexsort((service_s, row))])
    kind = np.array([each for each, _, _ in kept], dtype=np.int64)
    return Past(kind, np.cumsum(np.concatenate(counts)), np.concatenate(times))


def _low_mid_high(values: Floats) -> Floats:
    """Earliest, median and latest over the first axis, NaN left out; shape (columns, 3)."""
    ordered = np.sort(values, axis=0)  # NaN last
    n = np.isfinite(ordered).sum(axis=0)
    each = np.arange(values.shape[1])
    last = np.maximum(n - 1, 0)
    middle = (ordered[last // 2, each] + ordered[(last + 1) // 2, each]) / 2
    return np.column_stack((ordered[0], middle, ordered[last, each]))
