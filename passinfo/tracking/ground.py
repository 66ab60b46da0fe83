"""The ground: every stretch of road that a pattern uses, on a grid, to find the places near a report.

Patterns share roads, so the stretches are kept once and projected on once; which patterns use each, and where along
them, is a list beside it. Made once per network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from passinfo.columns import Floats, Ints
from passinfo.network.network import Patterns
from passinfo.tracking.ragged import Index, best_rows, spread

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
class Near:
    """Places near reports, by report, then pattern (in order of rank), then distance along."""

    report: Index
    pattern_ix: Ints
    dist_m: Floats
    offset_m: Floats
    east: Floats
    north: Floats
    """Direction of the road there, a unit vector."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Stretches of road, the patterns that use them, and the cells of the grid near each."""

    ax_m: Floats
    ay_m: Floats
    dx_m: Floats
    dy_m: Floats
    length_m: Floats
    use_stretch: Ints
    use_pattern: Ints
    use_dist_m: Floats
    use_length_m: Floats
    use_reach_m: Floats
    """How far beside the line a bus may be and still be on it."""
    use_key: Floats
    """``rank of the pattern · APART_M + distance`` at each use's start, ascending."""
    use_ptr: Ints
    """Uses of the pattern of each rank."""
    west_m: float
    south_m: float
    columns: int
    cell_code: npt.NDArray[np.int64]
    """Codes (row · columns + column) of the cells that have anything near, ascending."""
    cell_ptr: Ints
    cell_stretch: Ints
    """Stretches within reach of each cell."""
    cell_use_ptr: Ints
    cell_use: Ints
    """Uses of those stretches, in order of rank and order along the pattern."""
    cell_use_at: Ints
    """Which of the cell's stretches each use lies on."""

    def near(self, x_m: Floats, y_m: Floats) -> Near:
        """The nearest place of each stretch of each pattern within reach of each point.

        A pattern that passes the same road twice gives two places: local minima of the distance beside its line.
        """
        column = np.floor((x_m - self.west_m) / CELL_M).astype(np.int64)
        row = np.floor((y_m - self.south_m) / CELL_M).astype(np.int64)
        code = np.where((column >= 0) & (column < self.columns) & (row >= 0), row * self.columns + column, -1)
        found = np.minimum(np.searchsorted(self.cell_code, code), max(len(self.cell_code) - 1, 0))
        nothing = len(self.cell_code)
        cell = (
            np.where(self.cell_code[found] == code, found, nothing) if nothing else np.zeros(len(code), dtype=np.intp)
        )
        start = self.cell_ptr[cell]
        count = self.cell_ptr[cell + 1] - start
        point, at = spread(start, count)
        stretch = self.cell_stretch[at]
        dx, dy = self.dx_m[stretch], self.dy_m[stretch]
        px, py = x_m[point] - self.ax_m[stretch], y_m[point] - self.ay_m[stretch]
        length = self.length_m[stretch]
        share = np.clip((px * dx + py * dy) / (length * length), 0.0, 1.0)
        px -= share * dx
        py -= share * dy
        beside = np.sqrt(px * px + py * py)
        first = np.cumsum(count) - count
        use_start = self.cell_use_ptr[cell]
        report, at = spread(use_start, self.cell_use_ptr[cell + 1] - use_start)
        local = first[report] + self.cell_use_at[at]
        use, offset = self.cell_use[at], beside[local]
        keep = np.flatnonzero(offset <= self.use_reach_m[use])
        report, use, offset, local = report[keep], use[keep], offset[keep], local[keep]
        nearest = _minima(report, use, self.use_pattern[use], offset)
        report, use, local = report[nearest], use[nearest], local[nearest]
        dist = self.use_dist_m[use] + share[local] * self.use_length_m[use]
        on = self.use_stretch[use]
        east, north = self.dx_m[on] / self.length_m[on], self.dy_m[on] / self.length_m[on]
        return Near(report, self.use_pattern[use], dist, offset[nearest], east, north)

    def along(self, rank: Ints, from_m: Floats, to_m: Floats, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """The nearest place to each point on a part of one pattern: distance along, and offset beside it."""
        first, end = self.use_ptr[rank], self.use_ptr[rank + 1]
        start = np.clip(np.searchsorted(self.use_key, rank * APART_M + from_m, side="right") - 1, first, end - 1)
        stop = np.clip(np.searchsorted(self.use_key, rank * APART_M + to_m), start + 1, end)
        point, use = spread(start, stop - start)
        stretch = self.use_stretch[use]
        dx, dy, length = self.dx_m[stretch], self.dy_m[stretch], self.length_m[stretch]
        px, py = x_m[point] - self.ax_m[stretch], y_m[point] - self.ay_m[stretch]
        share = np.clip((px * dx + py * dy) / (length * length), 0.0, 1.0)
        px -= share * dx
        py -= share * dy
        beside = px * px + py * py
        best = best_rows(point, -beside)
        return self.use_dist_m[use[best]] + share[best] * self.use_length_m[use[best]], np.sqrt(beside[best])


def _minima(report: Index, use: Ints, pattern: Ints, offset: Floats) -> Index:
    if len(use) == 0:
        return np.empty(0, dtype=np.intp)
    apart = (np.diff(use) != 1) | (np.diff(pattern) != 0) | (np.diff(report) != 0)
    before = np.concatenate(([np.inf], np.where(apart, np.inf, offset[:-1])))
    after = np.concatenate((np.where(apart, np.inf, offset[1:]), [np.inf]))
    return np.flatnonzero((offset < before) & (offset <= after))


def make_ground(patterns: Patterns, order: Index) -> Ground:
    """The ground of these patterns; ``order`` lists the pattern rows by rank."""
    parts = [_stretches(patterns, int(pattern)) for pattern in order]
    table = np.concatenate(parts) if parts else np.empty((0, 7))
    pattern, dist, length = table[:, 0].astype(np.int32), table[:, 5], table[:, 6]
    ends = np.round(table[:, 1:5] / ROUNDING_M).astype(np.int64)
    _, once, inverse = np.unique(ends, axis=0, return_index=True, return_inverse=True)
    which: Ints = inverse.reshape(-1).astype(np.int32)
    ax, ay, bx, by = table[once, 1:5].T
    known = patterns.shape_known[pattern] if len(pattern) else np.empty(0, dtype=bool)
    rough = np.zeros(len(once), dtype=bool)
    rough[which[~known]] = True
    west, south, columns = _frame(ax, ay, bx, by)
    code, stretch = _cells(ax, ay, bx, by, np.where(rough, ROUGH_REACH_M, REACH_M), west, south, columns)
    codes, cell = np.unique(code, return_inverse=True)
    cells = np.arange(len(codes) + 2)
    cell_ptr = np.searchsorted(cell, cells).astype(np.int32)
    by_stretch = np.argsort(which, kind="stable")
    use_ptr = np.searchsorted(which[by_stretch], np.arange(len(once) + 1))
    entry, at = spread(use_ptr[stretch], use_ptr[stretch + 1] - use_ptr[stretch])
    use = by_stretch[at].astype(np.int32)
    use_cell = cell[entry]
    sorted_ = np.lexsort((use, use_cell))
    return Ground(
        ax,
        ay,
        bx - ax,
        by - ay,
        np.maximum(np.hypot(bx - ax, by - ay), SHORTEST_M),
        which,
        pattern,
        dist,
        length,
        np.where(known, REACH_M, ROUGH_REACH_M),
        np.repeat(np.arange(len(parts)), [len(part) for part in parts]) * APART_M + dist,
        np.cumsum([0, *(len(part) for part in parts)]).astype(np.int32),
        west,
        south,
        columns,
        codes.astype(np.int64),
        np.asarray(cell_ptr, dtype=np.int32),
        stretch.astype(np.int32),
        np.searchsorted(use_cell[sorted_], cells).astype(np.int32),
        use[sorted_],
        (entry - cell_ptr[use_cell])[sorted_].astype(np.int32),
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
