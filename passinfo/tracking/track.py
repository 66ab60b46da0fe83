"""Tracking of all vehicles over one tick: reports in, matches, visits and the table of vehicles out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.bms.reports import Reports
from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.settings import CitySettings
from passinfo.times import service_date_of, shift_date
from passinfo.tracking.advance import advance
from passinfo.tracking.belief import Belief, nothing, rows_of, with_rows
from passinfo.tracking.choice import Choice, choose
from passinfo.tracking.columns import Matches, MatchReason, Visits
from passinfo.tracking.index import TrackingIndex, make_index
from passinfo.tracking.memory import Over, claims, close_runs, moved_to, recall, recent, remember
from passinfo.tracking.naming import Register, name_runs
from passinfo.tracking.phases import phases, stand, stands
from passinfo.tracking.plan import Plan
from passinfo.tracking.ragged import Index
from passinfo.tracking.rows import in_order, match_rows, visit_rows, visits_in_order
from passinfo.tracking.runs import Passed, Seen, chosen, proceed
from passinfo.tracking.state import TrackingState
from passinfo.tracking.table import tabulate
from passinfo.tracking.told import Hinted, read_hints
from passinfo.tracking.tracked import Tracked
from passinfo.tracking.vehicles import REASON_CODE, Vehicles, copied, end_runs, forget, fresh, joined, numbered, taken
from passinfo.tracking.way import are_over, put_on_runs, sort_runs
from passinfo.tracking.weigh import weigh

Columns = TypeVar("Columns", Choice, Hinted)

ISSUED_DAYS = 2
"""An instance belongs to the day it began on or the one before: older ones cannot collide any more."""
FORGOTTEN_S = 1_800.0
"""After half an hour of silence a vehicle begins anew: it may be anywhere."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """What one tick found."""

    tracked: Tracked
    matches: Matches
    visits: Visits


@dataclass(slots=True)
class _Tick:
    """What a tick works on: copies of the state's columns."""

    index: TrackingIndex
    plan: Plan
    vehicles: Vehicles
    belief: Belief
    passed: Passed
    over: Over
    register: Register


def begin(network: Network) -> TrackingState:
    """The state before any report."""
    return TrackingState(make_index(network))


def track(
    settings: CitySettings,
    state: TrackingState,
    reports: Reports,
    changes: Sequence[ServiceChange],
    now: float,
) -> tuple[TrackingState, Tracking]:
    """The state after a tick's accepted reports (in order of reception), and what they tell."""
    orders = {str(each.vehicle_id): each for each in changes if each.kind is ChangeKind.REASSIGN}
    tick = _begin_tick(state, reports, now)
    x_m, y_m = state.index.network.projection.to_xy(reports.lat_deg, reports.lon_deg)
    matches: list[Matches] = []
    visits: list[Visits] = []
    match_row: list[Index] = []
    visit_row: list[Index] = []
    for wave in _waves(reports, tick.register.row_of):
        rows, seen = _follow(settings, tick, reports, wave, x_m[wave], y_m[wave], orders)
        matches.append(match_rows(tick.index, tick.vehicles, rows))
        match_row.append(rows)
        if len(seen.row):
            visits.append(visit_rows(tick.index, tick.vehicles, seen))
            visit_row.append(seen.row)
    after = _end_tick(settings, state, tick, now)
    tracked = tabulate(tick.index, settings, after.vehicles, after.passed, now)
    return after, Tracking(tracked, in_order(matches, match_row), visits_in_order(visits, visit_row))


def _begin_tick(state: TrackingState, reports: Reports, now: float) -> _Tick:
    plan = state.index.plan(now)
    old = state.vehicles
    row_of = state.row_of
    new_ids = sorted({each for each in reports.vehicle_id.tolist() if each not in row_of})
    belief, passed = state.belief, state.passed
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
    else:
        vehicles = copied(old)
    over = state.over
    if state.today not in (0, plan.days[1]):
        over = moved_to(vehicles, over, state.index.plan_of(state.today), plan)
    register = Register(dict(state.issued), vehicles, row_of, now)
    return _Tick(state.index, plan, vehicles, belief, passed, over, register)


