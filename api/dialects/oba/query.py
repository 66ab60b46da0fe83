"""Parameters of a request, within their limits."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
from flask import request

from api.board import View
from api.errors import BadRequest
from api.freshness import moment_of, source_of
from api.state import counter
from passinfo.columns import Floats
from passinfo.geo import haversine_m
from passinfo.times import service_date_of, to_service_date

SPAN_M = 111_195.0
"""Metres of a degree of latitude."""
WIDEST_M = 20_000.0
MOST_MINUTES = 240
EARLIEST_MS, LATEST_MS = 946_684_800_000, 4_102_444_800_000
"""2000 to 2100: an instant outside is in another unit."""


def text(name: str, longest: int = 255) -> str | None:
    """A word."""
    given = request.args.get(name)
    if given is not None and len(given) > longest:
        raise BadRequest(f"{name}: at most {longest} characters")
    return given


def flag(name: str, *, default: bool) -> bool:
    """Yes or no."""
    given = request.args.get(name)
    if given is None:
        return default
    if given.lower() not in ("true", "false", "1", "0"):
        raise BadRequest(f"{name}: true or false")
    return given.lower() in ("true", "1")


def number(name: str, low: float, high: float) -> float | None:
    """A number in its limits; None if there is none."""
    given = request.args.get(name)
    if given is None:
        return None
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise BadRequest(f"{name}: a number from {low:g} to {high:g}")
    return value


def whole(name: str, low: int, high: int, default: int) -> int:
    """A whole number in its limits."""
    value = number(name, low, high)
    if value is not None and value != int(value):
        raise BadRequest(f"{name}: a whole number")
    return default if value is None else int(value)


def now_of(view: View) -> float:
    """What the answer calls now."""
    return moment_of(view, counter().clock())


def time_of(view: View) -> float:
    """``time``: milliseconds or ISO 8601; now, if there is none."""
    given = request.args.get("time")
    if not given:
        return now_of(view)
    try:
        if given.lstrip("-").isdigit():
            value = int(given)
            if not EARLIEST_MS <= value <= LATEST_MS:
                raise ValueError
            return value / 1000
        at = dt.datetime.fromisoformat(given)
    except ValueError:
        raise BadRequest("time: milliseconds since 1970, or ISO 8601") from None
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).timestamp()


def date_of(view: View) -> int:
    """``date``: YYYY-MM-DD; the service day of now, if there is none."""
    given = request.args.get("date")
    if not given:
        return service_date_of(now_of(view), view.network.timezone)
    try:
        day = dt.date.fromisoformat(given[:10])
    except ValueError:
        raise BadRequest("date: YYYY-MM-DD") from None
    if not 2000 <= day.year <= 2100:
        raise BadRequest("date: a day from 2000 to 2100")
    return to_service_date(day)


def predicts(view: View) -> bool:
    """Whether the snapshot is young enough to tell where buses are."""
    return source_of(view, counter().clock()).value == "live"


@dataclass(frozen=True, slots=True)
class Around:
    """A place and a circle or a box around it."""

    lat_deg: float
    lon_deg: float
    radius_m: float | None
    lat_span_deg: float
    lon_span_deg: float

    def away_m(self, lat_deg: Floats | float, lon_deg: Floats | float) -> Floats:
        """Metres from the place."""
        return haversine_m(lat_deg, lon_deg, self.lat_deg, self.lon_deg)

    def holds(self, lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
        """Which places lie inside."""
        if self.radius_m is not None:
            return np.asarray(self.away_m(lat_deg, lon_deg) <= self.radius_m)
        inside = (np.abs(lat_deg - self.lat_deg) <= self.lat_span_deg / 2) & (
            np.abs(lon_deg - self.lon_deg) <= self.lon_span_deg / 2
        )
        return np.asarray(inside)


def around(view: View, radius_m: float) -> Around:
    """``lat`` and ``lon`` with ``radius`` or ``latSpan`` and ``lonSpan``; without a place, the middle of all stops."""
    lat, lon = number("lat", -90, 90), number("lon", -180, 180)
    stops = view.network.stops
    if lat is None or lon is None:
        lat, lon = float(np.mean(stops.lat_deg)), float(np.mean(stops.lon_deg))
    lat_span, lon_span = number("latSpan", 0, 180), number("lonSpan", 0, 360)
    if lat_span is not None and lon_span is not None:
        return Around(lat, lon, None, lat_span, lon_span)
    given = number("radius", 0, 1e9)  # zero is how some clients say that they do not care
    return Around(lat, lon, min(given or radius_m, WIDEST_M), 0.0, 0.0)


def out_of_range(view: View, place: Around) -> bool:
    """Whether a place is outside of where there are stops."""
    lat, lon = np.asarray(view.network.stops.lat_deg), np.asarray(view.network.stops.lon_deg)
    reach_lat = place.lat_span_deg / 2 if place.radius_m is None else place.radius_m / SPAN_M
    cosine = max(math.cos(math.radians(place.lat_deg)), 0.01)
    reach_lon = place.lon_span_deg / 2 if place.radius_m is None else place.radius_m / SPAN_M / cosine
    return not (
        lat.min() - reach_lat <= place.lat_deg <= lat.max() + reach_lat
        and lon.min() - reach_lon <= place.lon_deg <= lon.max() + reach_lon
    )
