"""How soon route and direction are known: vehicle-minutes in service, by time since the run or the vehicle began."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.tracking.answers import Answers, answers
from benchmarks.tracking.cities import live, since_first
from benchmarks.tracking.figures import UNASKED, Figure, share
from passinfo.columns import Bools, Floats

MINUTE_S = 60.0


def availability() -> Iterator[Figure]:
    """Share of in-service vehicle-minutes at whose end route and direction are known, live."""
    for name, asked in (("wmata", "97 %"), ("kingston", UNASKED)):
        found = answers(name, live(name))
        told = found.route_named & _direction_told(found)
        for of, age in (("vehicle's first report", since_first(found.seen)), ("run's begin", _since_begin(found))):
            for minutes in (1, 5):
                rows = _last_of_minute(found) & (age >= MINUTE_S * minutes)
                aim = asked if minutes == 5 else UNASKED
                sure = 100 * float(np.mean(found.direction[rows]))
                measure = f"route and direction known live, {minutes} min after the {of} (right of all {sure:.1f} %)"
                failures = found.failing(rows, told)
                yield share(name, measure, aim, told[rows], found.vehicle_id[rows], None, failures)


def _direction_told(found: Answers) -> Bools:
    """Whether the direction is known; a feed without directions cannot tell one."""
    return np.asarray((found.seen.matches.direction_id >= 0) | (found.truth.direction_id < 0))


def _last_of_minute(found: Answers) -> Bools:
    """The last report in service of each vehicle in each minute."""
    said = found.seen.matches
    rows = np.flatnonzero(found.in_service)
    _, vehicle = np.unique(said.vehicle_id.astype(str), return_inverse=True)
    minute = (said.observed_at // MINUTE_S).astype(np.int64)
    rows = rows[np.lexsort((said.observed_at[rows], minute[rows], vehicle[rows]))]
    ends = np.concatenate((np.diff(minute[rows]) != 0, [True])) | np.concatenate((np.diff(vehicle[rows]) != 0, [True]))
    last = np.zeros(len(minute), dtype=bool)
    last[rows[ends[: len(rows)]]] = True
    return last


def _since_begin(found: Answers) -> Floats:
    """Seconds since the run's first report in service; NaN out of service."""
    said, rows = found.seen.matches, np.flatnonzero(found.in_service)
    _, vehicle = np.unique(said.vehicle_id.astype(str), return_inverse=True)
    trips = int(found.truth.trip_ix.max(initial=0)) + 1
    _, run = np.unique(vehicle[rows].astype(np.int64) * trips + found.truth.trip_ix[rows], return_inverse=True)
    first = np.full(int(run.max(initial=-1)) + 1, np.inf)
    np.minimum.at(first, run, said.observed_at[rows])
    since = np.full(len(vehicle), np.nan)
    since[rows] = said.observed_at[rows] - first[run]
    return since
