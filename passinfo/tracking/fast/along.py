"""The nearest place on a part of one pattern: see :func:`passinfo.tracking.near.along_fast`."""

from __future__ import annotations

import math

import numpy as np

from passinfo.columns import Floats, Ints
from passinfo.compiled import compiled


@compiled
def nearest_along(
    apart_m: float,
    rank: Ints,
    from_m: Floats,
    to_m: Floats,
    x_m: Floats,
    y_m: Floats,
    use_ptr: Ints,
    use_key: Floats,
    use: Floats,
    use_stretch: Ints,
    stretch: Floats,
) -> tuple[Floats, Floats]:
    """Distance along, and offset beside it, of each point."""
    dist, offset = np.empty(len(rank)), np.empty(len(rank))
    for point in range(len(rank)):
        first, end = use_ptr[rank[point]], use_ptr[rank[point] + 1]
        low, high = first, end - 1  # the last use that does not begin beyond the part, or the first one at all
        key = rank[point] * apart_m + from_m[point]
        while low < high:
            middle = (low + high + 1) // 2
            if use_key[middle] <= key:
                low = middle
            else:
                high = middle - 1
        last_key = rank[point] * apart_m + to_m[point]
        row, least, best, best_share = low, math.inf, low, 0.0
        while True:
            ax, ay, dx, dy, length = stretch[use_stretch[row]]
            px, py = x_m[point] - ax, y_m[point] - ay
            share = min(max((px * dx + py * dy) / (length * length), 0.0), 1.0)
            px -= share * dx
            py -= share * dy
            beside = px * px + py * py
            if beside < least:
                least, best, best_share = beside, row, share
            row += 1
            if row >= end or use_key[row] >= last_key:
                break
        dist[point] = use[best, 0] + best_share * use[best, 1]
        offset[point] = math.sqrt(least)
    return dist, offset
