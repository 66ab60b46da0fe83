"""What passengers ask, what somebody who knows the town answers, and the judge between that and the planner."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from benchmarks.planner.journey import Journey
from benchmarks.planner.raptor import Place

FASTEST_KMH, SLOWEST_KMH = 30.0, 8.0
"""Straight-line speeds of a town's buses (the issue's): no stop and no bend, and a detour in a jam."""
ON_FOOT_KMH = (3.0, 6.0)
"""The same of people."""
FOOT_MIN = 4.0
"""Walked at most, all together, where the places are stops of the routes: across a station and a crossing."""


@dataclass(frozen=True, slots=True)
class Ride:
    """A ride that would do: any of these routes, with a headsign that names any of these."""

    routes: tuple[str, ...]
    towards: tuple[str, ...]

    def __str__(self) -> str:
        return f"{' or '.join(self.routes)} towards {' or '.join(self.towards)}"


Way = tuple[Ride, ...]
"""Rides in order; none at all is a walk."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the answer checked by hand; places are coordinates, so that stop ids may change."""

    start: Place
    end: Place
    day: dt.date
    asked_s: int
    ways: tuple[Way, ...]
    """Any of these is right; none at all: there is no way."""
    headways_min: float
    """The longest waits, of all rides together."""
    wait_min: float = 0.0
    """How long nothing runs yet."""

    @property
    def asked(self) -> str:
        """In words."""
        clock = f"{self.asked_s // 3600:02d}:{self.asked_s // 60 % 60:02d}"
        return f"{self.start.name} → {self.end.name}, {self.day:%A %-d %B %Y} {clock}"

    @property
    def answer(self) -> str:
        """What is right, in words."""
        if not self.ways:
            return "no way"
        return " | ".join(", then ".join(map(str, way)) or "walk" for way in self.ways)

    @property
    def most_transfers(self) -> int:
        """Of the longest right way."""
        return max((len(way) - 1 for way in self.ways if way), default=0)

    def minutes(self, straight_m: float) -> tuple[float, float]:
        """The least and the most it may take, waiting counted."""
        slow, fast = ON_FOOT_KMH if () in self.ways else (SLOWEST_KMH, FASTEST_KMH)
        least, most = (straight_m / 1000 / kmh * 60 for kmh in (fast, slow))
        return self.wait_min + least, self.wait_min + most + self.headways_min


def judged(
    question: Question, found: Journey | None, straight_m: float, *, most_foot_min: float = FOOT_MIN
) -> tuple[str, ...]:
    """What is wrong with an answer; nothing, if it is right."""
    if found is None or not question.ways:
        return () if found is None and not question.ways else ("finds no way" if found is None else "finds a way",)
    wrong = []
    if not any(_fits(found, way) for way in question.ways):
        wrong.append(f"not {question.answer}")
    if found.transfers > question.most_transfers:
        wrong.append(f"{found.transfers} transfers, at most {question.most_transfers}")
    least, most = question.minutes(straight_m)
    if not least <= found.minutes <= most:
        wrong.append(f"{found.minutes:.0f} min, not {least:.0f} to {most:.0f}")
    if found.rides and found.foot_min > most_foot_min:
        wrong.append(f"{found.foot_min:.0f} min on foot, at most {most_foot_min:.0f}")
    if found.rides and found.rides[0].depart_s < question.asked_s + 60 * question.wait_min:
        wrong.append("a bus leaves before any runs")
    return tuple(wrong)


def _fits(found: Journey, way: Way) -> bool:
    return len(found.rides) == len(way) and all(
        leg.route in ride.routes and any(word in leg.headsign for word in ride.towards)
        for leg, ride in zip(found.rides, way, strict=True)
    )
