"""Places near reports, report by report: see :func:`passinfo.tracking.near.near_fast`."""

from __future__ import annotations

import math

import numpy as np

from passinfo.columns import Floats, Ints
from passinfo.tracking.fast import compiled
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
    ax_m: Floats,
    ay_m: Floats,
    dx_m: Floats,
    dy_m: Floats,
    length_m: Floats,
    cell_link_ptr: Ints,
    link_at: Ints,
    link_chain: Ints,
    link_number: Ints,
    link_reach_m: Floats,
    cell_run_ptr: Ints,
    run_use: Ints,
    run_pattern: Ints,
    run_chain: Ints,
    chains: Ints,
    use_dist_m: Floats,
    use_length_m: Floats,
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
    stretches, links, most_chains = 0, 0, 0
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
        stretches = max(stretches, cell_ptr[cell + 1] - cell_ptr[cell])
        links = max(links, cell_link_ptr[cell + 1] - cell_link_ptr[cell])
        most_chains = max(most_chains, chains[cell])
    share, beside = np.empty(stretches), np.empty(stretches)
    low_number, low_place = np.empty(links, dtype=np.intp), np.empty((4, links))
    low_ptr = np.empty(most_chains + 1, dtype=np.intp)
    out = 0
    for point in range(n):
        cell = cell_of[point]
        first = cell_ptr[cell]
        for number in range(cell_ptr[cell + 1] - first):
            stretch = cell_stretch[first + number]
            dx, dy = dx_m[stretch], dy_m[stretch]
            px, py = x_m[point] - ax_m[stretch], y_m[point] - ay_m[stretch]
            length = length_m[stretch]
            part = min(max((px * dx + py * dy) / (length * length), 0.0), 1.0)
            px -= part * dx
            py -= part * dy
            share[number], beside[number] = part, math.sqrt(px * px + py * py)
        lows, end = 0, cell_link_ptr[cell + 1]
        before = np.inf
        for link in range(cell_link_ptr[cell], end):
            if link_number[link] == 0:
                before = np.inf
                low_ptr[link_chain[link]] = lows
            here = beside[link_at[link]]
            if here > link_reach_m[link]:
                before = np.inf
                continue
            after = np.inf
            if link + 1 < end and link_number[link + 1] > 0 and beside[link_at[link + 1]] <= link_reach_m[link + 1]:
                after = beside[link_at[link + 1]]
            if here < before and here <= after:
                at = link_at[link]
                stretch = cell_stretch[first + at]
                low_number[lows] = link_number[link]
                low_place[0, lows], low_place[1, lows] = share[at], here
                low_place[2, lows] = dx_m[stretch] / length_m[stretch]
                low_place[3, lows] = dy_m[stretch] / length_m[stretch]
                lows += 1
            before = here
        low_ptr[chains[cell]] = lows
        if lows == 0:
            continue
        for run in range(cell_run_ptr[cell], cell_run_ptr[cell + 1]):
            begin, stop = low_ptr[run_chain[run]], low_ptr[run_chain[run] + 1]
            if out + stop - begin > room:
                out += stop - begin
                continue
            for number in range(begin, stop):
                use = run_use[run] + low_number[number]
                report[out], pattern_ix[out] = point, run_pattern[run]
                dist_m[out] = use_dist_m[use] + low_place[0, number] * use_length_m[use]
                offset_m[out] = low_place[1, number]
                east[out], north[out] = low_place[2, number], low_place[3, number]
                out += 1
    return out
