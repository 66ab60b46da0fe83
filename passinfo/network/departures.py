"""What the plan says of a stop: departures by timetable, and the headways that are promised."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats, Ints
from passinfo.network.network import Network
from passinfo.times import service_date_of, service_day_zero_s, shift_date

DAYS_BACK = 1
"""Service days run beyond midnight: yesterday's trips may still come."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Calls by timetable, one row each, soonest first."""

    at: Floats
    """Epoch seconds: departure, at a last stop arrival."""
    trip_ix: Ints
    start_date: Ints
    stop_row: Ints
    """Flat row of ``network.patterns``."""


@dataclass(frozen=True, slots=True)
class Promised:
    """Headway service of one pattern at a stop, one row each."""

    trip_ix: int
    stop_row: int
    headway_s: int
    """Now, or when service begins."""
    first_at: float
    """Of the service day: the first and the last bus at this stop, by plan …"""
    last_at: float
    runs_now: bool


def planned(network: Network, stop_ix: int, from_at: float, to_at: float) -> Planned:
    """Timetable calls at a stop in [from_at, to_at); headway templates have none.

    Parameters
    ----------
    network
        A compiled network.
    stop_ix
        Row of a stop; of a station its platforms are asked one by one.
    from_at, to_at
        Epoch seconds.
    """
    days = [day_plan(network, date) for date in dates_between(network, from_at, to_at)]
    return within(days, stop_ix, from_at, to_at)


def dates_between(network: Network, from_at: float, to_at: float) -> list[int]:
    """The service days whose runs may be under way in [from_at, to_at)."""
    date = shift_date(service_date_of(from_at, network.timezone), -DAYS_BACK)
    last = service_date_of(to_at, network.timezone)
    found = []
    while date <= last:
        found.append(date)
        date = shift_date(date, 1)
    return found


def planned_on(network: Network, stop_ix: int, date: int) -> Planned:
    """All timetable calls of one service day at a stop."""
    return day_plan(network, date).at_stop(stop_ix)


@dataclass(frozen=True, slots=True)
class DayPlan:
    """All timetable calls of one service day, by stop, then instant: twelve bytes a call."""

    date: int
    zero: float
    """Epoch seconds of the service day's zero."""
    stop_ptr: Ints
    service_s: Ints
    trip_ix: Ints
    stop_row: Ints

    def at_stop(self, stop_ix: int) -> Planned:
        """The calls at a stop, soonest first."""
        return self._rows(self.stop_ptr.item(stop_ix), self.stop_ptr.item(stop_ix + 1))

    def between(self, stop_ix: int, from_at: float, to_at: float) -> Planned | None:
        """The calls at a stop in [from_at, to_at), soonest first; None if there are none."""
        first, end = self.stop_ptr.item(stop_ix), self.stop_ptr.item(stop_ix + 1)
        first = bisect_left(self.service_s, from_at - self.zero, first, end)
        end = bisect_left(self.service_s, to_at - self.zero, first, end)
        return self._rows(first, end) if first < end else None

    def _rows(self, first: int, end: int) -> Planned:
        mine = slice(first, end)
        dates = np.full(mine.stop - mine.start, self.date, dtype=np.int32)
        return Planned(
            np.asarray(self.zero + self.service_s[mine], dtype=float), self.trip_ix[mine], dates, self.stop_row[mine]
        )


def day_plan(network: Network, date: int) -> DayPlan:
    """The plan of a service day at all stops at once: people may board, so no last stops."""
    trips = network.trips
    active = network.calendar.active_services(date)
    trip_ix, stop_row, at = _boardings(network, np.flatnonzero(active[trips.service_ix] & ~trips.is_headway))
    service_s = (trips.start_service_s[trip_ix] + network.profiles.departure_s[at]).astype(np.int32)
    order = np.lexsort((trip_ix, service_s, network.patterns.stop_ix[stop_row]))
    stop_row = stop_row[order]
    zero = service_day_zero_s(date, network.timezone)
    return DayPlan(date, zero, _pointers(network, stop_row), service_s[order], trip_ix[order], stop_row)


def within(days: Sequence[DayPlan], stop_ix: int, from_at: float, to_at: float) -> Planned:
    """Of the calls of several service days at a stop those in [from_at, to_at), soonest first."""
    parts = [part for day in days if (part := day.between(stop_ix, from_at, to_at)) is not None]
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return _NOTHING
    at = np.concatenate([part.at for part in parts])
    trip_ix = np.concatenate([part.trip_ix for part in parts])
    order = np.lexsort((trip_ix, at))
    start_date = np.concatenate([part.start_date for part in parts])
    stop_row = np.concatenate([part.stop_row for part in parts])
    return Planned(at[order], trip_ix[order], start_date[order], stop_row[order])


