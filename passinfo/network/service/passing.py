"""When each pass of a learned pattern reached each of its stops: running times and departures before any tracking.

Instants are interpolated between the places of the pass. Where a pass was not seen for long nothing is told, nor before
its first place or beyond its last, but for stops within :data:`REACH_M` of those: buses are cut at their layovers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats, Ints
from passinfo.network.learn.follow import NEAR_M
from passinfo.network.learn.line import placed, resampled
from passinfo.network.learn.passes import Passes
from passinfo.network.service.running import Hops
from passinfo.network.service.seen import SHORTEST_S

REACH_M = 150.0
"""A bus first seen this far beyond its first stop left it just before: half a step of 20 to 30 s."""
USUAL_MPS = 6.0
"""… at this speed."""
STANDS_M = 40.0
"""A bus that stands this near to a stop halts there (as in tracking)."""
GAP_S = 300.0
"""Between places farther apart in time nothing is told."""


@dataclass(frozen=True, slots=True)
class Passing:
    """Instants at stops, one row each: arrival where the pass stands there, else passing; by pass, then stop."""

    pass_ix: Ints
    position: Ints
    reached_at: Floats
    left_at: Floats


def passing(line_x_m: Floats, line_y_m: Floats, stop_dist_m: Floats, passes: Passes) -> Passing:
    """When passes along one line reached and left its stops.

    Parameters
    ----------
    line_x_m, line_y_m
        The line, any spacing.
    stop_dist_m
        Stops along it, ascending.
    """
    x_m, y_m = resampled(line_x_m, line_y_m)
    on = placed(x_m, y_m, passes.x_m, passes.y_m, passes.ux, passes.uy)
    near = on.cost_m < NEAR_M
    found: list[tuple[Ints, Ints, Floats, Floats]] = []
    for number in range(len(passes)):
        rows = np.arange(passes.start[number], passes.end[number])
        rows = rows[near[rows]]
        rows = rows[_ahead(on.dist_m[rows])]
        if len(rows) < 2:
            continue
        position, reached, left = _instants(on.dist_m[rows], passes.at[rows], passes.until[rows], stop_dist_m)
        which = np.full(len(position), number, dtype=np.int32)
        found.append((which, position.astype(np.int32), reached, left))
    if not found:
        none = np.empty(0, dtype=np.int32)
        return Passing(none, none, np.empty(0), np.empty(0))
    pass_ix, position, reached, left = (np.concatenate(column) for column in zip(*found, strict=True))
    return Passing(pass_ix, position, reached, left)


def _ahead(dist_m: Floats) -> Ints:
    """Places that lie beyond all before them: a place behind is noise, or a loop's other end."""
    if len(dist_m) == 0:
        return np.empty(0, dtype=np.int32)
    before = np.concatenate(([-np.inf], np.maximum.accumulate(dist_m)[:-1]))
    return np.flatnonzero(dist_m > before).astype(np.int32)


def _instants(dist_m: Floats, at: Floats, until: Floats, stop_m: Floats) -> tuple[Ints, Floats, Floats]:
    """Stops that a pass went by, and when it came and left."""
    inside = np.flatnonzero((stop_m >= dist_m[0] - REACH_M) & (stop_m <= dist_m[-1] + REACH_M))
    stop = stop_m[inside]
    after = np.searchsorted(dist_m, stop)  # the first place at or beyond the stop
    before = np.clip(after - 1, 0, len(dist_m) - 1)
    after = np.clip(after, 0, len(dist_m) - 1)
    way = np.maximum(dist_m[after] - dist_m[before], 1e-6)
    share = np.clip((stop - dist_m[before]) / way, 0.0, 1.0)
    crossing = until[before] + share * (at[after] - until[before])
    early, late = stop < dist_m[0], stop > dist_m[-1]
    crossing = np.where(early, at[0] - (dist_m[0] - stop) / USUAL_MPS, crossing)
    crossing = np.where(late, until[-1] + (stop - dist_m[-1]) / USUAL_MPS, crossing)
    known = early | late | (at[after] - until[before] <= GAP_S)
    reached, left = crossing.copy(), crossing.copy()
    for place, gap in ((before, np.abs(stop - dist_m[before])), (after, np.abs(stop - dist_m[after]))):
        stands = (gap <= STANDS_M) & (until[place] > at[place])
        reached = np.where(stands, np.minimum(reached, at[place]), reached)
        left = np.where(stands, np.maximum(left, until[place]), left)
    return inside[known].astype(np.int32), reached[known], left[known]


def hops_of_passing(found: Passing, first_row: int, service_s: Floats) -> Hops:
    """Segments driven between neighbouring stops of one pattern.

    Parameters
    ----------
    found
        Passes along it.
    first_row
        Flat row of its first stop.
    service_s
        Service seconds of ``found.left_at``.
    """
    before = np.flatnonzero((np.diff(found.pass_ix) == 0) & (np.diff(found.position) == 1))
    after = before + 1
    run_s = found.reached_at[after] - found.left_at[before]
    driven = run_s >= SHORTEST_S
    before, after = before[driven], after[driven]
    return Hops(
        (first_row + found.position[after]).astype(np.int32),
        run_s[driven],
        found.left_at[after] - found.reached_at[after],
        service_s[before],
    )
