"""What is wrong with a service change, before anybody obeys it.

The counter asks before it keeps an order, so that a dispatcher hears of a slip at once; publishing asks again at every
tick, because a new static feed may have taken away the trip, and because one bad order must never stop the feeds.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

import numpy as np

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.network.network import Network
from passinfo.times import format_service_time, service_day_zero_s, to_date

OVER_S = 24 * 3_600.0
"""An order about one run is over a day after the run's start: no run of a city's buses takes longer."""
LATEST_SERVICE_S = 72 * 3_600
"""No run of a service day starts three days after its zero."""


def order_fault(network: Network, change: ServiceChange) -> str | None:
    """Why an order cannot be obeyed on this network, as ``field: reason``; None if it can."""
    return _fault_of_values(network, change) or _fault_of_kind(network, change)


def standing_orders(network: Network, changes: Sequence[ServiceChange], now: float) -> tuple[ServiceChange, ...]:
    """The orders in force at ``now``: not withdrawn, not over, and possible on this network."""
    return tuple(
        change
        for change in changes
        if not change.withdrawn and not _is_over(network, change, now) and order_fault(network, change) is None
    )


def _is_over(network: Network, change: ServiceChange, now: float) -> bool:
    """Whether the end it was given, or a day after the run's planned start, has passed."""
    if change.ends_at is not None and change.ends_at <= now:
        return True
    if change.start_date is None or change.start_service_s is None or not _is_date(change.start_date):
        return False
    return service_day_zero_s(change.start_date, network.timezone) + change.start_service_s + OVER_S < now


def _fault_of_values(network: Network, change: ServiceChange) -> str | None:
    """What is wrong with a field whatever the order is."""
    words = (*(getattr(change, field.name) for field in dataclasses.fields(change)), *sum(change.text, ()))
    if any(isinstance(word, str) and not _is_text(word) for word in words):
        return "text: holds half a character (a lone surrogate)"
    if any(not language.strip() or not text.strip() for language, text in change.text):
        return "text: each is a language and a sentence, neither of them empty"
    if change.ends_at is not None and not change.made_at < change.ends_at:
        return "ends_at: is over already"
    if change.start_date is not None and not _is_date(change.start_date):
        return f"start_date: {change.start_date} is no date (yyyymmdd)"
    if change.start_service_s is not None and not 0 <= change.start_service_s < LATEST_SERVICE_S:
        return "start_time: lies beyond the service day"
    if change.route_id is not None and change.route_id not in network.route_rows:
        return f"route_id: the network has no {change.route_id!r}"
    for name in ("last_stop_id", "from_stop_id", "to_stop_id"):
        stop_id = getattr(change, name)
        if stop_id is not None and stop_id not in network.stop_rows:
            return f"{name}: the network has no {stop_id!r}"
    return None


def _fault_of_kind(network: Network, change: ServiceChange) -> str | None:
    if change.kind in (ChangeKind.ADD, ChangeKind.DUPLICATE):
        if change.trip_id in network.trip_rows:
            return f"trip_id: {change.trip_id!r} is in the timetable; a run that is added needs an id of its own"
        return _fault_of_original(network, change) if change.kind is ChangeKind.DUPLICATE else _of_way(network, change)
    if change.kind is ChangeKind.DETOUR and change.trip_id is None:
        return None if change.route_id is not None else "route_id: a detour needs a route or a trip"
    return _fault_of_instance(network, change)


def _fault_of_instance(network: Network, change: ServiceChange) -> str | None:
    """Whether the trip runs then, and calls there."""
    trip_ix = network.trip_rows.get(change.trip_id or "", -1)
    if trip_ix < 0:
        return f"trip_id: the network has no {change.trip_id!r}"
    if change.start_date is None or change.start_service_s is None:
        return "start_date: and start_time say which run of the trip is meant"
    trips = network.trips
    if not network.calendar.active_services(change.start_date)[trips.service_ix[trip_ix]]:
        return f"start_date: {change.trip_id!r} does not run on {change.start_date}"
    planned_s = int(trips.start_service_s[trip_ix])
    if trips.is_exact_frequency[trip_ix]:
        if not _departs(network, trip_ix, change.start_service_s):
            return f"start_time: {change.trip_id!r} has no departure then"
    elif not trips.is_headway[trip_ix] and change.start_service_s != planned_s:
        return f"start_time: {change.trip_id!r} starts at {format_service_time(planned_s)}"
    return _fault_of_part(network, change, trip_ix)


def _of_way(network: Network, change: ServiceChange) -> str | None:
    known = change.pattern_id in set(network.patterns.pattern_id)
    return None if known else f"pattern_id: the network has no {change.pattern_id!r}"


def _fault_of_original(network: Network, change: ServiceChange) -> str | None:
    """Source: GTFS-Realtime reference, *DUPLICATED*: trips of frequencies without exact times cannot be duplicated."""
    trip_ix = network.trip_rows.get(change.original_trip_id or "", -1)
    if trip_ix < 0:
        return f"original_trip_id: the network has no {change.original_trip_id!r}"
    if network.trips.is_headway[trip_ix]:
        return f"original_trip_id: {change.original_trip_id!r} runs by headway; add a run to its pattern instead"
    return None


def _fault_of_part(network: Network, change: ServiceChange, trip_ix: int) -> str | None:
    """What is wrong with where the run is cut, or along which pattern it goes instead."""
    trips = network.trips
    if change.kind is ChangeKind.REPLACE:
        by_headway = bool(trips.is_headway[trip_ix])
        if by_headway:
            return f"trip_id: {change.trip_id!r} runs by headway; cancel the run and add another"
        return _of_way(network, change)
    if change.kind is ChangeKind.SKIP:
        rows = network.pattern_stops(int(trips.pattern_ix[trip_ix]))
        stops = network.stops.stop_id[network.patterns.stop_ix[rows]].tolist()
        for name in ("from_stop_id", "to_stop_id"):
            stop_id = getattr(change, name)
            if stop_id not in stops and (stop_id is not None or name == "from_stop_id"):
                return f"{name}: {change.trip_id!r} does not call at {stop_id!r}"
    if change.kind is ChangeKind.SHORT_TURN:
        rows = network.pattern_stops(int(trips.pattern_ix[trip_ix]))
        stops = network.stops.stop_id[network.patterns.stop_ix[rows]].tolist()
        if change.last_stop_id not in stops:
            return f"last_stop_id: {change.trip_id!r} does not call at {change.last_stop_id!r}"
        if change.last_stop_id == stops[-1]:
            return f"last_stop_id: {change.trip_id!r} ends at {change.last_stop_id!r} anyway"
        if change.last_stop_id not in stops[1:]:
            return f"last_stop_id: {change.trip_id!r} begins at {change.last_stop_id!r}; cancel it instead"
    return None


def _departs(network: Network, trip_ix: int, start_service_s: int) -> bool:
    bands = network.headways
    rows = np.flatnonzero(bands.trip_ix == trip_ix)
    return any(
        start_service_s
        in range(int(bands.start_service_s[row]), int(bands.end_service_s[row]), max(int(bands.headway_s[row]), 1))
        for row in rows
    )


def _is_text(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_date(date: int) -> bool:
    try:
        day = to_date(date)
    except ValueError:
        return False
    # the day before and the day after are asked for too
    return dt.date.min < day < dt.date.max
