"""Kinds of service days, learned from how much ran when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.network.service.seen_days import SeenDay
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


def learn_day_types(departures: Mapping[int, Sequence[float]], seen: Mapping[int, SeenDay] | None = None) -> DayTypes:
    """Kinds of days.

    Parameters
    ----------
    departures
        Service seconds of all departures of each service date (``yyyymmdd``).
    seen
        What was seen of the dates that were not seen whole: they make no kind of day typical if another date does, and
        are compared only in the hours that were seen.

    Examples
    --------
    >>> day, sunday = [3600.0 * h for h in range(5, 23)] * 4, [3600.0 * h for h in range(8, 20)]
    >>> learned = learn_day_types({20260302: day, 20260303: day, 20260304: sunday, 20260308: sunday})
    >>> learned.of_date[20260304], learned.exceptions
    ('sunday', ((20260304, 'sunday'),))
    """
    shape = {date: _per_hour(times) for date, times in departures.items()}
    usual = {date: _kind_of(date) for date in sorted(shape)}
    hours = {date: _hours_seen(seen.get(date) if seen else None) for date in usual}
    typical = {}
    for kind in sorted(set(usual.values())):
        mine = [date for date, of in usual.items() if of == kind]
        whole = [date for date in mine if hours[date].all()] or mine
        typical[kind] = np.median([shape[date] for date in whole], axis=0)
    found = {date: _likest(shape[date], usual[date], typical, hours[date]) for date in usual}
    exceptions = tuple((date, kind) for date, kind in found.items() if kind != usual[date])
    return DayTypes({kind: WEEKDAYS[kind] for kind in typical}, found, exceptions)


def _kind_of(date: int) -> str:
    weekday = to_date(date).weekday()
    return next(kind for kind, days in WEEKDAYS.items() if weekday in days)


def _per_hour(times: Sequence[float]) -> Floats:
    hours = np.bincount((np.asarray(times) // 3_600).astype(int).clip(0, 35), minlength=36)
    return np.asarray(hours, dtype=np.float64)


def _hours_seen(day: SeenDay | None) -> Bools:
    """Hours of the service day that were seen whole."""
    hours = np.ones(36, dtype=bool)
    if day is None:
        return hours
    start = 3_600.0 * np.arange(36)
    hours[:] = False
    for low, high in day.parts:
        hours |= (start >= low) & (start + 3_600.0 <= high)
    return hours


def _likest(shape: Floats, own: str, typical: Mapping[str, Floats], hours: Bools) -> str:
    apart = {kind: float(np.abs(shape - each)[hours].sum()) for kind, each in typical.items()}
    best = min(apart, key=lambda kind: (apart[kind], kind != own))
    if apart[own] < UNLIKE * max(float(typical[own][hours].sum()), 1.0) or apart[best] > MORE_ALIKE * apart[own]:
        return own
    return best
