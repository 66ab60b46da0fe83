"""Runs that are told on for a while after the bus is lost from sight, as those of a silent bus are.

A tag taken back for a minute, a name contradicted by one report, a bus off every line at a terminal: tracking says at
once what it no longer knows, but passengers would see a bus vanish and come back. So the last run that was named is
remembered beside what tracking believes. While the vehicle is on no named run it is told on from there, as measured
then: publishing sees how old that is, and says so. Matches are no part of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.tracking.ragged import Index
from passinfo.tracking.vehicles import Vehicles

LINGERS_S = 300.0
"""Assumed; the median of those that came back on Toronto's Thursday was two to three minutes."""
UNNAMED_S = 90.0
"""… and so long where another run is seen but cannot be named: then the position is still fresh (best practice)."""
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


def keep_told(vehicles: Vehicles, rows: Index) -> None:
    """Remember the runs of these vehicles that are named, and forget those that have come to their end."""
    named = (vehicles.pattern_ix[rows] >= 0) & ~vehicles.finished[rows] & (vehicles.trip_ix[rows] >= 0)
    mine = rows[named]
    for name, told in NAMES:
        getattr(vehicles, told)[mine] = getattr(vehicles, name)[mine]
    vehicles.told_at[mine] = vehicles.observed_at[mine]
    ended = vehicles.finished[rows] & (vehicles.pattern_ix[rows] == vehicles.told_pattern_ix[rows])
    vehicles.told_pattern_ix[rows[ended]] = -1


def lingering(vehicles: Vehicles, now: float) -> Bools:
    """Which vehicles are told on the run they were on before."""
    seen = (vehicles.pattern_ix >= 0) & ~vehicles.finished
    age = now - vehicles.told_at
    with np.errstate(invalid="ignore"):
        lost = (vehicles.told_pattern_ix >= 0) & (age <= np.where(seen, UNNAMED_S, LINGERS_S))
    lost &= ~(seen & (vehicles.trip_ix >= 0))
    if lost.any():
        held = {_instance(vehicles, row) for row in np.flatnonzero(seen & (vehicles.trip_ix >= 0)).tolist()}
        for row in np.flatnonzero(lost).tolist():
            lost[row] = _told(vehicles, row) not in held
    return np.asarray(lost, dtype=bool)


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
    onward = vehicles.begun[row] or not vehicles.told_begun[row]
    return bool(same and onward and vehicles.dist_m[row] >= vehicles.told_m[row] - BACK_M)


def _instance(vehicles: Vehicles, row: int) -> tuple[object, ...]:
    return vehicles.trip_id[row], int(vehicles.start_date[row]), int(vehicles.start_service_s[row])


def _told(vehicles: Vehicles, row: int) -> tuple[object, ...]:
    return vehicles.told_trip_id[row], int(vehicles.told_date[row]), int(vehicles.told_service_s[row])
