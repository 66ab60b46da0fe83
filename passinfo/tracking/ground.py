"""The ground: every stretch of road that a pattern uses, on a grid, to find the places near a report.

Patterns share roads, so the stretches are kept once and projected on once; which patterns use each, and where along
them, is a list beside it. Made once per network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from passinfo.columns import Floats, Ints
from passinfo.network.network import Patterns
from passinfo.tracking.chains import chained
from passinfo.tracking.ragged import Index, spread
from passinfo.tracking.vehicles import Codes

REACH_M = 100.0
"""A bus farther from a surveyed line is not on it: 10 times the 90th percentile of GPS offsets (Kingston: 9 m)."""
ROUGH_REACH_M = 500.0
"""Where a line goes straight from stop to stop the road may swing out this far (half a stop distance)."""
SMOOTH_M = 1.0
"""Points of a line that lie this close to the straight between their neighbours tell nothing."""
SHORTEST_M = 1e-3
APART_M = 1e7
"""Longer than any line: keeps patterns apart in one sorted key of distances."""
CELL_M = 128.0
ROUNDING_M = 0.1
"""Stretches whose ends agree to this are the same road."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Stretches of road, the patterns that use them, and the cells of the grid near each.

    Patterns that pass a cell on the same stretches share a chain there: where a report comes nearest is looked for once
    per chain and holds for every run of uses that follows it. What is read together lies together: fetching it from
    memory is what a look-up takes.
    """

    stretch: Floats
    """Rows: where it begins (x, y), how far it goes (x, y), its length."""
    use: Floats
    """Rows: distance along the pattern at its start, its length along the pattern."""
    use_stretch: Ints
    use_key: Floats
    """``rank of the pattern · APART_M + distance`` at each use's start, ascending."""
    use_ptr: Ints
    """Uses of the pattern of each rank."""
    west_m: float
    south_m: float
    columns: int
    cell_code: Codes
    """Codes (row · columns + column) of the cells that have anything near, ascending."""
    cell_ptr: Ints
    """Rows: where each cell's stretches, chains and runs begin."""
    cell_stretch: Ints
    """Stretches within reach of each cell."""
    chain_ptr: Ints
    """Links of each chain."""
    chain_reach_m: Floats
    """How far beside it a bus may be and still be on it."""
    link_at: Ints
    """Which of the cell's stretches each link of a chain is."""
    run: Ints
    """Rows, the runs of uses through each cell by rank, then order along the pattern: first use, pattern, which of the
    cell's chains it follows."""


