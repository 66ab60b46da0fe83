"""Runs that are told on for a while after the bus is lost from sight, as those of a silent bus are.

A tag taken back for a minute, a name contradicted by one report, a bus off every line at a terminal: tracking says at
once what it no longer knows, but passengers would see a bus vanish and come back. So the last run that was told is
remembered beside what tracking believes. While the vehicle is on no named run it is told on from there, as measured
then: publishing sees how old that is, and says so. Matches are no part of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.phases import HALT_S
from passinfo.tracking.ragged import Index
from passinfo.tracking.register import named_by_people
from passinfo.tracking.terminals import BAY_REACH_M, START_REACH_M
from passinfo.tracking.vehicles import Vehicles
from passinfo.tracking.way import FINISH_M

LINGERS_S = 300.0
"""Assumed; the median of those that came back on Toronto's Thursday was two to three minutes."""
ELSEWHERE_S = 90.0
"""… and so long of a run under way where the bus is seen to drive another: then the position is still fresh (best
practice). A run it waits for, or has hardly begun, can be the next one of a bus that is seen to end the run before.
One that only seems to be on another line (it moves to and fro in a loop, its tag flips) is on none yet."""
BEGINS_S = 600.0
"""… and so long of a run it waits for or has hardly begun, unless the BMS names another one: a terminal hides buses,
and holds them."""
STANDS_ON_S = 1_800.0
"""A bus that stands where it stood when it was told to wait for a run waits on, so long at most."""
ANNOUNCED_S = 600.0
"""… and so long of a run about to begin that the BMS goes on naming, whatever the road says: then it is distrusted."""
DRIVEN_M = 60.0
"""Twice as far as the positions of a bus that stands wander."""
TURNED_M = 150.0
"""… and so far on another line, if it was told amid a run minutes ago: in loops buses seem to turn round."""
NEAR_START_M = 250.0
"""A bus whose run before is over, first seen this near to a first stop (at city speed, one report), leaves it once it
is out of the terminal and moves."""
RESUMES_S = 900.0
"""A bus that comes back to its line within a quarter of an hour, as far on or farther, is on the same run."""
BACK_M = 150.0
"""… or so little behind that it may be GPS noise."""
NAMES = (
    ("pattern_ix", "told_pattern_ix"),
    ("dist_m", "told_m"),
    ("next_position", "told_position"),
    ("begun", "told_begun"),
    ("trip_ix", "told_trip_ix"),
    ("trip_id", "told_trip_id"),
    ("start_date", "told_date"),
    ("start_service_s", "told_service_s"),
    ("confidence", "told_confidence"),
)


def keep_told(index: TrackingIndex, vehicles: Vehicles, rows: Index) -> None:
    """Remember the runs of these vehicles that are told of, and forget those that have come to their end."""
    if len(index.group) == 0:
        return
    stands, starts = (rows[which] for which in _stands_on(index, vehicles, rows))
    vehicles.told_at[stands] = vehicles.observed_at[stands]
    # what it seemed to have begun it has not: it is told where it is, not where it was thought to be
    vehicles.told_begun[starts], vehicles.told_position[starts] = False, 0
    vehicles.told_m[starts] = index.first_m[vehicles.told_pattern_ix[starts]]
    runs = (vehicles.pattern_ix >= 0) & ~vehicles.finished & proven(index, vehicles)
    named = (vehicles.trip_ix >= 0) & ~_announced(index, vehicles, vehicles.observed_at)
    since_s = vehicles.observed_at - vehicles.told_at
    with np.errstate(invalid="ignore"):
        goes_on = (vehicles.told_pattern_ix >= 0) & (since_s <= _lingers_s(index, vehicles, runs))
    unnamed = (vehicles.trip_ix < 0) & vehicles.begun & ~(goes_on & (vehicles.told_trip_ix >= 0))
    mine = rows[(runs & (named | unnamed))[rows]]
    for name, told in NAMES:
        getattr(vehicles, told)[mine] = getattr(vehicles, name)[mine]
    vehicles.told_at[mine] = vehicles.observed_at[mine]
    ended = vehicles.finished[rows] & (vehicles.pattern_ix[rows] == vehicles.told_pattern_ix[rows])
    vehicles.told_pattern_ix[rows[ended]] = -1


