"""Places near reports: of every stretch of every pattern the nearest, and along one pattern alone."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking import fast
from passinfo.tracking.fast.along import nearest_along
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
            ground.stretch,
            ground.chain_ptr,
            ground.chain_reach_m,
            ground.link_at,
            ground.run,
            ground.use,
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
    start = ground.cell_ptr.take(cell, axis=0)  # much quicker than an index in brackets
    count = ground.cell_ptr.take(cell + 1, axis=0) - start
    first = np.cumsum(count, axis=0) - count
    point, at = spread(start[:, 0], count[:, 0])
    ax, ay, dx, dy, length = ground.stretch.take(ground.cell_stretch.take(at), axis=0).T
    px, py = x_m.take(point) - ax, y_m.take(point) - ay
    share = np.clip((px * dx + py * dy) / (length * length), 0.0, 1.0)
    px -= share * dx
    py -= share * dy
    beside = np.sqrt(px * px + py * py)
    point, chain = spread(start[:, 1], count[:, 1])
    begin = ground.chain_ptr.take(chain)
    owner, link = spread(begin, ground.chain_ptr.take(chain + 1) - begin)
    local = first[:, 0].take(point).take(owner) + ground.link_at.take(link)
    offset = beside.take(local)
    offset[offset > ground.chain_reach_m.take(chain).take(owner)] = np.inf
    number = link - begin.take(owner)
    low = _minima(offset, number == 0)
    each = np.bincount(owner[low], minlength=len(chain))
    point, run = spread(start[:, 2], count[:, 2])
    use, pattern, follows = ground.run.take(run, axis=0).T
    chain = first[:, 1].take(point) + follows
    owner, found = spread((np.cumsum(each) - each).take(chain), each.take(chain))
    row = low.take(found)
    on = local.take(row)
    begin_m, length_m = ground.use.take(use.take(owner) + number.take(row), axis=0).T
    return Near(
        point.take(owner),
        pattern.take(owner),
        begin_m + share.take(on) * length_m,
        offset.take(row),
        (dx / length).take(on),
        (dy / length).take(on),
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
    way = along_fast if fast.AVAILABLE else along_numpy
    return way(ground, rank, from_m, to_m, x_m, y_m)


def along_fast(
    ground: Ground, rank: Ints, from_m: Floats, to_m: Floats, x_m: Floats, y_m: Floats
) -> tuple[Floats, Floats]:
    """The same, compiled: point by point."""
    tables = ground.use_ptr, ground.use_key, ground.use, ground.use_stretch, ground.stretch
    return nearest_along(APART_M, rank, from_m, to_m, x_m, y_m, *tables)


def along_numpy(
    ground: Ground, rank: Ints, from_m: Floats, to_m: Floats, x_m: Floats, y_m: Floats
) -> tuple[Floats, Floats]:
    """The same, with numpy: all pairs of points and stretches in one sweep."""
    first, end = ground.use_ptr[rank], ground.use_ptr[rank + 1]
    start = np.clip(np.searchsorted(ground.use_key, rank * APART_M + from_m, side="right") - 1, first, end - 1)
    stop = np.clip(np.searchsorted(ground.use_key, rank * APART_M + to_m), start + 1, end)
    point, use = spread(start, stop - start)
    ax, ay, dx, dy, length = ground.stretch.take(ground.use_stretch[use], axis=0).T
    px, py = x_m.take(point) - ax, y_m.take(point) - ay
    share = np.clip((px * dx + py * dy) / (length * length), 0.0, 1.0)
    px -= share * dx
    py -= share * dy
    beside = px * px + py * py
    best = best_rows(point, -beside)
    begin_m, length_m = ground.use.take(use[best], axis=0).T
    return begin_m + share[best] * length_m, np.sqrt(beside[best])
