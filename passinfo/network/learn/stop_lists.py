"""The stops that routes are known to serve, as the bus management system lists them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from passinfo.columns import Bools, Floats, Texts
from passinfo.geo import Projection

SAME_PLACE_M = 1.0
"""A terminal's stop to arrive at and its stop to leave from have the same coordinates in the list."""
BREAK, BREAK_M = 3.0, 600.0
"""From the end of one way to the start of another a list leaps: so many times the step on the other side, and farther
than stops stand apart (200 to 400 m)."""


@dataclass(frozen=True, slots=True)
class StopLists:
    """One row per route and stop, in the order of the list: both directions and all branches of a route in one list."""

    route_id: Texts
    stop_id: Texts
    lat_deg: Floats
    lon_deg: Floats
    ordered: bool = True
    """False: the order of rows means nothing."""

    def of_route(self, route_id: str, projection: Projection) -> RouteStops:
        """One route's list, in the plane."""
        rows = np.flatnonzero(self.route_id == route_id)
        x_m, y_m = projection.to_xy(self.lat_deg[rows], self.lon_deg[rows])
        return RouteStops(self.stop_id[rows], x_m, y_m, self.ordered)

    def anywhere(self, projection: Projection) -> RouteStops:
        """Every stop once, in the plane, whichever routes serve it."""
        _, rows = np.unique(self.stop_id.astype(str), return_index=True)
        x_m, y_m = projection.to_xy(self.lat_deg[rows], self.lon_deg[rows])
        return RouteStops(self.stop_id[rows], x_m, y_m, ordered=False)


@dataclass(frozen=True, slots=True)
class RouteStops:
    """The list of one route."""

    stop_id: Texts
    x_m: Floats
    y_m: Floats
    ordered: bool

    def ends(self) -> Bools:
        """Rows where a way ends: a terminal to arrive at, that stands once more in the list, to leave from.

        The next row then starts a way of its own, so it is no neighbour.
        """
        return self._turns()[0]

    def starts(self) -> Bools:
        """Rows where a way starts: a terminal to leave from, that stands once more in the list, to arrive at."""
        return self._turns()[1]

    def _turns(self) -> tuple[Bools, Bools]:
        n = len(self.x_m)
        if n < 2 or not self.ordered:
            return np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        gap = np.hypot(np.diff(self.x_m), np.diff(self.y_m))
        here = gap < SAME_PLACE_M
        pairs = cKDTree(np.column_stack((self.x_m, self.y_m))).query_pairs(SAME_PLACE_M, output_type="ndarray")
        again = np.zeros(n, dtype=bool)
        again[pairs.ravel()] = True
        after, before = np.append(gap, np.inf), np.concatenate(([np.inf], gap))
        ends = np.append(here, False) | (again & (after > BREAK * before) & (after > BREAK_M))
        starts = np.concatenate(([False], here)) | (again & (before > BREAK * after) & (before > BREAK_M))
        told_ends, told_starts = ends & ~starts, starts & ~ends
        one, other = np.concatenate((pairs, pairs[:, ::-1])).T
        plain = ~told_ends & ~told_starts
        ends, starts = told_ends.copy(), told_starts.copy()
        ends[one[told_starts[other] & plain[one]]] = True
        starts[one[told_ends[other] & plain[one]]] = True
        return ends & ~starts, starts & ~ends
