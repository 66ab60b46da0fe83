"""What a vehicle is doing: in service, layover, deadhead, off route, out of service."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from passinfo.geo import Projection
from passinfo.settings import Depot
from passinfo.tracking.columns import PhaseCode
from passinfo.tracking.runs import Run

STAND_M = 30.0
STAND_S = 120.0
"""A stand: less than 30 m in 120 s or more."""
OFF_ROUTE_S = 60.0
"""Off its line for a minute, the bus is off route: two reports, not one bad fix."""
TERMINAL_M = 200.0
"""Buses wait this far from the last stop's sign and are still at the terminal."""
PARKED_S = 3_600.0
"""Standing an hour outside a run is no layover any more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the vehicle last came to rest within 30 m, and since when."""

    x_m: float
    y_m: float
    since: float


def stand(before: Standing | None, x_m: float, y_m: float, at: float) -> Standing:
    """The stand after a report: the same while the vehicle stays within 30 m, else a new one."""
    if before is not None and np.hypot(x_m - before.x_m, y_m - before.y_m) < STAND_M:
        return replace(before)
    return Standing(x_m, y_m, at)


def at_depot(depots: tuple[Depot, ...], projection: Projection, x_m: float, y_m: float) -> bool:
    """Whether a place lies in a depot."""
    for depot in depots:
        if depot.polygon:
            corners = np.array(depot.polygon)
            px, py = projection.to_xy(corners[:, 0], corners[:, 1])
            if shapely.Polygon(np.column_stack((px, py))).covers(shapely.Point(x_m, y_m)):
                return True
        else:
            dx, dy = projection.to_xy(np.array(depot.lat_deg), np.array(depot.lon_deg))
            if np.hypot(dx - x_m, dy - y_m) <= depot.radius_m:
                return True
    return False


def phase_of(
    run: Run | None,
    standing: Standing,
    at: float,
    off_since: float,
    *,
    terminal_gap_m: float,
    in_depot: bool,
    on_some_pattern: bool,
) -> PhaseCode:
    """The phase of a vehicle whose last report is of ``at``.

    ``off_since``: since when off every pattern (NaN = on one); ``terminal_gap_m``: from a finished run's last stop.
    """
    parked = at - standing.since >= PARKED_S
    if run is not None and run.begun and not run.finished:
        return PhaseCode.OFF_ROUTE if at - off_since >= OFF_ROUTE_S else PhaseCode.IN_SERVICE
    if in_depot or parked:
        return PhaseCode.OUT_OF_SERVICE
    if run is not None and not run.begun and not at - off_since >= OFF_ROUTE_S:
        return PhaseCode.LAYOVER
    if terminal_gap_m <= TERMINAL_M:
        return PhaseCode.LAYOVER
    if run is None and on_some_pattern:
        return PhaseCode.IN_SERVICE
    return PhaseCode.DEADHEAD
