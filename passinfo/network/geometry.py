"""Where the stops of a pattern lie along its line.

Nearest-point matching is wrong wherever a line passes the same road twice, so the stops are placed together: among the
near places of each stop, the chain that runs forward and stays closest to the stops wins (dynamic programming over
places, one layer per stop).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats
from passinfo.geo import project_on_segments

MIN_STEP_M = 1.0
"""Two stops of a pattern never lie at the same distance: a metre is below any GPS."""
SAME_PLACE_COST_M = 20.0
"""Two stops at one place are likelier a second pass of the line, if that is no farther off than a road is wide."""
CANDIDATE_REACH_M = 100.0
"""A stop may be served from any stretch within its nearest offset plus this."""


def _places(px: float, py: float, x_m: Floats, y_m: Floats, line_m: Floats) -> tuple[Floats, Floats]:
    """Local minima of the distance beside the line: (distance along, distance beside)."""
    dist, beside = project_on_segments(px, py, x_m, y_m, line_m)
    before = np.concatenate(([np.inf], beside[:-1]))
    after = np.concatenate((beside[1:], [np.inf]))
    keep = (beside <= before) & (beside <= after) & (beside <= beside.min() + CANDIDATE_REACH_M)
    return dist[keep], beside[keep]


def refer_stops(stop_x_m: Floats, stop_y_m: Floats, x_m: Floats, y_m: Floats, line_m: Floats) -> tuple[Floats, Floats]:
    """Distance along the line and beside it for the stops of one pattern, in order.

    Returns
    -------
    dist_m, offset_m
        One value per stop; ``dist_m`` strictly increases (by at least :data:`MIN_STEP_M`) unless the line is shorter
        than the number of stops in metres.

    Examples
    --------
    An out-and-back line: the second visit of the same stop lies on the way back.

    >>> import numpy as np
    >>> from passinfo.geo import along
    >>> x, y = np.array([0.0, 1000.0, 0.0]), np.array([0.0, 0.0, 0.0])
    >>> refer_stops(np.array([0.0, 400.0, 400.0]), np.zeros(3), x, y, along(x, y))[0]
    array([   0.,  400., 1600.])
    """
    layers = [_places(px, py, x_m, y_m, line_m) for px, py in zip(stop_x_m, stop_y_m, strict=True)]
    costs = [layers[0][1] ** 2]
    back: list[npt.NDArray[np.intp]] = []
    for (previous_dist, _), (dist, beside) in pairwise(layers):
        step = dist[None, :] - previous_dist[:, None]
        total = costs[-1][:, None] + np.where(step < MIN_STEP_M, SAME_PLACE_COST_M**2, 0.0)
        total = np.where(step >= -MIN_STEP_M, total, np.inf)
        best = np.argmin(total, axis=0)
        reach = total[best, np.arange(len(dist))]
        if not np.isfinite(reach).any():  # stops out of order: place this one where the previous ended
            best = np.full(len(dist), int(np.argmin(costs[-1])))
            reach = np.full(len(dist), float(costs[-1].min()))
        back.append(best)
        costs.append(reach + beside**2)
    chosen = [int(np.argmin(costs[-1]))]
    for best in reversed(back):
        chosen.append(int(best[chosen[-1]]))
    chosen.reverse()
    dist_m = np.array([layer[0][place] for layer, place in zip(layers, chosen, strict=True)])
    offset_m = np.array([layer[1][place] for layer, place in zip(layers, chosen, strict=True)])
    return _strictly_increasing(dist_m, float(line_m[-1])), offset_m


def _strictly_increasing(dist_m: Floats, length_m: float) -> Floats:
    """The nearest strictly increasing distances that end within the line."""
    steps = MIN_STEP_M * np.arange(len(dist_m))
    forward = np.maximum.accumulate(dist_m - steps) + steps
    latest = length_m - steps[::-1]
    return np.asarray(np.minimum(forward, latest), dtype=np.float64)
