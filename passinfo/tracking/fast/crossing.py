"""Arrivals and departures between two reports, bus by bus: see :func:`passinfo.tracking.crossing.cross_fast`."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.compiled import compiled
from passinfo.tracking.ragged import Index


class Reaches(NamedTuple):
    """The constants of :mod:`passinfo.tracking.crossing` and :mod:`passinfo.tracking.motion`."""

    arrival_m: float
    standing_m: float
    standing_mps: float
    last_m: float
    event_m: float
    gap_s: float
    halt_s: float
    driving_mps: float
    of_reported: float
    at_first: float
    at_last: float
    at_stop: float
    on_the_way: float
    slow_mps: float
    unknown_mps: float
    apart_m: float


@compiled
def crossed(
    reaches: Reaches,
    facts: Ints,
    stop_dist_m: Floats,
    stop_ix: Ints,
    rows: Index,
    pattern_ix: Ints,
    from_m: Floats,
    from_at: Floats,
    from_mps: Floats,
    to_m: Floats,
    to_at: Floats,
    to_mps: Floats,
    event_stop: Ints,
    event_arrived: Bools,
    event_departed: Bools,
    doors_open: Bools,
    next_position: Ints,
    arrived_at: Floats,
    arrived_after: Floats,
    there: Bools,
    finished: Bools,
) -> tuple[Index, Ints, Floats, Bools]:
    """Columns of :class:`~passinfo.tracking.crossing.Seen`, its numbers as rows of one table.

    The last five columns are those of the vehicles at ``rows``, one row each, and are brought up to date.
    """
    most = 0
    for number in range(len(rows)):
        pattern = pattern_ix[number]
        most += max(facts[pattern, 1] - facts[pattern, 0] - next_position[number], 0)
    row, place = np.empty(most, dtype=np.intp), np.empty(most, dtype=np.int32)
    seen, observed = np.empty((4, most)), np.empty(most, dtype=np.bool_)
    out = 0
    for number in range(len(rows)):
        pattern, dist, at, at_0 = pattern_ix[number], to_m[number], to_at[number], from_at[number]
        base, end = facts[pattern, 0], facts[pattern, 1]
        key = pattern * reaches.apart_m  # as the twin's sorted key, to the last digit
        farthest = key + min(dist - reaches.arrival_m, reaches.apart_m / 2)
        nearest = key + min(from_m[number] + 2 * reaches.arrival_m - reaches.arrival_m, reaches.apart_m / 2)
        inner = between = 0  # first stop the earlier report is not at, and how many lie from there to the later one
        for stop in range(base, end):
            if key + stop_dist_m[stop] < nearest:
                inner += 1
            elif key + stop_dist_m[stop] < farthest:
                between += 1
            else:
                break
        way, taken = max(dist - from_m[number], 0.0), max(at - at_0, 1e-3)
        first_mps = reaches.unknown_mps if math.isnan(from_mps[number]) else from_mps[number]
        last_mps = reaches.unknown_mps if math.isnan(to_mps[number]) else to_mps[number]
        driving = max(max(way / taken, reaches.driving_mps), reaches.of_reported * max(first_mps, last_mps))
        slack = max(taken - way / driving, 0.0)
        at_first = reaches.at_first * math.exp(-first_mps / reaches.slow_mps)
        at_last = reaches.at_last * math.exp(-last_mps / reaches.slow_mps)
        share = slack / (at_first + at_last + reaches.at_stop * between + reaches.on_the_way)
        pace = max(way, 1e-3) / max(way / driving + share * reaches.on_the_way, 1e-6)
        leaves_at, halts_s = at_0 + share * at_first, share * reaches.at_stop
        blind = at - at_0 > reaches.gap_s
        stands = to_mps[number] < reaches.standing_mps or doors_open[number]
        position, last = next_position[number], end - base - 1
        arrived, after, is_there = arrived_at[number], arrived_after[number], there[number]
        while position <= last:
            is_last, is_first = position == last, position == 0
            stop = stop_dist_m[base + position]
            still = stands and abs(dist - stop) <= reaches.standing_m
            departure_m = reaches.standing_m if still else reaches.arrival_m
            reach = reaches.last_m if is_last else departure_m
            coming = math.isnan(arrived) and not is_first
            said = event_stop[number] == stop_ix[base + position] and abs(dist - stop) <= reaches.event_m
            if coming and not said and dist < stop - reach:
                break
            if coming:
                halts = min(max(position - inner, 0), between)
                arrived = leaves_at + halts * halts_s + (stop - reach - from_m[number]) / pace
                arrived = min(max(arrived, at_0), at)
                if said and event_arrived[number]:
                    arrived = at
                # first seen there: it may have come long before
                after = math.nan if from_m[number] >= stop - reach else at_0
            if is_last:
                if not blind:
                    row[out], place[out], observed[out] = rows[number], position, True
                    seen[0, out], seen[1, out], seen[2, out], seen[3, out] = arrived, math.nan, after, at
                    out += 1
                finished[number] = True
                is_there = is_there or said
                break
            gone_now = said and event_departed[number]
            halting = (dist <= stop + departure_m or (said and event_arrived[number])) and not gone_now
            is_there = is_there or halting or said
            if halting:
                break
            departed = at
            if not gone_now:
                halts = min(max(position + 1 - inner, 0), between)
                departed = leaves_at + halts * halts_s + (stop + reaches.arrival_m - from_m[number]) / pace
                departed = min(max(departed, at_0), at)
            unseen = not is_first and not is_there
            passing = unseen and departed - arrived < reaches.halt_s + 2 * reaches.arrival_m / pace
            if passing:
                arrived = departed = 0.5 * (arrived + departed)
            if not blind:
                row[out], place[out], observed[out] = rows[number], position, not unseen
                seen[0, out], seen[1, out] = math.nan if is_first else arrived, departed
                seen[2, out], seen[3, out] = at_0 if is_first else after, at
                out += 1
            position += 1
            arrived, after, is_there = math.nan, math.nan, False
        next_position[number] = last + 1 if finished[number] else position
        arrived_at[number], arrived_after[number], there[number] = arrived, after, is_there
    return row[:out], place[:out], seen[:, :out], observed[:out]
