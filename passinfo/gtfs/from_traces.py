"""Learned patterns and their passes to the service that a feed tells: running times and headways of each kind of day.

Departures are those seen at a pattern's first stop; where a pass was first seen farther on, its departure is reckoned
back by the pattern's usual running time, so that a bus that logs in late is not a bus that never ran.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from passinfo.bms.master import Agency, DayType, Holiday, Publisher, Route, Stop
from passinfo.columns import Floats, Ints
from passinfo.geo import haversine_m
from passinfo.gtfs.learned import LearnedService, PatternService, ServiceBand
from passinfo.network.learn.learned import Learned, LearnedPattern
from passinfo.network.service.day_types import DayTypes, learn_day_types
from passinfo.network.service.headways import learn_headways
from passinfo.network.service.passing import Passing, hops_of_passing, passing
from passinfo.network.service.running import FASTEST_MPS, Hops, RunningTimes, Ways, learn_running
from passinfo.network.service.seen_days import NEW_DAY_S, SeenDay
from passinfo.times import service_date_of, service_day_zero_s

LATEST_FIRST_STOP = 0.25
"""Passes first seen beyond this share of the stops say nothing of when they left."""

Departures = dict[int, list[float]]
"""Service seconds by service date."""


@dataclass(frozen=True, slots=True)
class _Driven:
    """One pattern that stops are known of, and its passes."""

    pattern: LearnedPattern
    found: Passing


def service_of(
    learned: Learned,
    *,
    agency: Agency,
    publisher: Publisher,
    stops: Sequence[Stop],
    routes: Sequence[Route],
    holidays: Sequence[Holiday] = (),
    valid_days: int = 365,
    seen: Mapping[int, SeenDay] | None = None,
) -> LearnedService:
    """The service of learned patterns; patterns of fewer than two stops have none.

    ``seen``: the service days that were seen only in part (:func:`~passinfo.network.service.seen_days.seen_days`).

    Examples
    --------
    See ``tests/unit/gtfs/test_from_traces.py``.
    """
    driven = [
        _Driven(pattern, _passing(learned, number))
        for number, pattern in enumerate(learned.patterns)
        if len(pattern.stops) > 1
    ]
    names = {stop.stop_id: stop.name for stop in stops}
    places = {stop.stop_id: (stop.lat_deg, stop.lon_deg) for stop in stops}
    timezone = agency.timezone
    route_row = {route.route_id: row for row, route in enumerate(routes)}
    ways = _ways(driven, route_row)
    running = learn_running(ways, _hops(driven, ways, timezone))
    departures = [_departures(each, running, number, timezone) for number, each in enumerate(driven)]
    days = learn_day_types(_together(departures), seen)
    return LearnedService(
        agency,
        publisher,
        tuple(stops),
        tuple(routes),
        tuple(
            _pattern_service(
                each.pattern, _bands(running, number, left, days, _straight_m(each.pattern, places), seen), names
            )
            for number, (each, left) in enumerate(zip(driven, departures, strict=True))
        ),
        tuple(_day_type(kind, weekdays) for kind, weekdays in sorted(days.weekdays.items())),
        tuple(holiday for holiday in holidays if not holiday.day_type or holiday.day_type in days.weekdays),
        valid_days,
    )


def _passing(learned: Learned, number: int) -> Passing:
    """When the passes of a pattern reached its stops."""
    pattern = learned.patterns[number]
    passes = learned.passes(np.flatnonzero(learned.pass_pattern == number))
    stop_m = np.array([stop.dist_m for stop in pattern.stops])
    return passing(pattern.x_m, pattern.y_m, stop_m, passes)


def _ways(driven: Sequence[_Driven], route_row: dict[str, int]) -> Ways:
    sizes = [len(each.pattern.stops) for each in driven]
    return Ways(
        np.cumsum([0, *sizes]).astype(np.int32),
        np.array([stop.dist_m for each in driven for stop in each.pattern.stops], dtype=np.float64),
        np.array([route_row[each.pattern.route_id] for each in driven], dtype=np.int32),
    )


def _hops(driven: Sequence[_Driven], ways: Ways, timezone: str) -> Hops:
    parts = [
        hops_of_passing(each.found, int(ways.stop_ptr[number]), _service_s(each.found.left_at, timezone)[0])
        for number, each in enumerate(driven)
    ]
    none = (np.empty(0, dtype=np.int32), np.empty(0), np.empty(0), np.empty(0))
    columns = [
        [empty, *(getattr(part, name) for part in parts)] for name, empty in zip(Hops.__slots__, none, strict=True)
    ]
    return Hops(*(np.concatenate(column) for column in columns))


def _departures(each: _Driven, running: RunningTimes, number: int, timezone: str) -> Departures:
    """When each pass left the pattern's first stop."""
    found = each.found
    first = np.flatnonzero(np.concatenate(([True], np.diff(found.pass_ix) != 0)))[: len(found.pass_ix)]
    first = first[found.position[first] <= LATEST_FIRST_STOP * len(each.pattern.stops)]
    left = found.left_at[first].copy()
    service_s, _ = _service_s(left, timezone)
    band = np.searchsorted(running.band_start_s, service_s % 86_400, side="right") - 1
    for row, (position, which) in enumerate(zip(found.position[first].tolist(), band.tolist(), strict=True)):
        left[row] -= running.profile(number, which)[1][position]
    seconds, dates = _service_s(left, timezone)
    made: Departures = {}
    for date, at in zip(dates.tolist(), seconds.tolist(), strict=True):
        made.setdefault(int(date), []).append(at)
    return made