def _waves(reports: Reports, row_of: Mapping[str, int]) -> list[Index]:
    """Rows of the reports such that each wave has one report of a vehicle at most, in order."""
    rows = np.array([row_of[each] for each in reports.vehicle_id.tolist()], dtype=np.intp)
    order = np.argsort(rows, kind="stable")
    first = np.concatenate(([True], np.diff(rows[order]) != 0))[: len(rows)]
    heads = np.flatnonzero(first)
    number = np.empty(len(rows), dtype=np.intp)
    number[order] = np.arange(len(rows)) - np.repeat(heads, np.diff(np.append(heads, len(rows))))
    return [np.flatnonzero(number == wave) for wave in range(int(number.max(initial=-1)) + 1)]


def _follow(
    settings: CitySettings,
    tick: _Tick,
    reports: Reports,
    wave: Index,
    x_m: Floats,
    y_m: Floats,
    orders: Mapping[str, ServiceChange],
) -> tuple[Index, Seen]:
    """One report of each of some vehicles: the vehicles' rows, and the visits that became known."""
    index, plan, vehicles = tick.index, tick.plan, tick.vehicles
    rows = np.array([tick.register.row_of[each] for each in reports.vehicle_id[wave].tolist()], dtype=np.intp)
    at = reports.observed_at[wave]
    with np.errstate(invalid="ignore"):
        silent = rows[at - vehicles.observed_at[rows] > FORGOTTEN_S]
    if len(silent):
        forget(vehicles, silent)
        tick.belief = with_rows(tick.belief, silent, nothing(len(silent)))
        tick.passed = chosen(tick.passed, ~np.isin(tick.passed.row, silent))
    moved_m = np.hypot(x_m - vehicles.x_m[rows], y_m - vehicles.y_m[rows])
    _take_reports(vehicles, rows, reports, wave, x_m, y_m)
    stand(vehicles, rows, x_m, y_m, at)
    halts = stands(vehicles, rows)
    belief, _ = advance(
        index,
        rows_of(tick.belief, rows),
        index.ground.near(x_m, y_m),
        x_m=x_m,
        y_m=y_m,
        at=at,
        heading_rad=np.radians(reports.heading_deg[wave]),
        speed_mps=reports.speed_mps[wave],
        moved_m=moved_m,
        stands=halts,
        service=plan.service,
        slot=plan.slot(at),
    )
    tick.belief = with_rows(tick.belief, rows, belief)
    told, hinted = read_hints(index, plan, settings.hints, reports, wave, orders)
    claimed = claims(vehicles, tick.over, len(plan.trip_ix), tick.register.now)
    candidates = weigh(index, plan, belief, at, halts, told, recall(vehicles, rows), claimed)
    under_way = vehicles.begun[rows] & ~vehicles.finished[rows]
    choice = choose(index, belief, candidates, at, vehicles.pattern_ix[rows], under_way)
    seen = _move(tick, rows, choice, hinted, at, halts)
    busy = np.flatnonzero((vehicles.pattern_ix[rows] >= 0) & ~vehicles.finished[rows])
    remember(vehicles, rows, candidates, busy)
    sure = np.flatnonzero(choice.pattern_ix >= 0)
    name_runs(
        index,
        plan,
        vehicles,
        tick.register,
        rows[sure],
        _part(choice, sure),
        _part(hinted, sure),
        at[sure],
    )
    vehicles.reason[rows[sure]] = vehicles.named_by[rows[sure]]
    on_some = choice.confirmed
    vehicles.phase[rows] = phases(index, settings.depots, vehicles, rows, on_some)
    return rows, seen


