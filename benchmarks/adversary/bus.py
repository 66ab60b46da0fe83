"""Buses that drive through a made-up town, second by second, and what their devices report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from benchmarks.adversary.town import DATE, Line, Point, Run, Town
from passinfo.bms.reports import Reports
from passinfo.columns import Bools, Floats, Ints, none_column, specs
from passinfo.times import service_day_zero_s

SIGNAL_M = 650.0
"""A red light about this often."""
AWAY_MPS = 11.0


@dataclass
class Bus:
    """A vehicle and its day so far."""

    rng: np.random.Generator
    vehicle_id: str
    at_s: float
    """Service seconds."""
    seconds: list[tuple[float, float, float, int, float, bool]] = field(default_factory=list)
    """Instant, place, run (-1: none), distance along it (NaN: beside it), whether tracking is asked."""
    runs: list[Run] = field(default_factory=list)
    quiet: list[tuple[float, float]] = field(default_factory=list)
    """From … to: nothing is reported."""

    def drive(
        self,
        run: Run,
        *,
        from_m: float = 0.0,
        to_m: float | None = None,
        pace: float = 1.0,
        asked: bool = True,
        around: tuple[float, float, Sequence[Point]] | None = None,
    ) -> None:
        """Along a run. ``around``: from one distance to another the bus takes this way instead."""
        if not self.runs or self.runs[-1] is not run:
            self.runs.append(run)
        line, end = run.line, run.line.length_m if to_m is None else to_m
        place = from_m
        red = from_m + self.rng.exponential(SIGNAL_M)
        while place < end:
            if around is not None and place >= around[0]:
                self._go_round(line, around)
                place, around = around[1], None
            ahead = line.stop_m[line.stop_m > place + 0.5]
            goal = min(end, ahead[0] if len(ahead) else end, red if red > place + 1 else end)
            if around is not None:
                goal = min(goal, max(around[0], place + 1.0))
            speed = pace * self.rng.uniform(8.0, 13.0)
            for dist in np.arange(place + speed, goal, speed):
                self._second(line, dist, asked)
            place = goal
            self._second(line, place, asked)
            if place >= red - 1:
                self._wait(line, place, int(self.rng.integers(5, 45)), asked)
                red = place + self.rng.exponential(SIGNAL_M)
            elif place < end and np.any(np.abs(line.stop_m - place) < 0.5):
                self._wait(line, place, int(self.rng.integers(6, 30)), asked)

    def stand(self, seconds: float, *, drift_m: float = 0.0, asked: bool = False) -> None:
        """Stay where it is; ``drift_m``: the receiver wanders so far."""
        _, x, y, run, dist, _ = self.seconds[-1]
        sway = np.zeros(2)
        for _ in range(int(seconds)):
            self.at_s += 1.0
            if drift_m:
                sway = 0.985 * sway + self.rng.normal(0.0, drift_m * np.sqrt(1 - 0.985**2), 2)
            self.seconds.append((self.at_s, x + sway[0], y + sway[1], run, dist, asked))

    def until(self, at_s: float) -> None:
        """Stay until a time."""
        self.stand(max(at_s - self.at_s, 0.0))

    def go(self, *points: Point) -> None:
        """Straight to places, on no run; the first place of a bus is where it appears."""
        for x_1, y_1 in points:
            if not self.seconds:
                self.seconds.append((self.at_s, x_1, y_1, -1, float("nan"), False))
                continue
            _, x_0, y_0, *_ = self.seconds[-1]
            steps = max(int(np.hypot(x_1 - x_0, y_1 - y_0) / AWAY_MPS), 1)
            for part in np.linspace(0, 1, steps + 1)[1:]:
                self.at_s += 1.0
                here = (x_0 + part * (x_1 - x_0), y_0 + part * (y_1 - y_0))
                self.seconds.append((self.at_s, *here, -1, float("nan"), False))

    def silent(self, seconds: float) -> None:
        """From now on nothing is heard for so long."""
        self.quiet.append((self.at_s, self.at_s + seconds))

    def _second(self, line: Line, dist: float, asked: bool) -> None:
        self.at_s += 1.0
        x, y = line.at(np.array([dist]))
        self.seconds.append((self.at_s, float(x[0]), float(y[0]), len(self.runs) - 1, float(dist), asked))

    def _wait(self, line: Line, dist: float, seconds: int, asked: bool) -> None:
        for _ in range(seconds):
            self._second(line, dist, asked)

    def _go_round(self, line: Line, around: tuple[float, float, Sequence[Point]]) -> None:
        x, y = line.at(np.array([around[0], around[1]]))
        way = [(float(x[0]), float(y[0])), *around[2], (float(x[1]), float(y[1]))]
        for (x_0, y_0), (x_1, y_1) in pairwise(way):
            steps = max(int(np.hypot(x_1 - x_0, y_1 - y_0) / 8.0), 1)
            for part in np.linspace(0, 1, steps + 1)[1:]:
                self.at_s += 1.0
                here = (x_0 + part * (x_1 - x_0), y_0 + part * (y_1 - y_0))
                self.seconds.append((self.at_s, *here, len(self.runs) - 1, float("nan"), False))


@dataclass(frozen=True, slots=True)
class Told:
    """What a device reported, and what was true of each report."""

    bus: Bus
    observed_s: Floats
    x_m: Floats
    """As measured."""
    y_m: Floats
    run: Ints
    dist_m: Floats
    asked: Bools


def report(bus: Bus, *, every_s: float, noise_m: float, jumps: float = 0.0) -> Told:
    """What the device sends. ``jumps``: share of fixes that are far off."""
    rng = bus.rng
    table = np.array([each[:5] for each in bus.seconds])
    asked = np.array([each[5] for each in bus.seconds])
    count = int((table[-1, 0] - table[0, 0]) // every_s)
    ticks = table[0, 0] + every_s * np.arange(count) + rng.uniform(0, 2.0, count)
    rows = np.clip(np.searchsorted(table[:, 0], ticks), 0, len(table) - 1)
    rows = rows[~np.any([(table[rows, 0] > a) & (table[rows, 0] < b) for a, b in bus.quiet] or [rows < 0], axis=0)]
    n = len(rows)
    error = np.zeros((n, 2))
    for row in range(n):
        error[row] = (0.6 * error[row - 1] if row else 0.0) + rng.normal(0.0, 0.8 * noise_m, 2)
    far = rng.random(n) < jumps
    error[far] += rng.uniform(500, 6_000, (int(far.sum()), 1)) * _directions(rng, int(far.sum()))
    x, y = table[rows, 1] + error[:, 0], table[rows, 2] + error[:, 1]
    return Told(bus, table[rows, 0], x, y, table[rows, 3].astype(np.int32), table[rows, 4], asked[rows] & ~far)


def _directions(rng: np.random.Generator, n: int) -> Floats:
    angle = rng.uniform(0, 2 * np.pi, n)
    return np.column_stack((np.cos(angle), np.sin(angle)))


def as_reports(town: Town, told: Told, **given: object) -> Reports:
    """As the pipeline takes them. ``given``: further columns, one value or one a report."""
    n = len(told.observed_s)
    columns = {spec.name: none_column(spec.kind, n) for spec in specs(Reports)}
    columns["vehicle_id"][:] = told.bus.vehicle_id
    at = service_day_zero_s(DATE, "Etc/UTC") + told.observed_s
    columns["observed_at"], columns["received_at"] = at, at + 2.0
    columns["lat_deg"], columns["lon_deg"] = town.places(told.x_m, told.y_m)
    for name, values in given.items():
        columns[name][:] = values
    return Reports(**columns)
