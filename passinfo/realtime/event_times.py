"""Whole-second times and uncertainties of all calls of a snapshot, at once.

Predictions are fractions of a second apart; feeds know whole seconds and demand that times strictly increase from
stop to stop. With k the number of a call, ``time − k`` must not decrease within a run: a running maximum over all
runs, each lifted far above the one before, says so in one pass. The last stop of a bus that is due there and has not
been seen is told after the tick: a reader takes a run all of whose times are not after the feed's own for over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats
from passinfo.prediction.protocol import Basis
from passinfo.snapshot import CallRelationship, Snapshot

NO_TIME = -1
NO_UNCERTAINTY = -1
_LIFT_S = 10**9
"""Between two runs; far more than any two times of one snapshot lie apart."""
_NOWHERE_S = -(10**8)
"""Stands for no time in the running maximum: before every time of its run."""

_OF_A_BUS = (Basis.TRACKED, Basis.LAST_KNOWN)
"""What is told of a bus; what the plan alone tells may well be past."""

Seconds = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class EventTimes:
    """POSIX seconds per call, ``NO_TIME`` where the event has none; uncertainty ``NO_UNCERTAINTY`` where none."""

    arrival: Seconds
    departure: Seconds
    arrival_uncertainty: Seconds
    departure_uncertainty: Seconds
    scheduled: Seconds


def event_times(snapshot: Snapshot) -> EventTimes:
    """Times of arrival and departure of every call as they go out."""
    calls = snapshot.calls
    timeless = (calls.relationship == CallRelationship.SKIPPED) | (calls.relationship == CallRelationship.NO_DATA)
    arrival_at = np.where(timeless, np.nan, calls.arrival_at)
    departure_at = np.where(timeless, np.nan, calls.departure_at)
    ends = np.isnan(departure_at) & ~calls.observed & np.isin(calls.basis, _OF_A_BUS)
    arrival_at = np.where(ends, np.maximum(arrival_at, int(snapshot.made_at) + 1), arrival_at)
    arrival, departure = increasing_seconds(calls.run_row, arrival_at, departure_at, snapshot.made_at)
    width = _uncertainty(calls.p10_at, calls.p90_at)
    width[calls.basis == Basis.TIMETABLE] = NO_UNCERTAINTY  # nobody measured how sure the plan is
    over_arrival = calls.observed & (arrival_at <= snapshot.made_at)
    over_departure = calls.observed & (departure_at <= snapshot.made_at)
    return EventTimes(
        arrival,
        departure,
        np.where(over_arrival, 0, width),
        np.where(over_departure, 0, width),
        np.where(np.isnan(calls.scheduled_at), NO_TIME, np.round(np.nan_to_num(calls.scheduled_at))).astype(np.int64),
    )


def increasing_seconds(
    run_row: npt.NDArray[np.int32], arrival_at: Floats, departure_at: Floats, made_at: float
) -> tuple[Seconds, Seconds]:
    """Nearest whole seconds with arrival ≤ departure < next arrival within each run.

    Examples
    --------
    >>> run = np.array([0, 0, 0], dtype=np.int32)
    >>> a, d = increasing_seconds(run, np.array([np.nan, 10.2, 10.4]), np.array([9.0, 10.3, np.nan]), 9.0)
    >>> a.tolist(), d.tolist()
    ([-1, 10, 11], [9, 10, -1])
    """
    n = len(run_row)
    base = int(made_at)
    both = np.stack([arrival_at, departure_at], axis=1).ravel()
    known = ~np.isnan(both)
    seconds = np.where(known, np.round(np.where(known, both, 0.0)).astype(np.int64) - base, _NOWHERE_S)
    number = np.repeat(np.arange(n, dtype=np.int64), 2)
    lift = np.repeat(run_row.astype(np.int64), 2) * _LIFT_S
    raised = np.maximum.accumulate(seconds - number + lift) - lift + number + base
    times = np.where(known, raised, NO_TIME).reshape(n, 2)
    return times[:, 0], times[:, 1]


def _uncertainty(p10_at: Floats, p90_at: Floats) -> Seconds:
    """ceil(p90 - p10), at least 1: the full width; the future is never certain."""
    known = ~(np.isnan(p10_at) | np.isnan(p90_at))
    width = np.ceil(np.where(known, p90_at - p10_at, 0.0)).astype(np.int64)
    return np.where(known, np.maximum(width, 1), NO_UNCERTAINTY)
