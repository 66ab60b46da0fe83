"""Runs: each vehicle's way along one pattern, its progress and the stops it has visited.

Progress never goes back but by a re-anchoring (three reports well behind it: the progress was wrong, not the bus), so
every stop has one arrival and one departure. What devices say of stops (arrived, departed, doors open) is taken as
said; other crossing instants are interpolated between the two reports around them (``motion``); what the reports prove
is kept beside it as ``earliest_at`` and ``latest_at``. Between reports far apart in time nothing is claimed.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking.crossing import ARRIVAL_REACH_M, Seen, cross, first_ahead
from passinfo.tracking.events import StopEvents, part_of
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.ragged import Index
from passinfo.tracking.terminals import BAY_REACH_M, BEGUN_M
from passinfo.tracking.vehicles import Vehicles

BEHIND_M = 150.0
"""Reports this far behind the progress are no GPS noise."""
BEHIND_REPORTS = 3


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
    return cross(index, vehicles, rows[on], reached, at[on], speed_mps[on], part_of(events, on)), rows[again]
