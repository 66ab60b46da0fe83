"""Where each stop of a route's list may be served on a line, and what its list neighbours say of it.

A list goes with the bus. So if the next stop of the list lies ahead on the line, both belong to this direction; if it
lies behind, both belong to the way back. Every pair of neighbours is one vote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.geo import along
from passinfo.network.learn.line import resampled, tangents
from passinfo.network.learn.stop_lists import RouteStops
from passinfo.network.learn.traces import Indices

REACH_M = 45.0
"""A stop's sign stands at the kerb: half a wide street (20 m), the sign's and the line's error."""
END_REACH_M = 250.0
"""Terminals have bays off the street, and lines end where passes agree, not at the sign."""
APART_M = 150.0
"""Two places of one stop on a line are two visits if they are farther apart along it."""
ALONE = -1.0
"""A stop whose list neighbours are all off the line is another branch's, where that crosses or leaves; so is a terminal
whose way is not driven."""
LONGER = 2.5
"""A way between list neighbours is seldom so many times the straight distance; beyond, the list has a break."""
SLACK_M = 150.0
NO_SIDE_M = 2.5
"""So near to the line a stop is on no side of it: a station that buses drive into."""
NEIGHBOURS, TERMINAL_NEIGHBOURS = 2, 6
"""How far in the list a vote reaches: past one stop that is off the line; from a terminal past a diversion's."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """Places on a line where stops of the list may be served; a stop may have several."""

    row: Indices
    """Of the route's list."""
    dist_m: Floats
    """Along the line; below 0 or beyond its length for stops past its ends."""
    right_m: Floats
    """Right of the line."""
    off_m: Floats
    ux: Floats
    """Direction of the line there, a unit vector."""
    uy: Floats
    beyond: Bools
    """Past an end: the side says nothing."""
    vote: Floats
    """What list neighbours say: 1 served, -1 the way back's, 0 nothing."""
    length_m: float
    """Of the line."""


def nearby(x_m: Floats, y_m: Floats, stops: RouteStops) -> Nearby:
    """The places of a route's stops on one line."""
    x_m, y_m = resampled(x_m, y_m)
    dist = along(x_m, y_m)
    found = [
        (row, *place)
        for row, (px, py) in enumerate(zip(stops.x_m.tolist(), stops.y_m.tolist(), strict=True))
        for place in _visits(px, py, x_m, y_m, dist, np.inf if stops.ordered else 2 * END_REACH_M)
    ]
    row = np.array([each[0] for each in found], dtype=np.intp)
    at_m, right_m, off_m = (np.array([each[column] for each in found], dtype=float) for column in (1, 2, 3))
    beyond = np.array([each[4] for each in found], dtype=bool)
    if stops.ordered:
        own = ~_of_the_way_back(row, at_m, stops, float(dist[-1]))
        row, at_m, right_m, off_m, beyond = row[own], at_m[own], right_m[own], off_m[own], beyond[own]
    vote = (
        _votes(row, at_m, beyond, beyond | (np.abs(right_m) < NO_SIDE_M), stops, float(dist[-1]))
        if stops.ordered
        else np.zeros(len(row))
    )
    ux, uy = tangents(x_m, y_m)
    ux, uy = np.interp(at_m, dist, ux), np.interp(at_m, dist, uy)
    return Nearby(row, at_m, right_m, off_m, ux, uy, beyond, vote, float(dist[-1]))


