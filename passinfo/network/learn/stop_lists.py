"""The stops that routes are known to serve, as the bus management system lists them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats, Texts
from passinfo.geo import Projection


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

    def twins(self) -> Bools:
        """Rows at the same place as the row before (an arrival and a departure stop of one terminal)."""
        if not len(self.x_m):
            return np.zeros(0, dtype=bool)
        near = np.hypot(np.diff(self.x_m), np.diff(self.y_m)) < 1.0
        return np.concatenate(([False], near))
