"""What the columns of an undescribed file probably are: by their names, checked against their values."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from passinfo.bms.sample import Sample
from passinfo.bms.values import FIRST_INSTANT_S, LAST_INSTANT_S
from passinfo.columns import Floats
from passinfo.geo import haversine_m

NAMES: dict[str, tuple[str, ...]] = {
    "vehicle_id": ("vehicleid", "vehicle", "busid", "bus", "vid", "vehiclevehicleid", "busno", "busnumber", "fleetno",
                   "vehicleno", "vehiclenumber", "plate", "plateno", "unit", "unitid", "vehicleref", "id"),
    "observed_at": ("observedat", "vehicletimestamp", "gpstime", "gpstimestamp", "fixtime", "devicetime", "timestamp",
                    "datetime", "recordedat", "recordedattime", "eventtime", "time", "ts", "pollms", "date", "utc"),
    "received_at": ("receivedat", "servertime", "feedtimestamp", "receivetime", "createdat", "insertedat"),
    "lat": ("lat", "latitude", "latdeg", "gpslat", "gpslatitude", "y", "positionlatitude", "vehiclepositionlatitude"),
    "lon": ("lon", "lng", "long", "longitude", "londeg", "gpslon", "gpslng", "gpslongitude", "x", "positionlongitude",
            "vehiclepositionlongitude"),
    "speed_mps": ("speedmps", "speed", "speedkmh", "speedkph", "kmh", "kph", "velocity", "spd", "speedmph",
                  "speedknots", "gpsspeed", "vehiclepositionspeed"),
    "heading_deg": ("headingdeg", "heading", "bearing", "course", "direction360", "azimuth", "angle",
                    "vehiclepositionbearing"),
    "odometer_m": ("odometerm", "odometer", "mileage", "odometerkm"),
    "accuracy_m": ("accuracym", "accuracy", "hacc"),
    "route_id": ("routeid", "route", "line", "lineid", "lineref", "routeno", "routenumber", "vehicletriprouteid"),
    "direction_id": ("directionid", "vehicletripdirectionid", "direction"),
    "variant": ("variant", "pattern", "patternid", "directiontag", "branch", "dsc"),
    "trip_id": ("tripid", "trip", "tripno", "vehicletriptripid", "journeyref"),
    "start_date": ("startdate", "tripstartdate", "servicedate", "vehicletripstartdate", "operatingday"),
    "start_time": ("starttime", "tripstarttime", "vehicletripstarttime"),
    "block_id": ("blockid", "block", "blockref", "duty"),
    "passengers": ("passengers", "passengercount", "onboard", "load", "pax"),
    "occupancy_percent": ("occupancypercent", "occupancypercentage", "vehicleoccupancypercentage", "loadfactor"),
    "stop_id": ("stopid", "stop", "nextstop", "nextstopid", "vehiclestopid"),
    "device_id": ("deviceid", "device", "imei"),
    "driver_id": ("driverid", "driver", "operatorid"),
}  # fmt: skip
"""Column names seen in feeds and exports, lower case without signs, the likeliest first."""

PATTERNS = ("%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M:%S",
            "%d/%m/%Y %H:%M", "%Y%m%d%H%M%S", "%m/%d/%Y %I:%M:%S %p")  # fmt: skip
NULL_WORDS = ("null", "NULL", "None", "NA", "N/A", "nan", "NaN", "-", "unknown")
SPEED_UNITS = {"mps": 1.0, "kmh": 3.6, "mph": 2.237, "knots": 1.944}
"""How much larger the figure is than in m/s."""
WITHIN = 1.25
"""How far the ratio of stated to driven speed may be off to tell a unit."""


def choose_columns(sample: Sample) -> dict[str, str]:
    """Column by field (short names): the likeliest name whose values could be it; each column once."""
    plain = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in sample.columns}
    chosen: dict[str, str] = {}
    for field, names in NAMES.items():
        for name in names:
            column = plain.get(name)
            if column is not None and column not in chosen.values() and _possible(field, sample.columns[column]):
                chosen[field] = column
                break
    if "lat" in chosen and "lon" in chosen and np.nanmax(np.abs(_numbers(sample.columns[chosen["lat"]]))) > 90:
        chosen["lat"], chosen["lon"] = chosen["lon"], chosen["lat"]
    return chosen


def time_format(values: tuple[str, ...]) -> str | None:
    """``epoch_s``, ``epoch_ms``, ``iso`` or a strptime pattern that reads every value given; None if none does."""
    given = [value for value in values if value and value not in NULL_WORDS][:200]
    if not given:
        return None
    numbers = _numbers(tuple(given))
    for word, parts in (("epoch_s", 1.0), ("epoch_ms", 1000.0)):
        if np.all((numbers / parts >= FIRST_INSTANT_S) & (numbers / parts <= LAST_INSTANT_S)):
            return word
    for wanted in ("iso", *PATTERNS):
        if all(_reads(value, wanted) for value in given):
            return wanted
    return None


def speed_unit(sample: Sample, chosen: dict[str, str]) -> str | None:
    """The unit in the column's name, else the one in which stated speeds agree with the distance driven."""
    name = chosen["speed_mps"].lower()
    for sign, unit in (("kmh", "kmh"), ("kph", "kmh"), ("mps", "mps"), ("mph", "mph"), ("knot", "knots")):
        if sign in re.sub(r"[^a-z]", "", name):
            return unit
    ratios = list(_speed_ratios(sample, chosen))
    if len(ratios) < 30:
        return None
    ratio = float(np.median(ratios))
    unit = min(SPEED_UNITS, key=lambda each: abs(np.log(ratio / SPEED_UNITS[each])))
    return unit if 1 / WITHIN < ratio / SPEED_UNITS[unit] < WITHIN else None


