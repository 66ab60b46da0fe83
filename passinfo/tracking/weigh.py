"""How likely each trip is that a vehicle may be running: where it is, when, what it ran before, what others run.

Every place a vehicle may be at is joined with every timetable run that could be there now. Beside them stands, for
every place, "a run that no timetable tells of", so that the sum over a pattern says how likely the pattern is, and a
bus that fits no trip is given none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking import fast
from passinfo.tracking.belief import Belief
from passinfo.tracking.fast.weigh import Prices, weighed
from passinfo.tracking.ground import APART_M
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.plan import SLOT_S, SLOTS, Plan
from passinfo.tracking.ragged import Index, heads, spread
from passinfo.tracking.terminals import BAY_REACH_M, BEGUN_M
from passinfo.tracking.vehicles import Codes

USUAL_LATE_S = 60.0
LATE_SCALE_S = 240.0
EARLY_SCALE_S = 120.0
"""Deviations centre a minute late and spread twice as far to the late side (seen on both cities with trip ids)."""
LEAVES_LATE_S, LEAVES_LATE_SCALE_S, LEAVES_EARLY_SCALE_S = 15.0, 120.0, 60.0
"""Departures from the first stop keep the plan better than the road does."""
RUNNING_WEIGHT, LEAVING_WEIGHT = 0.7, 0.5
"""Lateness on the road and at departure are one fact seen twice: together they count little more than once."""
TURN_S = 60.0
"""A bus that comes late leaves again after a minute at the earliest."""
WAITS_SCALE_S = 900.0
"""A bus at the first stop is likelier to run the next departure than one an hour away."""
PULLS_UP_S = 1_800.0
"""… within half an hour of the run before."""
WAITED_S = 120.0
"""… unless it has waited so long at the first stop itself."""
MOST_EARLY_S, MOST_LATE_S = 900.0, 3_600.0
"""Beyond, a trip is not considered at all."""
PROFILE_SLACK_S = 1_200.0
"""Running times of a pattern's trips differ by no more from its usual one."""
FAINT_PLACE = -7.5
"""A place entered just now where another explains the way driven is not weighed."""
UNPLANNED = -6.0
"""Log-likelihood of a run in no timetable; that of a trip exactly on its usual deviation is 0."""
UNPLANNED_HEADWAY = -1.5
"""… on a pattern with headway service, where such runs are the rule."""
PARKED = -4.0
"""… of a bus that stands at a first stop: one in fifty will not run the next departure, whatever its block."""
FREE_PRIOR = -1.0
"""… of being on no pattern: a bus that moves is in service, as a rule."""
OTHER_BLOCK = 0.007
"""A vehicle leaves its block for another one that often from run to run (none of 147 in Washington and Kingston)."""
MOST_ODDS = 50.0
"""However sure a vehicle is of its trip, another one may be right."""
TRIP_HINT, RUN_HINT, ROUTE_HINT, DIRECTION_HINT = 3.0, 3.0, 3.0, 2.0
"""Log-likelihood that an id of the BMS adds: right far more often than not, yet the road outvotes a wrong one
(entering a pattern anywhere costs 8, at its first stop 4)."""

