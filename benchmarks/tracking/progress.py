"""Where a bus truly was along its true shape: nearest places, taken forward.

Shapes pass the same road twice; of the near places of each report the chain wins that stays close to the line and does
not run back (dynamic programming over the reports of one run).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from passinfo.columns import Floats
from passinfo.geo import project_on_segments
from passinfo.network.network import Network

PLACES_WITHIN_M = 60.0
"""A place counts beside the nearest one if no farther off than a bus in service may be (definitions: in service)."""
SIGMA_M = 15.0
"""Spread of a GPS fix beside the line, wide: Kingston's 90th percentile is 9 m."""
BACKWARD_M = 30.0
"""Running back by more than twice the noise is no progress."""
BACKWARD_COST = 50.0
"""Costs more than a fix 100 m off."""


def nearest_places(network: Network, pattern_ix: int, x_m: float, y_m: float) -> tuple[Floats, Floats]:
    """Places of a pattern's line locally nearest to a point: distance along, distance beside; at least one."""
    line = network.pattern_line(pattern_ix)
    patterns = network.patterns
    dist, beside = project_on_segments(
        x_m, y_m, patterns.shape_x_m[line], patterns.shape_y_m[line], patterns.shape_dist_m[line]
    )
    before = np.concatenate(([np.inf], beside[:-1]))
    after = np.concatenate((beside[1:], [np.inf]))
    keep = (beside <= before) & (beside <= after) & (beside <= max(PLACES_WITHIN_M, float(beside.min())))
    return dist[keep], beside[keep]


def progress(network: Network, pattern_ix: int, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
    """Distance along and beside the pattern's line of the reports of one run, in order of time."""
    layers = [nearest_places(network, pattern_ix, x, y) for x, y in zip(x_m.tolist(), y_m.tolist(), strict=True)]
    cost = (layers[0][1] / SIGMA_M) ** 2 / 2
    back = []
    for (earlier, _), (dist, beside) in pairwise(layers):
        step = dist[None, :] - earlier[:, None]
        # on a line met twice the near step is the likely one: a metre of leap costs little, but not nothing
        total = cost[:, None] + np.where(step < -BACKWARD_M, BACKWARD_COST, 0.0) + np.abs(step) / 1000.0
        best = np.argmin(total, axis=0)
        back.append(best)
        cost = total[best, np.arange(len(dist))] + (beside / SIGMA_M) ** 2 / 2
    chosen = [int(np.argmin(cost))]
    for best in reversed(back):
        chosen.append(int(best[chosen[-1]]))
    chosen.reverse()
    along = np.array([layer[0][place] for layer, place in zip(layers, chosen, strict=True)])
    beside_m = np.array([layer[1][place] for layer, place in zip(layers, chosen, strict=True)])
    return along, beside_m
