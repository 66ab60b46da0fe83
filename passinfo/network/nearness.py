"""How far places are from the lines of a network."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from passinfo.columns import Floats
from passinfo.network.network import Network


def distance_to_lines_m(network: Network, lat_deg: Floats, lon_deg: Floats, reach_m: float) -> Floats:
    """Distance of each place to the nearest line of any pattern; inf beyond ``reach_m``."""
    pieces = _segments(network)
    x_m, y_m = network.projection.to_xy(lat_deg, lon_deg)
    distance_m = np.full(len(x_m), np.inf)
    if len(pieces) and len(x_m):
        (which, _), found = shapely.STRtree(pieces).query_nearest(
            shapely.points(x_m, y_m), max_distance=reach_m, return_distance=True, all_matches=False
        )
        distance_m[which] = found
    return distance_m


def _segments(network: Network) -> npt.NDArray[np.object_]:
    """Every distinct segment: patterns share most of their roads."""
    patterns = network.patterns
    points = np.column_stack((patterns.shape_x_m, patterns.shape_y_m))
    owner = np.repeat(np.arange(len(patterns.pattern_id)), np.diff(patterns.shape_ptr))
    joined = owner[1:] == owner[:-1]
    ends = np.unique(np.hstack((points[:-1], points[1:]))[joined], axis=0)
    return np.asarray(shapely.linestrings(ends.reshape(-1, 2, 2)), dtype=object)
