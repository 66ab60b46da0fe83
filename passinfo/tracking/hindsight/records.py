"""The runs of a day as matches and visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.bms.reports import Reports
from passinfo.columns import Bools, Floats, concat, take
from passinfo.settings import CitySettings
from passinfo.tracking.columns import Matches, Visits
from passinfo.tracking.crossing import LAST_REACH_M
from passinfo.tracking.events import stop_events
from passinfo.tracking.hindsight.ends import last_arrivals
from passinfo.tracking.hindsight.instances import Named
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.phases import STAND_S, phases
from passinfo.tracking.ragged import Index
from passinfo.tracking.rows import match_rows, visit_rows
from passinfo.tracking.runs import begin_runs, proceed
from passinfo.tracking.terminals import BEGUN_M
from passinfo.tracking.vehicles import REASON_CODE, Vehicles, fresh
from passinfo.tracking.way import FINISH_M


def match_records(
    settings: CitySettings,
    index: TrackingIndex,
    reports: Reports,
    x_m: Floats,
    y_m: Floats,
    since: Floats,
    runs: Sequence[Named],
) -> Matches:
    """One row per report, in order of received_at, vehicle, observed_at."""
    rows = fresh(reports.vehicle_id)
    for name in ("observed_at", "received_at", "lat_deg", "lon_deg"):
        setattr(rows, name, getattr(reports, name))
    rows.x_m, rows.y_m, rows.stand_since = x_m, y_m, since
    for run in runs:
        _fill(index, rows, run, since)
    rows.phase = phases(index, settings.depots, rows, np.arange(len(rows)), np.zeros(len(rows), dtype=bool))
    table = match_rows(index, rows, np.arange(len(rows)))
    return take(table, np.lexsort((table.observed_at, reports.vehicle_id.astype(str), table.received_at)))


def _fill(index: TrackingIndex, vehicles: Vehicles, run: Named, since: Floats) -> None:
    rows = run.rows
    vehicles.pattern_ix[rows] = run.pattern_ix
    vehicles.match_m[rows], vehicles.offset_m[rows] = run.dist_m, run.offset_m
    vehicles.begun[rows], vehicles.finished[rows] = _begun(index, run), _over(index, run, since[rows])
    vehicles.off_since[rows] = _off_since(run)
    vehicles.trip_ix[rows] = run.trip_ix
    if run.trip_ix >= 0:
        vehicles.trip_id[rows] = index.network.trips.trip_id[run.trip_ix]
        vehicles.start_date[rows], vehicles.start_service_s[rows] = run.start_date, run.start_service_s
    vehicles.confidence[rows] = run.confidence
    vehicles.reason[rows] = REASON_CODE[run.reason]


def _begun(index: TrackingIndex, run: Named) -> Bools:
    if not run.is_run:
        return np.zeros(len(run.rows), dtype=bool)
    if run.left_at == run.left_at:
        return np.asarray(run.at > run.left_at)
    beyond = np.nan_to_num(run.dist_m, nan=-np.inf) > index.first_m[run.pattern_ix] + BEGUN_M
    return np.asarray(np.logical_or.accumulate(beyond))


def _over(index: TrackingIndex, run: Named, since: Floats) -> Bools:
    """From the arrival at the last stop on, or from the stand near it in which the run ended."""
    dist, last = np.nan_to_num(run.dist_m, nan=-np.inf), index.last_m[run.pattern_ix]
    arrived = dist >= last - LAST_REACH_M
    stands = (dist >= last - FINISH_M) & (since[-1] == since) & (run.at[-1] - since >= STAND_S)
    return np.asarray(np.logical_or.accumulate(arrived | stands))


def _off_since(run: Named) -> Floats:
    """Since when off the line, at each report; NaN = on it."""
    off = np.isnan(run.dist_m) & run.is_run
    began = np.where(off & ~np.concatenate(([False], off[:-1])), run.at, -np.inf)
    return np.where(off, np.maximum.accumulate(began), np.nan)


def visit_records(index: TrackingIndex, reports: Reports, x_m: Floats, y_m: Floats, runs: Sequence[Named]) -> Visits:
    """Visits of all runs: each run is driven again along its places, all runs side by side."""
    driven = [run for run in runs if run.is_run and (~np.isnan(run.dist_m)).sum() > 1]
    vehicles = fresh([str(reports.vehicle_id[run.rows[0]]) for run in driven])
    ends = last_arrivals(index, reports, x_m, y_m, driven)
    places = [_driven(index, reports, run, ends.get(number, -1)) for number, run in enumerate(driven)]
    found: list[Visits] = []
    every = np.arange(len(driven))
    _name(index, vehicles, driven)
    for step in range(max((len(place.rows) for place in places), default=0)):
        which = every[[len(place.rows) > step for place in places]]
        here = [places[row] for row in which.tolist()]
        dist = np.array([place.dist_m[step] for place in here])
        at = np.array([place.at[step] for place in here])
        reported = [int(place.rows[step]) for place in here]
        vehicles.received_at[which] = reports.received_at[reported]
        if step == 0:
            pattern = np.array([driven[row].pattern_ix for row in which.tolist()], dtype=np.int32)
            begin_runs(index, vehicles, which, pattern, dist, at, np.ones(len(which), dtype=bool))
            continue
        speed = reports.speed_mps[reported]
        events = stop_events(index.network, reports, np.array(reported, dtype=np.intp))
        seen, _ = proceed(index, vehicles, which, dist, at, speed, np.zeros(len(which), dtype=bool), events)
        if len(seen.row):
            found.append(visit_rows(index, vehicles, seen))
    table = concat(Visits, found)
    if not found:
        return table
    order = np.lexsort((table.stop_sequence, table.vehicle_id.astype(str), table.known_at))
    return take(table, order)


@dataclass(frozen=True, slots=True)
class _Driven:
    """Places of a run that are to be driven, and the rows of their reports."""

    rows: Index
    at: Floats
    dist_m: Floats


def _driven(index: TrackingIndex, reports: Reports, run: Named, end: int) -> _Driven:
    """From the last report at the first stop on, and up to the last stop where report ``end`` (-1 = none) proves it."""
    there = np.flatnonzero(~np.isnan(run.dist_m))
    if run.left_at == run.left_at:
        there = there[run.at[there] >= run.left_at]
    rows, at, dist_m = run.rows[there], run.at[there], run.dist_m[there]
    if end < 0:
        return _Driven(rows, at, dist_m)
    last_m = index.last_m[run.pattern_ix]
    return _Driven(np.append(rows, end), np.append(at, reports.observed_at[end]), np.append(dist_m, last_m))


def _name(index: TrackingIndex, vehicles: Vehicles, driven: Sequence[Named]) -> None:
    for row, run in enumerate(driven):
        vehicles.pattern_ix[row] = run.pattern_ix
        vehicles.trip_ix[row] = run.trip_ix
        if run.trip_ix >= 0:
            vehicles.trip_id[row] = index.network.trips.trip_id[run.trip_ix]
            vehicles.start_date[row], vehicles.start_service_s[row] = run.start_date, run.start_service_s
