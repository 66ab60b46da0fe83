"""Passes: runs with a direction of travel at each place, split where the bus turned back on its own way.

A tag often persists onto the way back, and buses without tags go there and back all day. What tells the two ways apart
is that the bus later passes the same places the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from passinfo.columns import Floats
from passinfo.geo import along
from passinfo.network.learn.runs import Runs
from passinfo.network.learn.traces import Indices

ROAD_M = 40.0
"""Both ways of one road, with GPS noise on each."""
OPPOSED = -0.6
"""Cosine of the angle between a way and the way back: beyond 127°."""
RETRACED_M = 500.0
"""A way back is at least so long; shorter ones are spurs into a mall or a loop's stem, which belong to the way.
It is also longer than the loop it turns by: else the loop is the way."""
END_M = 150.0
"""A run that begins (or ends) within a 20 to 30 s step of where it comes back to, or from where it came …"""
STUB_M, STUB_LOOP_M, STUB_SHARE = 150.0, 800.0, 0.25
"""… began with the way to the terminal: the tag flipped before it. So the turn at a terminal cuts though it be short,
unless what goes is a good part of the run."""
HEADING_M = 40.0
"""A way so long has a direction in spite of GPS noise: 10 m (1 σ) at both ends turn it by 20°."""
TURN_SPREAD_M = 400.0
"""Places passed twice tell one turn if the middles between them differ less (couplets of one-way streets)."""


@dataclass(frozen=True, slots=True)
class Passes:
    """Passes and their places."""

    x_m: Floats
    y_m: Floats
    ux: Floats
    """Direction of travel, a unit vector (0 for a single place)."""
    uy: Floats
    at: Floats
    until: Floats
    start: Indices
    end: Indices
    run_ix: Indices
    """Run that each pass is part of."""
    first_row: Indices
    """Its first place, a row of the places of the runs."""

    def __len__(self) -> int:
        """Number of passes."""
        return len(self.start)

    def of_pass(self) -> Indices:
        """Pass of each place, for places in order."""
        return np.repeat(np.arange(len(self)), self.end - self.start)

    def chosen(self, which: Indices) -> Passes:
        """Some passes."""
        sizes = (self.end - self.start)[which]
        end = np.cumsum(sizes)
        rows = np.arange(end[-1] if len(end) else 0) + np.repeat(self.start[which] - (end - sizes), sizes)
        return Passes(
            self.x_m[rows],
            self.y_m[rows],
            self.ux[rows],
            self.uy[rows],
            self.at[rows],
            self.until[rows],
            end - sizes,
            end,
            self.run_ix[which],
            self.first_row[which],
        )


def passes_of(runs: Runs, which: Indices, *, split: bool = True) -> Passes:
    """The passes of some runs; ``split`` False: each run as it is."""
    pieces: list[tuple[int, int, int]] = []
    for run in which.tolist():
        rows = runs.rows_of(run)
        cuts = turns(runs.x_m[rows], runs.y_m[rows], runs.until[rows] - runs.at[rows]) if split else []
        edges = [0, *cuts, rows.stop - rows.start - 1]
        pieces += [(rows.start + a, rows.start + b + 1, run) for a, b in pairwise(edges)]
    start = np.array([piece[0] for piece in pieces], dtype=np.intp)
    sizes = np.array([piece[1] for piece in pieces], dtype=np.intp) - start
    end = np.cumsum(sizes)
    rows_ = np.arange(int(sizes.sum())) + np.repeat(start - (end - sizes), sizes)
    x, y = runs.x_m[rows_], runs.y_m[rows_]
    ux, uy = directions(x, y, end - sizes, end)
    run_ix = np.array([piece[2] for piece in pieces], dtype=np.intp)
    return Passes(x, y, ux, uy, runs.at[rows_], runs.until[rows_], end - sizes, end, run_ix, start)


def directions(x_m: Floats, y_m: Floats, start: Indices, end: Indices) -> tuple[Floats, Floats]:
    """Unit vectors from the place before to the place after, within each pass; 0 where noise could have made them."""
    after = np.minimum(np.arange(len(x_m)) + 1, np.repeat(end - 1, end - start))
    before = np.maximum(np.arange(len(x_m)) - 1, np.repeat(start, end - start))
    dx, dy = x_m[after] - x_m[before], y_m[after] - y_m[before]
    size = np.hypot(dx, dy)
    told = size >= HEADING_M
    return np.where(told, dx, 0.0) / np.maximum(size, 1e-9), np.where(told, dy, 0.0) / np.maximum(size, 1e-9)


def turns(x_m: Floats, y_m: Floats, stood_s: Floats) -> list[int]:
    """Places (rows) where the run turns back for a long way.

    Examples
    --------
    >>> there = np.arange(0.0, 2000.0, 100.0)
    >>> turns(np.concatenate((there, there[::-1])), np.zeros(40), np.zeros(40))
    [19]
    """
    if len(x_m) < 4:
        return []
    dist = along(x_m, y_m)
    first, other = _met_again(x_m, y_m, dist)
    if not len(first):
        return []
    middle, gap = (first + other) / 2, other - first
    order = np.argsort(middle, kind="stable")
    cut = np.flatnonzero(np.diff(middle[order]) > TURN_SPREAD_M) + 1
    found = []
    for group in np.split(order, cut):
        inner, outer = gap[group].min(), gap[group].max()
        back = (outer - inner) / 2
        stub = first[group].min() <= END_M or other[group].max() >= dist[-1] - END_M
        stub &= outer <= STUB_SHARE * dist[-1] and inner <= STUB_LOOP_M and back >= STUB_M
        if stub or back >= max(RETRACED_M, inner):
            found.append(_turn(dist, stood_s, first[group], other[group], gap[group]))
    return sorted({row for row in found if 0 < row < len(x_m) - 1})


def _met_again(x_m: Floats, y_m: Floats, dist: Floats) -> tuple[Floats, Floats]:
    """Where the run passes, and the distance at which it next passes there the other way round."""
    sx, sy = np.diff(x_m), np.diff(y_m)
    size = np.maximum(np.hypot(sx, sy), 1e-9)
    px, py = (x_m[:-1] + x_m[1:]) / 2, (y_m[:-1] + y_m[1:]) / 2
    here = (dist[:-1] + dist[1:]) / 2
    step = 400
    firsts, others = [], []
    for low in range(0, len(px), step):
        part = slice(low, low + step)
        dx, dy = px[part, None] - x_m[:-1], py[part, None] - y_m[:-1]
        t = np.clip((dx * sx + dy * sy) / size**2, 0, 1)
        near = np.hypot(dx - t * sx, dy - t * sy) < ROAD_M
        near &= (sx[part, None] * sx + sy[part, None] * sy) < OPPOSED * size[part, None] * size
        near &= np.arange(len(sx)) > np.arange(len(px))[part, None]
        hit = near.any(axis=1)
        row = np.flatnonzero(hit)
        which = near[row].argmax(axis=1)
        firsts.append(here[part][row])
        others.append(dist[which] + t[row, which] * size[which])
    return np.concatenate(firsts), np.concatenate(others)


def _turn(dist: Floats, stood_s: Floats, first: Floats, other: Floats, gap: Floats) -> int:
    """The place to cut at: where the bus stood longest between the innermost places met again."""
    inner = int(np.argmin(gap))
    low, high = np.searchsorted(dist, [first[inner], other[inner]])
    low, high = max(int(low) - 1, 0), min(int(high), len(dist) - 1)
    if stood_s[low : high + 1].max() > 0:
        return low + int(np.argmax(stood_s[low : high + 1]))
    return int(np.argmin(np.abs(dist - (first[inner] + other[inner]) / 2)))
