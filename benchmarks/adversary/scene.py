"""A scene: a town, its buses of an hour or two, and what the devices are allowed to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.adversary.bus import Bus, Told, as_reports, report
from benchmarks.adversary.town import Point, Town
from passinfo.bms.reports import Reports
from passinfo.columns import concat, take
from passinfo.settings import Hints

NONE = Hints(trip=False, block=False, route=False, direction=False, variant=False)
ALL = Hints()


@dataclass
class Scene:
    """Fills up as it is told."""

    rng: np.random.Generator
    hints: Hints = NONE
    asks_trip: bool = True
    """False: nobody can tell the trip, only route and direction."""
    town: Town = field(init=False)
    told: list[Told] = field(default_factory=list)
    parts: list[Reports] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.town = Town(float(self.rng.uniform(-50, 60)), float(self.rng.uniform(-120, 140)))
        self.start_s = float(self.rng.integers(6 * 60, 24 * 60 + 20) * 60)
        self.every_s = float(self.rng.choice([10.0, 15.0, 20.0, 30.0]))
        self.noise_m = float(self.rng.uniform(4.0, 12.0))

    def bus(self, at_s: float) -> Bus:
        """A vehicle that appears at a time."""
        return Bus(np.random.default_rng(self.rng.integers(2**32)), f"bus {len(self.told)}-{int(at_s)}", at_s)

    def late(self) -> float:
        """Seconds after the timetable at which a bus leaves a terminal."""
        return float(np.clip(self.rng.normal(30, 30), 0, 120))

    def tell(self, *buses: Bus, jumps: float = 0.0) -> list[Told]:
        """The reports of buses; hints are added with :meth:`say`."""
        return [report(bus, every_s=self.every_s, noise_m=self.noise_m, jumps=jumps) for bus in buses]

    def say(self, told: Sequence[Told], **given: object) -> None:
        """Reports enter the scene, with what the devices say of their trips."""
        for each in told:
            self.told.append(each)
            self.parts.append(as_reports(self.town, each, **given))

    def reports(self) -> tuple[Reports, list[tuple[Told, int]]]:
        """All reports in order of reception, and where each one's truth stands."""
        whole = concat(Reports, self.parts)
        truth = [(told, row) for told in self.told for row in range(len(told.observed_s))]
        order = np.argsort(whole.received_at, kind="stable")
        return take(whole, order), [truth[row] for row in order.tolist()]


def street(rng: np.random.Generator, length_m: float, start: Point = (0.0, 0.0)) -> list[Point]:
    """A way through a grid town that only ever goes east or north."""
    points, gone, east = [start], 0.0, bool(rng.random() < 0.5)
    while gone < length_m:
        step = min(float(rng.uniform(500, 1_500)), length_m - gone)
        x, y = points[-1]
        points.append((x + step, y) if east else (x, y + step))
        gone, east = gone + step, not east
    return points
