"""The lie of the land: lines, legs between stops with running times and signals, depots, ways without a line."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np

from feeds.simulator.motion import ACCELERATION_MPS2, Line, straight
from feeds.simulator.road import DWELL_S, LIMIT_MPS, RED_S, RED_SHARE, SIGNAL_EVERY_M, Leg, Road
from passinfo.network.network import Network
from passinfo.settings import CitySettings, Depot

Spot = tuple[float, float]
"""x and y in the plane, metres."""

DEADHEAD_MPS = 6.5
"""23 km/h with signals, without stops. Assumption."""
BEND = 0.12
"""A way without a line bends to the side by at most this share of its length, so that not all are the same."""
NEAR_M = 30.0
"""Closer is the same place."""
SQUARE_M = 500.0
WINDOW_S = 240
"""Times in whole minutes are spread evenly over windows of at least this length."""


class Land:
    """Places of one city, worked out when first asked for."""

    def __init__(self, network: Network, settings: CitySettings, road: Road) -> None:
        self._network, self._road = network, road
        self._depots = [(self._centre(depot), depot.radius_m) for depot in settings.depots]
        self._lines: dict[int, Line] = {}
        self._legs: dict[tuple[int, int], tuple[list[Leg], float]] = {}

    def line(self, pattern_ix: int) -> Line:
        """The line of a pattern."""
        if pattern_ix not in self._lines:
            rows, patterns = self._network.pattern_line(pattern_ix), self._network.patterns
            columns = (patterns.shape_x_m[rows], patterns.shape_y_m[rows], patterns.shape_dist_m[rows])
            self._lines[pattern_ix] = Line(*(column.tolist() for column in columns))
        return self._lines[pattern_ix]

    def begins(self, pattern_ix: int) -> Spot:
        """Where a pattern begins."""
        return self.line(pattern_ix).at(0.0)[:2]

    def ends(self, pattern_ix: int) -> Spot:
        """Where a pattern ends."""
        line = self.line(pattern_ix)
        return line.at(line.length_m)[:2]

    def square(self, spot: Spot) -> tuple[int, int]:
        """The square of the map a place lies in."""
        return math.floor(spot[0] / SQUARE_M), math.floor(spot[1] / SQUARE_M)

    def depot_spot(self, near: Spot, rng: random.Random) -> Spot | None:
        """A spot in the depot nearest to a place; None if no depot is known."""
        if not self._depots:
            return None
        (x_m, y_m), radius = min(self._depots, key=lambda depot: math.dist(depot[0], near))
        far, way = 0.6 * radius * math.sqrt(rng.random()), rng.uniform(0, 2 * math.pi)
        return x_m + far * math.cos(way), y_m + far * math.sin(way)

    def way_s(self, from_m: Spot | None, to_m: Spot) -> float:
        """About how long a way without passengers takes; 0 from nowhere."""
        far = 0.0 if from_m is None else math.dist(from_m, to_m)
        return 1.3 * far / DEADHEAD_MPS if far > NEAR_M else 0.0

    def deadhead(self, from_m: Spot, to_m: Spot, rng: random.Random) -> Leg:
        """A way without passengers: nearly straight, for nobody has told us the roads."""
        (ax, ay), (bx, by) = from_m, to_m
        bend = rng.uniform(-BEND, BEND)
        line = straight([from_m, ((ax + bx) / 2 + bend * (by - ay), (ay + by) / 2 - bend * (bx - ax)), to_m])
        signals = sorted(line.length_m * rng.random() for _ in range(int(line.length_m / SIGNAL_EVERY_M)))
        planned_s = max(line.length_m / DEADHEAD_MPS, 1.0)
        return Leg(line, 0.0, line.length_m, planned_s, includes_dwell=False, signals_m=tuple(signals))

    def legs(self, pattern_ix: int, trip_ix: int) -> list[Leg]:
        """The legs of a pattern with the running times of a trip."""
        return self._timed(pattern_ix, trip_ix)[0]

    def leisure(self, pattern_ix: int, trip_ix: int) -> float:
        """How much of the usual time for halts and signals the running times leave: 0.1 (a race) to 1."""
        return self._timed(pattern_ix, trip_ix)[1]

    def _timed(self, pattern_ix: int, trip_ix: int) -> tuple[list[Leg], float]:
        key = (pattern_ix, int(self._network.trips.profile_ix[trip_ix]))
        if key not in self._legs:
            self._legs[key] = self._make_legs(pattern_ix, trip_ix)
        return self._legs[key]

    def _make_legs(self, pattern_ix: int, trip_ix: int) -> tuple[list[Leg], float]:
        network, line = self._network, self.line(pattern_ix)
        rows = network.pattern_stops(pattern_ix)
        dist_m = [float(dist) for dist in network.patterns.stop_dist_m[rows]]
        stops = [str(network.stops.stop_id[stop]) for stop in network.patterns.stop_ix[rows]]
        arrival_s, departure_s = network.trip_times(trip_ix)
        no_dwell = arrival_s[1:] == departure_s[1:]
        planned_s = (arrival_s[1:] - departure_s[:-1]).astype(float).tolist()
        if no_dwell.all() and not (arrival_s % 60).any():
            planned_s = spread_minutes(arrival_s.tolist(), dist_m)
        ways = list(zip(stops, stops[1:], dist_m, dist_m[1:], strict=False))
        signals = [self._road.signals(*way) for way in ways]
        wanted_s = DWELL_S * float(no_dwell.sum()) + RED_SHARE * RED_S / 2 * sum(len(places) for places in signals)
        fastest_s = line_time_s(dist_m)
        leisure = min(max((sum(planned_s) - fastest_s) / max(wanted_s, 1.0), 0.1), 1.0)
        legs = [
            Leg(line, a, b, max(planned, 1.0), bool(included), places[: round(len(places) * leisure + 0.2)])
            for (_, _, a, b), planned, included, places in zip(ways, planned_s, no_dwell, signals, strict=True)
        ]
        return legs, leisure

    def _centre(self, depot: Depot) -> Spot:
        corners = depot.polygon or ((depot.lat_deg, depot.lon_deg),)
        x_m, y_m = self._network.projection.to_xy(
            np.array([lat for lat, _ in corners]), np.array([lon for _, lon in corners])
        )
        return float(x_m.mean()), float(y_m.mean())


def line_time_s(dist_m: Sequence[float]) -> float:
    """Seconds that the way takes at the speed limit, halting nowhere but slowing down for every other stop."""
    return (dist_m[-1] - dist_m[0]) / LIMIT_MPS + 0.5 * (len(dist_m) - 1) * LIMIT_MPS / ACCELERATION_MPS2


def spread_minutes(at_s: Sequence[int], dist_m: Sequence[float]) -> list[float]:
    """Running times from stop to stop where the feed knows whole minutes only: even speed within windows.

    Two stops in the same minute are not zero seconds apart.

    Examples
    --------
    >>> spread_minutes([0, 0, 60, 240], [0.0, 100.0, 300.0, 600.0])
    [40.0, 80.0, 120.0]
    """
    knots = [0]
    for stop, at in enumerate(at_s):
        if at - at_s[knots[-1]] >= WINDOW_S:
            knots.append(stop)
    if knots[-1] != len(at_s) - 1:
        # the rest belongs to the last window, unless that is the whole way
        knots[max(len(knots) - 1, 1) :] = [len(at_s) - 1]
    times = np.interp(dist_m, [dist_m[knot] for knot in knots], [at_s[knot] for knot in knots])
    return [round(float(seconds), 3) for seconds in np.diff(times)]