_NOTHING = Planned(np.empty(0), *(np.empty(0, dtype=np.int32) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class DayPromises:
    """Headway service of one service day, by stop: twelve bytes for a template trip at a stop."""

    zero: float
    """Epoch seconds of the service day's zero."""
    stop_ptr: Ints
    stop_row: Ints
    trip_ix: Ints
    way_s: Ints
    """From the start of the trip to its departure at the stop."""
    bands_of_trip: Mapping[int, Sequence[tuple[int, int, int]]]

    def at_stop(self, stop_ix: int, at: float) -> Promises:
        """What is promised at a stop at an instant, until the day's service is over."""
        mine = slice(self.stop_ptr.item(stop_ix), self.stop_ptr.item(stop_ix + 1))
        found, since, until = list[Promised](), -math.inf, math.inf
        for trip, row, way_s in zip(
            self.trip_ix[mine].tolist(), self.stop_row[mine].tolist(), self.way_s[mine].tolist(), strict=True
        ):
            here = self.zero + way_s
            bands = [
                (here + begins_s, here + ends_s, every_s) for begins_s, ends_s, every_s in self.bands_of_trip[trip]
            ]
            for begins_at, ends_at, _ in bands:
                for edge in (begins_at, ends_at):
                    if edge <= at:
                        since = max(since, edge)
                    else:
                        until = min(until, edge)
            # the band that runs, else the one that begins next
            first = min([band for band in bands if at < band[1]], default=None)
            if first is not None:
                first_at, last_at = min([band[0] for band in bands]), max([band[1] for band in bands])
                found.append(Promised(trip, row, first[2], first_at, last_at - first[2], first[0] <= at))
        return Promises(tuple(found), since, until)


@dataclass(frozen=True, slots=True)
class Promises:
    """What is promised, and from when until when this is the same."""

    told: tuple[Promised, ...]
    since: float
    until: float


def promised(network: Network, stop_ix: int, at: float) -> list[Promised]:
    """Headway service at a stop on the service day of an instant: what it promises."""
    days = [day_promises(network, date) for date in dates_between(network, at, at)]
    return [each for day in days for each in day.at_stop(stop_ix, at).told]


def day_promises(network: Network, date: int) -> DayPromises:
    """The headway service of a service day at all stops at once: people may board, so no last stops."""
    trips, profiles = network.trips, network.profiles
    active = network.calendar.active_services(date)
    with_bands = np.zeros(len(trips.trip_id), dtype=bool)
    with_bands[network.headways.trip_ix] = True
    rows = np.flatnonzero(active[trips.service_ix] & trips.is_headway & with_bands)
    trip_ix, stop_row, at = _boardings(network, rows)
    order = np.lexsort((trip_ix, trips.start_service_s[trip_ix], stop_row, network.patterns.stop_ix[stop_row]))
    trip_ix, stop_row = trip_ix[order], stop_row[order]
    ptr = _pointers(network, stop_row)
    zero = service_day_zero_s(date, network.timezone)
    return DayPromises(zero, ptr, stop_row, trip_ix, profiles.departure_s[at[order]], network.bands_of_trip)


def _boardings(network: Network, rows: npt.NDArray[np.integer[Any]]) -> tuple[Ints, Ints, Ints]:
    """Trips at each of their stops at which people may board: trip, row of the pattern, row of the profile."""
    trips, patterns = network.trips, network.patterns
    pattern = trips.pattern_ix[rows]
    n_stops = np.diff(patterns.stop_ptr)[pattern]
    begin = np.cumsum(n_stops) - n_stops
    position = np.arange(int(n_stops.sum())) - np.repeat(begin, n_stops)
    trip_ix = np.repeat(rows, n_stops).astype(np.int32)
    stop_row = (np.repeat(patterns.stop_ptr[pattern], n_stops) + position).astype(np.int32)
    at = np.repeat(network.profiles.profile_ptr[trips.profile_ix[rows]], n_stops) + position
    boards = ~patterns.no_pickup[stop_row] & (position < np.repeat(n_stops, n_stops) - 1)
    return trip_ix[boards], stop_row[boards], at[boards].astype(np.int32)


def _pointers(network: Network, stop_row: Ints) -> Ints:
    """Where the rows of each stop begin, of rows sorted by stop."""
    stops = np.arange(len(network.stops.stop_id) + 1)
    return np.searchsorted(network.patterns.stop_ix[stop_row], stops).astype(np.int32)


def rows_of_stop(network: Network, stop_ix: int) -> list[tuple[int, int]]:
    """Flat rows of patterns at a stop at which people may board, with their patterns."""
    patterns = network.patterns
    rows = network.rows_of_stop[stop_ix]
    rows = rows[~patterns.no_pickup[rows]]
    owner = np.searchsorted(patterns.stop_ptr, rows, side="right") - 1
    last = patterns.stop_ptr[owner + 1] - 1
    return [(int(row), int(pattern)) for row, pattern, end in zip(rows, owner, last, strict=True) if row < end]
