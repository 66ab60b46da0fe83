"""Places near reports, report by report: see :func:`passinfo.tracking.near.near_fast`."""

from __future__ import annotations

import math

import numpy as np

from passinfo.columns import Floats, Ints
from passinfo.compiled import compiled
from passinfo.tracking.ragged import Index
from passinfo.tracking.vehicles import Codes


@compiled
def fill_near(
    x_m: Floats,
    y_m: Floats,
    frame: tuple[float, float, float, int],
    cell_code: Codes,
    cell_ptr: Ints,
    cell_stretch: Ints,
    stretch: Floats,
    chain_ptr: Ints,
    chain_reach_m: Floats,
    link_at: Ints,
    run: Ints,
    use: Floats,
    report: Index,
    pattern_ix: Ints,
    dist_m: Floats,
    offset_m: Floats,
    east: Floats,
    north: Floats,
) -> int:
    """Fill in the columns of :class:`~passinfo.tracking.near.Near`, as far as they reach; how many rows it takes.

    ``frame``: west and south edge, size of a cell, columns.
    """
    west_m, south_m, cell_m, columns = frame
    n, nothing, room = len(x_m), len(cell_code), len(report)
    cell_of = np.empty(n, dtype=np.intp)
    stretches, chains, links = 0, 0, 0
    for point in range(n):
        column = math.floor((x_m[point] - west_m) / cell_m)
        row = math.floor((y_m[point] - south_m) / cell_m)
        cell = nothing
        if 0 <= column < columns and 0 <= row < 1 << 40:
            code = row * columns + column
            found = int(np.searchsorted(cell_code, code))
            if found < nothing and cell_code[found] == code:
                cell = found
        cell_of[point] = cell
        stretches = max(stretches, cell_ptr[cell + 1, 0] - cell_ptr[cell, 0])
        chains = max(chains, cell_ptr[cell + 1, 1] - cell_ptr[cell, 1])
        links = max(links, chain_ptr[cell_ptr[cell + 1, 1]] - chain_ptr[cell_ptr[cell, 1]])
    share, beside, heading = np.empty(stretches), np.empty(stretches), np.empty((stretches, 2))
    low_ptr, low_at, low_number = np.empty(chains + 1, np.intp), np.empty(links, np.intp), np.empty(links, np.intp)
    out = 0
    for point in range(n):
        cell = cell_of[point]
        first, first_chain, first_run = cell_ptr[cell]
        end, end_chain, end_run = cell_ptr[cell + 1]
        for at in range(end - first):
            row = cell_stretch[first + at]
            dx, dy, length = stretch[row, 2], stretch[row, 3], stretch[row, 4]
            px, py = x_m[point] - stretch[row, 0], y_m[point] - stretch[row, 1]
            part = min(max((px * dx + py * dy) / (length * length), 0.0), 1.0)
            px -= part * dx
            py -= part * dy
            share[at], beside[at] = part, math.sqrt(px * px + py * py)
            heading[at, 0], heading[at, 1] = dx / length, dy / length
        lows = 0
        for chain in range(first_chain, end_chain):
            low_ptr[chain - first_chain] = lows
            reach_m, before = chain_reach_m[chain], math.inf
            begin, stop = chain_ptr[chain], chain_ptr[chain + 1]
            for link in range(begin, stop):
                here = beside[link_at[link]]
                if here > reach_m:
                    here = math.inf
                elif here < before:
                    after = beside[link_at[link + 1]] if link + 1 < stop else math.inf
                    if here <= after or after > reach_m:
                        low_at[lows], low_number[lows] = link_at[link], link - begin
                        lows += 1
                before = here
        low_ptr[end_chain - first_chain] = lows
        if lows == 0:
            continue
        for row in range(first_run, end_run):
            begin, stop = low_ptr[run[row, 2]], low_ptr[run[row, 2] + 1]
            if out + stop - begin > room:
                out += stop - begin
                continue
            for low in range(begin, stop):
                at, each = low_at[low], run[row, 0] + low_number[low]
                report[out], pattern_ix[out] = point, run[row, 1]
                dist_m[out] = use[each, 0] + share[at] * use[each, 1]
                offset_m[out] = beside[at]
                east[out], north[out] = heading[at, 0], heading[at, 1]
                out += 1
    return out
