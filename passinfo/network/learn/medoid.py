"""The medoid: the pass that agrees best with all others, to start a line from."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats
from passinfo.geo import along
from passinfo.network.learn.line import placed, resampled
from passinfo.network.learn.passes import Passes
from passinfo.network.learn.traces import Indices

CANDIDATES, JUDGES = 24, 40
"""Enough to meet a clean pass: with half of the passes bad, 24 miss one in 2^24."""
REACH_M = 90.0
"""A chord between 30 s places cuts a street corner by no more (200 m chord: 71 m at most), plus noise."""
SHARED = 0.3
"""A stretch that fewer of the judges have driven is no part of the common way."""
COARSE_M = 40.0


def medoid(passes: Passes) -> tuple[Floats, Floats] | None:
    """The way of the best pass, its ends cut to what others drive too; None if none is shared by another."""
    candidates, judges = _spread(len(passes), CANDIDATES), passes.chosen(_spread(len(passes), JUDGES))
    best: tuple[float, Floats, Floats] | None = None
    for candidate in candidates.tolist():
        rows = slice(int(passes.start[candidate]), int(passes.end[candidate]))
        if len(np.unique(passes.x_m[rows])) < 3:
            continue
        x, y = resampled(passes.x_m[rows], passes.y_m[rows], COARSE_M)
        score, cut = _score(x, y, judges)
        if cut is not None and (best is None or score > best[0]):
            best = (score, x[cut], y[cut])
    return None if best is None else (best[1], best[2])


def _spread(count: int, most: int) -> Indices:
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.intp))


def _score(x: Floats, y: Floats, judges: Passes) -> tuple[float, slice | None]:
    found = placed(x, y, judges.x_m, judges.y_m, judges.ux, judges.uy)
    near, owner = found.cost_m < REACH_M, judges.of_pass()
    share = np.bincount(owner, near, len(judges)) / (judges.end - judges.start)
    low, high = np.full(len(judges), np.inf), np.full(len(judges), -np.inf)
    np.minimum.at(low, owner[near], found.dist_m[near])
    np.maximum.at(high, owner[near], found.dist_m[near])
    dist = along(x, y)
    driven = ((low[:, None] <= dist + COARSE_M) & (high[:, None] >= dist - COARSE_M)).sum(axis=0)
    common = driven >= max(SHARED * (share > 0.5).sum(), min(2, len(judges)))
    if common.sum() < 3:
        return 0.0, None
    inner = np.flatnonzero(common)
    cut = slice(int(inner[0]), int(inner[-1]) + 1)
    return float(share.mean() * common.mean()), cut
