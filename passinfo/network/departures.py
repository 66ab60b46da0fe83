"""What the plan says of a stop: departures by timetable, and the headways that are promised."""

from __future__ import annotations

from dataclasses import dataclass

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
    rows = rows_of_stop(network, stop_ix)
    found: list[tuple[Floats, Ints, Ints, Ints]] = []
    today = service_date_of(from_at, network.timezone)
    last = service_date_of(to_at, network.timezone)
    date = shift_date(today, -DAYS_BACK)
    while date <= last:
        zero = service_day_zero_s(date, network.timezone)
        active = network.calendar.active_services(date)
        for row, pattern in rows:
            trips = network.trips_of_pattern[pattern]
            trips = trips[active[network.trips.service_ix[trips]] & ~network.trips.is_headway[trips]]
            at = zero + _seconds_at(network, trips, row, pattern)
            inside = (at >= from_at) & (at < to_at)
            if inside.any():
                n = int(inside.sum())
                found.append((at[inside], trips[inside], _full(n, date), _full(n, row)))
        date = shift_date(date, 1)
    if not found:
        none = np.empty(0, dtype=np.int32)
        return Planned(np.empty(0), none, none, none)
    columns = [np.concatenate([part[k] for part in found]) for k in range(4)]
    order = np.lexsort((columns[1], columns[0]))
    return Planned(*(column[order] for column in columns))


def promised(network: Network, stop_ix: int, at: float) -> list[Promised]:
    """Headway service at a stop on the service day of an instant: what it promises."""
    found = []
    bands = network.headways
    for date in (shift_date(service_date_of(at, network.timezone), -DAYS_BACK), service_date_of(at, network.timezone)):
        zero = service_day_zero_s(date, network.timezone)
        active = network.calendar.active_services(date)
        for row, pattern in rows_of_stop(network, stop_ix):
            for trip in network.trips_of_pattern[pattern].tolist():
                if not (network.trips.is_headway[trip] and active[network.trips.service_ix[trip]]):
                    continue
                mine = np.flatnonzero(bands.trip_ix == trip)
                if not len(mine):
                    continue
                way_s = float(_after_start(network, trip, row, pattern))
                begins, ends = zero + bands.start_service_s[mine] + way_s, zero + bands.end_service_s[mine] + way_s
                if at >= ends.max():
                    continue  # that day's service is over
                now = np.flatnonzero((begins <= at) & (at < ends))
                band = mine[now[0]] if len(now) else mine[int(np.argmin(np.where(begins > at, begins, np.inf)))]
                headway_s = int(bands.headway_s[band])
                found.append(
                    Promised(trip, row, headway_s, float(begins.min()), float(ends.max()) - headway_s, bool(len(now)))
                )
    return found


def rows_of_stop(network: Network, stop_ix: int) -> list[tuple[int, int]]:
    """Flat rows of patterns at a stop at which people may board, with their patterns."""
    patterns = network.patterns
    rows = np.flatnonzero((patterns.stop_ix == stop_ix) & ~patterns.no_pickup)
    owner = np.searchsorted(patterns.stop_ptr, rows, side="right") - 1
    last = patterns.stop_ptr[owner + 1] - 1
    return [(int(row), int(pattern)) for row, pattern, end in zip(rows, owner, last, strict=True) if row < end]


def _seconds_at(network: Network, trips: npt.NDArray[np.int32], row: int, pattern: int) -> Floats:
    """Departure at a flat row, seconds of the service day, of trips of its pattern."""
    position = row - int(network.patterns.stop_ptr[pattern])
    at = network.profiles.profile_ptr[network.trips.profile_ix[trips]] + position
    return np.asarray(network.trips.start_service_s[trips] + network.profiles.departure_s[at], dtype=float)


def _after_start(network: Network, trip: int, row: int, pattern: int) -> float:
    return float(network.trip_times(trip)[1][row - int(network.patterns.stop_ptr[pattern])])


def _full(n: int, value: int) -> Ints:
    return np.full(n, value, dtype=np.int32)
