"""Whether a bus drove by a stop, asked of its raw positions alone: whatever tracking makes of them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.prediction.accuracy.stretches import GRACE_S
from passinfo.prediction.protocol import Predictions
from passinfo.tracking.columns import Matches

NEAR_M = 50.0
"""Half a street's width and GPS noise: stops are that near to the line driven."""
MOVES_M = 15.0
"""Positions nearer to each other tell no direction."""
SLACK_S = 90.0
"""A bus may have come by this long before the promise was last made."""
TANGENT_M = 40.0
_ENDS: tuple[Literal["left"], Literal["right"]] = ("left", "right")


def passed(network: Network, promised: Predictions, matches: Matches) -> Bools:
    """Which of these arrivals the vehicle drove by in the line's own direction, up to ten minutes late."""
    x_m, y_m = network.projection.to_xy(matches.lat_deg, matches.lon_deg)
    order = np.lexsort((matches.observed_at, matches.vehicle_id.astype(str)))
    x_m, y_m, at = x_m[order], y_m[order], matches.observed_at[order]
    vehicle = matches.vehicle_id[order].astype(str)
    stop_x, stop_y = network.projection.to_xy(network.stops.lat_deg, network.stops.lon_deg)
    where = {stop: row for row, stop in enumerate(network.stops.stop_id.tolist())}
    along = _tangents(network)
    found = np.zeros(len(promised.stop_id), dtype=bool)
    for row in range(len(found)):
        first, last = (int(np.searchsorted(vehicle, str(promised.vehicle_id[row]), side)) for side in _ENDS)
        since, until = promised.made_at[row] - SLACK_S, promised.p50_at[row] + GRACE_S
        low, high = first + np.searchsorted(at[first:last], [since, until])
        stop = where[promised.stop_id[row]]
        key = (promised.route_id[row], int(promised.direction_id[row]), stop)
        way = along.get(key, (0.0, 0.0))
        found[row] = _drives_by(x_m[low:high], y_m[low:high], float(stop_x[stop]), float(stop_y[stop]), way)
    return found


def _drives_by(x_m: Floats, y_m: Floats, stop_x: float, stop_y: float, way: tuple[float, float]) -> bool:
    if len(x_m) < 2:
        return False
    dx, dy = np.diff(x_m), np.diff(y_m)
    squared = dx**2 + dy**2
    share = np.clip(((stop_x - x_m[:-1]) * dx + (stop_y - y_m[:-1]) * dy) / np.maximum(squared, 1e-9), 0.0, 1.0)
    apart = np.hypot(x_m[:-1] + share * dx - stop_x, y_m[:-1] + share * dy - stop_y)
    onward = (squared > MOVES_M**2) & (dx * way[0] + dy * way[1] > 0.0)
    return bool((onward & (apart <= NEAR_M)).any())


def _tangents(network: Network) -> dict[tuple[str, int, int], tuple[float, float]]:
    """Direction of the line at each stop of each route and direction."""
    patterns, found = network.patterns, {}
    for pattern in range(len(patterns.pattern_id)):
        stops, line = network.pattern_stops(pattern), network.pattern_line(pattern)
        dist, x, y = patterns.shape_dist_m[line], patterns.shape_x_m[line], patterns.shape_y_m[line]
        place = patterns.stop_dist_m[stops]
        before, after = np.maximum(place - TANGENT_M, dist[0]), np.minimum(place + TANGENT_M, dist[-1])
        east = np.interp(after, dist, x) - np.interp(before, dist, x)
        north = np.interp(after, dist, y) - np.interp(before, dist, y)
        route = str(network.routes.route_id[patterns.route_ix[pattern]])
        ways = zip(east.tolist(), north.tolist(), strict=True)
        for stop, way in zip(patterns.stop_ix[stops].tolist(), ways, strict=True):
            found[route, int(patterns.direction_id[pattern]), stop] = way
    return found
