"""What vehicles may be running, place by place: see :func:`passinfo.tracking.weigh.weigh_fast`.

Its twin adds logarithms; here their exponentials are multiplied, and one in ten of them is taken.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.compiled import compiled
from passinfo.tracking.ragged import Index
from passinfo.tracking.vehicles import Codes


class Prices(NamedTuple):
    """The constants of :mod:`passinfo.tracking.weigh`, of the plan's slots and of terminals."""

    usual_late_s: float
    late_scale_s: float
    early_scale_s: float
    leaves_late_s: float
    leaves_late_scale_s: float
    leaves_early_scale_s: float
    running_weight: float
    leaving_weight: float
    turn_s: float
    waits_scale_s: float
    pulls_up_s: float
    waited_s: float
    most_early_s: float
    most_late_s: float
    profile_slack_s: float
    faint_place: float
    unplanned: float
    unplanned_headway: float
    parked: float
    free_prior: float
    other_block: float
    most_odds: float
    trip_hint: float
    run_hint: float
    route_hint: float
    direction_hint: float
    bay_reach_m: float
    begun_m: float
    apart_m: float
    slot_s: float
    slots: int


@compiled
def weighed(
    prices: Prices,
    at: Floats,
    stands: Bools,
    count: Index,
    free: Floats,
    pattern_ix: Ints,
    dist_m: Floats,
    log_weight: Floats,
    place_at: Floats,
    born_at: Floats,
    left_at: Floats,
    facts: Ints,
    first_m: Floats,
    stop_dist_m: Floats,
    profile_s: Ints,
    base_at: float,
    first_of_slot: Ints,
    run_profile: Ints,
    run_start_at: Floats,
    run_block: Ints,
    run_block_code: Codes,
    told_pattern: Ints,
    told_row: Index,
    told_route: Ints,
    told_direction: Ints,
    told_block: Ints,
    told_other: Floats,
    told_back: Floats,
    may_row: Codes,
    may_alone: Floats,
    block_code: Codes,
    block_p: Floats,
    ended_at: Floats,
    claimed: Floats,
) -> tuple[Index, Index, Index, Floats, Floats]:
    """Columns of :class:`~passinfo.tracking.weigh.Candidates`."""
    n, slots = len(at), may_row.shape[1]
    places = len(pattern_ix)
    row_0, row_1 = np.zeros(places, dtype=np.intp), np.zeros(places, dtype=np.intp)
    position, share = np.empty(places, dtype=np.intp), np.empty(places)
    most, place = 0, 0
    for vehicle in range(n):
        for _ in range(count[vehicle]):
            if place_at[place] == at[vehicle] and log_weight[place] >= prices.faint_place:
                pattern, dist = pattern_ix[place], dist_m[place]
                first, last, typical = facts[pattern, 0], facts[pattern, 1] - 1, facts[pattern, 2]
                base = pattern * prices.apart_m  # as the twin's sorted key, to the last digit
                low, high = first, last  # the last stop not beyond the place, but the last but one at most
                while low < high:
                    middle = (low + high + 1) // 2
                    if base + stop_dist_m[middle] <= base + min(dist, prices.apart_m / 2):
                        low = middle
                    else:
                        high = middle - 1
                stop = max(min(low, last - 1), first)
                here, there = stop_dist_m[stop], stop_dist_m[min(stop + 1, last)]
                position[place] = stop - first
                share[place] = min(max((dist - here) / max(there - here, 1e-9), 0.0), 1.0)
                usual_s = 0.0
                if typical >= 0:
                    row = typical + position[place]
                    after = min(row + 1, len(profile_s) - 1)
                    usual_s = profile_s[row, 0] + share[place] * (profile_s[after, 1] - profile_s[row, 0])
                from_at = at[vehicle] - usual_s - prices.most_late_s - prices.profile_slack_s
                to_at = at[vehicle] - usual_s + prices.most_early_s + prices.profile_slack_s
                slot_0 = min(max((from_at - base_at) // prices.slot_s + prices.slots / 3, 0.0), prices.slots - 1.0)
                slot_1 = min(max((to_at - base_at) // prices.slot_s + prices.slots / 3, 0.0), prices.slots - 1.0)
                row_0[place] = first_of_slot[pattern, int(slot_0)]
                row_1[place] = max(first_of_slot[pattern, int(slot_1) + 1], row_0[place])
                most += row_1[place] - row_0[place] + 1
            else:
                row_0[place] = -1
            place += 1
    report, of_place = np.empty(most, dtype=np.intp), np.empty(most, dtype=np.intp)
    plan_row, likely, alone = np.empty(most, dtype=np.intp), np.empty(most), np.empty(most)
    own = np.empty(slots)
    place, out = 0, 0
    for vehicle in range(n):
        begin, now = out, at[vehicle]
        any_block = prices.other_block
        for slot in range(slots):
            own[slot] = min(may_alone[vehicle, slot] / max(1.0 - may_alone[vehicle, slot], 1e-9), prices.most_odds)
            any_block += block_p[vehicle, slot]
        ready_at = ended_at[vehicle] + prices.turn_s
        turned = now - ended_at[vehicle] <= prices.pulls_up_s
        whole = whole_alone = prices.other_block * math.exp(free[vehicle] + prices.free_prior)
        for _ in range(count[vehicle]):
            here, place = place, place + 1
            if row_0[here] < 0:
                continue
            pattern = pattern_ix[here]
            favour = 0.0
            if told_pattern[vehicle] == pattern:
                favour = prices.trip_hint if told_row[vehicle] >= 0 else prices.trip_hint + prices.run_hint
            if told_route[vehicle] == facts[pattern, 4]:
                favour += prices.route_hint
            elif told_route[vehicle] != -1:
                favour += told_other[vehicle]
            if told_direction[vehicle] >= 0:
                same = told_direction[vehicle] == facts[pattern, 5]
                favour += prices.direction_hint if same else told_back[vehicle]
            weight = math.exp(log_weight[here] + favour)
            from_start = dist_m[here] - first_m[pattern]
            in_bay, at_sign = from_start <= prices.bay_reach_m, from_start <= prices.begun_m
            waited = left_at[here] - born_at[here] >= prices.waited_s
            last_profile, elapsed = -1, 0.0
            for run in range(row_0[here], row_1[here]):
                if run_profile[run] != last_profile:
                    last_profile = run_profile[run]
                    row = last_profile + position[here]
                    after = min(row + 1, len(profile_s) - 1)
                    elapsed = profile_s[row, 0] + share[here] * (profile_s[after, 1] - profile_s[row, 0])
                start_at = run_start_at[run]
                deviation = now - start_at - elapsed
                if not -prices.most_early_s <= deviation <= prices.most_late_s:
                    continue
                pulls_up = turned and not waited and now < start_at
                due = max(start_at, ready_at) if ready_at == ready_at else start_at
                timely = weight
                if at_sign or (in_bay and (stands[vehicle] or pulls_up)):
                    overdue = max(now - due - prices.leaves_late_s, 0.0) / prices.leaves_late_scale_s
                    if start_at > now:
                        timely *= math.exp((now - start_at) / prices.waits_scale_s)
                    timely /= (1.0 + overdue**2 / 3.0) ** 2
                else:
                    off = deviation - prices.usual_late_s
                    off /= prices.late_scale_s if off > 0 else prices.early_scale_s
                    slow = prices.running_weight * math.log1p(off**2 / 3.0)
                    if left_at[here] == left_at[here]:
                        off = left_at[here] - due - prices.leaves_late_s
                        off /= prices.leaves_late_scale_s if off > 0 else prices.leaves_early_scale_s
                        slow += prices.leaving_weight * math.log1p(off**2 / 3.0)
                    timely *= math.exp(-2.0 * slow)
                block, others = 0.0, claimed[run]
                for slot in range(slots):
                    if run_block[run] >= 0 and block_code[vehicle, slot] == run_block_code[run]:
                        block += block_p[vehicle, slot]
                    if may_row[vehicle, slot] == run:
                        others -= own[slot]
                timely *= prices.other_block + (1.0 - prices.other_block) * block
                if told_block[vehicle] >= 0 and told_block[vehicle] == run_block[run]:
                    timely *= math.exp(prices.route_hint)
                if told_row[vehicle] == run:
                    timely *= math.exp(prices.run_hint)
                report[out], of_place[out], plan_row[out] = vehicle, here, run
                alone[out], likely[out] = timely, timely / (1.0 + max(others, 0.0))
                whole, whole_alone = whole + likely[out], whole_alone + timely
                out += 1
            unplanned = prices.unplanned_headway if facts[pattern, 3] > 0 else prices.unplanned
            untold = math.exp(unplanned) * prices.other_block
            if stands[vehicle] and in_bay:
                untold = max(untold, math.exp(prices.parked) * any_block)
            report[out], of_place[out], plan_row[out] = vehicle, here, -1
            alone[out] = likely[out] = weight * untold
            whole, whole_alone = whole + likely[out], whole_alone + alone[out]
            out += 1
        for each in range(begin, out):
            likely[each] /= whole
            alone[each] /= whole_alone
    return report[:out], of_place[:out], plan_row[:out], likely[:out], alone[:out]