def _possible(field: str, values: tuple[str, ...]) -> bool:
    given = [value for value in values if value and value not in NULL_WORDS]
    if not given:
        return False
    if field in ("observed_at", "received_at"):
        return time_format(values) is not None
    numbers = _numbers(tuple(given))
    if field in ("lat", "lon"):
        return bool(np.nanmedian(np.abs(numbers)) <= 180) if np.isfinite(numbers).any() else False
    if field == "direction_id":
        return bool(np.isin(numbers, (0.0, 1.0)).all())
    if field in ("start_date", "start_time"):
        return all(re.fullmatch(r"\d{8}|\d{4}-\d\d-\d\d|\d{1,2}:\d\d:\d\d", value) for value in given[:200])
    if field.endswith(("_mps", "_deg", "_m")) or field in ("passengers", "occupancy_percent"):
        return bool(np.isfinite(numbers).mean() > 0.9)
    return True


def _speed_ratios(sample: Sample, chosen: dict[str, str]) -> Iterator[float]:
    """Stated over driven speed, between reports of a moving vehicle up to a minute apart."""
    if not {"vehicle_id", "observed_at", "lat", "lon"} <= set(chosen):
        return
    wanted = time_format(sample.columns[chosen["observed_at"]])
    at = [_instant(value, wanted) for value in sample.columns[chosen["observed_at"]]]
    lat, lon, speed = (_numbers(sample.columns[chosen[field]]) for field in ("lat", "lon", "speed_mps"))
    rows: dict[str, list[int]] = {}
    for row, vehicle in enumerate(sample.columns[chosen["vehicle_id"]]):
        if np.isfinite([at[row], lat[row], lon[row], speed[row]]).all():
            rows.setdefault(vehicle, []).append(row)
    for of_one in rows.values():
        for a, b in pairwise(sorted(of_one, key=lambda row: at[row])):
            seconds = at[b] - at[a]
            stated = (speed[a] + speed[b]) / 2
            if 0 < seconds <= 60 and min(speed[a], speed[b]) > 0:
                metres = float(haversine_m(lat[a], lon[a], lat[b], lon[b]))
                if metres / seconds > 3:  # faster than walking: GPS scatter does not count
                    yield stated / (metres / seconds)


def _instant(value: str, wanted: str | None) -> float:
    try:
        if wanted in ("epoch_s", "epoch_ms"):
            return float(value) / (1000 if wanted == "epoch_ms" else 1)
        at = dt.datetime.fromisoformat(value) if wanted == "iso" else dt.datetime.strptime(value, wanted or "")  # noqa: DTZ007
        return at.replace(tzinfo=at.tzinfo or dt.UTC).timestamp()
    except ValueError:
        return float("nan")


def _reads(value: str, wanted: str) -> bool:
    return not np.isnan(_instant(value, wanted)) and not value.isdecimal()


def _numbers(values: tuple[str, ...]) -> Floats:
    return np.array([_number(value) for value in values], dtype=float)


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return float("nan")
