"""Stretches of a line that its passes leap over: ways that only the first guess drove, to a garage or a layover."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.geo import along
from passinfo.network.learn.follow import Following
from passinfo.network.learn.line import resampled
from passinfo.network.learn.passes import Passes
from passinfo.network.learn.traces import Indices

LONGER, SLACK_M = 2.0, 200.0
"""A step along the line so many times the straight one, and so much longer, is a leap: streets between two reports of
20 to 30 s (200 m) make a corner (1.4) or go round a block."""
SHARE = 0.5
"""A stretch that most passes leap over is none of the way."""


def without_leaps(x_m: Floats, y_m: Floats, on: Following, mine: Indices, passes: Passes) -> tuple[Floats, Floats]:
    """The line without what most of its passes leap over, joined straight.

    Parameters
    ----------
    x_m, y_m
        An evenly sampled line.
    on, passes
        How all passes of the tag lie on it.
    mine
        The passes that make the line.
    """
    dist = along(x_m, y_m)
    low_m, high_m, leap = _steps(on, mine, passes)
    count = np.zeros((2, len(dist) + 1))
    for row, chosen in enumerate((leap, np.ones(len(leap), dtype=bool))):
        np.add.at(count[row], np.searchsorted(dist, low_m[chosen], side="right"), 1)
        np.add.at(count[row], np.searchsorted(dist, high_m[chosen], side="left"), -1)
    over, seen = np.cumsum(count, axis=1)[:, :-1]
    drop = over > SHARE * seen
    if not drop.any() or (~drop).sum() < 3:
        return x_m, y_m
    return resampled(x_m[~drop], y_m[~drop])


def _steps(on: Following, mine: Indices, passes: Passes) -> tuple[Floats, Floats, Bools]:
    """(from, to) along the line of each step ahead of the passes, and whether it is a leap."""
    whose = np.zeros(len(passes), dtype=bool)
    whose[mine] = True
    owner = passes.of_pass()
    row = np.flatnonzero(on.near & whose[owner])
    same = owner[row[1:]] == owner[row[:-1]]
    before, after = row[:-1][same], row[1:][same]
    low_m, high_m = on.places.dist_m[before], on.places.dist_m[after]
    straight = np.hypot(passes.x_m[after] - passes.x_m[before], passes.y_m[after] - passes.y_m[before])
    leap = high_m - low_m > LONGER * straight + SLACK_M
    ahead = high_m > low_m
    return low_m[ahead], high_m[ahead], leap[ahead]
