"""What vehicles are doing: in service, layover, deadhead, off route, out of service."""

from __future__ import annotations

import numpy as np
import shapely

from passinfo.columns import Bools, Floats, Ints
from passinfo.geo import Projection
from passinfo.settings import Depot
from passinfo.tracking.columns import PhaseCode
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.ragged import Index
from passinfo.tracking.vehicles import Vehicles

STAND_M = 30.0
STAND_S = 120.0
"""A stand: less than 30 m in 120 s or more."""
HALT_S = 60.0
"""Longer than a dwell: a bus that stands for a minute near its first stop waits there."""
OFF_ROUTE_S = 60.0
"""Off its line for a minute, the bus is off route: two reports, not one bad fix."""
TERMINAL_M = 200.0
"""Buses wait this far from the last stop's sign and are still at the terminal."""
PARKED_S = 3_600.0
"""Standing an hour outside a run is no layover any more."""


def stand(vehicles: Vehicles, rows: Index, x_m: Floats, y_m: Floats, at: Floats) -> None:
    """Where vehicles rest: the same stand while they stay within 30 m of it, else a new one."""
    with np.errstate(invalid="ignore"):
        moved = ~(np.hypot(x_m - vehicles.stand_x_m[rows], y_m - vehicles.stand_y_m[rows]) < STAND_M)
    vehicles.stand_x_m[rows[moved]] = x_m[moved]
    vehicles.stand_y_m[rows[moved]] = y_m[moved]
    vehicles.stand_since[rows[moved]] = at[moved]


def stands(vehicles: Vehicles, rows: Index) -> Bools:
    """Which vehicles have been standing for a while at their last report."""
    return np.asarray(vehicles.observed_at[rows] - vehicles.stand_since[rows] >= HALT_S)


def at_depot(depots: tuple[Depot, ...], projection: Projection, x_m: Floats, y_m: Floats) -> Bools:
    """Which places lie in a depot."""
    inside = np.zeros(len(x_m), dtype=bool)
    for depot in depots:
        if depot.polygon:
            corners = np.array(depot.polygon)
            px, py = projection.to_xy(corners[:, 0], corners[:, 1])
            inside |= shapely.covers(shapely.Polygon(np.column_stack((px, py))), shapely.points(x_m, y_m))
        else:
            dx, dy = projection.to_xy(np.array(depot.lat_deg), np.array(depot.lon_deg))
            inside |= np.hypot(dx - x_m, dy - y_m) <= depot.radius_m
    return inside


def phases(
    index: TrackingIndex, depots: tuple[Depot, ...], vehicles: Vehicles, rows: Index, on_some_pattern: Bools
) -> Ints:
    """PhaseCode of vehicles after their last report. ``on_some_pattern``: it lies on one, whichever."""
    at, x_m, y_m = vehicles.observed_at[rows], vehicles.x_m[rows], vehicles.y_m[rows]
    run = vehicles.pattern_ix[rows]
    begun, finished = vehicles.begun[rows], vehicles.finished[rows]
    with np.errstate(invalid="ignore"):
        off = at - vehicles.off_since[rows] >= OFF_ROUTE_S
    in_depot = at_depot(depots, index.network.projection, x_m, y_m)
    rests = in_depot | (at - vehicles.stand_since[rows] >= PARKED_S)
    patterns = index.network.patterns
    gap = np.full(len(rows), np.inf)
    ended = np.flatnonzero((run >= 0) & finished)
    end = patterns.shape_ptr[run[ended] + 1] - 1
    gap[ended] = np.hypot(patterns.shape_x_m[end] - x_m[ended], patterns.shape_y_m[end] - y_m[ended])
    return np.select(
        [
            in_depot & np.isnan(vehicles.match_m[rows]),
            (run >= 0) & begun & ~finished & off,
            (run >= 0) & begun & ~finished,
            rests,
            (run >= 0) & ~begun & ~off,
            gap <= TERMINAL_M,
            (run < 0) & on_some_pattern,
        ],
        [
            PhaseCode.OUT_OF_SERVICE,
            PhaseCode.OFF_ROUTE,
            PhaseCode.IN_SERVICE,
            PhaseCode.OUT_OF_SERVICE,
            PhaseCode.LAYOVER,
            PhaseCode.LAYOVER,
            PhaseCode.IN_SERVICE,
        ],
        PhaseCode.DEADHEAD,
    ).astype(np.int32)
