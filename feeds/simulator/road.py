"""The road: congestion that all buses share where and when they drive, signals, and the drive from stop to stop."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from feeds.simulator.chance import Drift, around_one, chance
from feeds.simulator.motion import Line, Move, ride, stand

CITY_SD, AREA_SD, LEG_SD = 0.10, 0.16, 0.12
"""Spread of the logarithm of travel time: common to the city, to an area, and of one drive. Assumption; together about
0.22, within the 0.15–0.3 that studies of urban bus segments find."""
CITY_MEMORY_S, AREA_MEMORY_S = 5_400.0, 1_500.0
"""How long congestion lasts: the day's general state 90 min, a jam 25 min. Assumption."""
AREA_M = 1_200.0
"""Size of a square that shares its jams. Assumption."""
SIGNAL_EVERY_M = 450.0
"""One signal per 450 m of street. Assumption."""
RED_SHARE, RED_S = 0.45, 50.0
"""Share of the cycle that is red, and its length. Assumption."""
DWELL_SHARE, DWELL_S = 0.35, 16.0
"""Where the running times hold no dwell of their own: what of them is meant for the stop. Assumption."""
LIMIT_MPS = 50 / 3.6
"""Usual speed limit in towns; exceeded only where the timetable itself needs more."""
MOTORWAY_MPS = 90 / 3.6
"""No bus goes faster."""
PASSING_MPS = 6.0
"""Past a stop where nobody waits. Assumption."""


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from one stop to the next."""

    line: Line
    from_m: float
    to_m: float
    planned_s: float
    """What the running times give for it."""
    includes_dwell: bool
    signals_m: tuple[float, ...]

    @property
    def way_m(self) -> float:
        """Its length."""
        return self.to_m - self.from_m


class Road:
    """Congestion and signals of one city."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._city = Drift(chance(seed, "congestion"), CITY_SD, CITY_MEMORY_S)
        self._areas: dict[tuple[int, int], Drift] = {}

    def signals(self, from_stop: str, to_stop: str, from_m: float, to_m: float) -> tuple[float, ...]:
        """Places of the signals on a way: the same for every bus that takes it."""
        rng = chance(self._seed, "signals", from_stop, to_stop)
        expected = (to_m - from_m) / SIGNAL_EVERY_M
        count = int(expected) + (rng.random() < expected % 1)
        return tuple(sorted(from_m + (to_m - from_m) * rng.uniform(0.15, 0.9) for _ in range(count)))

    def congestion(self, instant: float, x_m: float, y_m: float) -> float:
        """Factor on driving time at a place: 1 on average."""
        area = (math.floor(x_m / AREA_M), math.floor(y_m / AREA_M))
        if area not in self._areas:
            self._areas[area] = Drift(chance(self._seed, "area", *area), AREA_SD, AREA_MEMORY_S)
        spread = (CITY_SD**2 + AREA_SD**2) / 2
        return math.exp(self._city.at(instant) + self._areas[area].at(instant) - spread)

    def drive(
        self, leg: Leg, from_at: float, pace: float, enter_mps: float, leave_mps: float, rng: random.Random
    ) -> list[Move]:
        """Moves along a leg; ``pace`` is the bus's own factor on driving time (a slow bus, a calm driver)."""
        x_m, y_m, _ = leg.line.at((leg.from_m + leg.to_m) / 2)
        dwell_s = min(DWELL_SHARE * leg.planned_s, DWELL_S) if leg.includes_dwell else 0.0
        signals_s = min(len(leg.signals_m) * RED_SHARE * RED_S / 2, 0.3 * leg.planned_s)
        factor = self.congestion(from_at, x_m, y_m) * pace * around_one(rng, LEG_SD)
        drive_s = max((leg.planned_s - dwell_s - signals_s) * factor, 1.0)
        limit = min(max(LIMIT_MPS, 1.25 * leg.way_m / max(leg.planned_s - dwell_s, 1.0)), MOTORWAY_MPS)
        moves: list[Move] = []
        at, dist_m, speed = from_at, leg.from_m, enter_mps
        for place_m in (*(s for s in leg.signals_m if rng.random() < RED_SHARE), leg.to_m):
            leave = leave_mps if place_m == leg.to_m else 0.0
            wanted = drive_s * (place_m - dist_m) / leg.way_m
            part = ride(leg.line, at, dist_m, place_m, wanted, speed, leave, limit)
            if part:
                moves += part
                at, speed = part[-1].to_at, part[-1].at(part[-1].to_at)[1]
            dist_m = place_m
            if place_m != leg.to_m:
                red_s = rng.uniform(2.0, RED_S)
                moves.append(stand(leg.line, at, at + red_s, place_m))
                at, speed = at + red_s, 0.0
        return moves
