"""Detours as modified trips: which runs leave their road between two stops, and what they do not serve there.

A bus that leaves its road at one stop and is back at another serves none between them; an order says no more. Which
other stops it may serve meanwhile, and along which road, nobody has told us, so no replacement is made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.network.network import Network
from passinfo.publishing.order_alerts import alert_id_of
from passinfo.snapshot import TripModification
from passinfo.times import service_date_of, shift_date

AHEAD_DAYS = 7
"""Source: GTFS-Realtime reference, *TripModifications*, service_dates: only what happens within the next week."""


def left_out(network: Network, change: ServiceChange, pattern_ix: int) -> tuple[int, int] | None:
    """First and last position that a detour leaves out on a pattern; None if it leaves out none."""
    if change.from_stop_id is None or change.to_stop_id is None:
        return None
    rows = network.pattern_stops(pattern_ix)
    stop_ids = network.stops.stop_id[network.patterns.stop_ix[rows]]
    leaves = np.flatnonzero(stop_ids == change.from_stop_id)
    if not len(leaves):
        return None
    back = np.flatnonzero(stop_ids == change.to_stop_id)
    back = back[back > leaves[0] + 1]
    return (int(leaves[0]) + 1, int(back[0]) - 1) if len(back) else None


def concerns(network: Network, change: ServiceChange, pattern_ix: int) -> bool:
    """Whether a detour of a route (and direction) is one of this pattern's."""
    patterns = network.patterns
    if change.route_id is None or network.routes.route_id[patterns.route_ix[pattern_ix]] != change.route_id:
        return False
    return change.direction_id is None or int(patterns.direction_id[pattern_ix]) == change.direction_id


def modifications_of(network: Network, changes: Sequence[ServiceChange], now: float) -> tuple[TripModification, ...]:
    """What the detours in force modify. A trip is modified once a day: the oldest order counts.

    A run that is replaced is not modified: it has a plan of its own (the reference forbids both).
    """
    taken = {(change.trip_id, change.start_date) for change in changes if change.kind is ChangeKind.REPLACE}
    made: list[TripModification] = []
    for change in changes:
        if change.kind is not ChangeKind.DETOUR:
            continue
        for each in _of_one(network, change, _dates(network, change, now), taken):
            made.append(each)
            taken |= {(trip_id, date) for trip_id in each.trip_ids for date in each.dates}
    return tuple(made)


def _dates(network: Network, change: ServiceChange, now: float) -> list[int]:
    """Service days on which a detour is in force, as far as they may be told."""
    if change.trip_id is not None and change.start_date is not None:
        return [change.start_date]
    today = service_date_of(now, network.timezone)
    days = [shift_date(today, after) for after in range(AHEAD_DAYS)]
    if change.ends_at is None:
        return days
    last = service_date_of(change.ends_at, network.timezone)
    return [day for day in days if day <= last]


def _of_one(
    network: Network, change: ServiceChange, dates: list[int], taken: set[tuple[str | None, int | None]]
) -> Iterator[TripModification]:
    named = network.trip_rows.get(change.trip_id or "", -1)
    patterns = [int(network.trips.pattern_ix[named])] if named >= 0 else range(len(network.patterns.pattern_id))
    for pattern_ix in patterns:
        span = left_out(network, change, pattern_ix)
        if span is None or (named < 0 and not concerns(network, change, pattern_ix)):
            continue
        running = {date: network.calendar.active_services(date) for date in dates}
        candidates = [named] if named >= 0 else network.trips_of_pattern[pattern_ix].tolist()
        trip_ids, days = [], set()
        for trip_ix in candidates:
            trip_id = str(network.trips.trip_id[trip_ix])
            on = [date for date in dates if running[date][network.trips.service_ix[trip_ix]]]
            if on and not any((trip_id, date) in taken for date in on):
                trip_ids.append(trip_id)
                days.update(on)
        if trip_ids:
            sequence = network.patterns.stop_sequence[network.pattern_stops(pattern_ix)]
            yield TripModification(
                f"detour-{change.change_id}-{network.patterns.pattern_id[pattern_ix]}",
                alert_id_of(change),
                pattern_ix,
                tuple(trip_ids),
                _start(network, change, named),
                tuple(sorted(days)),
                int(sequence[span[0]]),
                int(sequence[span[1]]),
            )


def _start(network: Network, change: ServiceChange, trip_ix: int) -> int | None:
    """Start of the one run meant, where a trip has many."""
    if trip_ix < 0:
        return None
    many = network.trips.is_headway[trip_ix] or network.trips.is_exact_frequency[trip_ix]
    return change.start_service_s if many else None
