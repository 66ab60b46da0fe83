"""Which passes follow a line, from where to where, and where they leave it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.geo import along
from passinfo.network.learn.line import Places, placed
from passinfo.network.learn.passes import Passes
from passinfo.network.learn.traces import Indices

NEAR_M = 60.0
"""On the line: a wide street and GPS noise, with what a corner adds (definitions: in service, 60 m)."""
FOLLOWS_SHARE = 0.6
"""A pass with fewer places on the line drives something else."""
SPANS_SHARE = 0.8
"""A pass that drives so much of the line drives all of it: layovers are cut, tags flip early, places are 30 s apart."""
DETOUR_M, DETOUR_PLACES = 80.0, 3
"""Off the line: beyond the next house block, and more often than one bad fix."""
SAME_PLACE_M = 250.0
"""Two passes leave (or end) at the same place: within a 20 to 30 s step of a bus."""


@dataclass(frozen=True, slots=True)
class Following:
    """How each pass lies on one line."""

    places: Places
    near: Bools
    """Of each place."""
    share: Floats
    """Of each pass: places near the line."""
    low_m: Floats
    """First place of each pass along the line; inf if it has none near."""
    high_m: Floats
    length_m: float

    @property
    def follows(self) -> Bools:
        """Which passes follow the line."""
        return self.share >= FOLLOWS_SHARE

    @property
    def spans(self) -> Bools:
        """Which passes drive the whole line."""
        return self.follows & (self.high_m - self.low_m >= SPANS_SHARE * self.length_m)


def following(x_m: Floats, y_m: Floats, passes: Passes) -> Following:
    """How passes lie on an evenly sampled line."""
    found = placed(x_m, y_m, passes.x_m, passes.y_m, passes.ux, passes.uy)
    near, owner = found.cost_m < NEAR_M, passes.of_pass()
    count = np.maximum(passes.end - passes.start, 1)
    low, high = np.full(len(passes), np.inf), np.full(len(passes), -np.inf)
    np.minimum.at(low, owner[near], found.dist_m[near])
    np.maximum.at(high, owner[near], found.dist_m[near])
    share = np.bincount(owner, near, len(passes)) / count
    return Following(found, near, share, low, high, float(along(x_m, y_m)[-1]))


def detours(passes: Passes, on: Following) -> tuple[tuple[float, float, int], ...]:
    """Where two or more passes leave and rejoin the line: (from, to) along it, and how many passes."""
    owner, off = passes.of_pass(), on.places.off_m > DETOUR_M
    edge = np.flatnonzero(np.concatenate(([True], (np.diff(off) != 0) | (np.diff(owner) != 0))))
    stop = np.append(edge[1:], len(off))
    inside = off[edge] & (stop - edge >= DETOUR_PLACES) & on.follows[owner[edge]]
    inside &= (edge > 0) & (stop < len(off))
    edge, stop = edge[inside], stop[inside]
    whole = (owner[edge - 1] == owner[edge]) & (owner[np.minimum(stop, len(off) - 1)] == owner[edge])
    leave, rejoin = on.places.dist_m[edge[whole] - 1], on.places.dist_m[stop[whole]]
    ahead = rejoin > leave
    return _alike(leave[ahead], rejoin[ahead], owner[edge[whole]][ahead])


def _alike(leave: Floats, rejoin: Floats, who: Indices) -> tuple[tuple[float, float, int], ...]:
    found, left = [], np.ones(len(leave), dtype=bool)
    for row in range(len(leave)):
        if not left[row]:
            continue
        same = left & (np.abs(leave - leave[row]) < SAME_PLACE_M) & (np.abs(rejoin - rejoin[row]) < SAME_PLACE_M)
        left &= ~same
        count = len(np.unique(who[same]))
        if count >= 2:
            found.append((float(np.median(leave[same])), float(np.median(rejoin[same])), count))
    return tuple(found)


def common_ends(ends_m: Floats, length_m: float) -> tuple[tuple[float, int], ...]:
    """Places within the line where many passes begin (or end), most of them first: (along the line, how many)."""
    inner = ends_m[(ends_m > 2 * SAME_PLACE_M) & (ends_m < length_m - 2 * SAME_PLACE_M)]
    found = []
    while len(inner):
        near = (np.abs(inner[:, None] - inner) < SAME_PLACE_M).sum(axis=1)
        best = int(np.argmax(near))
        same = np.abs(inner - inner[best]) < SAME_PLACE_M
        found.append((float(np.median(inner[same])), int(same.sum())))
        inner = inner[~same]
    return tuple(sorted(found, key=lambda each: -each[1]))
