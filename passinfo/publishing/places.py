"""Where buses are shown: as they reported, or drawn onto the line of their pattern."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats
from passinfo.geo import point_at
from passinfo.network.network import Network
from passinfo.settings import RAW, CitySettings
from passinfo.tracking.columns import PhaseCode
from passinfo.tracking.tracked import Tracked

ON_LINE_M = 60.0
"""Farther beside its line a bus is shown where it says it is: "in service" as measured elsewhere ends there too."""


def shown_places(network: Network, settings: CitySettings, tracked: Tracked) -> tuple[Floats, Floats]:
    """Latitude and longitude of each vehicle as they are published.

    Drawn onto the line are buses in service that are on it, where the line is known; a bus never moves more than
    ``ON_LINE_M`` by it.
    """
    lat, lon = tracked.lat_deg, tracked.lon_deg
    if settings.positions == RAW or len(network.patterns.pattern_id) == 0:
        return lat, lon
    patterns = network.patterns
    with np.errstate(invalid="ignore"):
        on_line = (tracked.phase == PhaseCode.IN_SERVICE) & (tracked.pattern_ix >= 0) & (tracked.offset_m <= ON_LINE_M)
    lat, lon = lat.copy(), lon.copy()
    for row in np.flatnonzero(on_line & patterns.shape_known[tracked.pattern_ix]).tolist():
        line = network.pattern_line(int(tracked.pattern_ix[row]))
        x, y = point_at(
            tracked.dist_m[row], patterns.shape_dist_m[line], patterns.shape_x_m[line], patterns.shape_y_m[line]
        )
        there = network.projection.to_lat_lon(x, y)
        here = network.projection.to_xy(lat[row], lon[row])
        if np.hypot(here[0] - x, here[1] - y) <= ON_LINE_M:
            lat[row], lon[row] = float(there[0]), float(there[1])
    return lat, lon
