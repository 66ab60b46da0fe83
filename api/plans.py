"""The plan of each stop, made on first use and kept as long as the network is served: it changes with the day only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from passinfo.network.departures import (
    DayPlan,
    DayPromises,
    Planned,
    Promises,
    dates_between,
    day_plan,
    day_promises,
    within,
)
from passinfo.network.network import Network

AHEAD_S = 4 * 3_600.0
"""The longest horizon anybody may ask for."""
MOST_KEPT = 50_000
"""Stops and days kept; the large cities have some thousand stops, and two days are asked for."""
MOST_ASKED = 64
"""Spans of time whose service days are remembered: horizons that are asked for within a tick."""
V = TypeVar("V")
Line = tuple[int, int]
"""Rows of a route, and a direction (-1 if there is none)."""


@dataclass
class Plans:
    """Plans of a network's stops by service day."""

    network: Network
    _days: dict[int, DayPlan] = field(default_factory=dict)
    _promises: dict[int, DayPromises] = field(default_factory=dict)
    _asked: dict[tuple[float, float], list[int]] = field(default_factory=dict)
    _ends: dict[tuple[int, int], dict[Line, tuple[float, float]]] = field(default_factory=dict)

    def prepare(self, now: float) -> None:
        """Make the plans of the days that are asked for now and soon, and forget those that are over."""
        dates = dates_between(self.network, now, now + AHEAD_S)
        for date in dates:
            self._day(date)
        for date in self._dates(now, now):
            self._promises_on(date)
        for kept in (self._days, self._promises):
            for date in [date for date in kept if date < dates[0]]:
                del kept[date]

    def _day(self, date: int) -> DayPlan:
        kept = self._days.get(date)
        if kept is None:
            kept = self._days[date] = day_plan(self.network, date)
        return kept

    def calls(self, stop_ix: int, from_at: float, to_at: float) -> Planned:
        """Timetable calls at a stop in [from_at, to_at), soonest first."""
        return within([self._day(date) for date in self._dates(from_at, to_at)], stop_ix, from_at, to_at)

    def _dates(self, from_at: float, to_at: float) -> list[int]:
        """Service days between; of one tick all stops ask for the same."""
        asked = self._asked.get((from_at, to_at))
        if asked is None:
            if len(self._asked) >= MOST_ASKED:
                self._asked.clear()
            asked = self._asked[from_at, to_at] = dates_between(self.network, from_at, to_at)
        return asked

    def promises(self, stop_ix: int, at: float) -> Promises:
        """Headway service at a stop on the service days that an instant belongs to."""
        found = [self._promises_on(date).at_stop(stop_ix, at) for date in self._dates(at, at)]
        since, until = max(day.since for day in found), min(day.until for day in found)
        return Promises(tuple(each for day in found for each in day.told), since, until)

    def day_of(self, at: float) -> int:
        """The service day that an instant belongs to."""
        return self._dates(at, at)[-1]

    def _promises_on(self, date: int) -> DayPromises:
        kept = self._promises.get(date)
        if kept is None:
            kept = self._promises[date] = day_promises(self.network, date)
        return kept

    def ends(self, stop_ix: int, date: int) -> dict[Line, tuple[float, float]]:
        """First and last timetable call of a service day by line."""
        kept = self._ends.get((stop_ix, date))
        if kept is None:
            kept = self._ends_on(stop_ix, date)
            _keep(self._ends, (stop_ix, date), kept)
        return kept

    def _ends_on(self, stop_ix: int, date: int) -> dict[Line, tuple[float, float]]:
        calls, patterns = self._day(date).at_stop(stop_ix), self.network.patterns
        pattern = self.network.trips.pattern_ix[calls.trip_ix]
        found: dict[Line, tuple[float, float]] = {}
        lines = np.column_stack((patterns.route_ix[pattern], patterns.direction_id[pattern])).tolist()
        for (route, direction), at in zip(lines, calls.at.tolist(), strict=True):
            first, _ = found.get((route, direction), (at, at))
            found[route, direction] = (first, at)
        return found


def _keep(kept: dict[tuple[int, int], V], key: tuple[int, int], value: V) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[key] = value
