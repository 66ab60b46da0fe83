"""The calendars of two feeds at a change of service: one until the day before, the other from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from passinfo.times import shift_date

Tables = Mapping[str, pd.DataFrame]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LAST_DATE = 99991231


@dataclass(frozen=True, slots=True)
class Services:
    """``calendar`` and ``calendar_dates`` of the joined feed, and the service of each trip in it ("" = no day left)."""

    tables: Mapping[str, pd.DataFrame]
    before: Mapping[str, str]
    after: Mapping[str, str]
    going_on: frozenset[str]
    """Trips of both feeds that run under one service across the change."""


@dataclass(frozen=True, slots=True)
class _Service:
    """Weekdays and period (None: dates alone), and exceptions by date; dates are ``yyyymmdd``."""

    row: Mapping[str, str] | None
    dates: Mapping[int, str]

    def clipped(self, first: int, last: int) -> _Service | None:
        """What is left from ``first`` to ``last``; None if it runs on no day."""
        dates = {date: kind for date, kind in self.dates.items() if first <= date <= last}
        row = self.row
        if row is not None:
            start, end = max(int(row["start_date"]), first), min(int(row["end_date"]), last)
            row = {**row, "start_date": str(start), "end_date": str(end)} if start <= end else None
        return _Service(row, dates) if row is not None or "1" in dates.values() else None

    def goes_on_as(self, after: _Service, first: int) -> bool:
        """Whether this and then ``after`` are one service: the same weekdays, no day between, none of both."""
        if self.row is None or after.row is None:
            return self.row is None and after.row is None
        if any(self.row.get(day) != after.row.get(day) for day in WEEKDAYS):
            return False
        last = shift_date(first, -1)
        ends, begins = int(self.row["end_date"]), int(after.row["start_date"])
        return int(self.row["start_date"]) <= last <= ends and begins <= first <= int(after.row["end_date"])

    def spanning(self, after: _Service, first: int) -> _Service:
        """The service until the day before ``first``, then ``after``."""
        dates = {date: kind for date, kind in self.dates.items() if date < first}
        dates |= {date: kind for date, kind in after.dates.items() if date >= first}
        if self.row is None or after.row is None:
            return _Service(None, dates)
        return _Service({**after.row, "start_date": self.row["start_date"]}, dates)


def join_services(before: Tables, after: Tables, first: int, same: frozenset[str]) -> Services:
    """Services of both feeds; trips of ``same`` that run on the same days before and after go on under one."""
    last = shift_date(first, -1)
    old, new = _services(before), _services(after)
    old_of, new_of = (dict(zip(t["trips"]["trip_id"], t["trips"]["service_id"], strict=True)) for t in (before, after))
    one = {service for service in old.keys() & new.keys() if old[service].goes_on_as(new[service], first)}
    going_on = frozenset(trip for trip in same if old_of[trip] == new_of[trip] and old_of[trip] in one)
    spanning = {old_of[trip] for trip in going_on}
    found = {service: old[service].spanning(new[service], first) for service in spanning}
    ending, beginning = dict[str, str](), dict[str, str]()
    needed = {old_of[trip] for trip in old_of.keys() - going_on}
    for service, days in old.items():
        left = days.clipped(0, last)
        if left is not None and service in needed:
            ending[service] = f"{service}-until-{last}" if service in new else service
            found[ending[service]] = left
    needed = {new_of[trip] for trip in new_of.keys() - going_on}
    for service, days in new.items():
        left = days.clipped(first, LAST_DATE)
        if left is not None and service in needed:
            beginning[service] = f"{service}-from-{first}" if service in spanning else service
            found[beginning[service]] = left
    return Services(
        _tables(found, before, after),
        {trip: service if trip in going_on else ending.get(service, "") for trip, service in old_of.items()},
        {trip: service if trip in going_on else beginning.get(service, "") for trip, service in new_of.items()},
        going_on,
    )


def _services(tables: Tables) -> dict[str, _Service]:
    """All services of a feed; those without a calendar row run on their dates alone."""
    rows: dict[str, Mapping[str, str]] = {}
    dates: dict[str, dict[int, str]] = {}
    if "calendar" in tables:
        for row in tables["calendar"].to_dict("records"):
            if str(row["start_date"]).isdecimal() and str(row["end_date"]).isdecimal():
                rows[str(row["service_id"])] = {str(name): str(value) for name, value in row.items()}
    if "calendar_dates" in tables:
        for service, date, kind in tables["calendar_dates"][["service_id", "date", "exception_type"]].itertuples(
            index=False, name=None
        ):
            if str(date).isdecimal():
                dates.setdefault(str(service), {})[int(date)] = str(kind)
    return {
        service: _Service(rows.get(service), dates.get(service, {})) for service in sorted(rows.keys() | dates.keys())
    }


def _tables(services: Mapping[str, _Service], before: Tables, after: Tables) -> dict[str, pd.DataFrame]:
    """Both tables, with the columns either feed has."""
    rows = [{**days.row, "service_id": service} for service, days in services.items() if days.row is not None]
    exceptions = [
        {"service_id": service, "date": str(date), "exception_type": kind}
        for service, days in services.items()
        for date, kind in days.dates.items()
    ]
    made = {"calendar": rows, "calendar_dates": exceptions}
    return {
        name: pd.DataFrame(records).fillna("") if records else (after if name in after else before)[name].head(0)
        for name, records in made.items()
        if name in before or name in after
    }
