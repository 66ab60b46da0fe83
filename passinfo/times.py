"""Time: the service day, service seconds, instants and their zones.

A service day's zero is local noon minus twelve hours (GTFS reference, *Time*), so a day on which the clocks change
has 23 or 25 hours, yet 08:00:00 of it is still eight in the morning by the clock people read after the change.
Service times are formatted from (instant - zero), never from the wall clock: 25:10:00 stays 25:10:00.

Instants are aware UTC ``datetime`` at the edges and float epoch seconds (UTC) in columns.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

_SERVICE_TIME = re.compile(r"^\s*(\d{1,3}):([0-5]\d):([0-5]\d)\s*$")
_NOON_S = 12 * 3600


@lru_cache(maxsize=4096)
def service_day_zero_s(date: int, timezone: str) -> float:
    """Epoch seconds of the zero of a service day (local noon minus twelve hours).

    Parameters
    ----------
    date
        The service day as ``yyyymmdd``.
    timezone
        IANA zone of the agency.

    Examples
    --------
    >>> service_day_zero_s(20260308, "America/New_York") - service_day_zero_s(20260307, "America/New_York")
    82800.0
    """
    day = dt.date(date // 10_000, date // 100 % 100, date % 100)
    noon = dt.datetime.combine(day, dt.time(12), tzinfo=ZoneInfo(timezone))
    return noon.timestamp() - _NOON_S


def service_date_of(at: float, timezone: str) -> int:
    """Service day (``yyyymmdd``) whose [zero, next zero) contains the instant ``at`` (epoch seconds)."""
    local = dt.datetime.fromtimestamp(at, ZoneInfo(timezone))
    date = to_service_date(local.date())
    if at < service_day_zero_s(date, timezone):
        return shift_date(date, -1)
    following = shift_date(date, 1)
    return following if at >= service_day_zero_s(following, timezone) else date


def to_service_date(day: dt.date) -> int:
    """``yyyymmdd`` of a date."""
    return day.year * 10_000 + day.month * 100 + day.day


def to_date(date: int) -> dt.date:
    """The date written as ``yyyymmdd``."""
    return dt.date(date // 10_000, date // 100 % 100, date % 100)


@lru_cache(maxsize=4096)
def shift_date(date: int, days: int) -> int:
    """The service day ``days`` later.

    Examples
    --------
    >>> shift_date(20260228, 1)
    20260301
    """
    return to_service_date(to_date(date) + dt.timedelta(days=days))


def format_service_time(service_s: int) -> str:
    """``HH:MM:SS`` of a service time, past 24 hours where it is.

    Examples
    --------
    >>> format_service_time(25 * 3600 + 600)
    '25:10:00'
    """
    if service_s < 0:
        raise ValueError(f"a service time cannot be negative: {service_s}")
    return f"{service_s // 3600:02d}:{service_s // 60 % 60:02d}:{service_s % 60:02d}"


def parse_service_time(text: str) -> int:
    """Service seconds of ``H:MM:SS`` or ``HH:MM:SS``.

    Raises
    ------
    ValueError
        If the text is no service time (25:61:00 is none; 25:10:00 is one).

    Examples
    --------
    >>> parse_service_time("25:10:00")
    90600
    """
    found = _SERVICE_TIME.match(text)
    if found is None:
        raise ValueError(f"not a service time (HH:MM:SS): {text!r}")
    hours, minutes, seconds = (int(part) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def to_datetime(at: float) -> dt.datetime:
    """Aware UTC datetime of epoch seconds."""
    return dt.datetime.fromtimestamp(at, dt.UTC)


def to_iso(at: float) -> str:
    """RFC 3339 text, whole seconds, UTC.

    Examples
    --------
    >>> to_iso(0)
    '1970-01-01T00:00:00Z'
    """
    return to_datetime(at).replace(microsecond=0).isoformat().replace("+00:00", "Z")
