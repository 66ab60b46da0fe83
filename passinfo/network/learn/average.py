"""Averaging: rounds of projecting all passes on a line and moving it to their median, point by point."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.network.learn.line import STEP_M, Places, placed, resampled
from passinfo.network.learn.passes import Passes
from passinfo.network.learn.roads import Roads

ROUNDS_M = (120.0, 80.0, 60.0, 45.0, 45.0)
"""How far a place may lie from the line and still move it: wide while corners are cut, then below a street block."""
MIN_PLACES = 3
"""A median of fewer is no median."""
POLISH_ROUNDS, POLISH_M = 2, 30.0
"""Other routes turn off and cross: only places close to the line and driven its way move it."""
OUTLIER_SHARE = 0.6
"""A pass with fewer of its places near the line goes elsewhere; it does not move the line."""


def averaged(x_m: Floats, y_m: Floats, passes: Passes) -> tuple[Floats, Floats]:
    """The line that many passes agree on, from a first guess."""
    owner = passes.of_pass()
    size = np.maximum(passes.end - passes.start, 1)
    for reach in ROUNDS_M:
        x_m, y_m = resampled(x_m, y_m)
        found = placed(x_m, y_m, passes.x_m, passes.y_m, passes.ux, passes.uy)
        near = found.cost_m < reach
        true = np.bincount(owner, near, len(passes)) / size >= OUTLIER_SHARE
        if true.sum() >= MIN_PLACES:
            near &= true[owner]
        x_m, y_m = _moved(x_m, y_m, found, near)
    return resampled(x_m, y_m)


def polished(x_m: Floats, y_m: Floats, roads: Roads) -> tuple[Floats, Floats]:
    """A line moved to the median of all that drives its roads, whatever route it is of."""
    for _ in range(POLISH_ROUNDS):
        x_m, y_m = resampled(x_m, y_m)
        found = placed(x_m, y_m, *roads.near(x_m, y_m))
        x_m, y_m = _moved(x_m, y_m, found, found.cost_m < POLISH_M)
    return resampled(x_m, y_m)


def _moved(x: Floats, y: Floats, found: Places, near: Bools) -> tuple[Floats, Floats]:
    """Each point moved sideways to the median of the places about it."""
    n = len(x)
    step = _length(x, y) / (n - 1)
    bins = np.round(found.dist_m[near] / step).astype(np.intp)
    side = found.side_m[near]
    shift = np.full(n, np.nan)
    for reach in (1, 3):
        wide = np.concatenate([bins + k for k in range(-reach, reach + 1)])
        value = np.tile(side, 2 * reach + 1)
        inside = (wide >= 0) & (wide < n)
        middle, count = medians(wide[inside], value[inside], n)
        fill = np.isnan(shift) & (count >= MIN_PLACES)
        shift[fill] = middle[fill]
    known = np.flatnonzero(~np.isnan(shift))
    if not len(known):
        return x, y
    shift = np.interp(np.arange(n), known, shift[known])
    shift = np.convolve(np.pad(shift, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    dx, dy = np.gradient(x), np.gradient(y)
    size = np.maximum(np.hypot(dx, dy), 1e-9)
    return unfolded(x - shift * dy / size, y + shift * dx / size)


def medians(bins: np.ndarray[tuple[int], np.dtype[np.intp]], values: Floats, n: int) -> tuple[Floats, Floats]:
    """Median and count of the values of each of ``n`` bins; NaN where there is none."""
    order = np.lexsort((values, bins))
    ordered = values[order]
    count = np.bincount(bins, minlength=n)
    first = np.cumsum(count) - count
    middle = np.full(n, np.nan)
    some = count > 0
    low, high = (first + (count - 1) // 2)[some], (first + count // 2)[some]
    middle[some] = (ordered[low] + ordered[high]) / 2
    return middle, count.astype(float)


def unfolded(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The line without points closer than half a step to the one before: moving can crowd them at corners."""
    keep = np.ones(len(x), dtype=bool)
    last = 0
    for row in range(1, len(x)):
        keep[row] = np.hypot(x[row] - x[last], y[row] - y[last]) >= STEP_M / 2
        if keep[row]:
            last = row
    if keep.sum() < 2:
        return x, y
    return x[keep], y[keep]


def _length(x: Floats, y: Floats) -> float:
    return float(np.hypot(np.diff(x), np.diff(y)).sum())
