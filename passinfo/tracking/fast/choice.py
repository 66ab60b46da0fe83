"""Which pattern each vehicle is on: see :func:`passinfo.tracking.choice.choose_fast`."""

from __future__ import annotations

import math
from typing import NamedTuple

from passinfo.columns import Bools, Floats, Ints
from passinfo.compiled import compiled
from passinfo.tracking.ragged import Index


class Bounds(NamedTuple):
    """The constants of :mod:`passinfo.tracking.choice`."""

    sure_group: float
    keep_group: float
    keep_pattern: float
    sure_trip: float


@compiled
def choose_places(
    bounds: Bounds,
    group: Ints,
    start: Index,
    count: Index,
    free: Floats,
    pattern_ix: Ints,
    dist_m: Floats,
    offset_m: Floats,
    log_weight: Floats,
    place_at: Floats,
    left_at: Floats,
    report: Index,
    place: Index,
    plan_row: Index,
    candidate_likely: Floats,
    at: Floats,
    run_pattern: Ints,
    under_way: Bools,
    chosen_pattern: Ints,
    chosen_dist_m: Floats,
    chosen_offset_m: Floats,
    likely: Floats,
    chosen_row: Index,
    trip_likely: Floats,
    chosen_left_at: Floats,
    confirmed: Bools,
) -> None:
    """Fill in the columns of :class:`~passinfo.tracking.choice.Choice`, in which nothing is chosen yet."""
    end = 0
    for vehicle in range(len(at)):
        near, every = 0.0, math.exp(free[vehicle])
        for row in range(start[vehicle], start[vehicle] + count[vehicle]):
            weight = math.exp(log_weight[row])
            every += weight
            if place_at[row] == at[vehicle]:
                near += weight
        confirmed[vehicle] = near > 0 and near >= 0.5 * every
        begin = end
        while end < len(report) and report[end] == vehicle:
            end += 1
        own_group = -1 if run_pattern[vehicle] < 0 or not under_way[vehicle] else group[run_pattern[vehicle]]
        best_begin, best_end, best_share, most = begin, begin, 0.0, -math.inf
        first = begin
        while first < end:
            mine, share, last = group[pattern_ix[place[first]]], 0.0, first
            while last < end and group[pattern_ix[place[last]]] == mine:
                share += candidate_likely[last]
                last += 1
            with_loyalty = share + 1.0 if mine == own_group and share >= bounds.keep_group else share
            if with_loyalty > most:
                best_begin, best_end, best_share, most = first, last, share, with_loyalty
            first = last
        if not (confirmed[vehicle] and most >= bounds.sure_group):
            continue
        here, top, best = -1, -math.inf, -1
        first = best_begin
        while first < best_end:
            weight, last = 0.0, first
            while last < best_end and place[last] == place[first]:
                weight += candidate_likely[last]
                if plan_row[last] >= 0 and (best < 0 or candidate_likely[last] > candidate_likely[best]):
                    best = last
                last += 1
            if pattern_ix[place[first]] == run_pattern[vehicle]:
                weight *= bounds.keep_pattern
            if weight > top:
                here, top = place[first], weight
            first = last
        if best >= 0:
            chosen_row[vehicle], trip_likely[vehicle] = plan_row[best], candidate_likely[best]
            if candidate_likely[best] >= bounds.sure_trip:
                here = place[best]
        chosen_pattern[vehicle], chosen_left_at[vehicle] = pattern_ix[here], left_at[here]
        chosen_dist_m[vehicle], chosen_offset_m[vehicle] = dist_m[here], offset_m[here]
        likely[vehicle] = min(best_share, 1.0)
