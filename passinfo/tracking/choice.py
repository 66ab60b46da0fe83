"""Which pattern each vehicle is on: the candidates summed by route and direction, with some loyalty to the run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking import fast
from passinfo.tracking.belief import Belief
from passinfo.tracking.candidates import Candidates
from passinfo.tracking.fast.choice import Bounds, choose_places
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.ragged import Index, best_rows, heads

SURE_GROUP = 0.65
"""Route and direction are sure from this probability on."""
KEEP_GROUP = 0.3
"""A run under way is kept down to this one: doubt alone does not end a trip."""
KEEP_PATTERN = 3.0
"""A run under way keeps its pattern while no variant of it is three times likelier."""
SURE_TRIP = 0.6
"""Below this probability the trip is not named."""
BOUNDS = Bounds(SURE_GROUP, KEEP_GROUP, KEEP_PATTERN, SURE_TRIP)


@dataclass(frozen=True, slots=True)
class Choice:
    """The place chosen for each report; pattern -1 where route and direction are not sure."""

    pattern_ix: Ints
    dist_m: Floats
    offset_m: Floats
    likely: Floats
    """Probability of the route and direction."""
    plan_row: Index
    """Likeliest timetable run of that route and direction, -1 = none …"""
    trip_likely: Floats
    """… and its probability."""
    left_at: Floats
    """When it was last seen at the first stop; NaN if it came onto the pattern farther on."""
    confirmed: Bools
    """True: the likeliest place is one near this report."""


def no_choice(n: int) -> Choice:
    """Nothing chosen for n reports."""
    return Choice(
        np.full(n, -1, dtype=np.int32),
        np.full(n, np.nan),
        np.full(n, np.nan),
        np.zeros(n),
        np.full(n, -1, dtype=np.intp),
        np.zeros(n),
        np.full(n, np.nan),
        np.zeros(n, dtype=bool),
    )


def choose(
    index: TrackingIndex, belief: Belief, candidates: Candidates, at: Floats, run_pattern: Ints, under_way: Bools
) -> Choice:
    """The pattern each vehicle is on. ``under_way``: it has a run that has begun and not ended."""
    way = choose_fast if fast.AVAILABLE else choose_numpy
    return way(index, belief, candidates, at, run_pattern, under_way)


def choose_fast(
    index: TrackingIndex, belief: Belief, candidates: Candidates, at: Floats, run_pattern: Ints, under_way: Bools
) -> Choice:
    """The same, compiled: vehicle by vehicle."""
    choice = no_choice(len(at))
    choose_places(
        BOUNDS,
        index.group,
        belief.start,
        belief.count,
        belief.free,
        belief.pattern_ix,
        belief.dist_m,
        belief.offset_m,
        belief.log_weight,
        belief.at,
        belief.left_at,
        candidates.report,
        candidates.place,
        candidates.plan_row,
        candidates.likely,
        at,
        run_pattern,
        under_way,
        choice.pattern_ix,
        choice.dist_m,
        choice.offset_m,
        choice.likely,
        choice.plan_row,
        choice.trip_likely,
        choice.left_at,
        choice.confirmed,
    )
    return choice


def choose_numpy(
    index: TrackingIndex, belief: Belief, candidates: Candidates, at: Floats, run_pattern: Ints, under_way: Bools
) -> Choice:
    """The same, with numpy: in sweeps over all candidates."""
    n = len(at)
    choice = no_choice(n)
    choice.confirmed[:] = _confirmed(belief, at)
    if len(candidates.report) == 0:
        return choice
    by_place = heads(candidates.place)
    report, place = candidates.report[by_place], candidates.place[by_place]
    weight = np.add.reduceat(candidates.likely, by_place)
    inside, likely = _in_group(index, belief, report, place, weight, choice.confirmed, run_pattern, under_way)
    rows = np.flatnonzero(inside)
    loyal = np.where(belief.pattern_ix[place[rows]] == run_pattern[report[rows]], KEEP_PATTERN, 1.0)
    top = rows[best_rows(report[rows], weight[rows] * loyal)]
    here = place[top]
    sizes = np.diff(np.append(by_place, len(candidates.place)))
    timed = np.flatnonzero(np.repeat(inside, sizes) & (candidates.plan_row >= 0))
    timed = timed[best_rows(candidates.report[timed], candidates.likely[timed])]
    choice.plan_row[candidates.report[timed]] = candidates.plan_row[timed]
    choice.trip_likely[candidates.report[timed]] = candidates.likely[timed]
    sure = timed[candidates.likely[timed] >= SURE_TRIP]
    chosen = np.full(n, -1, dtype=np.intp)
    chosen[report[top]] = here
    chosen[candidates.report[sure]] = candidates.place[sure]
    found = np.flatnonzero(chosen >= 0)
    choice.pattern_ix[found] = belief.pattern_ix[chosen[found]]
    choice.dist_m[found], choice.offset_m[found] = belief.dist_m[chosen[found]], belief.offset_m[chosen[found]]
    choice.left_at[found] = belief.left_at[chosen[found]]
    choice.likely[report[top]] = np.minimum(likely[top], 1.0)
    return choice


def _in_group(
    index: TrackingIndex,
    belief: Belief,
    report: Index,
    place: Index,
    weight: Floats,
    confirmed: Bools,
    run_pattern: Ints,
    under_way: Bools,
) -> tuple[Bools, Floats]:
    """Which places belong to the route and direction chosen for their report, and how likely those are."""
    group = index.group.take(belief.pattern_ix[place])
    by_group = heads(report * (int(index.group.max()) + 1) + group)
    group_of = np.repeat(np.arange(len(by_group)), np.diff(np.append(by_group, len(place))))
    share, group_report = np.add.reduceat(weight, by_group), report[by_group]
    own_group = np.where(run_pattern >= 0, index.group[run_pattern], -1)
    own = (group[by_group] == own_group[group_report]) & under_way[group_report]
    with_loyalty = np.where(own & (share >= KEEP_GROUP), share + 1.0, share)
    best = best_rows(group_report, with_loyalty)
    best = best[(with_loyalty[best] >= SURE_GROUP) & confirmed[group_report[best]]]
    inside = np.zeros(len(by_group), dtype=bool)
    inside[best] = True
    return inside[group_of], share[group_of]


def _confirmed(belief: Belief, at: Floats) -> Bools:
    owner = np.repeat(np.arange(len(at)), belief.count)
    weight = np.exp(belief.log_weight)
    near = np.bincount(owner, weights=np.where(belief.at == at[owner], weight, 0.0), minlength=len(at))
    every = np.bincount(owner, weights=weight, minlength=len(at)) + np.exp(belief.free)
    return np.asarray((near > 0) & (near >= 0.5 * every))
