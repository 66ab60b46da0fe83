"""Events in the order of simulated time, and the reports that come of them in the order in which they are received.

There is no clock here: time is what the caller asked for.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator

from feeds.simulator.motion import Move
from feeds.simulator.rows import SimulatedReport
from feeds.simulator.vehicle import Vehicle


class Timeline:
    """What is still to happen, from ``now`` on; reports from ``from_at`` until ``to_at`` (epoch seconds)."""

    def __init__(self, now: float, from_at: float, to_at: float) -> None:
        self.now = now
        self._from_at, self._to_at = from_at, to_at
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._coming: list[tuple[float, int, SimulatedReport]] = []
        self._count = 0

    def reports(self) -> Iterator[SimulatedReport]:
        """Reports in the order in which they are received."""
        while self._events and self._events[0][0] < self._to_at:
            at, _, act = heapq.heappop(self._events)
            self.now = at
            # what is still to happen is observed from now on, hence received later than this
            while self._coming and self._coming[0][0] < at:
                yield heapq.heappop(self._coming)[2]
            act()
        while self._coming:
            yield heapq.heappop(self._coming)[2]

    def within(self, instant: float) -> bool:
        """Whether an instant lies in the time asked for."""
        return self._from_at <= instant < self._to_at

    def at(self, instant: float, act: Callable[[], None]) -> None:
        """Let something happen at an instant, at once if that is past; equal instants in the order of the calls."""
        self._count += 1
        heapq.heappush(self._events, (max(instant, self.now), self._count, act))

    def observe(self, vehicle: Vehicle, moves: list[Move]) -> None:
        """What the device of a vehicle reports of its moves."""
        if not moves or moves[-1].to_at < self._from_at:
            return
        for report in vehicle.device.observe(moves, vehicle.aboard):
            if self.within(report.observed_at):
                self._count += 1
                heapq.heappush(self._coming, (report.received_at, self._count, report))
