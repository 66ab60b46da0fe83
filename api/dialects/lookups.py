"""Look-ups of one network that only dialects need, made on first use and kept as long as the network is served."""

from __future__ import annotations

import math
from collections import Counter
from functools import cached_property

import numpy as np

from passinfo.ids import NetworkHash
from passinfo.network.network import Network

_COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
_MOST_KEPT = 2
"""The network that is served, and the one before it while the last requests end."""


class Lookups:
    """Look-ups of one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._positions: dict[int, dict[int, int]] = {}

    @cached_property
    def agency_ids(self) -> list[str]:
        """Agencies of the routes, those with most routes first; never empty, never blank."""
        counted = Counter(str(each) for each in self.network.routes.agency_id if each)
        return [agency for agency, _ in sorted(counted.items(), key=lambda each: (-each[1], each[0]))] or ["1"]

    @cached_property
    def trips_of_block(self) -> dict[str, list[int]]:
        """Rows of the trips of each block, by start; a trip without block is a block of its own."""
        found: dict[str, list[int]] = {}
        trips = self.network.trips
        for row in np.argsort(trips.start_service_s, kind="stable").tolist():
            found.setdefault(str(trips.block_id[row] or trips.trip_id[row]), []).append(row)
        return found

    @cached_property
    def patterns_of_route(self) -> dict[int, list[int]]:
        """Rows of the patterns of each route."""
        found: dict[int, list[int]] = {}
        for pattern, route in enumerate(self.network.patterns.route_ix.tolist()):
            found.setdefault(route, []).append(pattern)
        return found

    @cached_property
    def compass_of_stop(self) -> dict[int, str]:
        """Where buses leave a stop to, by row of the stop: N, NE, E, …"""
        patterns = self.network.patterns
        sums: dict[int, tuple[float, float]] = {}
        for pattern in range(len(patterns.pattern_id)):
            stops, line = self.network.pattern_stops(pattern), self.network.pattern_line(pattern)
            dist, x, y = patterns.shape_dist_m[line], patterns.shape_x_m[line], patterns.shape_y_m[line]
            at = patterns.stop_dist_m[stops]
            ahead = np.minimum(at + _AHEAD_M, dist[-1])
            behind = ahead - _AHEAD_M
            east = np.interp(ahead, dist, x) - np.interp(behind, dist, x)
            north = np.interp(ahead, dist, y) - np.interp(behind, dist, y)
            for stop, e, n in zip(patterns.stop_ix[stops].tolist(), east.tolist(), north.tolist(), strict=True):
                before = sums.get(stop, (0.0, 0.0))
                sums[stop] = (before[0] + e, before[1] + n)
        return {
            stop: _COMPASS[round(math.degrees(math.atan2(east, north)) / 45) % 8]
            for stop, (east, north) in sums.items()
            if math.hypot(east, north) > 1.0
        }

    def agency_of_route(self, route_ix: int) -> str:
        """The agency that a route belongs to."""
        return str(self.network.routes.agency_id[route_ix] or self.agency_ids[0])

    def position(self, pattern_ix: int, stop_sequence: int) -> int:
        """Index from 0 of a stop_sequence in its pattern, -1 if it is none of its."""
        kept = self._positions.get(pattern_ix)
        if kept is None:
            sequences = self.network.patterns.stop_sequence[self.network.pattern_stops(pattern_ix)].tolist()
            kept = self._positions[pattern_ix] = {sequence: at for at, sequence in enumerate(sequences)}
        return kept.get(stop_sequence, -1)


_AHEAD_M = 60.0
"""Far enough that a stop's own bay does not turn the arrow."""
_kept: dict[NetworkHash, Lookups] = {}


def lookups(network: Network) -> Lookups:
    """The look-ups of a network."""
    found = _kept.get(network.hash)
    if found is None or found.network is not network:
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        found = _kept[network.hash] = Lookups(network)
    return found
