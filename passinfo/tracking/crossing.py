"""Every arrival and departure between two reports of each bus, and what that proves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking import fast
from passinfo.tracking.events import StopEvents
from passinfo.tracking.fast.crossing import Reaches, crossed
from passinfo.tracking.ground import APART_M
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.motion import (
    AT_FIRST,
    AT_LAST,
    AT_STOP,
    DRIVING_MPS,
    OF_REPORTED,
    ON_THE_WAY,
    SLOW_MPS,
    UNKNOWN_MPS,
    motion,
)
from passinfo.tracking.ragged import Index
from passinfo.tracking.vehicles import Vehicles

ARRIVAL_REACH_M = 15.0
"""Arrival: first instant at or beyond 15 m before the stop; departure: last at or before 15 m after it."""
STANDING_REACH_M, STANDING_MPS = 40.0, 0.5
"""… a bus that stands within 40 m of it halts there: behind another bus, or its bay lies aside."""
LAST_REACH_M = 30.0
"""… 30 m at the last stop, where buses park short of the sign."""
EVENT_REACH_M = 150.0
"""A device that says it is at a stop is believed within this: stops lie 200 m apart and more."""
GAP_S = 300.0
"""Where no report came for five minutes no visit is made up."""
HALT_S = 8.0
"""A shorter halt at a stop, inferred and not seen, is none."""
REACHES = Reaches(
    arrival_m=ARRIVAL_REACH_M,
    standing_m=STANDING_REACH_M,
    standing_mps=STANDING_MPS,
    last_m=LAST_REACH_M,
    event_m=EVENT_REACH_M,
    gap_s=GAP_S,
    halt_s=HALT_S,
    driving_mps=DRIVING_MPS,
    of_reported=OF_REPORTED,
    at_first=AT_FIRST,
    at_last=AT_LAST,
    at_stop=AT_STOP,
    on_the_way=ON_THE_WAY,
    slow_mps=SLOW_MPS,
    unknown_mps=UNKNOWN_MPS,
    apart_m=APART_M,
)
"""All of them, for the compiled loop."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Visits that have become known: row of the vehicle, position in the pattern, what goes into the file."""

    row: Index
    position: Ints
    arrived_at: Floats
    departed_at: Floats
    earliest_at: Floats
    latest_at: Floats
    observed: Bools


def cross(
    index: TrackingIndex,
    vehicles: Vehicles,
    rows: Index,
    dist: Floats,
    at: Floats,
    speed_mps: Floats,
    events: StopEvents,
) -> Seen:
    """Every arrival and departure between the last places and these; the vehicles are moved on."""
    way = cross_fast if fast.AVAILABLE else cross_numpy
    return way(index, vehicles, rows, dist, at, speed_mps, events)


def cross_fast(
    index: TrackingIndex,
    vehicles: Vehicles,
    rows: Index,
    dist: Floats,
    at: Floats,
    speed_mps: Floats,
    events: StopEvents,
) -> Seen:
    """The same, compiled: bus by bus."""
    position, arrived, after = vehicles.next_position[rows], vehicles.arrived_at[rows], vehicles.arrived_after[rows]
    there, finished = vehicles.there[rows], np.zeros(len(rows), dtype=bool)
    row, place, (came, went, earliest, latest), observed = crossed(
        REACHES,
        index.facts,
        index.stop_dist_m,
        index.stop_ix,
        rows,
        vehicles.pattern_ix[rows],
        vehicles.dist_m[rows],
        vehicles.run_at[rows],
        vehicles.run_mps[rows],
        dist,
        at,
        speed_mps,
        events.stop_ix,
        events.arrived,
        events.departed,
        events.doors_open,
        position,
        arrived,
        after,
        there,
        finished,
    )
    vehicles.dist_m[rows], vehicles.run_at[rows], vehicles.run_mps[rows] = dist, at, speed_mps
    vehicles.next_position[rows], vehicles.finished[rows] = position, finished
    vehicles.arrived_at[rows], vehicles.arrived_after[rows], vehicles.there[rows] = arrived, after, there
    return Seen(row, place, came, went, earliest, latest, observed)


