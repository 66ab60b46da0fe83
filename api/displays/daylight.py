"""When the sun rises and sets: a display turns dark at night, so that it does not dazzle who waits."""

from __future__ import annotations

import math

DAY_S = 86_400.0
J2000_AT = 946_728_000.0
"""2000-01-01 12:00 UTC, the zero of the formulas below."""
HORIZON_DEG = -0.833
"""The sun's upper edge at the horizon, with refraction."""


def sun_times(at: float, lat_deg: float, lon_deg: float) -> tuple[float, float] | None:
    """Sunrise and sunset, epoch seconds, of the solar day around an instant; None in polar day and night.

    Good to about two minutes. Source: the low-precision formulas of the Astronomical Almanac.

    Examples
    --------
    >>> import datetime as dt
    >>> rise, down = sun_times(1_782_014_400.0, 14.56, 121.08)  # 2026-06-21, Manila
    >>> [dt.datetime.fromtimestamp(each + 8 * 3600, dt.UTC).strftime("%H:%M") for each in (rise, down)]
    ['05:27', '18:27']
    """
    days = round((at - J2000_AT) / DAY_S + lon_deg / 360.0) - lon_deg / 360.0
    anomaly = math.radians(357.5291 + 0.98560028 * days)
    centre = 1.9148 * math.sin(anomaly) + 0.02 * math.sin(2 * anomaly) + 0.0003 * math.sin(3 * anomaly)
    ecliptic = math.radians(280.4665 + 0.98564736 * days + centre)
    transit = days + (0.0053 * math.sin(anomaly) - 0.0069 * math.sin(2 * ecliptic))
    declination = math.asin(math.sin(ecliptic) * math.sin(math.radians(23.4397)))
    lat = math.radians(lat_deg)
    cosine = (math.sin(math.radians(HORIZON_DEG)) - math.sin(lat) * math.sin(declination)) / (
        math.cos(lat) * math.cos(declination)
    )
    if not -1.0 <= cosine <= 1.0:
        return None
    half = math.degrees(math.acos(cosine)) / 360.0
    return J2000_AT + (transit - half) * DAY_S, J2000_AT + (transit + half) * DAY_S
