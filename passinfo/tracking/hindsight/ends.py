"""When runs left their first stop and came to their last one, told by what lies beyond the run itself.

A way is cut where the next one begins, and that may be before the last stop: where a bus turns in a loop, or stands at
the stop it came to as it stands at the first one of the way back. And a bus that waits at a light near a terminal seems
to wait in a bay of it, though it has driven away from the first stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from passinfo.bms.reports import Reports
from passinfo.columns import Floats
from passinfo.geo import point_at
from passinfo.times import service_day_zero_s
from passinfo.tracking.crossing import GAP_S, LAST_REACH_M
from passinfo.tracking.hindsight.instances import Named
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.place_prices import SLIP_SHARE
from passinfo.tracking.ragged import Index
from passinfo.tracking.terminals import BEGUN_M

AT_LAST_M = 50.0
"""So near to the last stop a bus has come to it: half a street's width, and GPS noise."""


def departed(index: TrackingIndex, run: Named) -> Named:
    """The run with the instant at which it left its first stop; NaN if it came onto its line farther on.

    It left from the stop itself, if the bus was seen there and went on along the line; from a bay farther on only if
    the timetable is nearer to that.
    """
    at_sign = np.flatnonzero(run.dist_m <= index.first_m[run.pattern_ix] + BEGUN_M)
    if len(at_sign) == 0 or not run.left_at > run.at[at_sign[-1]]:
        return run
    sign_at, trips = float(run.at[at_sign[-1]]), index.network.trips
    if run.trip_ix >= 0 and not trips.is_headway[run.trip_ix]:
        planned_at = service_day_zero_s(run.start_date, index.network.timezone) + run.start_service_s
        if abs(run.left_at - planned_at) < abs(sign_at - planned_at):
            return run
    return replace(run, left_at=sign_at)


def last_arrivals(
    index: TrackingIndex, reports: Reports, x_m: Floats, y_m: Floats, runs: Sequence[Named]
) -> dict[int, int]:
    """Report by which each of these runs had come to its last stop, where it is none of the run's own.

    The bus drove on from its last place on the line as far as the stop lies from there, and came by it.
    """
    order = np.lexsort((reports.observed_at, reports.vehicle_id.astype(str)))
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    found = {}
    for number, run in enumerate(runs):
        there = np.flatnonzero(~np.isnan(run.dist_m))
        last_m = index.last_m[run.pattern_ix]
        if len(there) == 0 or np.nanmax(run.dist_m) >= last_m - LAST_REACH_M:
            continue
        row = int(run.rows[there[-1]])
        ahead = order[place[row] :]
        ahead = ahead[: _soon(reports, ahead)]
        passes = _passes(index, run.pattern_ix, x_m[ahead], y_m[ahead], float(last_m - run.dist_m[there[-1]]))
        if passes >= 0:
            found[number] = int(ahead[passes])
    return found


def _soon(reports: Reports, ahead: Index) -> int:
    """How many of these reports, in order, are of the first one's vehicle and no more than ``GAP_S`` later."""
    most = ahead[: int(GAP_S) + 1]
    near = (reports.vehicle_id[most] == reports.vehicle_id[most[0]]) & (
        reports.observed_at[most] - reports.observed_at[most[0]] <= GAP_S
    )
    return len(most) if near.all() else int(near.argmin())


def _passes(index: TrackingIndex, pattern: int, x_m: Floats, y_m: Floats, remaining_m: float) -> int:
    """The first of these places by which the bus had driven ``remaining_m`` and come by the last stop; -1 = none."""
    if len(x_m) < 2:
        return -1
    patterns, line = index.network.patterns, index.network.pattern_line(pattern)
    stop_x, stop_y = point_at(
        index.last_m[pattern], patterns.shape_dist_m[line], patterns.shape_x_m[line], patterns.shape_y_m[line]
    )
    dx, dy = np.diff(x_m), np.diff(y_m)
    squared = np.maximum(dx**2 + dy**2, 1e-9)
    share = np.clip(((stop_x - x_m[:-1]) * dx + (stop_y - y_m[:-1]) * dy) / squared, 0.0, 1.0)
    apart = np.hypot(x_m[:-1] + share * dx - stop_x, y_m[:-1] + share * dy - stop_y)
    step = np.sqrt(squared)
    driven = np.cumsum(step) - (1.0 - share) * step
    fits = np.abs(driven - remaining_m) <= AT_LAST_M + SLIP_SHARE * np.maximum(driven, remaining_m)
    comes = np.flatnonzero((apart <= AT_LAST_M) & fits)
    return int(comes[0]) + 1 if len(comes) else -1
