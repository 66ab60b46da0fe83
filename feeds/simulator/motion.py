"""How a bus moves along a line: stretches of constant acceleration, and the ride that takes a wanted time."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

ACCELERATION_MPS2 = 1.0
"""Of a city bus, speeding up and braking: about 1 m/s², what standing passengers bear (TCQSM, 3rd ed., ch. 6)."""
_CRAWL_MPS = 0.6
_HALVINGS = 22
"""Narrows 15 m/s down to far below 1 mm/s."""


class Line:
    """A polyline in the plane, metres."""

    __slots__ = ("dist_m", "x_m", "y_m")

    def __init__(self, x_m: Sequence[float], y_m: Sequence[float], dist_m: Sequence[float]) -> None:
        self.x_m, self.y_m, self.dist_m = list(x_m), list(y_m), list(dist_m)

    @property
    def length_m(self) -> float:
        """Its length."""
        return self.dist_m[-1]

    def at(self, dist_m: float) -> tuple[float, float, float]:
        """x, y and heading (degrees clockwise from north) at a distance along it."""
        last = len(self.dist_m) - 2
        if last < 0:
            return self.x_m[0], self.y_m[0], 0.0
        i = min(max(bisect_right(self.dist_m, dist_m) - 1, 0), last)
        dx, dy = self.x_m[i + 1] - self.x_m[i], self.y_m[i + 1] - self.y_m[i]
        length = self.dist_m[i + 1] - self.dist_m[i]
        part = min(max((dist_m - self.dist_m[i]) / length, 0.0), 1.0) if length > 0 else 0.0
        return self.x_m[i] + part * dx, self.y_m[i] + part * dy, math.degrees(math.atan2(dx, dy)) % 360.0


def straight(points: Sequence[tuple[float, float]]) -> Line:
    """The line through points."""
    dist = [0.0]
    for (ax, ay), (bx, by) in pairwise(points):
        dist.append(dist[-1] + math.hypot(bx - ax, by - ay))
    return Line([x for x, _ in points], [y for _, y in points], dist)


@dataclass(frozen=True, slots=True)
class Move:
    """A stretch of constant acceleration along a line, from ``from_at`` until ``to_at``."""

    line: Line
    from_at: float
    to_at: float
    dist_m: float
    speed_mps: float
    acceleration_mps2: float

    def at(self, instant: float) -> tuple[float, float]:
        """Distance along the line and speed."""
        s = min(max(instant, self.from_at), self.to_at) - self.from_at
        return (
            self.dist_m + self.speed_mps * s + 0.5 * self.acceleration_mps2 * s * s,
            max(self.speed_mps + self.acceleration_mps2 * s, 0.0),
        )


def stand(line: Line, from_at: float, to_at: float, dist_m: float) -> Move:
    """Standing still."""
    return Move(line, from_at, to_at, dist_m, 0.0, 0.0)


def ride(
    line: Line,
    from_at: float,
    dist_m: float,
    to_dist_m: float,
    wanted_s: float,
    enter_mps: float,
    leave_mps: float,
    limit_mps: float,
) -> list[Move]:
    """Moves from one place to another: speed up, cruise, brake, so that it takes ``wanted_s`` if the limit allows.

    A wish that physics forbids is met as nearly as it allows; ``leave_mps`` is lowered where the way is too short.

    Examples
    --------
    >>> moves = ride(straight([(0, 0), (0, 300)]), 0.0, 0.0, 300.0, 40.0, 0.0, 0.0, 14.0)
    >>> round(moves[-1].to_at, 3), round(moves[-1].at(40.0)[0], 3), round(moves[1].speed_mps, 2)
    (40.0, 300.0, 10.0)
    """
    way = to_dist_m - dist_m
    if way <= 0.01:
        return []
    a = ACCELERATION_MPS2
    leave = min(leave_mps, math.sqrt(enter_mps**2 + 2 * a * way))
    if enter_mps**2 - leave**2 >= 2 * a * way:
        # too fast to brake gently: brake evenly over all of the way
        duration = 2 * way / (enter_mps + leave)
        return [Move(line, from_at, from_at + duration, dist_m, enter_mps, (leave - enter_mps) / duration)]
    fastest = min(math.sqrt(a * way + (enter_mps**2 + leave**2) / 2), max(limit_mps, enter_mps, leave))
    slow, fast = min(_CRAWL_MPS, fastest), fastest
    for _ in range(_HALVINGS):
        middle = (slow + fast) / 2
        if _takes_s(middle, way, enter_mps, leave) > wanted_s:
            slow = middle
        else:
            fast = middle
    return _moves(line, from_at, dist_m, way, enter_mps, fast, leave)


def _takes_s(cruise: float, way: float, enter: float, leave: float) -> float:
    changing_m = (abs(cruise**2 - enter**2) + abs(cruise**2 - leave**2)) / (2 * ACCELERATION_MPS2)
    if changing_m > way:
        # slower than both ends, and no room to slow down that far: only a faster cruise fits
        return math.inf
    return (abs(cruise - enter) + abs(cruise - leave)) / ACCELERATION_MPS2 + (way - changing_m) / cruise


def _moves(line: Line, at: float, dist_m: float, way: float, enter: float, cruise: float, leave: float) -> list[Move]:
    a = ACCELERATION_MPS2
    changing_m = (abs(cruise**2 - enter**2) + abs(cruise**2 - leave**2)) / (2 * a)
    moves: list[Move] = []
    for duration, speed, acceleration in (
        (abs(cruise - enter) / a, enter, math.copysign(a, cruise - enter)),
        (max(way - changing_m, 0.0) / cruise, cruise, 0.0),
        (abs(cruise - leave) / a, cruise, math.copysign(a, leave - cruise)),
    ):
        if duration > 0:
            move = Move(line, at, at + duration, dist_m, speed, acceleration)
            moves.append(move)
            at, dist_m = move.to_at, move.at(move.to_at)[0]
    return moves
