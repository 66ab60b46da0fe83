"""Runs: each vehicle's way along one pattern, its progress and the stops it has visited.

Progress never goes back but by a re-anchoring (three reports well behind it: the progress was wrong, not the bus), so
every stop has one arrival and one departure. What devices say of stops (arrived, departed, doors open) is taken as
said; other crossing instants are interpolated between the two reports around them (``motion``); what the reports prove
is kept beside it as ``earliest_at`` and ``latest_at``. Between reports far apart in time nothing is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking.events import StopEvents, part_of
from passinfo.tracking.ground import APART_M
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.motion import motion
from passinfo.tracking.ragged import Index
from passinfo.tracking.terminals import BAY_REACH_M, BEGUN_M
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
BEHIND_M = 150.0
"""Reports this far behind the progress are no GPS noise."""
BEHIND_REPORTS = 3


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


def begin_runs(
    index: TrackingIndex, vehicles: Vehicles, rows: Index, pattern: Ints, dist: Floats, at: Floats, halts: Bools
) -> None:
    """Runs first seen at these places: stops behind them are not claimed as visited.

    ``halts``: the vehicle has been standing for a while; in a bay of its first stop it has not begun.
    """
    if len(rows) == 0:
        return
    begun = ~_waits(index, pattern, dist, halts, BEGUN_M)
    vehicles.pattern_ix[rows] = pattern
    vehicles.dist_m[rows] = vehicles.begun_m[rows] = dist
    vehicles.run_at[rows] = at
    vehicles.run_mps[rows] = np.nan
    vehicles.next_position[rows] = np.where(begun, first_ahead(index, pattern, dist), 0)
    vehicles.begun[rows] = begun
    vehicles.finished[rows] = False
    vehicles.arrived_at[rows] = np.nan
    vehicles.arrived_after[rows] = np.nan
    vehicles.there[rows] = False
    vehicles.behind[rows] = 0


def _waits(index: TrackingIndex, pattern: Ints, dist: Floats, halts: Bools, reach_m: float) -> Bools:
    from_start = dist - index.first_m[pattern]
    return np.asarray((from_start <= reach_m) | (halts & (from_start <= BAY_REACH_M)))


def first_ahead(index: TrackingIndex, pattern: Ints, dist: Floats) -> Ints:
    """Position of the first stop that each place does not lie beyond."""
    start = index.network.patterns.stop_ptr[pattern]
    row = np.searchsorted(index.stop_key, pattern * APART_M + np.minimum(dist - ARRIVAL_REACH_M, APART_M / 2))
    return np.asarray(np.maximum(row - start, 0), dtype=np.int32)


def proceed(
    index: TrackingIndex,
    vehicles: Vehicles,
    rows: Index,
    dist: Floats,
    at: Floats,
    speed_mps: Floats,
    halts: Bools,
    events: StopEvents,
) -> tuple[Seen, Index]:
    """Move runs on to the places of a report each; the visits that proves, and the rows that were anchored anew."""
    finished = vehicles.finished[rows]
    vehicles.run_at[rows[finished]] = at[finished]
    rows, dist, at, halts = rows[~finished], dist[~finished], at[~finished], halts[~finished]
    speed_mps, events = speed_mps[~finished], part_of(events, ~finished)
    begun, pattern = vehicles.begun[rows], vehicles.pattern_ix[rows]
    first_stop = index.network.patterns.stop_ix[index.network.patterns.stop_ptr[pattern]]
    leaves = ~begun & events.departed & (events.stop_ix == first_stop)
    waiting = ~begun & ~leaves & _waits(index, pattern, dist, halts, ARRIVAL_REACH_M)
    # between the two reaches the last instant at the stop is still that of the report before
    vehicles.dist_m[rows[waiting]] = dist[waiting]
    vehicles.run_at[rows[waiting]] = at[waiting]
    vehicles.run_mps[rows[waiting]] = speed_mps[waiting]
    beginning = leaves | (~begun & ~_waits(index, pattern, dist, halts, BEGUN_M))
    vehicles.begun[rows[beginning]] = True
    in_bay = beginning & (vehicles.dist_m[rows] > index.first_m[pattern] + BEGUN_M)
    vehicles.next_position[rows[in_bay]] = first_ahead(index, pattern[in_bay], vehicles.dist_m[rows[in_bay]])
    behind = begun & (dist < vehicles.dist_m[rows] - BEHIND_M)
    vehicles.behind[rows] = np.where(behind, vehicles.behind[rows] + 1, 0)
    again = behind & (vehicles.behind[rows] >= BEHIND_REPORTS)
    begin_runs(index, vehicles, rows[again], pattern[again], dist[again], at[again], halts[again])
    vehicles.begun[rows[again]] = True
    on = (begun & ~behind) | beginning
    reached = np.maximum(dist[on], vehicles.dist_m[rows[on]])
    return _cross(index, vehicles, rows[on], reached, at[on], speed_mps[on], part_of(events, on)), rows[again]


def _cross(
    index: TrackingIndex,
    vehicles: Vehicles,
    rows: Index,
    dist: Floats,
    at: Floats,
    speed_mps: Floats,
    events: StopEvents,
) -> Seen:
    """Every arrival and departure between the last places and these."""
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
