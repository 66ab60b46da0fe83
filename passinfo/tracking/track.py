"""Tracking of all vehicles over one tick: reports in, matches, visits and the table of vehicles out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.bms.reports import Reports
from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.settings import CitySettings
from passinfo.tracking.bays import are_early, call_back
from passinfo.tracking.belief import move_on, nothing, with_rows
from passinfo.tracking.choice import Choice, no_choice
from passinfo.tracking.columns import Matches, MatchReason, Visits
from passinfo.tracking.crossing import GAP_S, Seen
from passinfo.tracking.events import StopEvents, part_of, stop_events
from passinfo.tracking.habits import arrived, followed, goes_on, note_leaders, settled
from passinfo.tracking.index import make_index
from passinfo.tracking.lingering import keep_told
from passinfo.tracking.loads import loads_of
from passinfo.tracking.memory import close_runs, remember
from passinfo.tracking.naming import name_runs
from passinfo.tracking.passed import Passed, chosen, without
from passinfo.tracking.phases import phases, stand, stands
from passinfo.tracking.ragged import Index
from passinfo.tracking.rows import in_order, match_rows, visit_rows, visits_in_order
from passinfo.tracking.runs import proceed
from passinfo.tracking.state import TrackingState
from passinfo.tracking.steady import along_their_line, at_rest, keep_on, on_their_way, stay
from passinfo.tracking.table import tabulate
from passinfo.tracking.tick import Tick, begin_tick, end_tick, rows_of_vehicles, waves
from passinfo.tracking.told import Hinted, nothing_hinted, says_nothing_new
from passinfo.tracking.tracked import Tracked
from passinfo.tracking.vehicles import REASON_CODE, Vehicles, end_runs, forget
from passinfo.tracking.way import are_left, are_over, put_on_runs, renamed, sort_runs
from passinfo.tracking.what_runs import what_they_run

Columns = TypeVar("Columns", Choice, Hinted)

FORGOTTEN_S = 1_800.0
"""After half an hour of silence a vehicle begins anew: it may be anywhere."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """What one tick found."""

    tracked: Tracked
    matches: Matches
    visits: Visits
    wrong_hints: Mapping[str, int]
    """Reports that name a trip which is unknown or does not run then, by reason; they are tracked all the same."""


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
    tick = begin_tick(state, reports, now)
    x_m, y_m = state.index.network.projection.to_xy(reports.lat_deg, reports.lon_deg)
    matches: list[Matches] = []
    visits: list[Visits] = []
    match_row: list[Index] = []
    visit_row: list[Index] = []
    of_vehicle = rows_of_vehicles(reports, tick.register.row_of)
    for wave in waves(of_vehicle):
        rows = of_vehicle[wave]
        seen = _follow(settings, tick, reports, wave, rows, x_m[wave], y_m[wave], orders)
        matches.append(match_rows(tick.index, tick.vehicles, rows))
        match_row.append(rows)
        if len(seen.row):
            visits.append(visit_rows(tick.index, tick.vehicles, seen))
            visit_row.append(seen.row)
    if len(of_vehicle):
        keep_told(tick.index, tick.vehicles, np.unique(of_vehicle))
    after = end_tick(settings, state, tick, now)
    tracked = tabulate(tick.index, settings, after.vehicles, after.passed, now)
    return after, Tracking(tracked, in_order(matches, match_row), visits_in_order(visits, visit_row), tick.wrong_hints)


def _follow(
    settings: CitySettings,
    tick: Tick,
    reports: Reports,
    wave: Index,
    rows: Index,
    x_m: Floats,
    y_m: Floats,
    orders: Mapping[str, ServiceChange],
) -> Seen:
    """One report of each of some vehicles: the visits that became known. ``rows``: those vehicles."""
    index, plan, vehicles = tick.index, tick.plan, tick.vehicles
    at = reports.observed_at[wave]
    with np.errstate(invalid="ignore"):
        silent_s = at - vehicles.observed_at[rows]
    vehicles.unseen[rows[silent_s > GAP_S]] = True
    silent = rows[silent_s > FORGOTTEN_S]
    if len(silent):
        forget(vehicles, silent)
        tick.belief = with_rows(tick.belief, silent, nothing(len(silent)))
        tick.passed = without(tick.passed, silent, len(vehicles))
    moved_m = np.hypot(x_m - vehicles.x_m[rows], y_m - vehicles.y_m[rows])
    _take_reports(index.network, vehicles, rows, reports, wave, x_m, y_m)
    stand(vehicles, rows, x_m, y_m, at)
    halts = stands(vehicles, rows)
    same = says_nothing_new(index, vehicles, rows, settings.hints, reports, wave, orders)
    steady = on_their_way(index, vehicles, rows, at, moved_m, halts, same)
    fits, dist, offset = along_their_line(index, vehicles, rows[steady], x_m[steady], y_m[steady], moved_m[steady])
    choice, hinted = no_choice(len(rows)), nothing_hinted(len(rows))
    keep_on(vehicles, rows, choice, steady[fits], dist[fits], offset[fits])
    resting = at_rest(index, vehicles, rows, moved_m, halts, same)
    stay(vehicles, rows, choice, resting)
    rest = np.ones(len(rows), dtype=bool)
    rest[steady[fits]] = rest[resting] = False
    weighed = np.flatnonzero(rest)
    candidates = what_they_run(
        settings,
        tick,
        reports,
        wave,
        weighed,
        rows,
        x_m,
        y_m,
        at,
        moved_m,
        halts,
        orders,
        choice,
        hinted,
    )
    on = steady[fits]
    line = vehicles.pattern_ix[rows[on]]
    move_on(tick.belief, rows[on], line, dist[fits], offset[fits], x_m[on], y_m[on], at[on])
    vehicles.unweighed[rows] = np.where(rest, 0, vehicles.unweighed[rows] + 1)
    vehicles.weighed_at[rows[weighed]] = at[weighed]
    vehicles.said_trip_ix[rows[weighed]] = hinted.trip_ix[weighed]
    seen = _move(tick, rows, choice, hinted, at, halts, stop_events(index.network, reports, wave))
    busy = np.flatnonzero((vehicles.pattern_ix[rows[weighed]] >= 0) & ~vehicles.finished[rows[weighed]])
    remember(vehicles, rows[weighed], candidates, busy)
    found = choice.pattern_ix >= 0
    sure = np.flatnonzero(found & rest)
    name_runs(
        index,
        plan,
        vehicles,
        tick.register,
        rows[sure],
        _part(choice, sure),
        _part(hinted, sure),
        at[sure],
        tick.over.plan_row,
    )
    vehicles.reason[rows[found]] = vehicles.named_by[rows[found]]
    on_some = choice.confirmed
    vehicles.phase[rows] = phases(index, settings.depots, vehicles, rows, on_some)
    return seen


def _take_reports(
    network: Network, vehicles: Vehicles, rows: Index, reports: Reports, wave: Index, x_m: Floats, y_m: Floats
) -> None:
    for name in ("observed_at", "received_at", "lat_deg", "lon_deg", "speed_mps", "heading_deg", "odometer_m"):
        getattr(vehicles, name)[rows] = getattr(reports, name)[wave]
    vehicles.occupancy[rows] = reports.occupancy[wave]
    vehicles.occupancy_percent[rows] = loads_of(network, reports, wave)
    vehicles.x_m[rows], vehicles.y_m[rows] = x_m, y_m


def _move(
    tick: Tick, rows: Index, choice: Choice, hinted: Hinted, at: Floats, halts: Bools, events: StopEvents
) -> Seen:
    """Move the vehicles on along their runs, begin and end runs; the visits that became known."""
    index, vehicles = tick.index, tick.vehicles
    sure = choice.pattern_ix >= 0
    lost, unsure = rows[~sure & ~choice.confirmed], rows[~sure & choice.confirmed]
    since = vehicles.off_since[lost]
    vehicles.off_since[lost] = np.where(np.isnan(since), at[~sure & ~choice.confirmed], since)
    vehicles.off_since[rows[sure | choice.confirmed]] = np.nan
    vehicles.unseen[rows[sure | choice.confirmed]] = False
    vehicles.contradicted_since[rows[~sure]] = np.nan
    vehicles.reason[lost] = REASON_CODE[MatchReason.OFF_ALL_PATTERNS]
    vehicles.reason[unsure] = REASON_CODE[MatchReason.AMBIGUOUS_PATTERN]
    vehicles.match_m[rows], vehicles.offset_m[rows] = choice.dist_m, choice.offset_m
    given_up = are_left(index, vehicles, lost, at[~sure & ~choice.confirmed])
    begun = given_up & vehicles.begun[lost] & ~vehicles.finished[lost]
    _close(tick, lost[begun], vehicles.run_at[lost[begun]])
    end_runs(vehicles, np.concatenate((unsure[~vehicles.finished[unsure]], lost[given_up])))
    mine, at = rows[sure], at[sure]
    pattern, dist = choice.pattern_ix[sure], choice.dist_m[sure]
    fresh_runs, moves = sort_runs(index, vehicles, mine, pattern, dist)
    tick.habits = settled(index, tick.habits, vehicles, tick.register.row_of, mine[fresh_runs])
    goes_on(vehicles, mine[moves])
    left = fresh_runs & vehicles.begun[mine] & ~vehicles.finished[mine] & (vehicles.pattern_ix[mine] >= 0)
    _close(tick, mine[left], at[left])
    tick.passed = put_on_runs(index, vehicles, tick.passed, mine, pattern, dist, at, halts[sure], fresh_runs, moves)
    note_leaders(index, vehicles, mine[fresh_runs])
    early = are_early(index, tick.plan, vehicles, mine, _part(hinted, np.flatnonzero(sure)), dist, at, halts[sure])
    back = mine[early & vehicles.begun[mine]]
    call_back(vehicles, back)
    tick.passed = without(tick.passed, back, len(vehicles))
    was_open = ~vehicles.finished[mine]
    speed = vehicles.speed_mps[mine]
    seen, again = proceed(index, vehicles, mine, dist, at, speed, halts[sure] | early, part_of(events, sure))
    if len(again):
        ahead = np.isin(tick.passed.row, again)
        ahead[ahead] = tick.passed.position[ahead] >= vehicles.next_position[tick.passed.row[ahead]]
        tick.passed = chosen(tick.passed, ~ahead)
    tick.passed = Passed(
        *(np.concatenate((getattr(tick.passed, each.name), getattr(seen, each.name))) for each in fields(Passed))
    )
    over = are_over(index, vehicles, mine, renamed(vehicles, mine, _part(hinted, np.flatnonzero(sure))), at)
    vehicles.finished[mine[over]] = True
    ends = vehicles.pattern_ix[mine[over]]
    stops = index.network.patterns.stop_ptr
    vehicles.next_position[mine[over]] = stops[ends + 1] - stops[ends]
    ended = was_open & vehicles.finished[mine]
    tick.over = close_runs(index, vehicles, tick.plan, mine[ended], at[ended], tick.over)
    arrived(index, vehicles, mine[ended])
    return seen


def _close(tick: Tick, rows: Index, at: Floats) -> None:
    """The runs of these vehicles are over: what that tells of blocks and of branches."""
    tick.over = close_runs(tick.index, tick.vehicles, tick.plan, rows, at, tick.over)
    tick.habits = followed(tick.index, tick.habits, tick.vehicles, tick.register.row_of, rows)


def _part(table: Columns, rows: Index) -> Columns:
    """Some rows of a table of columns."""
    return type(table)(*(getattr(table, each.name)[rows] for each in fields(table)))
