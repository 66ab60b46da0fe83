"""The hidden Markov model of :mod:`passinfo.tracking.advance` with numpy: all places of all vehicles in each sweep."""

from __future__ import annotations

from typing import Any

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking.belief import Belief, Origin, rows_of
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.near import Near
from passinfo.tracking.place_prices import (
    AGAINST,
    AGAINST_COS,
    BACKWARD_M,
    DRIFT_M,
    ENTRY,
    ENTRY_AT_START,
    ENTRY_FREE,
    FAINTEST,
    FASTEST_MPS,
    FIRST,
    FORGET,
    FREE,
    FREE_ROUGH,
    FROM_ANY,
    FROM_FREE,
    LEAST_NEWS,
    LEAVE,
    LOST,
    MAX_LOST_S,
    NEWS_M,
    NO_DRIFT_M,
    ROUGH_SIGMA_M,
    SIGMA_M,
    SLIP_M,
    SLIP_SHARE,
    WALKING_MPS,
)
from passinfo.tracking.ragged import Index, heads, spread
from passinfo.tracking.terminals import BAY_REACH_M, BEGUN_M, START_REACH_M


def advance_numpy(
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
    """The belief after one more report of each vehicle, and what it came from: see ``advance``."""
    n = len(at)
    _, whole = spread(before.start, before.count)
    before = rows_of(before, np.arange(n))
    report, pattern, dist = near.report, near.pattern_ix, near.dist_m
    surveyed = index.shape_known.take(pattern)
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
    came, source, met = _from_before(index, before, owner, report, pattern, dist, surveyed, x_m, y_m, at, fade, drift_m)
    from_start = dist - index.first_m.take(pattern)
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
    lost = np.flatnonzero(~met & (at.take(owner) - before.at < MAX_LOST_S))
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
    came_from = np.where(entered, np.where(by_free, FROM_FREE, FROM_ANY), whole[source] if len(whole) else source)
    return belief, Origin(np.concatenate((came_from, whole[lost]))[kept], free <= LEAVE)


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
) -> tuple[Floats, Index, Bools]:
    """Best log-weight of having come to each place from a place of the same pattern, and the row it came from.

    And which rows are of a pattern that is still near: the others the bus has left. Left a short while ago they are
    kept, so that it can rejoin them farther on.
    """
    best, source = np.full(len(pattern), -np.inf), np.zeros(len(pattern), dtype=np.intp)
    met = np.zeros(len(owner), dtype=bool)
    if len(owner) == 0 or len(pattern) == 0:
        return best, source, met
    n_patterns = len(index.rank)
    key = owner * n_patterns + index.rank.take(before.pattern_ix)
    wanted = report * n_patterns + index.rank.take(pattern)
    first = np.searchsorted(key, wanted)
    driven_from = np.sqrt((x_m.take(owner) - before.x_m) ** 2 + (y_m.take(owner) - before.y_m) ** 2)
    elapsed_from = np.maximum(at.take(owner) - before.at, 0.0)
    slip_m = np.where(surveyed, SLIP_M, ROUGH_SIGMA_M / 2)
    todo, row = np.arange(len(pattern)), first
    while True:
        alive = np.flatnonzero(key.take(row, mode="clip") == wanted.take(todo))
        alive = alive[row.take(alive) < len(key)]
        todo, row = todo.take(alive), row.take(alive)
        met[row] = True
        if len(todo) == 0:
            return best, source, met
        progress, driven = dist.take(todo) - before.dist_m.take(row), driven_from.take(row)
        slip = np.abs(progress - driven) / (slip_m.take(todo) + SLIP_SHARE * driven)
        total = fade[report[todo]] * before.log_weight[row] - np.minimum(
            slip, 0.5 * (driven / drift_m[report[todo]]) ** 2
        )
        possible = (progress > -BACKWARD_M) & (progress < FASTEST_MPS * elapsed_from[row] + BACKWARD_M)
        better = possible & (total > best[todo])
        best[todo[better]], source[todo[better]] = total[better], row[better]
        row = row + 1


def _pruned(
    index: TrackingIndex, n: int, free: Floats, owner: Index, columns: tuple[Ints | Floats, ...]
) -> tuple[Belief, Index]:
    """Rows in order, without the faint ones, the best of each vehicle at 0; and which rows they were."""
    pattern, score = np.asarray(columns[0], dtype=np.int32), columns[3]
    order = np.argsort(owner * len(index.rank) + index.rank.take(pattern), kind="stable")
    owner, score = owner[order], score[order]
    first = heads(owner)
    top = free.copy()
    if len(first):
        top[owner[first]] = np.maximum(np.maximum.reduceat(score, first), free[owner[first]])
    score = score - top[owner]
    kept = np.flatnonzero(score > FAINTEST)
    rows = order[kept]
    count = np.bincount(owner[kept], minlength=n)
    flat: Any = [column.take(rows) for column in columns]
    flat[3] = score[kept]
    return Belief(np.cumsum(count) - count, count, free - top, *flat), rows
