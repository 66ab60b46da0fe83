"""Dispatch of headway service: how many buses a route wants, and which departure a bus gets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from feeds.simulator.service import Band, Service
from passinfo.network.network import Network

LAYOVER_S = 480.0
"""Planned time between two runs. Assumption: about an eighth of an hour's run."""
RUNNING_RESERVE = 1.12
"""Runs take longer than planned, and the dispatcher leaves room so that most buses wait for their time. Assumption."""
LONGEST_WAIT_S = 1_500.0
"""A bus that would wait longer goes to the depot."""
CATCH_UP = 0.7
"""After a late departure the next may follow after this share of the headway, to come back to plan. Assumption."""

RESTING_SHARE = 0.15
"""Share of a route's buses that may change shifts at the same time. Assumption."""


@dataclass(frozen=True, slots=True)
class Departure:
    """A departure given to a bus. ``headway_s``: the one the route can hold with the buses it has."""

    band: Band
    leave_at: float
    headway_s: float


@dataclass(slots=True)
class RouteDesk:
    """The dispatcher of one route: ``buses`` are all it has."""

    network: Network
    service: Service
    route_ix: int
    buses: int
    out: int = 0
    due_at: dict[int, float] = field(default_factory=dict)

    def wanted(self, instant: float) -> int:
        """Buses that should be out, at most as many as there are."""
        return min(math.ceil(self.need(instant) - 0.05), self.buses)

    def may_rest(self) -> bool:
        """Whether a bus may go home at the end of its shift: never many of a route at once."""
        return self.buses - self.out < max(1.0, self.buses * RESTING_SHARE)

    def need(self, instant: float) -> float:
        """Buses that the planned headways take."""
        return sum(need_of(self.network, band) for band in self.bands_at(instant))

    def bands_at(self, instant: float) -> list[Band]:
        """The route's bands in force."""
        route_ix = self.network.patterns.route_ix
        return [band for band in self.service.bands_at(instant) if route_ix[band.pattern_ix] == self.route_ix]

    def headway_s(self, band: Band, instant: float) -> float:
        """Headway that can be held: the planned one, longer if buses are few."""
        return band.headway_s * max(1.0, self.need(max(instant, band.from_at)) / max(self.buses, 1))

    def departure(self, ready_at: Mapping[int, float]) -> Departure | None:
        """The next departure for a bus that can be ready at the first stop of some patterns at given instants.

        The departure is booked. None: there is none that soon.
        """
        best: tuple[float, Band] | None = None
        for pattern, ready in ready_at.items():
            band = self.service.band_of(pattern, max(ready, self.due_at.get(pattern, 0.0)), LONGEST_WAIT_S)
            if band is None:
                continue
            leave = max(ready, self.due_at.get(pattern, 0.0), band.from_at)
            if leave - ready <= LONGEST_WAIT_S and (best is None or leave < best[0]):
                best = (leave, band)
        if best is None:
            return None
        leave, band = best
        headway = self.headway_s(band, leave)
        planned = max(self.due_at.get(band.pattern_ix, 0.0), band.from_at)
        self.due_at[band.pattern_ix] = max(leave + CATCH_UP * headway, planned + headway)
        return Departure(band, leave, headway)

    def way_back(self, pattern_ix: int, instant: float) -> list[int]:
        """Patterns a bus may run next after one: the other direction's, else (a loop) any of the route."""
        running = {band.pattern_ix for ahead in (0.0, LONGEST_WAIT_S) for band in self.bands_at(instant + ahead)}
        direction = self.network.patterns.direction_id
        back = sorted(p for p in running if direction[p] != direction[pattern_ix])
        return back or sorted(running)


def need_of(network: Network, band: Band) -> float:
    """Buses that one band takes: the time of a run and its layover over the headway."""
    arrival_s, _ = network.trip_times(band.trip_ix)
    return (float(arrival_s[-1]) * RUNNING_RESERVE + LAYOVER_S) / band.headway_s
