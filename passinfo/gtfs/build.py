"""Master data to the tables of a GTFS static feed.

Headway service becomes ``frequencies.txt`` with ``exact_times=0``: one template trip per pattern × running-time band ×
day type, bands not overlapping. Where no departure of a band falls within a running band's part (the part is shorter
than the headway) the part still stands: frequencies state a headway, not departures. Times between stops come from
assumed speeds, so ``timepoint=0`` throughout: nobody promised them. Timetable service becomes explicit trips.

Master data has no shapes, and a line drawn from stop to stop would claim a road that is not there. Only routes on which
passengers get on and off anywhere have such lines, because GTFS wants to know where "anywhere" is (trips.txt,
``shape_id``: "Required if the trip has a continuous pickup or drop-off behavior defined").

Pure: ``build_date`` is an argument, and the same master data and date give the same tables.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import gtfs_kit
import numpy as np

from passinfo.bms.master import Master, PatternKey, RouteStops, RunningBand, Stop, TimetableDeparture
from passinfo.geo import haversine_m
from passinfo.gtfs.frames import Rows, attribution_row, feed_of, frame, route_row, stop_row
from passinfo.gtfs.offer_tables import offer_tables
from passinfo.gtfs.running import bands_of, speed_at, split_by_speed
from passinfo.gtfs.stop_times import Run, Way, stop_times
from passinfo.times import format_service_time, shift_date, to_date, to_service_date

__all__ = ["Rows", "build_tables", "dist_m", "frame", "route_row"]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern with its way."""

    stops: RouteStops
    way: Way
    headsign: str


def build_tables(master: Master, *, build_date: dt.date) -> gtfs_kit.Feed:
    """The static feed's tables (a gtfs-kit ``Feed``), every table in its final column and row order.

    ``feed_info.feed_version`` is left empty; ``passinfo.gtfs.write`` fills it with the hash of what it writes.
    """
    patterns = _patterns(master)
    trips, runs, frequencies = _headway_service(master, patterns)
    timetable = _timetable_service(master, patterns)
    trips, runs = trips + timetable[0], runs + timetable[1]
    used_routes = {run.key.route_id for run in runs}
    used_stops = {stop_id for key in {run.key for run in runs} for stop_id in patterns[key].way.stop_ids}
    first, last = _period(master, build_date)
    tables: dict[str, Rows] = {
        "agency": _agency(master),
        "stops": [stop_row(stop) for stop in master.stops if stop.stop_id in used_stops],
        "routes": [route_row(r, master.agency.agency_id) for r in master.routes if r.route_id in used_routes],
        "shapes": _lines(master, [patterns[key] for key in sorted({run.key for run in runs})]),
        "trips": trips,
        "frequencies": frequencies,
        "calendar": [(day.day_type, *(int(on) for on in day.weekdays), first, last) for day in master.day_types],
        "calendar_dates": _calendar_dates(master, int(first), int(last)),
        "feed_info": [_feed_info(master, first, last)],
        "attributions": [attribution_row(n, owed) for n, owed in enumerate(master.attributions, 1)],
        **offer_tables(master, routes=used_routes, stops=used_stops, headsigns={str(trip[3]) for trip in trips}),
    }
    frames = {name: frame(name, rows) for name, rows in tables.items()}
    frames["stop_times"] = stop_times(runs, {key: pattern.way for key, pattern in patterns.items()})
    return feed_of(frames)


def _patterns(master: Master) -> dict[PatternKey, _Pattern]:
    stops = {stop.stop_id: stop for stop in master.stops}
    drawn = {route.route_id for route in master.routes if route.stops_anywhere}
    return {
        found.key: _Pattern(
            found,
            Way(found.stop_ids, dist_m(stops, found.stop_ids), drawn=found.key.route_id in drawn),
            found.headsign or stops[found.stop_ids[-1]].name,
        )
        for found in master.route_stops
    }


def dist_m(stops: Mapping[str, Stop], stop_ids: Sequence[str]) -> tuple[float, ...]:
    """Metres from the first stop to each stop, going straight from stop to stop."""
    lat = np.array([stops[stop_id].lat_deg for stop_id in stop_ids])
    lon = np.array([stops[stop_id].lon_deg for stop_id in stop_ids])
    steps = haversine_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    return (0.0, *(float(at) for at in np.cumsum(steps)))


