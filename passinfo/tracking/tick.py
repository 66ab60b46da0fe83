"""What a tick works on: a copy of the state's columns, taken at its begin and given back at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from passinfo.bms.reports import Reports
from passinfo.settings import CitySettings
from passinfo.times import service_date_of, shift_date
from passinfo.tracking.belief import Belief, nothing, rows_of
from passinfo.tracking.habits import Habits
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.memory import Over, moved_to, recent
from passinfo.tracking.passed import Passed, by_vehicle, chosen
from passinfo.tracking.plan import Plan
from passinfo.tracking.ragged import Index
from passinfo.tracking.register import Register
from passinfo.tracking.state import TrackingState
from passinfo.tracking.vehicles import Vehicles, copied, fresh, joined, numbered, taken

ISSUED_DAYS = 2
"""An instance belongs to the day it began on or the one before: older ones cannot collide any more."""


@dataclass(slots=True)
class Tick:
    """What a tick works on: copies of the state's columns."""

    index: TrackingIndex
    plan: Plan
    vehicles: Vehicles
    belief: Belief
    passed: Passed
    over: Over
    habits: Habits
    register: Register
    wrong_hints: Counter[str]
    """Reports by what is wrong with the trip they name."""


def begin_tick(state: TrackingState, reports: Reports, now: float) -> Tick:
    """Copies of the state's columns, with rows for vehicles not seen before."""
    plan = state.index.plan(now)
    old = state.vehicles
    row_of = state.row_of
    new_ids = sorted(set(reports.vehicle_id.tolist()).difference(row_of))
    belief, passed = state.belief, state.passed
    over = state.over
    other_day = state.today not in (0, plan.days[1])
    if new_ids:
        both = joined(old, fresh(new_ids))
        order = np.argsort(both.vehicle_id, kind="stable")
        place = np.argsort(order, kind="stable")
        vehicles = taken(both, order)
        none = nothing(len(new_ids))
        belief = replace(
            belief,
            start=np.concatenate((belief.start, none.start))[order],
            count=np.concatenate((belief.count, none.count))[order],
            free=np.concatenate((belief.free, none.free))[order],
        )
        passed = replace(passed, row=place[passed.row])
        row_of = numbered(vehicles)
    else:  # where nothing is reported nothing is changed
        vehicles = copied(old) if len(reports.vehicle_id) or other_day else old
    if other_day:
        over = moved_to(vehicles, over, state.index.plan_of(state.today), plan)
    register = Register(dict(state.issued), vehicles, row_of, now)
    return Tick(state.index, plan, vehicles, belief, passed, over, state.habits, register, Counter())


def end_tick(settings: CitySettings, state: TrackingState, tick: Tick, now: float) -> TrackingState:
    """The state after the tick: without vehicles unheard of for long, and without instances of days gone by."""
    vehicles, belief, passed, row_of = tick.vehicles, tick.belief, tick.passed, tick.register.row_of
    keep = now - vehicles.observed_at <= settings.max_report_age_s
    if not keep.all():
        rows = np.flatnonzero(keep)
        place = np.full(len(keep), -1, dtype=np.intp)
        place[rows] = np.arange(len(rows))
        vehicles, belief = taken(vehicles, rows), rows_of(belief, rows)
        row_of = numbered(vehicles)
        passed = chosen(passed, keep[passed.row])
        passed = replace(passed, row=place[passed.row])
    issued = tick.register.issued
    today = tick.plan.days[1]
    if state.today != today:
        oldest = shift_date(service_date_of(now, state.index.network.timezone), -ISSUED_DAYS)
        issued = {key: holder for key, holder in issued.items() if key[1] >= oldest}
    return TrackingState(
        state.index,
        vehicles,
        belief,
        by_vehicle(passed),
        recent(tick.over, now),
        tick.habits,
        today,
        issued,
        row_of,
    )


def rows_of_vehicles(reports: Reports, row_of: Mapping[str, int]) -> Index:
    """Row of the vehicle of each report."""
    return np.fromiter(map(row_of.__getitem__, reports.vehicle_id.tolist()), dtype=np.intp)


def waves(rows: Index) -> list[Index]:
    """Rows of the reports such that each wave has one report of a vehicle at most, in order. ``rows``: the vehicles."""
    order = np.argsort(rows, kind="stable")
    first = np.concatenate(([True], np.diff(rows[order]) != 0))[: len(rows)]
    heads = np.flatnonzero(first)
    number = np.empty(len(rows), dtype=np.intp)
    number[order] = np.arange(len(rows)) - np.repeat(heads, np.diff(np.append(heads, len(rows))))
    return [np.flatnonzero(number == wave) for wave in range(int(number.max(initial=-1)) + 1)]