PRICES = Prices(
    USUAL_LATE_S,
    LATE_SCALE_S,
    EARLY_SCALE_S,
    LEAVES_LATE_S,
    LEAVES_LATE_SCALE_S,
    LEAVES_EARLY_SCALE_S,
    RUNNING_WEIGHT,
    LEAVING_WEIGHT,
    TURN_S,
    WAITS_SCALE_S,
    PULLS_UP_S,
    WAITED_S,
    MOST_EARLY_S,
    MOST_LATE_S,
    PROFILE_SLACK_S,
    FAINT_PLACE,
    UNPLANNED,
    UNPLANNED_HEADWAY,
    PARKED,
    FREE_PRIOR,
    OTHER_BLOCK,
    MOST_ODDS,
    TRIP_HINT,
    RUN_HINT,
    ROUTE_HINT,
    DIRECTION_HINT,
    BAY_REACH_M,
    BEGUN_M,
    APART_M,
    SLOT_S,
    SLOTS,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the permitted ids of each report say; -1 where they say nothing."""

    pattern_ix: Ints
    """Pattern of the trip named."""
    plan_row: Index
    """The timetable run named."""
    route_ix: Ints
    direction_id: Ints
    block_ix: Ints
    """Number of the block named."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What each vehicle was thought to run before, as rows of the plan and codes of blocks."""

    may_row: Index
    """n × slots; -1 = none."""
    may_alone: Floats
    block_code: Codes
    block_p: Floats
    ended_at: Floats
    """When the run before ended; NaN = unknown."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates by report, then place: what may be run, and how likely.

    Probabilities of a report sum to one, less that of being on no pattern.
    """

    report: Index
    place: Index
    """Row of the belief."""
    plan_row: Index
    """-1 = a run that no timetable tells of."""
    likely: Floats
    alone: Floats
    """The same as if no other vehicle were there."""


def weigh(
    index: TrackingIndex,
    plan: Plan,
    belief: Belief,
    at: Floats,
    stands: Bools,
    told: Told,
    memory: Memory,
    claimed: Floats,
) -> Candidates:
    """Candidates of each report.

    ``stands``: the vehicle has been standing for a while; ``claimed``: odds that each run of the plan is some
    vehicle's, summed over vehicles.
    """
    way = weigh_fast if fast.AVAILABLE else weigh_numpy
    return way(index, plan, belief, at, stands, told, memory, claimed)


def weigh_fast(
    index: TrackingIndex,
    plan: Plan,
    belief: Belief,
    at: Floats,
    stands: Bools,
    told: Told,
    memory: Memory,
    claimed: Floats,
) -> Candidates:
    """The same, compiled: place by place."""
    return Candidates(
        *weighed(
            PRICES,
            at,
            stands,
            belief.count,
            belief.free,
            belief.pattern_ix,
            belief.dist_m,
            belief.log_weight,
            belief.at,
            belief.born_at,
            belief.left_at,
            index.first_m,
            index.has_headway,
            index.typical_profile,
            index.route_ix,
            index.direction_id,
            index.stop_ptr,
            index.stop_key,
            index.stop_dist_m,
            index.profile_ptr,
            index.arrival_s,
            index.departure_s,
            plan.base_at,
            plan.first_of_slot,
            plan.profile_ix,
            plan.start_at,
            plan.block_ix,
            plan.block_code,
            told.pattern_ix,
            told.plan_row,
            told.route_ix,
            told.direction_id,
            told.block_ix,
            memory.may_row,
            memory.may_alone,
            memory.block_code,
            memory.block_p,
            memory.ended_at,
            claimed,
        )
    )


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
    """The same, with numpy: all pairs of places and runs in one sweep."""
    owner = np.repeat(np.arange(len(at)), belief.count)
    place = np.flatnonzero((belief.at == at[owner]) & (belief.log_weight >= FAINT_PLACE))
    owner = owner[place]
    pattern, dist = belief.pattern_ix[place], belief.dist_m[place]
    score = belief.log_weight[place] + _favour(index, told, owner, pattern)
    position, share = index.between_stops(pattern, dist)
    typical = index.typical_profile[pattern]
    usual = np.where(typical >= 0, index.planned_s(np.maximum(typical, 0), position, share), 0.0)
    from_at = at[owner] - usual - MOST_LATE_S - PROFILE_SLACK_S
    first, end = plan.between(pattern, from_at, at[owner] - usual + MOST_EARLY_S + PROFILE_SLACK_S)
    which, row = spread(first, np.maximum(end - first, 0))
    elapsed = index.planned_s(plan.profile_ix[row], position[which], share[which])
    deviation = at[owner[which]] - plan.start_at[row] - elapsed
    keep = np.flatnonzero((deviation >= -MOST_EARLY_S) & (deviation <= MOST_LATE_S))
    which, row, deviation = which[keep], row[keep], deviation[keep]
    report = owner[which]
    from_start = dist - index.first_m[pattern]
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
    unplanned = score + np.where(index.has_headway[pattern] > 0, UNPLANNED_HEADWAY, UNPLANNED) + np.log(OTHER_BLOCK)
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
    favour += np.where(told.route_ix[owner] == patterns.route_ix[pattern], ROUTE_HINT, 0.0)
    direction = told.direction_id[owner]
    return favour + np.where((direction >= 0) & (direction == patterns.direction_id[pattern]), DIRECTION_HINT, 0.0)


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
    same = memory.block_code[report] == plan.block_code[row][:, None]
    prior = np.log(OTHER_BLOCK + (1.0 - OTHER_BLOCK) * np.where(same, memory.block_p[report], 0.0).sum(axis=1))
    named = (told.block_ix[report] >= 0) & (told.block_ix[report] == plan.block_ix[row])
    return np.asarray(prior + np.where(named, ROUTE_HINT, 0.0))


def _by_claims(row: Index, report: Index, memory: Memory, claimed: Floats) -> Floats:
    """What it costs to run a trip that other vehicles may be running: one of them does not."""
    own = np.where(memory.may_row[report] == row[:, None], odds(memory.may_alone[report]), 0.0).sum(axis=1)
    return np.asarray(-np.log1p(np.maximum(claimed[row] - own, 0.0)))


def odds(likely: Floats) -> Floats:
    """Odds of a probability, within bounds: nobody is surer than that."""
    return np.asarray(np.minimum(likely / np.maximum(1.0 - likely, 1e-9), MOST_ODDS))
