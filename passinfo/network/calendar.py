"""Which service runs on which day, from ``calendar`` and ``calendar_dates``."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from passinfo.network.network import Calendar
from passinfo.times import to_date, to_service_date

MAX_DAYS = 36_525
"""A century: feeds that end in 2099 exist; a slip such as 20261231 → 22061231 must not fill the memory."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ADDED, _REMOVED = 1, 2


def compile_calendar(service_ids: list[str], weekly: pd.DataFrame, exceptions: pd.DataFrame) -> Calendar:
    """Table of services by days, from the first date any of them names to the last."""
    rows = {service_id: row for row, service_id in enumerate(service_ids)}
    weekly = weekly[weekly["service_id"].isin(rows)]
    exceptions = exceptions[exceptions["service_id"].isin(rows)]
    dates = [*weekly["start_date"], *weekly["end_date"], *exceptions["date"]]
    ids = np.array(service_ids, dtype=object)
    if not dates:
        return Calendar(ids, 0, np.zeros((len(ids), 0), dtype=bool))
    first = to_date(int(min(dates)))
    days = min((to_date(int(max(dates))) - first).days + 1, MAX_DAYS)
    active = np.zeros((len(ids), days), dtype=bool)
    weekday_of_day = (first.weekday() + np.arange(days)) % 7
    for service in weekly.itertuples(index=False):
        runs = np.array([getattr(service, name) == 1 for name in _WEEKDAYS])[weekday_of_day]
        within = np.zeros(days, dtype=bool)
        within[_day(service.start_date, first) : _day(service.end_date, first) + 1] = True
        active[rows[str(service.service_id)]] |= runs & within
    for change in exceptions.itertuples(index=False):
        day = _day(change.date, first)
        if day < days and change.exception_type in (_ADDED, _REMOVED):
            active[rows[str(change.service_id)], day] = change.exception_type == _ADDED
    return Calendar(ids, to_service_date(first), active)


def _day(date: object, first: dt.date) -> int:
    return (to_date(int(str(date))) - first).days
