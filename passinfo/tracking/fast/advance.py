"""Places after one more report, vehicle by vehicle: see :func:`passinfo.tracking.advance.advance_fast`.

The places before and those near the report are both in order of the pattern's rank: they are merged as one goes along.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.compiled import compiled
from passinfo.tracking.ragged import Index


class Prices(NamedTuple):
    """The constants of :mod:`passinfo.tracking.advance` and of terminals."""

    sigma_m: float
    rough_sigma_m: float
    slip_m: float
    rough_slip_m: float
    slip_share: float
    drift_m: float
    no_drift_m: float
    entry: float
    entry_at_start: float
    entry_free: float
    first: float
    free: float
    free_rough: float
    leave: float
    against: float
    against_cos: float
    news_m: float
    least_news: float
    walking_mps: float
    backward_m: float
    fastest_mps: float
    faintest: float
    lost: float
    max_lost_s: float
    bay_reach_m: float
    start_reach_m: float
    begun_m: float
    from_any: int
    from_free: int
    forget: float


@compiled
def advanced(
    prices: Prices,
    rank: Ints,
    first_m: Floats,
    shape_known: Bools,
    start: Index,
    count: Index,
    free: Floats,
    pattern_ix: Ints,
    dist_m: Floats,
    offset_m: Floats,
    log_weight: Floats,
    place_x_m: Floats,
    place_y_m: Floats,
    place_at: Floats,
    born_at: Floats,
    born_m: Floats,
    left_at: Floats,
    near_report: Index,
    near_pattern: Ints,
    near_dist_m: Floats,
    near_offset_m: Floats,
    near_east: Floats,
    near_north: Floats,
    x_m: Floats,
    y_m: Floats,
    at: Floats,
    heading_rad: Floats,
    speed_mps: Floats,
    moved_m: Floats,
    stands: Bools,
    service: Floats,
    slot: Index,
    under_way: Bools,
    unweighed: Ints,
) -> tuple[Index, Index, Floats, Ints, Floats, Index, Bools]:
    """Columns of :class:`~passinfo.tracking.belief.Belief` and :class:`~passinfo.tracking.advance.Origin`.

    The columns of numbers that lie beside ``pattern_ix`` come as the rows of one table.
    """
    n = len(at)
    most = len(near_report) + count.sum()
    new_start, new_count = np.empty(n, dtype=np.intp), np.empty(n, dtype=np.intp)
    new_free, left = np.empty(n), np.empty(n, dtype=np.bool_)
    new_pattern, new_place = np.empty(most, dtype=np.int32), np.empty((9, most))
    origin = np.empty(most, dtype=np.intp)
    out, near = 0, 0
    for vehicle in range(n):
        news = 1.0 if math.isnan(moved_m[vehicle]) else moved_m[vehicle] / prices.news_m
        news = min(max(news, prices.least_news), 1.0)
        fade = prices.forget ** ((news if under_way[vehicle] else 1.0) * (1 + unweighed[vehicle]))
        drift_m = prices.drift_m if under_way[vehicle] else prices.no_drift_m
        sin = cos = math.nan
        if speed_mps[vehicle] > prices.walking_mps:
            sin, cos = math.sin(heading_rad[vehicle]), math.cos(heading_rad[vehicle])
        begin, rough = out, False
        old, old_end = start[vehicle], start[vehicle] + count[vehicle]
        before_free = free[vehicle] + prices.entry_free
        seen = -1  # the pattern of the last place near
        top = -math.inf
        while True:
            more = near < len(near_report) and near_report[near] == vehicle
            # places before on patterns that are not near come in between
            while old < old_end and not (more and rank[pattern_ix[old]] >= rank[near_pattern[near]]):
                if pattern_ix[old] != seen and at[vehicle] - place_at[old] < prices.max_lost_s:
                    new_pattern[out] = pattern_ix[old]
                    new_place[0, out], new_place[1, out] = dist_m[old], offset_m[old]
                    new_place[2, out] = fade * log_weight[old] + prices.lost + prices.entry
                    new_place[3, out], new_place[4, out] = place_x_m[old], place_y_m[old]
                    new_place[5, out], new_place[6, out] = place_at[old], born_at[old]
                    new_place[7, out], new_place[8, out] = born_m[old], left_at[old]
                    origin[out] = old
                    top = max(top, new_place[2, out])
                    out += 1
                old += 1
            if not more:
                break
            pattern, dist = near_pattern[near], near_dist_m[near]
            seen = pattern
            surveyed = shape_known[pattern]
            rough = rough or not surveyed
            score = -0.5 * (near_offset_m[near] / (prices.sigma_m if surveyed else prices.rough_sigma_m)) ** 2
            if near_east[near] * sin + near_north[near] * cos < prices.against_cos:
                score += prices.against
            score *= news
            came, source = -math.inf, 0
            slip_m = prices.slip_m if surveyed else prices.rough_slip_m
            row = old
            while row < old_end and pattern_ix[row] == pattern:
                progress = dist - dist_m[row]
                driven = math.sqrt((x_m[vehicle] - place_x_m[row]) ** 2 + (y_m[vehicle] - place_y_m[row]) ** 2)
                elapsed = max(at[vehicle] - place_at[row], 0.0)
                if -prices.backward_m < progress < prices.fastest_mps * elapsed + prices.backward_m:
                    slip = abs(progress - driven) / (slip_m + prices.slip_share * driven)
                    total = fade * log_weight[row] - min(slip, 0.5 * (driven / drift_m) ** 2)
                    if total > came:
                        came, source = total, row
                row += 1
            from_start = dist - first_m[pattern]
            in_bay = stands[vehicle] and from_start <= prices.bay_reach_m
            entry = prices.entry_at_start if in_bay or from_start <= prices.start_reach_m else prices.entry
            entry = max(entry, before_free)
            if count[vehicle] == 0:
                entry = max(entry, prices.first)
            by_free = before_free >= entry
            entry += service[slot[vehicle], pattern]
            entered = not came > entry
            new_pattern[out] = pattern
            new_place[0, out], new_place[1, out] = dist, near_offset_m[near]
            new_place[2, out] = score + (entry if entered else came)
            new_place[3, out], new_place[4, out], new_place[5, out] = x_m[vehicle], y_m[vehicle], at[vehicle]
            if entered:
                new_place[6, out], new_place[7, out], new_place[8, out] = at[vehicle], dist, math.nan
                origin[out] = prices.from_free if by_free else prices.from_any
            else:
                new_place[6, out], new_place[7, out] = born_at[source], born_m[source]
                new_place[8, out] = left_at[source]
                origin[out] = source
            if in_bay or from_start <= prices.begun_m:
                new_place[8, out] = at[vehicle]
            top = max(top, new_place[2, out])
            out += 1
            near += 1
        is_free = max(free[vehicle] + (prices.free_rough if rough else prices.free) * news, prices.leave)
        left[vehicle] = is_free <= prices.leave
        top = max(top, is_free)
        new_free[vehicle] = is_free - top
        kept = begin
        for row in range(begin, out):
            if new_place[2, row] - top > prices.faintest:
                new_place[2, kept] = new_place[2, row] - top
                if kept < row:
                    new_pattern[kept], origin[kept] = new_pattern[row], origin[row]
                    for column in (0, 1, 3, 4, 5, 6, 7, 8):
                        new_place[column, kept] = new_place[column, row]
                kept += 1
        new_start[vehicle], new_count[vehicle], out = begin, kept - begin, kept
    return new_start, new_count, new_free, new_pattern[:out], new_place[:, :out], origin[:out], left