def _service_s(at: Floats, timezone: str) -> tuple[Floats, Ints]:
    """Service seconds and service date of instants."""
    dates = np.array([service_date_of(each - NEW_DAY_S, timezone) for each in at.tolist()], dtype=np.int32)
    zero = {date: service_day_zero_s(date, timezone) for date in set(dates.tolist())}
    return at - np.array([zero[date] for date in dates.tolist()], dtype=np.float64), dates


def _together(departures: Sequence[Departures]) -> Departures:
    whole: Departures = {}
    for each in departures:
        for date, times in each.items():
            whole.setdefault(date, []).extend(times)
    return whole


def _straight_m(pattern: LearnedPattern, places: dict[str, tuple[float, float]]) -> Floats:
    """From each stop to the next, as the crow flies."""
    lat, lon = (np.array([places[stop.stop_id][axis] for stop in pattern.stops]) for axis in (0, 1))
    return haversine_m(lat[:-1], lon[:-1], lat[1:], lon[1:])


def not_faster(arrival_s: Ints, departure_s: Ints, straight_m: Floats) -> tuple[Ints, Ints]:
    """The same times, later where a bus would have to fly: stops off the line are farther apart than along it.

    Examples
    --------
    >>> at = np.array([0, 1, 60], dtype=np.int32)
    >>> not_faster(at, at, np.array([250.0, 500.0]))[0]
    array([ 0, 10, 69], dtype=int32)
    """
    run = np.maximum(arrival_s[1:] - departure_s[:-1], np.ceil(straight_m / FASTEST_MPS).astype(np.int32))
    dwell = departure_s - arrival_s
    arrival = np.concatenate(([arrival_s[0]], arrival_s[0] + np.cumsum(run + dwell[:-1]))).astype(np.int32)
    return arrival, arrival + dwell


def _bands(
    running: RunningTimes,
    number: int,
    departures: Departures,
    days: DayTypes,
    straight_m: Floats,
    seen: Mapping[int, SeenDay] | None,
) -> tuple[ServiceBand, ...]:
    """Headways of each kind of day, cut where the running times change."""
    made = []
    for kind in sorted(days.weekdays):
        of_kind = {date: times for date, times in departures.items() if days.of_date[date] == kind}
        for headway in learn_headways(of_kind, seen):
            for start, end, band in _cut(headway.start_service_s, headway.end_service_s, running.band_start_s):
                arrival, departure = not_faster(*running.profile(number, band), straight_m)
                made.append(ServiceBand(kind, start, end, headway.headway_s, arrival, departure))
    return tuple(made)


def _cut(start: int, end: int, edges: Sequence[int]) -> list[tuple[int, int, int]]:
    """A stretch of the service day by the bands of the clock: (start, end, band)."""
    cuts = sorted({start, end, *(edge + day for edge in edges for day in (0, 86_400) if start < edge + day < end)})
    clock = np.array(edges)
    return [(a, b, int(np.searchsorted(clock, a % 86_400, side="right")) - 1) for a, b in pairwise(cuts)]


def _pattern_service(pattern: LearnedPattern, bands: tuple[ServiceBand, ...], names: dict[str, str]) -> PatternService:
    last = pattern.stops[-1].stop_id
    return PatternService(
        pattern.pattern_id,
        pattern.route_id,
        pattern.direction_id,
        pattern.headsign or names.get(last, last),
        tuple(stop.stop_id for stop in pattern.stops),
        np.array([stop.dist_m for stop in pattern.stops]),
        pattern.lat_deg,
        pattern.lon_deg,
        pattern.dist_m,
        bands,
    )


def _day_type(kind: str, weekdays: tuple[int, ...]) -> DayType:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (day in weekdays for day in range(7))
    return DayType(kind, (monday, tuesday, wednesday, thursday, friday, saturday, sunday))