def _headway_service(master: Master, patterns: Mapping[PatternKey, _Pattern]) -> tuple[Rows, list[Run], Rows]:
    """Rows of trips, their runs, and rows of frequencies."""
    trips, runs, frequencies = Rows(), list[Run](), Rows()
    made: set[str] = set()
    for band in master.headways:
        pattern = patterns[band.key]
        for start, end, running in split_by_speed(band, bands_of(master.running, band.key.route_id, band.day_type)):
            trip_id = _trip_id(band.key, band.day_type, running)
            if trip_id not in made:
                made.add(trip_id)
                trips.append(_trip(pattern, band.day_type, trip_id))
                runs.append(Run(trip_id, band.key, start, running.speed_mps))
            clock = format_service_time(start), format_service_time(end)
            frequencies.append((trip_id, *clock, band.headway_s, 0))
    return trips, runs, frequencies


def _timetable_service(master: Master, patterns: Mapping[PatternKey, _Pattern]) -> tuple[Rows, list[Run]]:
    """Rows of trips, and their runs."""
    trips, runs = Rows(), list[Run]()
    bands: dict[tuple[str, str], list[RunningBand]] = {}
    again: Counter[str] = Counter()
    for departure in master.timetable:
        of = departure.key.route_id, departure.day_type
        if of not in bands:
            bands[of] = bands_of(master.running, *of)
        start = departure.departure_service_s
        trip_id = departure.trip_id or f"{_pattern_id(departure.key)}-{departure.day_type}-{start}"
        again[trip_id] += 1  # two buses may leave together
        trip_id = trip_id if again[trip_id] == 1 else f"{trip_id}-{again[trip_id]}"
        trips.append(_trip(patterns[departure.key], departure.day_type, trip_id, departure))
        runs.append(Run(trip_id, departure.key, start, speed_at(bands[of], start)))
    return trips, runs


def _pattern_id(key: PatternKey) -> str:
    return "-".join(part for part in (key.route_id, str(key.direction_id), key.variant) if part)


def _trip_id(key: PatternKey, day_type: str, running: RunningBand) -> str:
    clock = format_service_time(running.start_service_s).replace(":", "").removesuffix("00")
    return f"{_pattern_id(key)}-{day_type}-{clock}"


def _trip(pattern: _Pattern, day_type: str, trip_id: str, run: TimetableDeparture | None = None) -> tuple[object, ...]:
    key = pattern.stops.key
    wheelchair = (run.wheelchair if run else 0) or pattern.stops.wheelchair
    bikes = (run.bikes if run else 0) or pattern.stops.bikes
    named = (key.route_id, day_type, trip_id, pattern.headsign, key.direction_id, run.block_id if run else "")
    return (*named, _pattern_id(key) if pattern.way.drawn else "", wheelchair or None, bikes or None)


def _lines(master: Master, patterns: Sequence[_Pattern]) -> Rows:
    """Rows of shapes, for those patterns whose passengers get on and off anywhere."""
    at = {stop.stop_id: (stop.lat_deg, stop.lon_deg) for stop in master.stops}
    return [
        (_pattern_id(pattern.stops.key), *at[stop_id], number, dist)
        for pattern in patterns
        if pattern.way.drawn
        for number, (stop_id, dist) in enumerate(zip(pattern.way.stop_ids, pattern.way.told_dist_m(), strict=True), 1)
    ]


def _agency(master: Master) -> Rows:
    agency = master.agency
    return [(agency.agency_id, agency.name, agency.url, agency.timezone, agency.language)]


def _period(master: Master, build_date: dt.date) -> tuple[str, str]:
    first = to_service_date(build_date)
    return str(first), str(shift_date(first, master.valid_days - 1))


def _calendar_dates(master: Master, first: int, last: int) -> Rows:
    """On a holiday the services of its weekday do not run (2) and those of its day type do (1)."""
    rows = Rows()
    for holiday in master.holidays:
        if not first <= holiday.date <= last:
            continue
        weekday = to_date(holiday.date).weekday()
        for day in master.day_types:
            runs, shall = day.weekdays[weekday], day.day_type == holiday.day_type
            if runs != shall:
                rows.append((day.day_type, str(holiday.date), 1 if shall else 2))
    return rows


def _feed_info(master: Master, first: str, last: str) -> tuple[object, ...]:
    who = master.publisher
    return (who.name, who.url, master.agency.language, first, last, "", who.contact_email, who.contact_url)