def make_ground(patterns: Patterns, order: Index) -> Ground:
    """The ground of these patterns; ``order`` lists the pattern rows by rank."""
    parts = [_stretches(patterns, int(pattern)) for pattern in order]
    table = np.concatenate(parts) if parts else np.empty((0, 7))
    pattern = table[:, 0].astype(np.int32)
    dist, length = np.ascontiguousarray(table[:, 5:7].T)
    ends = np.round(table[:, 1:5] / ROUNDING_M).astype(np.int64)
    _, once, inverse = np.unique(ends, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(once)  # stretches of one road lie side by side
    once, which = once[order], np.argsort(order)[inverse.reshape(-1)].astype(np.int32)
    ax, ay, bx, by = np.ascontiguousarray(table[once, 1:5].T)
    known = patterns.shape_known[pattern] if len(pattern) else np.empty(0, dtype=bool)
    rough = np.zeros(len(once), dtype=bool)
    rough[which[~known]] = True
    west, south, columns = _frame(ax, ay, bx, by)
    code, stretch = _cells(ax, ay, bx, by, np.where(rough, ROUGH_REACH_M, REACH_M), west, south, columns)
    codes, cell = np.unique(code, return_inverse=True)
    by_stretch = np.argsort(which, kind="stable")
    use_ptr = np.searchsorted(which[by_stretch], np.arange(len(once) + 1))
    entry, at = spread(use_ptr[stretch], use_ptr[stretch + 1] - use_ptr[stretch])
    use = by_stretch[at].astype(np.int32)
    sorted_ = np.lexsort((use, cell[entry]))
    first = np.searchsorted(cell, cell)  # of each entry: the first one of its cell
    use, at = use[sorted_], (entry - first[entry])[sorted_]
    begins, reach = np.searchsorted(cell, np.arange(len(codes) + 2)), np.where(known, REACH_M, ROUGH_REACH_M)
    chains = chained(cell[entry][sorted_], len(codes), use, at, pattern, reach)
    return Ground(
        np.column_stack((ax, ay, bx - ax, by - ay, np.maximum(np.hypot(bx - ax, by - ay), SHORTEST_M))),
        np.column_stack((dist, length)),
        which,
        np.repeat(np.arange(len(parts)), [len(part) for part in parts]) * APART_M + dist,
        np.cumsum([0, *(len(part) for part in parts)]).astype(np.int32),
        west,
        south,
        columns,
        codes.astype(np.int64),
        np.column_stack((begins, chains.cell_ptr, chains.cell_run_ptr)).astype(np.int32),
        stretch.astype(np.int32),
        chains.ptr,
        chains.reach_m,
        chains.link_at,
        chains.run,
    )


def _stretches(patterns: Patterns, pattern: int) -> Floats:
    """Rows: pattern, ends of the stretch (x, y, x, y), distance along at its start, its length along the pattern."""
    points = slice(int(patterns.shape_ptr[pattern]), int(patterns.shape_ptr[pattern + 1]))
    x, y, dist = patterns.shape_x_m[points], patterns.shape_y_m[points], patterns.shape_dist_m[points]
    kept = _telling(x, y)
    x, y, dist = x[kept], y[kept], dist[kept]
    n = len(x) - 1
    return np.column_stack((np.full(n, pattern), x[:-1], y[:-1], x[1:], y[1:], dist[:-1], np.diff(dist)))


def _telling(x: Floats, y: Floats) -> Index:
    """Rows of the points that a line needs to stay within ``SMOOTH_M`` of itself."""
    points = np.column_stack((x, y))
    few = shapely.get_coordinates(shapely.LineString(points).simplify(SMOOTH_M, preserve_topology=False))
    rows, at = [], 0
    for point in few:
        while not (points[at] == point).all():
            at += 1
        rows.append(at)
        at += 1
    return np.array(rows, dtype=np.intp)


def _frame(ax: Floats, ay: Floats, bx: Floats, by: Floats) -> tuple[float, float, int]:
    """West and south edge of the grid, and how many cells wide it is."""
    if len(ax) == 0:
        return 0.0, 0.0, 0
    west, south = float(min(ax.min(), bx.min())), float(min(ay.min(), by.min()))
    margin = ROUGH_REACH_M + CELL_M
    wide = float(max(ax.max(), bx.max())) - west + 2 * margin
    return west - margin, south - margin, int(wide // CELL_M) + 1


def _cells(
    ax: Floats,
    ay: Floats,
    bx: Floats,
    by: Floats,
    reach: Floats,
    west: float,
    south: float,
    columns: int,
) -> tuple[Index, Index]:
    """Pairs of cell (its code) and stretch within reach of each other, by cell, then stretch."""
    first_column = np.floor((np.minimum(ax, bx) - reach - west) / CELL_M).astype(np.int64)
    last_column = np.floor((np.maximum(ax, bx) + reach - west) / CELL_M).astype(np.int64)
    first_row = np.floor((np.minimum(ay, by) - reach - south) / CELL_M).astype(np.int64)
    last_row = np.floor((np.maximum(ay, by) + reach - south) / CELL_M).astype(np.int64)
    wide, high = last_column - first_column + 1, last_row - first_row + 1
    stretch, number = spread(np.zeros(len(ax), dtype=np.int64), wide * high)
    column = first_column[stretch] + number % wide[stretch]
    row = first_row[stretch] + number // wide[stretch]
    x, y = west + (column + 0.5) * CELL_M, south + (row + 0.5) * CELL_M
    dx, dy = (bx - ax)[stretch], (by - ay)[stretch]
    px, py = x - ax[stretch], y - ay[stretch]
    share = np.clip((px * dx + py * dy) / np.maximum(dx * dx + dy * dy, 1e-9), 0.0, 1.0)
    close = np.hypot(px - share * dx, py - share * dy) <= reach[stretch] + CELL_M / np.sqrt(2.0)
    cell, stretch = (row * columns + column)[close], stretch[close]
    order = np.lexsort((stretch, cell))
    return cell[order].astype(np.intp), stretch[order]
