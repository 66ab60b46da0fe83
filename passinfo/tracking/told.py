"""What the permitted ids of reports say: trips, routes, directions and blocks as rows of the network and the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from passinfo.bms.changes import ServiceChange
from passinfo.bms.reports import Reports
from passinfo.columns import Bools, Floats, Ints, Texts
from passinfo.rejections import Reason
from passinfo.settings import Hints
from passinfo.tracking.candidates import Told
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.plan import Plan
from passinfo.tracking.ragged import Index
from passinfo.tracking.trip_prices import OTHER_DIRECTION, OTHER_ROUTE, OTHER_ROUTE_LONG
from passinfo.tracking.vehicles import Vehicles

ON_NO_ROUTE = -2
"""Told by a report that names no route (or direction) where the others do."""
MOST, ENOUGH = 0.8, 20
"""… if so large a share of so many reports names one."""
INSISTS_S = 60.0
"""A tag that is off for one or two polls is a slip; for a minute, it is meant."""
TURNS_S = 40.0
"""… and at the end of a run twice more than once, at the usual 20 s: there it flips to and fro."""
WRONG_HINTS = (Reason.UNKNOWN_TRIP, Reason.TRIP_NOT_TODAY)


@dataclass(frozen=True, slots=True)
class Hinted:
    """The trip instance each report names."""

    named: Bools
    """True: the report names a trip, and may."""
    ordered: Bools
    """True: a person or the BMS ordered it, the report itself does not say so."""
    trip_ix: Ints
    """-1 = none, or no such trip runs."""
    start_date: Ints
    start_service_s: Ints
    wrong: Ints
    """Row of :data:`WRONG_HINTS`, -1 where the name may be right."""


def nothing_hinted(n: int) -> Hinted:
    """No trips named by n reports."""
    none = np.full(n, -1, dtype=np.int32)
    false = np.zeros(n, dtype=bool)
    return Hinted(false, false.copy(), none, np.zeros(n, dtype=np.int32), none.copy(), none.copy())


def says_nothing_new(
    index: TrackingIndex,
    vehicles: Vehicles,
    rows: Index,
    hints: Hints,
    reports: Reports,
    which: Index,
    orders: Mapping[str, ServiceChange],
) -> Bools:
    """Which reports name no trip, route or direction, or those the vehicle is on; ``which``: rows of the reports."""
    same = np.ones(len(rows), dtype=bool)
    if hints.trip:
        said = reports.trip_id[which]
        same &= (said == None) | (said == vehicles.trip_id[rows])  # noqa: E711 (of each element)
    pattern, patterns = vehicles.pattern_ix[rows], index.network.patterns
    if hints.route and len(patterns.route_ix):
        said, runs = reports.route_id[which], index.network.routes.route_id[patterns.route_ix[pattern]]
        same &= (said == None) | (said == runs)  # noqa: E711 (of each element)
        same &= ~serves_none(hints, reports)[which]
    if hints.direction and len(patterns.direction_id):
        way = reports.direction_id[which]
        same &= (way < 0) | (way == patterns.direction_id[pattern])
    if hints.variant:
        tag = reports.variant[which]
        same &= (tag == None) | (tag == vehicles.variant[rows]) | ~vehicles.begun[rows]  # noqa: E711 (of each element)
    if orders:
        same &= np.array([each not in orders for each in reports.vehicle_id[which].tolist()], dtype=bool)
    return np.asarray(same, dtype=bool)


def read_hints(
    index: TrackingIndex,
    plan: Plan,
    hints: Hints,
    reports: Reports,
    rows: Index,
    orders: Mapping[str, ServiceChange],
) -> tuple[Told, Hinted]:
    """What these rows of the reports say, as far as it may be used."""
    n = len(rows)
    nothing = np.full(n, -1, dtype=np.int32)
    named, ordered = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    trip, date, start = nothing.copy(), np.zeros(n, dtype=np.int32), nothing.copy()
    if hints.trip:
        trip_ids = reports.trip_id[rows]
        named = np.array([bool(trip_id) for trip_id in trip_ids], dtype=bool)
        trip = _looked_up(index.network.trip_rows, trip_ids)
        date, start = reports.start_date[rows].copy(), reports.start_service_s[rows].copy()
    for row in [row for row in range(n) if reports.vehicle_id[rows[row]] in orders] if orders else []:
        order = orders[str(reports.vehicle_id[rows[row]])]
        named[row] = ordered[row] = True
        trip[row] = index.network.trip_rows.get(order.trip_id or "", -1)
        date[row] = order.start_date or 0
        start[row] = -1 if order.start_service_s is None else order.start_service_s
    at = reports.observed_at[rows]
    plan_row, trip, date, start = _instances(index, plan, trip, date, start, at)
    known_trips = len(index.network.trips.trip_id) > 0
    pattern = np.where(trip >= 0, index.network.trips.pattern_ix[trip], -1).astype(np.int32) if known_trips else nothing
    told = Told(
        pattern,
        plan_row,
        _routes(index, hints, reports, rows) if hints.route else nothing,
        reports.direction_id[rows] if hints.direction else nothing,
        _looked_up(index.block_rows, reports.block_id[rows]) if hints.block else nothing,
        np.full(n, OTHER_ROUTE),
        np.zeros(n),
    )
    known = (plan_row >= 0) | ((trip >= 0) & (start >= 0) & (date > 0) & _is_headway(index, trip))
    idle = (trip >= 0) & (plan_row < 0) & ~_is_headway(index, trip)
    wrong = np.where(named & (trip < 0), 0, np.where(named & idle, 1, -1)).astype(np.int32)
    return told, Hinted(named, ordered, np.where(known, trip, -1).astype(np.int32), date, start, wrong)


def serves_none(hints: Hints, reports: Reports) -> Bools:
    """Which reports say that their bus is on no route: the BMS names one, and its direction, as a rule, but not here.

    NextBus, say, has no direction tag for a bus that is not assigned.
    """
    n = len(reports.vehicle_id)
    none = np.zeros(n, dtype=bool)
    if not hints.route or n < ENOUGH:
        return none
    if hints.direction:
        none |= _missing(reports.direction_id < 0)
    return none | _missing(np.asarray(reports.route_id == None, dtype=bool))  # noqa: E711 (of each element)


def _missing(absent: Bools) -> Bools:
    """Where something is absent that is there as a rule."""
    return np.asarray(absent & (absent.mean() <= 1.0 - MOST), dtype=bool)


def _routes(index: TrackingIndex, hints: Hints, reports: Reports, rows: Index) -> Ints:
    """Route that each report names, -1 if it names none we know, ON_NO_ROUTE if it says that there is none."""
    found = _looked_up(index.network.route_rows, reports.route_id[rows])
    return np.where(serves_none(hints, reports)[rows], ON_NO_ROUTE, found).astype(np.int32)


def _looked_up(table: Mapping[str, int], ids: Texts) -> Ints:
    return np.array([table.get(each, -1) if each else -1 for each in ids], dtype=np.int32)


def _is_headway(index: TrackingIndex, trip: Ints) -> Bools:
    if len(index.network.trips.is_headway) == 0:
        return np.zeros(len(trip), dtype=bool)
    return np.asarray((trip >= 0) & index.network.trips.is_headway[trip])


def _instances(
    index: TrackingIndex, plan: Plan, trip: Ints, date: Ints, start: Ints, at: Floats
) -> tuple[Index, Ints, Ints, Ints]:
    """Rows of the plan, -1 where it has none. A date left out is the day on which the run comes nearest to now."""
    trips = index.network.trips
    if not (trip >= 0).any():
        return np.full(len(trip), -1, dtype=np.intp), trip, date, start
    planned = (trip >= 0) & ~trips.is_headway[trip]
    start = np.where(planned & ~trips.is_exact_frequency[trip], trips.start_service_s[trip], start).astype(np.int32)
    row = np.where(planned & (date > 0), plan.rows_of(trip, date, start), -1)
    undated = planned & (date <= 0)
    best = np.full(len(trip), np.inf)
    for day in plan.days if undated.any() and len(plan.date) else ():
        found = np.where(undated, plan.rows_of(trip, np.full(len(trip), day, dtype=np.int32), start), -1)
        apart = np.maximum(np.maximum(plan.start_at[found] - at, at - plan.end_at[found]), 0.0)
        better = (found >= 0) & (apart < best)
        best, row = np.where(better, apart, best), np.where(better, found, row)
    date = np.where(undated & (row >= 0), plan.date[row] if len(plan.date) else date, date).astype(np.int32)
    return row, trip, date, start


def amid_run(index: TrackingIndex, told: Told, vehicles: Vehicles, rows: Index, at: Floats) -> Told:
    """The same, as far as it is news to a vehicle that is on a run, waits to begin one or has ended one.

    Silence of the BMS is none: a tag is taken back where a bus leaves its line for a detour as well as where it goes
    home, and the road tells which. To a bus that waits for a run it was announced for, neither is a tag of the way
    back. A bus that has ended its run and is said to drive back for a while (noted in ``vehicles``) is going to, and
    one that waits there goes on waiting. Of a run under way a tag of its own direction says that it goes on.
    """
    run, patterns = vehicles.pattern_ix[rows], index.network.patterns
    if len(patterns.route_ix) == 0:
        return told
    has, begun, finished = run >= 0, vehicles.begun[rows], vehicles.finished[rows]
    amid, waits, ended = has & begun & ~finished, has & ~begun & (vehicles.trip_ix[rows] >= 0), has & finished
    agrees = amid & (told.direction_id == patterns.direction_id[run]) & (told.route_ix == patterns.route_ix[run])
    back = (told.route_ix == patterns.route_ix[run]) & (told.direction_id >= 0)
    back &= told.direction_id != patterns.direction_id[run]
    since = vehicles.turned_since[rows]
    since = np.where(ended & back, np.where(np.isnan(since), at, since), np.nan)
    vehicles.turned_since[rows] = since
    with np.errstate(invalid="ignore"):
        turns = at - since >= TURNS_S
    stands = ((amid | waits) & (told.route_ix == ON_NO_ROUTE)) | (waits & back)
    return replace(
        told,
        route_ix=np.where(stands, patterns.route_ix[run], told.route_ix).astype(np.int32),
        direction_id=np.where(stands, patterns.direction_id[run], told.direction_id).astype(np.int32),
        other_direction=np.where(turns | agrees | (has & ~begun), OTHER_DIRECTION, 0.0),
    )


def insisted(index: TrackingIndex, told: Told, vehicles: Vehicles, rows: Index, at: Floats) -> Told:
    """The same, the route told weighing more where the BMS has named another than the run's for a while.

    Since when it has is noted in ``vehicles``. ``rows``, ``at``: vehicle and instant of each report.
    """
    pattern, patterns = vehicles.pattern_ix[rows], index.network.patterns
    runs_on = patterns.route_ix[pattern] if len(patterns.route_ix) else pattern
    denied = (told.route_ix != -1) & (pattern >= 0) & (runs_on != told.route_ix)
    since = vehicles.denied_since[rows]
    since = np.where(denied, np.where(np.isnan(since), at, since), np.nan)
    vehicles.denied_since[rows] = since
    with np.errstate(invalid="ignore"):
        long = at - since >= INSISTS_S
    return replace(told, other_route=np.where(long, OTHER_ROUTE_LONG, told.other_route))
