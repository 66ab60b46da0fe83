"""The truth: which rows are in service on which trip, from the true trip and the raw positions only.

In service: within 60 m of the true trip's line, after the last stand (30 m in 120 s) at its start, before its last
60 m.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from benchmarks.tracking.cities import Tracked
from passinfo.bms.reports import Reports
from passinfo.columns import Bools, Floats, Ints, Texts
from passinfo.network.network import Network

BESIDE_M, END_M = 60.0, 60.0
STAND_M, STAND_S = 30.0, 120.0
START_M = 200.0
"""A stand farther along than this is not at the start."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Of each match: whether it is in service, and its true trip (row of the network), pattern and place."""

    in_service: Bools
    trip_ix: Ints
    pattern_ix: Ints
    dist_m: Floats
    route_id: Texts
    trip_id: Texts


def truth_of(seen: Tracked) -> Truth:
    """The truth of every match."""
    city = seen.network
    trip = np.array([city.trip_rows.get(each, -1) if each else -1 for each in seen.accepted.trip_id], dtype=np.int32)
    in_service, dist = _in_service(city, seen.accepted, trip)
    trip, in_service, dist = trip[seen.row], in_service[seen.row], dist[seen.row]
    pattern = np.where(trip >= 0, city.trips.pattern_ix[trip], -1).astype(np.int32)
    route = city.routes.route_id[city.patterns.route_ix[pattern]]
    return Truth(in_service & (trip >= 0), trip, pattern, dist, route, city.trips.trip_id[trip])


def _in_service(city: Network, rows: Reports, trip: Ints) -> tuple[Bools, Floats]:
    x, y = city.projection.to_xy(rows.lat_deg, rows.lon_deg)
    inside, dist = np.zeros(len(trip), dtype=bool), np.full(len(trip), np.nan)
    pattern = np.where(trip >= 0, city.trips.pattern_ix[trip], -1)
    patterns = city.patterns
    for each in np.unique(pattern[pattern >= 0]).tolist():
        points = city.pattern_line(each)
        line = shapely.LineString(np.column_stack((patterns.shape_x_m[points], patterns.shape_y_m[points])))
        mine = np.flatnonzero(pattern == each)
        places = shapely.points(x[mine], y[mine])
        dist[mine] = shapely.line_locate_point(line, places)
        last = float(patterns.stop_dist_m[city.pattern_stops(each)][-1])
        inside[mine] = (shapely.distance(line, places) <= BESIDE_M) & (dist[mine] < last - END_M)
    for key in set(zip(rows.vehicle_id[trip >= 0].tolist(), trip[trip >= 0].tolist(), strict=True)):
        mine = np.flatnonzero((rows.vehicle_id == key[0]) & (trip == key[1]))
        mine = mine[np.argsort(rows.observed_at[mine], kind="stable")]
        first = float(patterns.stop_dist_m[patterns.stop_ptr[city.trips.pattern_ix[key[1]]]])
        inside[mine[: _stood_until(x[mine], y[mine], rows.observed_at[mine], dist[mine] - first) + 1]] = False
    return inside, dist


def _stood_until(x: Floats, y: Floats, at: Floats, from_start: Floats) -> int:
    """Last report of the last stand at the start; -1 if there is none."""
    until = -1
    for row in range(len(at)):
        if from_start[row] > START_M:
            break
        end = row
        while end + 1 < len(at) and np.hypot(x[end + 1] - x[row], y[end + 1] - y[row]) < STAND_M:
            end += 1
        if at[end] - at[row] >= STAND_S:
            until = max(until, end)
    return until
