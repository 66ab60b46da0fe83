"""Kinds of service days, learned from how much ran when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.times import to_date

WEEKDAYS = {"weekday": (0, 1, 2, 3, 4), "saturday": (5,), "sunday": (6,)}
"""What timetables tell apart everywhere; further kinds need more days than a first build has."""
MORE_ALIKE = 0.7
"""A date runs as another kind of day if it differs from that one by less than this share of the own difference …"""
UNLIKE = 0.25
"""… and differs from its own by a quarter of all departures: bad weather takes away less."""


@dataclass(frozen=True, slots=True)
class DayTypes:
    """Which kind of day each date seen was."""

    weekdays: Mapping[str, tuple[int, ...]]
    """Weekdays (Monday 0) of each kind that was seen."""
    of_date: Mapping[int, str]
    """Kind by service date (``yyyymmdd``)."""
    exceptions: tuple[tuple[int, str], ...]
    """Dates that ran as another kind than their weekday's: holidays, special service."""


def learn_day_types(departures: Mapping[int, Sequence[float]]) -> DayTypes:
    """Kinds of days.

    Parameters
    ----------
    departures
        Service seconds of all departures of each service date (``yyyymmdd``); dates seen in part only distort it.

    Examples
    --------
    >>> day, sunday = [3600.0 * h for h in range(5, 23)] * 4, [3600.0 * h for h in range(8, 20)]
    >>> learned = learn_day_types({20260302: day, 20260303: day, 20260304: sunday, 20260308: sunday})
    >>> learned.of_date[20260304], learned.exceptions
    ('sunday', ((20260304, 'sunday'),))
    """
    shape = {date: _per_hour(times) for date, times in departures.items()}
    usual = {date: _kind_of(date) for date in sorted(shape)}
    typical = {
        kind: np.median([shape[date] for date, of in usual.items() if of == kind], axis=0)
        for kind in sorted(set(usual.values()))
    }
    found = {date: _likest(shape[date], usual[date], typical) for date in usual}
    exceptions = tuple((date, kind) for date, kind in found.items() if kind != usual[date])
    return DayTypes({kind: WEEKDAYS[kind] for kind in typical}, found, exceptions)


def _kind_of(date: int) -> str:
    weekday = to_date(date).weekday()
    return next(kind for kind, days in WEEKDAYS.items() if weekday in days)


def _per_hour(times: Sequence[float]) -> Floats:
    hours = np.bincount((np.asarray(times) // 3_600).astype(int).clip(0, 35), minlength=36)
    return np.asarray(hours, dtype=np.float64)


def _likest(shape: Floats, own: str, typical: Mapping[str, Floats]) -> str:
    apart = {kind: float(np.abs(shape - each).sum()) for kind, each in typical.items()}
    best = min(apart, key=lambda kind: (apart[kind], kind != own))
    if apart[own] < UNLIKE * max(float(typical[own].sum()), 1.0) or apart[best] > MORE_ALIKE * apart[own]:
        return own
    return best
