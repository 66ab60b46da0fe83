"""Where on which pattern vehicles may be: a hidden Markov model over places of patterns.

Every report offers the nearest places of all patterns near it. A place is likely if it lies close to the report, if
the line runs the way the bus heads, and if a place of the same pattern before it explains the distance driven:
progress along the line should equal the displacement on the ground (after Newson and Krumm 2009). A bus driving
against a pattern's direction makes negative progress and the pattern dies out; so does one whose road branches off.
The ids of a report are no part of it: they are weighed when a pattern is chosen, once and not report by report, for a
wrong id is repeated too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking.belief import Belief
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.near import Near
from passinfo.tracking.ragged import Index, heads
from passinfo.tracking.terminals import BAY_REACH_M, BEGUN_M, START_REACH_M

SIGMA_M = 20.0
"""Spread of GPS and of surveyed lines together: twice the 90th percentile offset seen (Kingston: 9 m)."""
ROUGH_SIGMA_M = 160.0
"""Where lines go stop to stop: a third of the reach."""
SLIP_M = 25.0
"""Scale of progress that the displacement does not explain (β of Newson and Krumm, order of GPS noise)."""
SLIP_SHARE = 0.3
"""… plus this share of the displacement: roads wind, and lines cut corners."""
DRIFT_M = 40.0
"""A displacement of this order may be that of the receiver alone: it says little of the direction of a bus that is
amid its run …"""
NO_DRIFT_M = 1e-3
"""… but where runs begin and end, the first metres tell."""
FORGET = 0.98
"""Evidence fades by this factor with each report that tells news, so that yesterday's certainty does not outvote
today's road."""
ENTRY = -8.0
"""Cost of being on a pattern without having been on it before."""
ENTRY_AT_START = -4.0
"""… at its first stop, where runs begin."""
ENTRY_FREE = -3.0
"""… from being on none."""
FIRST = 0.0
"""First seen, a vehicle may be anywhere …"""
FREE, FREE_ROUGH = -2.5, -4.0
"""Cost per report of being on no pattern: a place on one that is 35 m aside costs as much (rough lines: 390 m)."""
LEAVE = -8.0
"""Cost of leaving a pattern for none: runs end at terminals, as a rule."""
AGAINST = -4.0
"""Cost of heading against the line (more than 100° off, faster than walking)."""
AGAINST_COS = float(np.cos(np.radians(100.0)))
NEWS_M, LEAST_NEWS = 40.0, 0.1
"""A report from where the bus was before says little new: its error is the same. Twice the spread of GPS is news."""
WALKING_MPS = 2.0
BACKWARD_M = 250.0
"""Progress never goes back farther than this: a bus that does has begun again."""
FASTEST_MPS = 40.0
FAINTEST = -10.5
"""Places less likely than e⁻¹⁰·⁵ of the best are dropped."""
LOST = -2.0
"""Cost per report of keeping a pattern in mind while the bus is off it."""
MAX_LOST_S = 900.0
"""A pattern not seen for a quarter of an hour is forgotten."""

FROM_ANY, FROM_FREE = -1, -2


@dataclass(frozen=True, slots=True)
class Origin:
    """What a belief came from: where likelier than staying, vehicles change patterns, or leave them."""

    row: Index
    """Row of the belief before that each place came from; FROM_ANY = its likeliest place, FROM_FREE = no pattern."""
    left: Bools
    """Of each vehicle: to be on no pattern it had to leave one just now."""


def advance(
    index: TrackingIndex,
    before: Belief,
    near: Near,
    *,
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
    forget: float = FORGET,
) -> tuple[Belief, Origin]:
    """The belief after one more report of each vehicle, and what it came from.

    ``before`` and every column have one row per report; ``heading_rad`` and ``speed_mps`` may be NaN. ``moved_m``:
    how far from the report before (NaN = there is none); ``stands``: the
    vehicle has been standing for a while; ``service``: log-likelihood of entering each
    pattern, by slot of the day; ``slot``: the slot of each report;
    ``under_way``: the vehicle is amid a run; ``unweighed``: reports taken without weighing since ``before``;
    ``forget``: see ``FORGET``.
    """
    n = len(at)
    report, pattern, dist = near.report, near.pattern_ix, near.dist_m
    surveyed = index.network.patterns.shape_known[pattern]
    score = -0.5 * (near.offset_m / np.where(surveyed, SIGMA_M, ROUGH_SIGMA_M)) ** 2
    with np.errstate(invalid="ignore"):
        moves = np.where(speed_mps > WALKING_MPS, 1.0, np.nan)
        along = near.east * (moves * np.sin(heading_rad))[report] + near.north * (moves * np.cos(heading_rad))[report]
        against = along < AGAINST_COS
    news = np.clip(np.nan_to_num(moved_m / NEWS_M, nan=1.0), LEAST_NEWS, 1.0)
    score = (score + np.where(against, AGAINST, 0.0)) * news[report]
    fade: Floats = np.power(forget, np.where(under_way, news, 1.0) * (1 + unweighed))
    drift_m = np.where(under_way, DRIFT_M, NO_DRIFT_M)
    owner = np.repeat(np.arange(n), before.count)
    came, source = _from_before(index, before, owner, report, pattern, dist, surveyed, x_m, y_m, at, fade, drift_m)
    from_start = dist - index.first_m[pattern]
    in_bay = stands[report] & (from_start <= BAY_REACH_M)
    entry = np.where(in_bay | (from_start <= START_REACH_M), ENTRY_AT_START, ENTRY)
    entry = np.maximum(entry, before.free[report] + ENTRY_FREE)
    entry = np.where(before.count[report] == 0, np.maximum(entry, FIRST), entry)
    by_free = before.free[report] + ENTRY_FREE >= entry
    entry = entry + service[slot[report], pattern]
    entered = ~(came > entry)
    score = score + np.where(entered, entry, came)
    origin = np.where(entered, 0, source)
    if len(before.pattern_ix):
        born_at = np.where(entered, at[report], before.born_at[origin])
        born_m = np.where(entered, dist, before.born_m[origin])
        left_at = np.where(entered, np.nan, before.left_at[origin])
    else:
        born_at, born_m, left_at = at[report], dist, np.full(len(dist), np.nan)
    left_at = np.where(in_bay | (from_start <= BEGUN_M), at[report], left_at)
    lost = np.flatnonzero(_lost(index, before, owner, report, pattern, at))
    merged = (
        np.concatenate((pattern, before.pattern_ix[lost])),
        np.concatenate((dist, before.dist_m[lost])),
        np.concatenate((near.offset_m, before.offset_m[lost])),
        np.concatenate((score, fade[owner[lost]] * before.log_weight[lost] + LOST + ENTRY)),
        np.concatenate((x_m[report], before.x_m[lost])),
        np.concatenate((y_m[report], before.y_m[lost])),
        np.concatenate((at[report], before.at[lost])),
        np.concatenate((born_at, before.born_at[lost])),
        np.concatenate((born_m, before.born_m[lost])),
        np.concatenate((left_at, before.left_at[lost])),
    )
    rough = np.zeros(n, dtype=bool)
    rough[report[~surveyed]] = True
    free = np.maximum(before.free + np.where(rough, FREE_ROUGH, FREE) * news, LEAVE)
    belief, kept = _pruned(index, n, free, np.concatenate((report, owner[lost])), merged)
    came_from = np.where(entered, np.where(by_free, FROM_FREE, FROM_ANY), source)
    return belief, Origin(np.concatenate((came_from, lost))[kept], free <= LEAVE)