def _take_reports(vehicles: Vehicles, rows: Index, reports: Reports, wave: Index, x_m: Floats, y_m: Floats) -> None:
    for name in ("observed_at", "received_at", "lat_deg", "lon_deg", "speed_mps", "heading_deg", "odometer_m"):
        getattr(vehicles, name)[rows] = getattr(reports, name)[wave]
    vehicles.occupancy[rows] = reports.occupancy[wave]
    vehicles.x_m[rows], vehicles.y_m[rows] = x_m, y_m


def _move(tick: _Tick, rows: Index, choice: Choice, hinted: Hinted, at: Floats, halts: Bools) -> Seen:
    """Move the vehicles on along their runs, begin and end runs; the visits that became known."""
    index, vehicles = tick.index, tick.vehicles
    sure = choice.pattern_ix >= 0
    lost, unsure = rows[~sure & ~choice.confirmed], rows[~sure & choice.confirmed]
    since = vehicles.off_since[lost]
    vehicles.off_since[lost] = np.where(np.isnan(since), at[~sure & ~choice.confirmed], since)
    vehicles.off_since[rows[sure | choice.confirmed]] = np.nan
    vehicles.contradicted_since[rows[~sure]] = np.nan
    vehicles.reason[lost] = REASON_CODE[MatchReason.OFF_ALL_PATTERNS]
    vehicles.reason[unsure] = REASON_CODE[MatchReason.AMBIGUOUS_PATTERN]
    vehicles.match_m[rows], vehicles.offset_m[rows] = choice.dist_m, choice.offset_m
    dropped = unsure[~vehicles.finished[unsure]]
    end_runs(vehicles, dropped)
    mine, at = rows[sure], at[sure]
    pattern, dist = choice.pattern_ix[sure], choice.dist_m[sure]
    fresh_runs, moves = sort_runs(index, vehicles, mine, pattern, dist)
    left = fresh_runs & vehicles.begun[mine] & ~vehicles.finished[mine] & (vehicles.pattern_ix[mine] >= 0)
    tick.over = close_runs(index, vehicles, tick.plan, mine[left], at[left], tick.over)
    tick.passed = put_on_runs(index, vehicles, tick.passed, mine, pattern, dist, at, halts[sure], fresh_runs, moves)
    was_open = ~vehicles.finished[mine]
    seen, again = proceed(index, vehicles, mine, dist, at, vehicles.speed_mps[mine], halts[sure])
    if len(again):
        ahead = np.isin(tick.passed.row, again)
        ahead[ahead] = tick.passed.position[ahead] >= vehicles.next_position[tick.passed.row[ahead]]
        tick.passed = chosen(tick.passed, ~ahead)
    tick.passed = Passed(
        *(np.concatenate((getattr(tick.passed, each.name), getattr(seen, each.name))) for each in fields(Passed))
    )
    over = are_over(index, vehicles, mine, _renamed(vehicles, mine, _part(hinted, np.flatnonzero(sure))), at)
    vehicles.finished[mine[over]] = True
    ends = vehicles.pattern_ix[mine[over]]
    stops = index.network.patterns.stop_ptr
    vehicles.next_position[mine[over]] = stops[ends + 1] - stops[ends]
    ended = was_open & vehicles.finished[mine]
    tick.over = close_runs(index, vehicles, tick.plan, mine[ended], at[ended], tick.over)
    return seen


def _renamed(vehicles: Vehicles, rows: Index, hinted: Hinted) -> Bools:
    """Which reports name another instance than the vehicle runs."""
    other = (
        (hinted.trip_ix != vehicles.trip_ix[rows])
        | (hinted.start_date != vehicles.start_date[rows])
        | (hinted.start_service_s != vehicles.start_service_s[rows])
    )
    return np.asarray((hinted.trip_ix >= 0) & other)


def _part(table: Columns, rows: Index) -> Columns:
    """Some rows of a table of columns."""
    return type(table)(*(getattr(table, each.name)[rows] for each in fields(table)))


def _end_tick(settings: CitySettings, state: TrackingState, tick: _Tick, now: float) -> TrackingState:
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
    return TrackingState(state.index, vehicles, belief, passed, recent(tick.over, now), today, issued, row_of)
