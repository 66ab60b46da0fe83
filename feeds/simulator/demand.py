"""Passengers: who waits grows with the time since the bus ahead, and so does the dwell; this is what bunches buses."""

from __future__ import annotations

import random

import numpy as np

from feeds.simulator.chance import around_one, chance, poisson
from passinfo.network.network import Network
from passinfo.times import service_date_of, service_day_zero_s

RIDERS_PER_RUN = 75.0
"""Who board one run in the peak, at even headways: a minibus filled two and a half times. Assumption."""
RIDERS_PER_STOP = 1.8
"""But no more than so many for each stop of the pattern: their boarding must fit into the time the plan leaves for
halts (``road.DWELL_S``), or every bus would be late every day. Assumption."""
HOUR_SHARE = (0.15, 0.12, 0.1, 0.1, 0.2, 0.45, 0.85, 1.0, 1.0, 0.8, 0.65, 0.65, 0.7, 0.7, 0.65, 0.75, 0.9, 1.0, 1.0,
              0.85, 0.6, 0.5, 0.35, 0.25)  # fmt: skip
"""Demand by local hour as a share of the peak's. Assumption: two peaks, a quiet night."""
STOP_SD = 0.7
"""Some stops are busy, most are not: spread of the logarithm of their demand. Assumption."""
PATIENCE_HEADWAYS = 3.0
"""After so many headways without a bus no more people gather: they find another way. Assumption."""
RIDE_SHARE = 0.35
"""A passenger rides along about a third of the route. Assumption."""
DOORS_S, BOARDING_S, ALIGHTING_S = 4.5, 3.2, 1.6
"""Doors; one person boarding and paying the driver; one leaving. TCQSM, 3rd ed., ch. 6: 2–5 s, 3–4 s, 1.5–2 s."""
DWELL_SPREAD = 0.25
USUAL_HEADWAY_S = 900.0
"""Where only a timetable says how often a bus comes. Assumption."""
USUAL_CAPACITY = 50


class Demand:
    """Who waits where, and when the last bus left with them."""

    def __init__(self, network: Network, seed: int) -> None:
        self._network, self._seed = network, seed
        self._shares: dict[int, list[float]] = {}
        self._leisure: dict[int, float] = {}
        self._left_at: dict[tuple[int, int, int], float] = {}
        self._left_behind: dict[tuple[int, int, int], int] = {}

    def calm(self, pattern_ix: int, leisure: float) -> None:
        """Fewer people ride where the timetable leaves little time for halts (0 to 1)."""
        self._leisure[pattern_ix] = leisure

    def line_of(self, pattern_ix: int) -> tuple[int, int]:
        """Whose passengers are the same: route and direction; the pattern where the feed gives no direction."""
        patterns = self._network.patterns
        direction = int(patterns.direction_id[pattern_ix])
        return int(patterns.route_ix[pattern_ix]), direction if direction >= 0 else 2 + pattern_ix

    def since_bus_ahead(self, pattern_ix: int, call: int, instant: float) -> float | None:
        """Seconds since the last bus of this route and direction left the stop; None: none did."""
        left = self._left_at.get(self._place(pattern_ix, call))
        return None if left is None else max(instant - left, 0.0)

    def expect(self, pattern_ix: int, call: int, instant: float, headway_s: float) -> float:
        """How many are expected to wait."""
        gap = self.since_bus_ahead(pattern_ix, call, instant)
        gap = headway_s if gap is None else min(gap, PATIENCE_HEADWAYS * headway_s)
        most = min(RIDERS_PER_RUN, RIDERS_PER_STOP * self._calls(pattern_ix))
        most *= self._leisure.get(pattern_ix, 1.0)
        riders = most * HOUR_SHARE[self._hour(instant)] * self._share(pattern_ix)[call]
        return riders * gap / headway_s + self._left_behind.get(self._place(pattern_ix, call), 0)

    def alighting(self, pattern_ix: int, call: int, on_board: int, rng: random.Random) -> int:
        """How many get off at a stop; at the last one, all."""
        calls = self._calls(pattern_ix)
        if call == calls - 1:
            return on_board
        share = min(1.0 / max(RIDE_SHARE * calls, 1.0), 1.0)
        return sum(rng.random() < share for _ in range(on_board))

    def board(self, pattern_ix: int, call: int, instant: float, headway_s: float, room: int, rng: random.Random) -> int:
        """How many get on, at most as there is room; the others wait on."""
        place = self._place(pattern_ix, call)
        waiting = poisson(rng, self.expect(pattern_ix, call, instant, headway_s))
        self._left_behind[place] = min(max(waiting - room, 0), USUAL_CAPACITY)
        return min(waiting, room)

    def leave(self, pattern_ix: int, call: int, instant: float) -> None:
        """A bus has left the stop."""
        place = self._place(pattern_ix, call)
        self._left_at[place] = max(instant, self._left_at.get(place, instant))

    def _place(self, pattern_ix: int, call: int) -> tuple[int, int, int]:
        patterns = self._network.patterns
        row = int(patterns.stop_ptr[pattern_ix]) + call
        return (*self.line_of(pattern_ix), int(patterns.stop_ix[row]))

    def _calls(self, pattern_ix: int) -> int:
        rows = self._network.pattern_stops(pattern_ix)
        return int(rows.stop - rows.start)

    def _share(self, pattern_ix: int) -> list[float]:
        if pattern_ix not in self._shares:
            stops = self._network.patterns.stop_ix[self._network.pattern_stops(pattern_ix)]
            n = len(stops)
            # nobody boards at the last stop, few shortly before it
            weights = np.array(
                [
                    around_one(chance(self._seed, "stop", self._network.stops.stop_id[stop]), STOP_SD)
                    * (1 - (call / (n - 1)) ** 2)
                    for call, stop in enumerate(stops)
                ]
            )
            self._shares[pattern_ix] = [float(share) for share in weights / weights.sum()]
        return self._shares[pattern_ix]

    def _hour(self, instant: float) -> int:
        zone = self._network.timezone
        return int((instant - service_day_zero_s(service_date_of(instant, zone), zone)) / 3600) % 24


def dwell_s(boarding: int, alighting: int, rng: random.Random) -> float:
    """Seconds a halt takes."""
    return DOORS_S + (BOARDING_S * boarding + ALIGHTING_S * alighting) * around_one(rng, DWELL_SPREAD)