def _from_before(
    index: TrackingIndex,
    before: Belief,
    owner: Index,
    report: Index,
    pattern: Ints,
    dist: Floats,
    surveyed: Bools,
    x_m: Floats,
    y_m: Floats,
    at: Floats,
    fade: Floats,
    drift_m: Floats,
) -> tuple[Floats, Index]:
    """Best log-weight of having come to each place from a place of the same pattern, and the row it came from."""
    best, source = np.full(len(pattern), -np.inf), np.zeros(len(pattern), dtype=np.intp)
    if len(owner) == 0 or len(pattern) == 0:
        return best, source
    n_patterns = len(index.rank)
    key = owner * n_patterns + index.rank[before.pattern_ix]
    wanted = report * n_patterns + index.rank[pattern]
    first = np.searchsorted(key, wanted)
    driven_from = np.sqrt((x_m[owner] - before.x_m) ** 2 + (y_m[owner] - before.y_m) ** 2)
    elapsed_from = np.maximum(at[owner] - before.at, 0.0)
    slip_m = np.where(surveyed, SLIP_M, ROUGH_SIGMA_M / 2)
    todo, row = np.arange(len(pattern)), first
    while True:
        alive = row < len(key)
        alive[alive] = key[row[alive]] == wanted[todo[alive]]
        todo, row = todo[alive], row[alive]
        if len(todo) == 0:
            return best, source
        progress, driven = dist[todo] - before.dist_m[row], driven_from[row]
        slip = np.abs(progress - driven) / (slip_m[todo] + SLIP_SHARE * driven)
        total = fade[report[todo]] * before.log_weight[row] - np.minimum(
            slip, 0.5 * (driven / drift_m[report[todo]]) ** 2
        )
        possible = (progress > -BACKWARD_M) & (progress < FASTEST_MPS * elapsed_from[row] + BACKWARD_M)
        better = possible & (total > best[todo])
        best[todo[better]], source[todo[better]] = total[better], row[better]
        row = row + 1


def _lost(index: TrackingIndex, before: Belief, owner: Index, report: Index, pattern: Ints, at: Floats) -> Bools:
    """Places of patterns the bus has left a short while ago: kept, so that it can rejoin them farther on."""
    n_patterns = len(index.rank)
    seen = report * n_patterns + index.rank[pattern]
    key = owner * n_patterns + index.rank[before.pattern_ix]
    recent = at[owner] - before.at < MAX_LOST_S
    if len(seen) == 0:
        return np.asarray(recent)
    found = np.minimum(np.searchsorted(seen, key), len(seen) - 1)
    return np.asarray((seen[found] != key) & recent)


def _pruned(
    index: TrackingIndex, n: int, free: Floats, owner: Index, columns: tuple[Ints | Floats, ...]
) -> tuple[Belief, Index]:
    """Rows in order, without the faint ones, the best of each vehicle at 0; and which rows they were."""
    pattern, score = columns[0], columns[3]
    order = np.argsort(owner * len(index.rank) + index.rank[pattern], kind="stable")
    owner, score = owner[order], score[order]
    first = heads(owner)
    top = free.copy()
    if len(first):
        top[owner[first]] = np.maximum(np.maximum.reduceat(score, first), free[owner[first]])
    score = score - top[owner]
    kept = np.flatnonzero(score > FAINTEST)
    rows = order[kept]
    count = np.bincount(owner[kept], minlength=n)
    flat: Any = [column[rows] for column in columns]
    flat[3] = score[kept]
    return Belief(np.cumsum(count) - count, count, free - top, *flat), rows
