"""What was learned from buses to the tables of a GTFS static feed: lines, stops, running times, headways.

Each pattern is a shape and a stop list; each band of a kind of day in which a bus came every so many seconds is one
template trip in ``frequencies.txt`` (``exact_times=0``) with the running times of that band. Distances are metres along
the shape, on shapes and stop times alike. Nobody promised any of the times: ``timepoint=0``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import gtfs_kit
import numpy as np
import pandas as pd

from passinfo.bms.master import Agency, DayType, Holiday, Publisher, Route, Stop
from passinfo.columns import Floats, Ints
from passinfo.gtfs.build import Rows, frame, route_row
from passinfo.times import format_service_time, shift_date, to_date, to_service_date

DIST_DIGITS = 1
"""Metres to the decimetre …"""
PLACE_DIGITS = 6
"""… and degrees to as much."""


@dataclass(frozen=True, slots=True)
class ServiceBand:
    """A bus every ``headway_s`` on one kind of day, from ``start_service_s`` until before ``end_service_s``."""

    day_type: str
    start_service_s: int
    end_service_s: int
    headway_s: int
    arrival_s: Ints
    """After the first departure, at each stop of the pattern; whole, strictly increasing."""
    departure_s: Ints


@dataclass(frozen=True, slots=True)
class PatternService:
    """One pattern and what runs on it."""

    pattern_id: str
    route_id: str
    direction_id: int
    """0 or 1; -1 = unknown."""
    headsign: str
    stop_ids: tuple[str, ...]
    stop_dist_m: Floats
    """Along the line, strictly increasing."""
    lat_deg: Floats
    lon_deg: Floats
    line_dist_m: Floats
    """From 0, at each point of the line."""
    bands: tuple[ServiceBand, ...]


@dataclass(frozen=True, slots=True)
class LearnedService:
    """All that a feed is made of."""

    agency: Agency
    publisher: Publisher
    stops: tuple[Stop, ...]
    routes: tuple[Route, ...]
    patterns: tuple[PatternService, ...]
    day_types: tuple[DayType, ...]
    holidays: tuple[Holiday, ...] = ()
    valid_days: int = 365


def learned_tables(service: LearnedService, *, build_date: dt.date) -> gtfs_kit.Feed:
    """The static feed's tables. Patterns without a band, and stops and routes that nothing serves, are left out.

    ``feed_info.feed_version`` is left empty; ``passinfo.gtfs.write`` fills it. The same input gives the same tables.

    Raises
    ------
    ValueError
        If a pattern's columns do not fit each other, or its times or distances do not increase.
    """
    run = [pattern for pattern in service.patterns if pattern.bands]
    for pattern in run:
        _check(pattern)
    served = {stop_id for pattern in run for stop_id in pattern.stop_ids}
    routes = {pattern.route_id for pattern in run}
    kinds = {band.day_type for pattern in run for band in pattern.bands}
    first = to_service_date(build_date)
    last = shift_date(first, service.valid_days - 1)
    agency, who = service.agency, service.publisher
    tables: dict[str, Rows] = {
        "agency": [(agency.agency_id, agency.name, agency.url, agency.timezone, agency.language)],
        "stops": [
            (stop.stop_id, stop.code, stop.name, stop.lat_deg, stop.lon_deg, stop.wheelchair)
            for stop in service.stops
            if stop.stop_id in served
        ],
        "routes": [route_row(route, agency.agency_id) for route in service.routes if route.route_id in routes],
        "shapes": [row for pattern in run for row in _shape(pattern)],
        "trips": [row for pattern in run for row in _trips(pattern)],
        "stop_times": [row for pattern in run for row in _stop_times(pattern)],
        "frequencies": [row for pattern in run for row in _frequencies(pattern)],
        "calendar": [
            (day.day_type, *(int(on) for on in day.weekdays), str(first), str(last))
            for day in service.day_types
            if day.day_type in kinds
        ],
        "calendar_dates": _exceptions(service, kinds, first, last),
        "feed_info": [
            (who.name, who.url, agency.language, str(first), str(last), "", who.contact_email, who.contact_url)
        ],
    }
    frames: dict[str, pd.DataFrame | None] = {name: frame(name, rows) for name, rows in tables.items()}
    return gtfs_kit.Feed(dist_units="m", **frames)


def _check(pattern: PatternService) -> None:
    n = len(pattern.stop_ids)
    if n < 2 or len(pattern.stop_dist_m) != n:
        raise ValueError(f"{pattern.pattern_id}: {n} stops, {len(pattern.stop_dist_m)} distances")
    if (np.diff(pattern.stop_dist_m) <= 0).any():
        raise ValueError(f"{pattern.pattern_id}: its stops are not in order along its line")
    for band in pattern.bands:
        if len(band.arrival_s) != n or len(band.departure_s) != n:
            raise ValueError(f"{pattern.pattern_id}: {n} stops, times of {len(band.arrival_s)}")
        if (band.departure_s < band.arrival_s).any() or (band.arrival_s[1:] <= band.departure_s[:-1]).any():
            raise ValueError(f"{pattern.pattern_id}: times of the band from {band.start_service_s} s do not increase")


def _shape(pattern: PatternService) -> Rows:
    return [
        (pattern.pattern_id, round(lat, PLACE_DIGITS), round(lon, PLACE_DIGITS), number, round(dist, DIST_DIGITS))
        for number, (lat, lon, dist) in enumerate(
            zip(pattern.lat_deg.tolist(), pattern.lon_deg.tolist(), pattern.line_dist_m.tolist(), strict=True), 1
        )
    ]


def _templates(pattern: PatternService) -> Mapping[str, ServiceBand]:
    """One trip for each kind of day and running times; bands with the same times share it."""
    made: dict[tuple[str, bytes, bytes], str] = {}
    found: dict[str, ServiceBand] = {}
    for band in pattern.bands:
        key = (band.day_type, band.arrival_s.tobytes(), band.departure_s.tobytes())
        if key not in made:
            made[key] = _trip_id(pattern, band)
            found[made[key]] = band
    return found


def _trip_id(pattern: PatternService, band: ServiceBand) -> str:
    clock = format_service_time(band.start_service_s).replace(":", "").removesuffix("00")
    return f"{pattern.pattern_id}-{band.day_type}-{clock}"


def _trips(pattern: PatternService) -> Rows:
    direction = pattern.direction_id if pattern.direction_id >= 0 else None
    return [
        (pattern.route_id, band.day_type, trip_id, pattern.headsign, direction, "", pattern.pattern_id)
        for trip_id, band in _templates(pattern).items()
    ]


def _stop_times(pattern: PatternService) -> Rows:
    rows = Rows()
    for trip_id, band in _templates(pattern).items():
        for number, stop_id in enumerate(pattern.stop_ids):
            came = format_service_time(band.start_service_s + int(band.arrival_s[number]))
            left = format_service_time(band.start_service_s + int(band.departure_s[number]))
            dist = round(float(pattern.stop_dist_m[number]), DIST_DIGITS)
            rows.append((trip_id, came, left, stop_id, number + 1, 0, dist))
    return rows


def _frequencies(pattern: PatternService) -> Rows:
    trip_of = {
        (band.day_type, band.arrival_s.tobytes(), band.departure_s.tobytes()): trip_id
        for trip_id, band in _templates(pattern).items()
    }
    return [
        (
            trip_of[band.day_type, band.arrival_s.tobytes(), band.departure_s.tobytes()],
            format_service_time(band.start_service_s),
            format_service_time(band.end_service_s),
            band.headway_s,
            0,
        )
        for band in pattern.bands
    ]


def _exceptions(service: LearnedService, kinds: set[str], first: int, last: int) -> Rows:
    """On a holiday the services of its weekday do not run (2) and those of its kind of day do (1)."""
    rows = Rows()
    for holiday in service.holidays:
        weekday = to_date(holiday.date).weekday()
        for day in service.day_types:
            runs, shall = day.weekdays[weekday], day.day_type == holiday.day_type
            if first <= holiday.date <= last and runs != shall and day.day_type in kinds:
                rows.append((day.day_type, str(holiday.date), 1 if shall else 2))
    return rows
