"""Vehicles that simply drive on: their report is looked up on the line they are on, and on no other.

A bus well on its way, sure of its run, whose report lies where it should be along its own line tells nothing new of
where it may be otherwise. Such reports are weighed against all patterns near only every two minutes; what is unusual (a
stand, a terminal, a place beside the line, another id) is at once. So it is with a bus that goes on standing.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.tracking.choice import Choice
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.near import along
from passinfo.tracking.ragged import Index
from passinfo.tracking.vehicles import Vehicles

MOST_UNWEIGHED_S = 100.0
"""So long reports are taken without weighing: three of four at the usual 30 s."""
SURE = 0.9
"""Confidence in the trip from which on a vehicle may be steady."""
FROM_START_M, TO_END_M = 600.0, 800.0
"""Clear of where runs begin and end (a terminal's bays, ``BAY_REACH_M``)."""
BESIDE_M, BESIDE_ROUGH_M = 40.0, 160.0
"""So near to its line: twice the spread of GPS; of lines that go stop to stop, once theirs."""
RESTS_M = 10.0
"""A bus that stands has not moved by more, GPS noise included."""
PAUSE_S = 120.0
"""After a longer silence anything may have happened."""
SLIP_M, SLIP_SHARE = 50.0, 0.3
"""Progress and displacement agree within this."""


def on_their_way(
    index: TrackingIndex, vehicles: Vehicles, rows: Index, at: Floats, moved_m: Floats, halts: Bools, same: Bools
) -> Index:
    """Which of these vehicles may be taken without weighing. ``same``: the report's ids tell nothing new."""
    pattern = vehicles.pattern_ix[rows]
    run = np.flatnonzero(
        same
        & ~halts
        & (pattern >= 0)
        & vehicles.begun[rows]
        & ~vehicles.finished[rows]
        & (vehicles.trip_ix[rows] >= 0)
        & (vehicles.confidence[rows] >= SURE)
        & (at - vehicles.weighed_at[rows] <= MOST_UNWEIGHED_S)
        & (vehicles.behind[rows] == 0)
        & ~vehicles.folded[rows]
        & np.isnan(vehicles.off_since[rows])
        & (at - vehicles.run_at[rows] <= PAUSE_S)
        & np.isfinite(moved_m)
    )
    mine, dist = pattern[run], vehicles.dist_m[rows[run]]
    clear = (dist >= index.first_m[mine] + FROM_START_M) & (dist + moved_m[run] <= index.last_m[mine] - TO_END_M)
    return run[clear]


def at_rest(index: TrackingIndex, vehicles: Vehicles, rows: Index, moved_m: Floats, halts: Bools, same: Bools) -> Index:
    """Which of these vehicles stand where they stood when they were weighed: off all lines, or amid their run.

    At terminals time alone tells which run is next, so those are weighed each time.
    """
    pattern, dist = vehicles.pattern_ix[rows], vehicles.dist_m[rows]
    with np.errstate(invalid="ignore"):
        still = same & halts & (moved_m <= RESTS_M)
        still &= vehicles.observed_at[rows] - vehicles.weighed_at[rows] <= MOST_UNWEIGHED_S
        off = vehicles.observed_at[rows] - vehicles.off_since[rows] > PAUSE_S
        amid = (pattern >= 0) & vehicles.begun[rows] & ~vehicles.finished[rows] & (vehicles.confidence[rows] >= SURE)
        if len(index.first_m):
            amid &= (dist >= index.first_m[pattern] + FROM_START_M) & (dist <= index.last_m[pattern] - TO_END_M)
    return np.flatnonzero(still & (off | amid))


def along_their_line(
    index: TrackingIndex, vehicles: Vehicles, rows: Index, x_m: Floats, y_m: Floats, moved_m: Floats
) -> tuple[Bools, Floats, Floats]:
    """Which of these reports lie where they should, and the places: along the line, and beside it."""
    pattern, before = vehicles.pattern_ix[rows], vehicles.dist_m[rows]
    slip = SLIP_M + SLIP_SHARE * moved_m
    dist, offset = along(index.ground, index.rank[pattern], before - SLIP_M, before + moved_m + slip, x_m, y_m)
    beside = np.where(index.network.patterns.shape_known[pattern], BESIDE_M, BESIDE_ROUGH_M)
    return (offset <= beside) & (np.abs(dist - before - moved_m) <= slip), dist, offset


def keep_on(vehicles: Vehicles, rows: Index, choice: Choice, steady: Index, dist_m: Floats, offset_m: Floats) -> None:
    """Vehicles that drive on: the place on their own line is chosen."""
    choice.pattern_ix[steady] = vehicles.pattern_ix[rows[steady]]
    choice.dist_m[steady], choice.offset_m[steady] = dist_m, offset_m
    choice.likely[steady] = vehicles.confidence[rows[steady]]
    choice.confirmed[steady] = True


def stay(vehicles: Vehicles, rows: Index, choice: Choice, resting: Index) -> None:
    """Vehicles that go on standing: what was chosen before is."""
    mine = rows[resting]
    sure = np.isfinite(vehicles.match_m[mine])
    choice.pattern_ix[resting] = np.where(sure, vehicles.pattern_ix[mine], -1)
    choice.dist_m[resting], choice.offset_m[resting] = vehicles.match_m[mine], vehicles.offset_m[mine]
    choice.likely[resting] = vehicles.confidence[mine]
    choice.confirmed[resting] = np.isnan(vehicles.off_since[mine])