def _visits(
    px: float, py: float, x_m: Floats, y_m: Floats, dist: Floats, apart_m: float
) -> list[tuple[float, float, float, bool]]:
    """(along, right, off, beyond an end) of each stretch of the line that comes near.

    A place past an end only if the line does not come by within ``apart_m`` of that end: what a list names once is
    served once.
    """
    dx, dy = np.diff(x_m), np.diff(y_m)
    size = np.maximum(np.hypot(dx, dy), 1e-9)
    rx, ry = px - x_m[:-1], py - y_m[:-1]
    along_m = np.clip((rx * dx + ry * dy) / size, 0.0, size)
    off = np.hypot(rx - along_m * dx / size, ry - along_m * dy / size)
    right = (rx * dy - ry * dx) / size
    found = []
    near = np.flatnonzero(off < REACH_M)
    if len(near):
        place = dist[near] + along_m[near]
        for group in np.split(np.arange(len(near)), np.flatnonzero(np.diff(place) > APART_M) + 1):
            best = near[group[np.argmin(off[near[group]])]]
            found.append((float(dist[best] + along_m[best]), float(right[best]), float(off[best]), False))
    first, last = float(np.hypot(rx[0], ry[0])), float(np.hypot(px - x_m[-1], py - y_m[-1]))
    length = float(dist[-1])
    inside = [each[0] for each in found]
    if first < END_REACH_M and not any(at < apart_m for at in inside):
        found.append((-first, 0.0, first, True))
    if last < END_REACH_M and not any(at > length - apart_m for at in inside):
        found.append((length + last, 0.0, last, True))
    return found


def _of_the_way_back(row: Indices, at_m: Floats, stops: RouteStops, length_m: float) -> Bools:
    """Where a line starts, the terminal that ways end at; where it ends, the one that they start at."""
    if length_m <= 2 * END_REACH_M:
        return np.zeros(len(row), dtype=bool)
    arrives, leaves = stops.ends()[row], stops.starts()[row]
    return np.asarray((arrives & (at_m < END_REACH_M)) | (leaves & (at_m > length_m - END_REACH_M)))


def _votes(row: Indices, at: Floats, beyond: Bools, sideless: Bools, stops: RouteStops, length_m: float) -> Floats:
    """Mean vote of the list neighbours of each place, nearest place first.

    Of a terminal a line asks the next stop at its start, the one before at its end: in the list it stands between the
    way there and the way back, and its other neighbour is the other direction's. Places past an end do not vote: a
    line does not tell their order.
    """
    total, count = np.zeros(len(row)), np.zeros(len(row))
    if not len(row):
        return total
    row_on, at_on = row[~beyond], at[~beyond]
    present = np.zeros(len(stops.x_m), dtype=bool)
    present[row] = True
    start = np.searchsorted(row_on, np.arange(len(stops.x_m) + 1))
    ends, starts = stops.ends(), stops.starts()
    for place in range(len(row)):
        mine, alone = int(row[place]), not beyond[place]
        for sense in _asked(float(at[place]), length_m) if sideless[place] else (1, -1):
            for other in _neighbours(mine, sense, ends, starts):
                alone &= not present[other]
                theirs = at_on[start[other] : start[other + 1]]
                far = float(np.hypot(stops.x_m[mine] - stops.x_m[other], stops.y_m[mine] - stops.y_m[other]))
                step = sense * (theirs - at[place])
                step = step[(np.abs(step) <= LONGER * far + SLACK_M) & (far > 1.0)]
                if len(step):
                    total[place] += np.sign(step[np.argmin(np.abs(np.abs(step) - far))])
                    count[place] += 1
                    break
        terminal = bool(ends[mine] or starts[mine])
        asked = any(True for sense in (1, -1) for _ in _neighbours(mine, sense, ends, starts))
        if asked and (alone or (terminal and not count[place])):
            total[place], count[place] = ALONE, 1
    return np.asarray(total / np.maximum(count, 1))


def _neighbours(row: int, sense: int, ends: Bools, starts: Bools) -> Iterator[int]:
    """Rows of the list that vote on one, nearest first: those of its own way."""
    reach = TERMINAL_NEIGHBOURS if ends[row] or starts[row] else NEIGHBOURS
    for _ in range(reach):
        if ends[row] if sense > 0 else starts[row]:
            return
        row += sense
        if not 0 <= row < len(ends) or (starts[row] if sense > 0 else ends[row]):
            return
        yield row


def _asked(at_m: float, length_m: float) -> tuple[int, ...]:
    """Which neighbours in the list are asked of a stop without a side: 1 the next one, -1 the one before."""
    if length_m > 2 * END_REACH_M:
        if at_m < END_REACH_M:
            return (1,)
        if at_m > length_m - END_REACH_M:
            return (-1,)
    return (1, -1)