def proven(index: TrackingIndex, vehicles: Vehicles) -> Bools:
    """Which runs are more than a guess: in the timetable, gone on with, or seen to be driven, or waited for, a while.

    At terminals, and where the tag flips, a bus that stands seems to be now on the one way and now on the other; and a
    loop that is on one branch's line only makes every bus seem to be on that until it is out of the terminal. And a bus
    that is heard again beside its line, after minutes of silence, is no longer where it was on it.
    """
    if len(index.group) == 0:
        return np.ones(len(vehicles), dtype=bool)
    trip = vehicles.trip_ix
    trips = index.network.trips
    planned = (trip >= 0) & ~trips.is_headway[trip] if len(trips.is_headway) else np.zeros(len(trip), dtype=bool)
    with np.errstate(invalid="ignore"):
        first_m = index.first_m[vehicles.pattern_ix]
        moves = vehicles.stand_since == vehicles.observed_at
        leaves = moves & (vehicles.told_pattern_ix < 0) & (vehicles.begun_m - first_m <= NEAR_START_M)
        leaves &= vehicles.dist_m - first_m >= START_REACH_M
        told, since_s = vehicles.told_pattern_ix, vehicles.observed_at - vehicles.told_at
        same = (told >= 0) & (index.group[told] == index.group[vehicles.pattern_ix])
        amid = ~_begins(index, vehicles) & (vehicles.told_m < index.last_m[told] - BAY_REACH_M)
        turns = (told >= 0) & ~same & (since_s <= LINGERS_S) & amid
        driven_m = vehicles.dist_m - vehicles.begun_m
        driven = vehicles.begun & (leaves | (driven_m >= np.where(turns, TURNED_M, DRIVEN_M)))
        waited = ~vehicles.begun & (vehicles.observed_at - vehicles.stand_since >= HALT_S)
        goes_on = same & (since_s <= RESUMES_S)
        hesitates = same & (since_s <= LINGERS_S) & (told != vehicles.pattern_ix)
        hesitates &= vehicles.dist_m - first_m < NEAR_START_M
    way = (driven | goes_on) & ~hesitates
    placeless = vehicles.unseen & np.isfinite(vehicles.off_since)
    return np.asarray(((planned | way | waited) & ~placeless) | vehicles.finished | (vehicles.pattern_ix < 0))


def lingering(index: TrackingIndex, vehicles: Vehicles, now: float) -> Bools:
    """Which vehicles are told on the run they were on before."""
    if len(index.group) == 0:
        return np.zeros(len(vehicles), dtype=bool)
    runs = (vehicles.pattern_ix >= 0) & ~vehicles.finished & proven(index, vehicles)
    named = runs & (vehicles.trip_ix >= 0)
    with np.errstate(invalid="ignore"):
        lost = (vehicles.told_pattern_ix >= 0) & (now - vehicles.told_at <= _lingers_s(index, vehicles, runs))
    lost &= ~np.where(vehicles.told_trip_ix >= 0, named, runs)
    lost |= _announced(index, vehicles, np.full(len(vehicles), now))
    if lost.any():
        held = {_instance(vehicles, row) for row in np.flatnonzero(named).tolist()}
        for row in np.flatnonzero(lost).tolist():
            lost[row] = _told(vehicles, row) not in held
    return np.asarray(lost, dtype=bool)


def _lingers_s(index: TrackingIndex, vehicles: Vehicles, runs: Bools) -> Floats:
    """How long the run of each vehicle is told on; ``runs``: seen on a run that could be told instead."""
    told = vehicles.told_pattern_ix
    begins = _begins(index, vehicles)
    turned = runs & (vehicles.pattern_ix != told) & ~(begins & _ends(index, vehicles))
    longer = begins & ~_renamed(vehicles) & ~runs
    return np.asarray(np.where(turned & vehicles.told_begun, ELSEWHERE_S, np.where(longer, BEGINS_S, LINGERS_S)))


