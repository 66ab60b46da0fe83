"""Places near reports: of every stretch of every pattern the nearest, and along one pattern alone."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking import fast
from passinfo.tracking.fast.near import fill_near
from passinfo.tracking.ground import APART_M, CELL_M, Ground
from passinfo.tracking.ragged import Index, best_rows, spread

USUAL_ROOM = 48
"""Places near a point: twice as many as on Kingston's 158 patterns; where there are more, all is done again."""


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


def places_near(ground: Ground, x_m: Floats, y_m: Floats) -> Near:
    """The nearest place of each stretch of each pattern within reach of each point.

    A pattern that passes the same road twice gives two places: local minima of the distance beside its line.
    """
    return near_fast(ground, x_m, y_m) if fast.AVAILABLE else near_numpy(ground, x_m, y_m)


def near_fast(ground: Ground, x_m: Floats, y_m: Floats, room: int = USUAL_ROOM) -> Near:
    """The same, compiled: point by point. ``room``: places per point to make room for at first."""
    rows = room * len(x_m)
    while True:
        near = Near(np.empty(rows, dtype=np.intp), np.empty(rows, dtype=np.int32), *np.empty((4, rows)))
        found = fill_near(
            x_m,
            y_m,
            (ground.west_m, ground.south_m, CELL_M, ground.columns),
            ground.cell_code,
            ground.cell_ptr,
            ground.cell_stretch,
            ground.ax_m,
            ground.ay_m,
            ground.dx_m,
            ground.dy_m,
            ground.length_m,
            ground.cell_link_ptr,
            ground.link_at,
            ground.link_chain,
            ground.link_number,
            ground.link_reach_m,
            ground.cell_run_ptr,
            ground.run_use,
            ground.run_pattern,
            ground.run_chain,
            ground.chains,
            ground.use_dist_m,
            ground.use_length_m,
            near.report,
            near.pattern_ix,
            near.dist_m,
            near.offset_m,
            near.east,
            near.north,
        )
        if found <= rows:
            return Near(*(getattr(near, each.name)[:found] for each in fields(Near)))
        rows = found


def near_numpy(ground: Ground, x_m: Floats, y_m: Floats) -> Near:
    """The same, with numpy: in sweeps over all points with their stretches, links and runs."""
    cell = _cells(ground, x_m, y_m)
    start = ground.cell_ptr[cell]
    count = ground.cell_ptr[cell + 1] - start
    point, at = spread(start, count)
    stretch = ground.cell_stretch[at]
    dx, dy, length = ground.dx_m[stretch], ground.dy_m[stretch], ground.length_m[stretch]
    px, py = x_m[point] - ground.ax_m[stretch], y_m[point] - ground.ay_m[stretch]
    share = np.clip((px * dx + py * dy) / (length * length), 0.0, 1.0)
    px -= share * dx
    py -= share * dy
    beside = np.sqrt(px * px + py * py)
    first = np.cumsum(count) - count
    start = ground.cell_link_ptr[cell]
    point, link = spread(start, ground.cell_link_ptr[cell + 1] - start)
    local = first[point] + ground.link_at[link]
    offset = beside[local]
    offset[offset > ground.link_reach_m[link]] = np.inf
    number = ground.link_number[link]
    low = _minima(offset, number == 0)
    chains = ground.chains[cell]
    first = np.cumsum(chains) - chains
    each = np.bincount(first[point[low]] + ground.link_chain[link[low]], minlength=int(chains.sum()))
    start = ground.cell_run_ptr[cell]
    point, run = spread(start, ground.cell_run_ptr[cell + 1] - start)
    chain = first[point] + ground.run_chain[run]
    owner, found = spread((np.cumsum(each) - each)[chain], each[chain])
    row = low[found]
    use, on = ground.run_use[run][owner] + number[row], local[row]
    return Near(
        point[owner],
        ground.run_pattern[run][owner],
        ground.use_dist_m[use] + share[on] * ground.use_length_m[use],
        offset[row],
        (dx / length)[on],
        (dy / length)[on],
    )


def _cells(ground: Ground, x_m: Floats, y_m: Floats) -> Index:
    """The cell each point lies in, as a row; the row after the last one holds nothing."""
    nothing = len(ground.cell_code)
    if nothing == 0:
        return np.zeros(len(x_m), dtype=np.intp)
    column = np.floor((x_m - ground.west_m) / CELL_M).astype(np.int64)
    row = np.floor((y_m - ground.south_m) / CELL_M).astype(np.int64)
    code = np.where((column >= 0) & (column < ground.columns) & (row >= 0), row * ground.columns + column, -1)
    found = np.minimum(np.searchsorted(ground.cell_code, code), nothing - 1)
    return np.where(ground.cell_code[found] == code, found, nothing)


def _minima(offset: Floats, begins: Bools) -> Index:
    """Rows nearer than those before and after them, of lists each of which ``begins`` somewhere."""
    before = np.concatenate(([np.inf], offset[:-1]))
    before[begins] = np.inf
    after = np.concatenate((offset[1:], [np.inf]))[: len(offset)]
    after[:-1][begins[1:]] = np.inf
    return np.flatnonzero((offset < before) & (offset <= after))


def along(ground: Ground, rank: Ints, from_m: Floats, to_m: Floats, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
    """The nearest place to each point on a part of one pattern: distance along, and offset beside it."""
    first, end = ground.use_ptr[rank], ground.use_ptr[rank + 1]
    start = np.clip(np.searchsorted(ground.use_key, rank * APART_M + from_m, side="right") - 1, first, end - 1)
    stop = np.clip(np.searchsorted(ground.use_key, rank * APART_M + to_m), start + 1, end)
    point, use = spread(start, stop - start)
    stretch = ground.use_stretch[use]
    dx, dy, length = ground.dx_m[stretch], ground.dy_m[stretch], ground.length_m[stretch]
    px, py = x_m[point] - ground.ax_m[stretch], y_m[point] - ground.ay_m[stretch]
    share = np.clip((px * dx + py * dy) / (length * length), 0.0, 1.0)
    px -= share * dx
    py -= share * dy
    beside = px * px + py * py
    best = best_rows(point, -beside)
    return ground.use_dist_m[use[best]] + share[best] * ground.use_length_m[use[best]], np.sqrt(beside[best])
