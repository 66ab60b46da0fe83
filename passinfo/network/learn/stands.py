"""Terminals told by where buses stand: at a line's ends the kerb says little, for the bay serves both ways."""

from __future__ import annotations

import dataclasses

import numpy as np

from passinfo.network.learn.near_stops import Nearby
from passinfo.network.learn.passes import Passes
from passinfo.network.learn.stop_lists import RouteStops

STAND_S = 60.0
"""Longer than most stops and red lights; a layover is longer still."""
MIN_STANDS, SPREAD_M = 2, 60.0
"""Passes that stand at an end, and half of them so near to their middle: one place, not a street."""
NEAR_M, CLEARLY = 80.0, 1.3
"""A bay is this near to its stop (wmata: 5 to 65 m), and other stops are so many times farther."""
START, END = 0, 1


def terminal(passes: Passes, stops: RouteStops, which: int) -> int | None:
    """Row of the stop that passes begin at (``START``) or end at (``END``); None if they do not tell."""
    at = passes.start if which == START else passes.end - 1
    at = at[passes.until[at] - passes.at[at] >= STAND_S]
    if len(at) < MIN_STANDS or not len(stops.x_m):
        return None
    x, y = float(np.median(passes.x_m[at])), float(np.median(passes.y_m[at]))
    if np.median(np.hypot(passes.x_m[at] - x, passes.y_m[at] - y)) > SPREAD_M:
        return None
    away = np.hypot(stops.x_m - x, stops.y_m - y)
    order = np.argsort(away, kind="stable")
    best = int(order[0])
    others = away[order[1:]]
    clear = not len(others) or float(others[0]) > CLEARLY * float(away[best])
    return best if clear and away[best] <= NEAR_M else None


def put_at_end(near: Nearby, row: int, which: int) -> tuple[Nearby, int | None]:
    """The places with that of a terminal moved to its end of the line; and which it is, None if there is none."""
    end_m = 0.0 if which == START else near.length_m
    mine = np.flatnonzero(near.row == row)
    if not len(mine):
        return near, None
    place = int(mine[np.argmin(np.abs(near.dist_m[mine] - end_m))])
    dist_m, beyond = near.dist_m.copy(), near.beyond.copy()
    dist_m[place], beyond[place] = end_m, True
    return dataclasses.replace(near, dist_m=dist_m, beyond=beyond), place
