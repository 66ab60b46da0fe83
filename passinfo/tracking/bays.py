"""Buses that wait in a bay of their terminal, or pull up there, before their time: they have not begun their run.

A bay may lie hundreds of metres down the line. A bus that drives there past its first stop, twenty minutes before it is
due, would look like one on its way that stands still.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.plan import Plan
from passinfo.tracking.ragged import Index
from passinfo.tracking.register import named_by_people
from passinfo.tracking.terminals import BAY_REACH_M, BEGUN_M
from passinfo.tracking.told import Hinted
from passinfo.tracking.vehicles import Vehicles

STANDS_BEFORE_S, PULLS_UP_BEFORE_S = 60.0, 180.0
"""So long before its time a bus that stands there waits, and one that moves there pulls up: sooner than buses leave.
One that has waited in a bay goes to its first stop, if it moves before its time at all."""


def are_early(
    index: TrackingIndex,
    plan: Plan,
    vehicles: Vehicles,
    rows: Index,
    hinted: Hinted,
    dist: Floats,
    at: Floats,
    halts: Bools,
) -> Bools:
    """Which vehicles are within reach of their terminal's bays well before the timetable has them leave.

    By the trip they are on as the BMS says, else by the one their report names, where that has a timetable. Where only
    the road tells the trip, it is as likely a bus on an earlier one, late.
    """
    early = np.zeros(len(rows), dtype=bool)
    trips = index.network.trips
    which = np.flatnonzero(dist - index.first_m.take(vehicles.pattern_ix[rows]) <= BAY_REACH_M) if len(rows) else rows
    if len(which) == 0 or len(trips.pattern_ix) == 0:
        return early
    near = rows[which]
    own = (vehicles.trip_ix[near] >= 0) & named_by_people(vehicles, near)
    pattern = vehicles.pattern_ix[near]
    trip = np.where(own, vehicles.trip_ix[near], hinted.trip_ix[which])
    date = np.where(own, vehicles.start_date[near], hinted.start_date[which])
    row = plan.rows_of(trip, date, np.where(own, vehicles.start_service_s[near], hinted.start_service_s[which]))
    row = np.where((trip >= 0) & (trips.pattern_ix[trip] == pattern) & ~vehicles.finished[near], row, -1)
    ahead_s = np.where(row >= 0, plan.start_at[row] - at[which], -np.inf) if len(plan.start_at) else -np.inf
    by_bay = ~vehicles.begun[near] & (vehicles.dist_m[near] - index.first_m[pattern] > BEGUN_M)
    early[which] = ahead_s > np.where(halts[which], STANDS_BEFORE_S, np.where(by_bay, 0.0, PULLS_UP_BEFORE_S))
    return early


def in_bays(index: TrackingIndex, vehicles: Vehicles, rows: Index) -> Bools:
    """Which vehicles wait for the run the BMS names away from its first stop: wherever they go, they keep it."""
    waits = ~vehicles.begun[rows] & (vehicles.trip_ix[rows] >= 0)
    which = np.flatnonzero(waits)
    if len(which) == 0:
        return waits
    mine = rows[which]
    beyond = vehicles.dist_m[mine] > index.first_m[vehicles.pattern_ix[mine]] + BEGUN_M
    waits[which] = (vehicles.pattern_ix[mine] >= 0) & named_by_people(vehicles, mine) & beyond
    return waits


def call_back(vehicles: Vehicles, rows: Index) -> None:
    """Let these vehicles wait for their first stop again."""
    vehicles.begun[rows] = False
    vehicles.next_position[rows] = 0
    vehicles.arrived_at[rows] = vehicles.arrived_after[rows] = np.nan
    vehicles.there[rows] = False
    vehicles.behind[rows] = 0