def _announced(index: TrackingIndex, vehicles: Vehicles, now: Floats) -> Bools:
    """Which vehicles are told on a run about to begin, whatever the road says.

    The BMS goes on naming it and they are not well under way on another one; or they seem to end the run before it
    once more.
    """
    told = (vehicles.told_trip_ix >= 0) & (vehicles.told_pattern_ix >= 0)
    if not told.any():
        return np.asarray(told)
    said = vehicles.said_trip_ix == vehicles.told_trip_ix
    seen, named = vehicles.pattern_ix, (vehicles.trip_ix >= 0) & ~vehicles.finished
    ends = _ends(index, vehicles)
    with np.errstate(invalid="ignore"):
        since_s = now - vehicles.told_at
        hardly = ~vehicles.begun | (vehicles.dist_m - index.first_m[seen] <= BAY_REACH_M)
    told &= _begins(index, vehicles) & (vehicles.trip_ix != vehicles.told_trip_ix)
    told &= ~(named & named_by_people(vehicles))
    says = said & (since_s <= ANNOUNCED_S) & ((seen < 0) | ~named | hardly | ends)
    flickers = ends & ~_renamed(vehicles) & (since_s <= LINGERS_S)
    flickers &= index.group[seen] != index.group[vehicles.told_pattern_ix]
    return np.asarray(told & (says | flickers))


def _stands_on(index: TrackingIndex, vehicles: Vehicles, rows: Index) -> tuple[Bools, Bools]:
    """Which of these wait for the run they are told on: all, and those that are seen to stand where it starts.

    The others have stood since they were told to wait.
    """
    told, pattern = vehicles.told_pattern_ix[rows], vehicles.pattern_ix[rows]
    begins = (vehicles.told_trip_ix[rows] >= 0) & (told >= 0) & _begins(index, vehicles)[rows]
    begins &= ~_renamed(vehicles)[rows]
    since, at = vehicles.stand_since[rows], vehicles.observed_at[rows]
    waits = ~vehicles.told_begun[rows] & (since <= vehicles.told_at[rows])
    starts = (pattern >= 0) & (index.group[pattern] == index.group[told]) & ~vehicles.begun[rows]
    with np.errstate(invalid="ignore"):
        starts &= at - vehicles.told_at[rows] <= BEGINS_S
        begins &= at - since <= STANDS_ON_S
    return np.asarray(begins & (starts | waits)), np.asarray(begins & starts)


def _renamed(vehicles: Vehicles) -> Bools:
    """Which vehicles' reports name another trip than that they are told on."""
    return np.asarray((vehicles.said_trip_ix >= 0) & (vehicles.said_trip_ix != vehicles.told_trip_ix))


def _begins(index: TrackingIndex, vehicles: Vehicles) -> Bools:
    """Which vehicles wait for the run they are told on, or are not out of the terminal's reach on it."""
    left_m = vehicles.told_m - index.first_m[vehicles.told_pattern_ix]
    return np.asarray(~vehicles.told_begun | (left_m <= BAY_REACH_M))


def _ends(index: TrackingIndex, vehicles: Vehicles) -> Bools:
    """Which vehicles are at the end of the run they are seen on."""
    with np.errstate(invalid="ignore"):
        near = vehicles.dist_m >= index.last_m[vehicles.pattern_ix] - FINISH_M
    return np.asarray((vehicles.pattern_ix >= 0) & near)


def told_on(vehicles: Vehicles, lost: Bools) -> tuple[Vehicles, Floats]:
    """The vehicles with the runs they are told on, and when the place of each was measured."""
    if not lost.any():
        return vehicles, vehicles.observed_at
    runs = {name: np.where(lost, getattr(vehicles, told), getattr(vehicles, name)) for name, told in NAMES}
    beside = np.where(lost, np.nan, vehicles.offset_m)
    finished = vehicles.finished & ~lost
    measured_at = np.where(lost, vehicles.told_at, vehicles.observed_at)
    return replace(vehicles, **runs, offset_m=beside, finished=finished), measured_at


def resumes(vehicles: Vehicles, row: int, at: float) -> bool:
    """Whether a vehicle that begins a run goes on with the one it was last told on."""
    same = vehicles.told_pattern_ix[row] == vehicles.pattern_ix[row] and at - vehicles.told_at[row] <= RESUMES_S
    same = same and vehicles.told_trip_ix[row] >= 0
    onward = vehicles.begun[row] or not vehicles.told_begun[row]
    return bool(same and onward and vehicles.dist_m[row] >= vehicles.told_m[row] - BACK_M)


def _instance(vehicles: Vehicles, row: int) -> tuple[object, ...]:
    return vehicles.trip_id[row], int(vehicles.start_date[row]), int(vehicles.start_service_s[row])


def _told(vehicles: Vehicles, row: int) -> tuple[object, ...]:
    return vehicles.told_trip_id[row], int(vehicles.told_date[row]), int(vehicles.told_service_s[row])
