"""The weighing of :mod:`passinfo.tracking.weigh` with numpy: all pairs of places and runs in each sweep."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking.belief import Belief
from passinfo.tracking.candidates import Candidates, Memory, Told, odds
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.plan import Plan
from passinfo.tracking.ragged import Index, heads, spread
from passinfo.tracking.terminals import BAY_REACH_M, BEGUN_M
from passinfo.tracking.trip_prices import (
    DIRECTION_HINT,
    EARLY_SCALE_S,
    FAINT_PLACE,
    FREE_PRIOR,
    LATE_SCALE_S,
    LEAVES_EARLY_SCALE_S,
    LEAVES_LATE_S,
    LEAVES_LATE_SCALE_S,
    LEAVING_WEIGHT,
    MOST_EARLY_S,
    MOST_LATE_S,
    OTHER_BLOCK,
    PARKED,
    PROFILE_SLACK_S,
    PULLS_UP_S,
    ROUTE_HINT,
    RUN_HINT,
    RUNNING_WEIGHT,
    TRIP_HINT,
    TURN_S,
    UNPLANNED,
    UNPLANNED_HEADWAY,
    USUAL_LATE_S,
    WAITED_S,
    WAITS_SCALE_S,
)
from passinfo.tracking.vehicles import SLOTS, Codes


def weigh_numpy(
    index: TrackingIndex,
    plan: Plan,
    belief: Belief,
    at: Floats,
    stands: Bools,
    told: Told,
    memory: Memory,
    claimed: Floats,
) -> Candidates:
    """Candidates of each report: see ``weigh``."""
    owner = np.repeat(np.arange(len(at)), belief.count)
    place = np.flatnonzero((belief.at == at[owner]) & (belief.log_weight >= FAINT_PLACE))
    owner = owner[place]
    pattern, dist = belief.pattern_ix[place], belief.dist_m[place]
    score = belief.log_weight[place] + _favour(index, told, owner, pattern)
    position, share = index.between_stops(pattern, dist)
    typical = index.typical_profile.take(pattern)
    usual = np.where(typical >= 0, index.planned_s(np.maximum(typical, 0), position, share), 0.0)
    from_at = at[owner] - usual - MOST_LATE_S - PROFILE_SLACK_S
    first, end = plan.between(pattern, from_at, at[owner] - usual + MOST_EARLY_S + PROFILE_SLACK_S)
    which, row = spread(first, np.maximum(end - first, 0))
    elapsed = index.planned_at_s(plan.profile_row[row] + position[which], share[which])
    deviation = at[owner[which]] - plan.start_at[row] - elapsed
    keep = np.flatnonzero((deviation >= -MOST_EARLY_S) & (deviation <= MOST_LATE_S))
    which, row, deviation = which[keep], row[keep], deviation[keep]
    report = owner[which]
    from_start = dist - index.first_m.take(pattern)
    in_bay = (from_start <= BAY_REACH_M)[which]  # before its time a bus that moves there pulls up
    with np.errstate(invalid="ignore"):
        turned = at[report] - memory.ended_at[report] <= PULLS_UP_S
        waited = (belief.left_at - belief.born_at >= WAITED_S)[place[which]]  # at the sign: it leaves, whichever trip
    pulls_up = turned & ~waited & (at[report] < plan.start_at[row])
    waits = (from_start <= BEGUN_M)[which] | (in_bay & (stands[report] | pulls_up))
    left_at = np.where(waits, np.nan, belief.left_at[place[which]])
    timely = np.where(
        waits,
        _waiting(at[report], plan.start_at[row], memory.ended_at[report]),
        RUNNING_WEIGHT * tailed(deviation - USUAL_LATE_S, EARLY_SCALE_S, LATE_SCALE_S)
        + LEAVING_WEIGHT * leaving(left_at, plan.start_at[row], memory.ended_at[report]),
    )
    rows = score[which] + timely + _by_block(plan, row, report, told, memory)
    rows = rows + np.where(row == told.plan_row[report], RUN_HINT, 0.0)
    unplanned = (
        score + np.where(index.has_headway.take(pattern) > 0, UNPLANNED_HEADWAY, UNPLANNED) + np.log(OTHER_BLOCK)
    )
    parked = stands[owner] & (from_start <= BAY_REACH_M)
    any_block = np.log(OTHER_BLOCK + memory.block_p.sum(axis=1))[owner]
    unplanned = np.where(parked, np.maximum(unplanned, score + PARKED + any_block), unplanned)
    all_report = np.concatenate((report, owner))
    all_place = np.concatenate((which, np.arange(len(place))))
    order = np.argsort(all_place, kind="stable")
    weight = np.concatenate((rows, unplanned))[order]
    taken = np.concatenate((_by_claims(row, report, memory, claimed), np.zeros(len(place))))[order]
    report = all_report[order]
    free = belief.free + np.log(OTHER_BLOCK) + FREE_PRIOR
    none = np.full(len(place), -1, dtype=np.intp)
    return Candidates(
        report,
        place[all_place[order]],
        np.concatenate((row, none))[order],
        _shares(report, weight + taken, free),
        _shares(report, weight, free),
    )


def _shares(report: Index, weight: Floats, free: Floats) -> Floats:
    """Probability of each candidate from log-weights; ``free``: log-weight of none of them, by report."""
    first = heads(report)
    if len(first) == 0:
        return weight
    counts = np.diff(np.append(first, len(report)))
    top = np.maximum(np.maximum.reduceat(weight, first), free[report[first]])
    likely = np.exp(weight - np.repeat(top, counts))
    whole = np.add.reduceat(likely, first) + np.exp(free[report[first]] - top)
    return np.asarray(likely / np.repeat(whole, counts))


def _favour(index: TrackingIndex, told: Told, owner: Index, pattern: Ints) -> Floats:
    """Log-likelihood that the ids of the report add to a place."""
    patterns = index.network.patterns
    hint = np.where(told.plan_row[owner] >= 0, TRIP_HINT, TRIP_HINT + RUN_HINT)
    favour = np.where(told.pattern_ix[owner] == pattern, hint, 0.0)
    route = told.route_ix.take(owner)
    favour += np.where(
        route == patterns.route_ix.take(pattern), ROUTE_HINT, np.where(route == -1, 0.0, told.other_route.take(owner))
    )
    direction = told.direction_id[owner]
    same = direction == patterns.direction_id.take(pattern)
    return favour + np.where(direction < 0, 0.0, np.where(same, DIRECTION_HINT, told.other_direction.take(owner)))


def tailed(off_s: Floats, early_scale_s: float, late_scale_s: float) -> Floats:
    """Heavy-tailed (Student's t with 3 degrees of freedom, unscaled): one bus in a hundred is very late."""
    scale = np.where(off_s > 0, late_scale_s, early_scale_s)
    return np.asarray(-2.0 * np.log1p((off_s / scale) ** 2 / 3.0))


def leaving(left_at: Floats, start_at: Floats, ended_at: Floats) -> Floats:
    """How well the departure from the first stop fits the plan, or the arrival before where that came late."""
    with np.errstate(invalid="ignore"):
        late = left_at - np.maximum(start_at, np.nan_to_num(ended_at + TURN_S, nan=-np.inf))
        fit = tailed(late - LEAVES_LATE_S, LEAVES_EARLY_SCALE_S, LEAVES_LATE_SCALE_S)
    return np.asarray(np.where(np.isnan(left_at), 0.0, fit))


def _waiting(at: Floats, start_at: Floats, ended_at: Floats) -> Floats:
    """How well a bus at the first stop fits a departure it has not made yet."""
    due = np.maximum(start_at, np.nan_to_num(ended_at + TURN_S, nan=-np.inf))
    overdue = np.maximum(at - due - LEAVES_LATE_S, 0.0)
    return tailed(overdue, LEAVES_EARLY_SCALE_S, LEAVES_LATE_SCALE_S) - np.maximum(start_at - at, 0.0) / WAITS_SCALE_S


def _by_block(plan: Plan, row: Index, report: Index, told: Told, memory: Memory) -> Floats:
    """Prior of a run by the blocks the vehicle may be serving, and by the block it names."""
    same = _which(memory.block_code, report, plan.block_code[row])
    block = np.bincount(same // SLOTS, memory.block_p[report[same // SLOTS], same % SLOTS], len(row))
    prior = np.log(OTHER_BLOCK + (1.0 - OTHER_BLOCK) * block)
    named = (told.block_ix[report] >= 0) & (told.block_ix[report] == plan.block_ix[row])
    return np.asarray(prior + np.where(named, ROUTE_HINT, 0.0))


def _by_claims(row: Index, report: Index, memory: Memory, claimed: Floats) -> Floats:
    """What it costs to run a trip that other vehicles may be running: one of them does not."""
    same = _which(memory.may_row, report, row)
    own = np.bincount(same // SLOTS, odds(memory.may_alone[report[same // SLOTS], same % SLOTS]), len(row))
    return np.asarray(-np.log1p(np.maximum(claimed[row] - own, 0.0)))


def _which(remembered: Codes, report: Index, wanted: Codes) -> Index:
    """Which of the slots of what is remembered of each report (candidate · SLOTS + slot) hold what is wanted."""
    return np.flatnonzero(remembered.take(report, axis=0) == wanted[:, None])