def cross_numpy(
    index: TrackingIndex,
    vehicles: Vehicles,
    rows: Index,
    dist: Floats,
    at: Floats,
    speed_mps: Floats,
    events: StopEvents,
) -> Seen:
    """The same, with numpy: all buses in each sweep, one stop at a time."""
    patterns = index.network.patterns
    pattern = vehicles.pattern_ix[rows]
    base = patterns.stop_ptr[pattern]
    last = patterns.stop_ptr[pattern + 1] - 1 - base
    dist_0, at_0 = vehicles.dist_m[rows], vehicles.run_at[rows]
    position = vehicles.next_position[rows].copy()
    arrived, after = vehicles.arrived_at[rows].copy(), vehicles.arrived_after[rows].copy()
    there, finished = vehicles.there[rows].copy(), np.zeros(len(rows), dtype=bool)
    blind = at - at_0 > GAP_S
    with np.errstate(invalid="ignore"):
        stands = (speed_mps < STANDING_MPS) | events.doors_open
    inner = first_ahead(index, pattern, dist_0 + 2 * ARRIVAL_REACH_M)  # first stop the earlier report is not at
    between = np.maximum(first_ahead(index, pattern, dist) - inner, 0)
    way = motion(dist_0, dist, at_0, at, vehicles.run_mps[rows], speed_mps, between.astype(np.float64))
    seen: list[SeenColumns] = []

    def instant(of: Index, place: Floats, stops: Ints) -> Floats:
        return way.instant(of, place, np.clip(stops - inner[of], 0, between[of]).astype(np.float64))

    todo = np.flatnonzero(position <= last)
    while len(todo):
        is_last, is_first = position[todo] == last[todo], position[todo] == 0
        stop = patterns.stop_dist_m[base[todo] + position[todo]]
        still = stands[todo] & (np.abs(dist[todo] - stop) <= STANDING_REACH_M)
        reach = np.where(is_last, LAST_REACH_M, np.where(still, STANDING_REACH_M, ARRIVAL_REACH_M))
        coming = np.isnan(arrived[todo]) & ~is_first
        said = events.stop_ix[todo] == patterns.stop_ix[base[todo] + position[todo]]
        said &= np.abs(dist[todo] - stop) <= EVENT_REACH_M
        reached = ~(coming & ~said & (dist[todo] < stop - reach))
        now = np.flatnonzero(coming & reached)
        arrived[todo[now]] = instant(todo[now], (stop - reach)[now], position[todo[now]])
        told = now[said[now] & events.arrived[todo[now]]]
        arrived[todo[told]] = at[todo[told]]
        at_it_already = dist_0[todo[now]] >= (stop - reach)[now]  # first seen there: it may have come long before
        after[todo[now]] = np.where(at_it_already, np.nan, at_0[todo[now]])
        ends = todo[reached & is_last]
        if len(ends):
            visible = ~blind[ends]
            none = np.full(len(ends), np.nan)
            observed = np.ones(len(ends), dtype=bool)
            end = (rows[ends], position[ends], arrived[ends], none, after[ends], at[ends], observed)
            seen.append(_part(end, visible))
            finished[ends] = True
        gone_now = said & events.departed[todo]
        within = dist[todo] <= stop + np.where(still, STANDING_REACH_M, ARRIVAL_REACH_M)
        halts = reached & ~is_last & (within | (said & events.arrived[todo])) & ~gone_now
        there[todo[halts | said]] = True
        leaves = np.flatnonzero(reached & ~is_last & ~halts)
        gone = todo[leaves]
        departed = instant(gone, stop[leaves] + ARRIVAL_REACH_M, position[gone] + 1)
        departed = np.where(gone_now[leaves], at[gone], departed)
        unseen = ~is_first[leaves] & ~there[gone]  # no report at the stop
        passing = unseen & (departed - arrived[gone] < HALT_S + 2 * ARRIVAL_REACH_M / way.pace_mps[gone])
        through = 0.5 * (arrived[gone] + departed)
        came = np.where(is_first[leaves], np.nan, np.where(passing, through, arrived[gone]))
        earliest = np.where(is_first[leaves], at_0[gone], after[gone])
        leaving = (rows[gone], position[gone], came, np.where(passing, through, departed), earliest, at[gone], ~unseen)
        seen.append(_part(leaving, ~blind[gone]))
        position[gone] += 1
        arrived[gone], after[gone], there[gone] = np.nan, np.nan, False
        todo = gone
    vehicles.dist_m[rows], vehicles.run_at[rows], vehicles.run_mps[rows] = dist, at, speed_mps
    vehicles.next_position[rows] = np.where(finished, last + 1, position)
    vehicles.finished[rows] = finished
    vehicles.arrived_at[rows], vehicles.arrived_after[rows], vehicles.there[rows] = arrived, after, there
    if not seen:
        return nothing_seen()
    return Seen(*(np.concatenate(column) for column in zip(*seen, strict=True)))


def first_ahead(index: TrackingIndex, pattern: Ints, dist: Floats) -> Ints:
    """Position of the first stop that each place does not lie beyond."""
    start = index.network.patterns.stop_ptr[pattern]
    row = np.searchsorted(index.stop_key, pattern * APART_M + np.minimum(dist - ARRIVAL_REACH_M, APART_M / 2))
    return np.asarray(np.maximum(row - start, 0), dtype=np.int32)


SeenColumns = tuple[Index, Ints, Floats, Floats, Floats, Floats, Bools]


def _part(columns: SeenColumns, which: Bools) -> SeenColumns:
    row, position, arrived, departed, earliest, latest, observed = columns
    return (
        row[which],
        position[which],
        arrived[which],
        departed[which],
        earliest[which],
        latest[which],
        observed[which],
    )


def nothing_seen() -> Seen:
    """No visits."""
    return Seen(
        np.empty(0, dtype=np.intp),
        np.empty(0, dtype=np.int32),
        np.empty(0),
        np.empty(0),
        np.empty(0),
        np.empty(0),
        np.empty(0, dtype=bool),
    )
