"""Variants of a stretch's pattern that were driven all but for a part: a loop taken on the way, another bay.

A bus that makes a detour through a terminal's loop looks, for that part, like a run of a variant that serves the loop
though no such trip runs. Here the whole stretch is laid on the variants that do run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.tracking.hindsight.paths import Stretch, Way
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.near import Near, places_near
from passinfo.tracking.place_prices import FASTEST_MPS, SLIP_M, SLIP_SHARE
from passinfo.tracking.plan import Plan
from passinfo.tracking.ragged import Index
from passinfo.tracking.terminals import BEGUN_M

SHARED = 0.7
"""A variant is considered where this share of the reports lies on it."""
APART = 12.0
"""Log-likelihood that reports off the variant cost, if all of them were."""
OFF = 4.0
"""Cost of one report off the line in laying a stretch on a variant (about 60 m of offset)."""
NEAR_M = 60.0


@dataclass(frozen=True, slots=True)
class _Laid:
    dist_m: Floats
    offset_m: Floats


def with_siblings(index: TrackingIndex, plan: Plan, stretch: Stretch, x_m: Floats, y_m: Floats) -> Stretch:
    """The stretch with variants of its ways that have service then. ``x_m``, ``y_m``: places of its reports."""
    ways = list(stretch.ways)
    tried = {way.pattern_ix for way in ways}
    groups = {int(index.group[way.pattern_ix]) for way in ways[:1]}
    slot = int(plan.slot(stretch.at[:1])[0])
    siblings = [
        pattern
        for pattern in np.flatnonzero(np.isin(index.group, list(groups))).tolist()
        if pattern not in tried and plan.service[slot, pattern] == 0.0
    ]
    if not siblings or len(stretch.at) < 2:
        return stretch
    near = places_near(index.ground, x_m, y_m)
    for pattern in siblings:
        laid = _lay(near, pattern, x_m, y_m, stretch.at)
        on = ~np.isnan(laid.dist_m)
        if on.mean() < SHARED or not _goes_along(laid.dist_m[on], x_m[on], y_m[on]):
            continue
        ways.append(
            Way(
                pattern,
                ways[0].log_weight - APART * float(1.0 - on.mean()) - 1.0,
                laid.dist_m,
                laid.offset_m,
                _left_at(index, pattern, laid.dist_m, stretch.at),
            )
        )
    return Stretch(stretch.vehicle_id, stretch.rows, stretch.at, tuple(ways))


def _goes_along(dist_m: Floats, x_m: Floats, y_m: Floats) -> bool:
    """Whether a stretch makes progress on a variant as far as it was driven: the other direction is no variant."""
    driven = np.hypot(np.diff(x_m), np.diff(y_m))
    progress = np.diff(dist_m)
    fits = np.abs(progress - driven) <= SLIP_M + SLIP_SHARE * driven
    return bool(len(driven) and (fits | (driven < SLIP_M)).mean() >= SHARED and progress.sum() >= driven.sum() / 2)


def _left_at(index: TrackingIndex, pattern: int, dist_m: Floats, at: Floats) -> float:
    waits = np.flatnonzero(dist_m <= index.first_m[pattern] + BEGUN_M)
    return float(at[waits[-1]]) if len(waits) else float("nan")


def _lay(near: Near, pattern: int, x_m: Floats, y_m: Floats, at: Floats) -> _Laid:
    """Places of the reports along one pattern: the sequence that explains the way driven best (Viterbi)."""
    mine = np.flatnonzero((near.pattern_ix == pattern) & (near.offset_m <= NEAR_M))
    n = len(at)
    dist, offset = np.full(n, np.nan), np.full(n, np.nan)
    cuts = np.searchsorted(near.report[mine], np.arange(n + 1))
    before: Index = np.empty(0, dtype=np.intp)
    last = -1
    total = np.empty(0)
    trace: list[tuple[int, Index, Index]] = []
    for step in range(n):
        here = mine[cuts[step] : cuts[step + 1]]
        if len(here) == 0:
            continue
        if last < 0:
            back, score = np.zeros(len(here), dtype=np.intp), OFF * step + np.zeros(len(here))
        else:
            progress = near.dist_m[here][None, :] - near.dist_m[before][:, None]
            driven = float(np.hypot(x_m[step] - x_m[last], y_m[step] - y_m[last]))
            cost = np.abs(progress - driven) / (SLIP_M + SLIP_SHARE * driven)
            cost = np.where(progress > FASTEST_MPS * max(at[step] - at[last], 1.0) + NEAR_M, 2 * OFF + cost, cost)
            both = total[:, None] + np.minimum(cost, 3 * OFF)
            back = both.argmin(axis=0)
            score = both[back, np.arange(len(here))] + OFF * (step - last - 1)
        total, before, last = score + near.offset_m[here] / NEAR_M, here, step
        trace.append((step, here, back))
    if not trace:
        return _Laid(dist, offset)
    pick = int(total.argmin())
    for step, here, back in reversed(trace):
        dist[step], offset[step] = near.dist_m[here[pick]], near.offset_m[here[pick]]
        pick = int(back[pick])
    return _Laid(dist, offset)
