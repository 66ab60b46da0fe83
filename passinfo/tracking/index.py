"""What tracking looks up in the network: segments near a place, and which timetable runs exist on a day.

Made once per network. The lists of a day's runs are filled when first asked for; they depend on nothing but the
network, so the answer is the same whenever it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from passinfo.columns import Floats, Ints
from passinfo.network.network import Network
from passinfo.times import service_date_of, service_day_zero_s, shift_date

REACH_M = 100.0
"""A bus farther from a surveyed line is not on it: 10 times the 90th percentile of GPS offsets (Kingston: 9 m)."""
ROUGH_REACH_M = 500.0
"""Where a line goes straight from stop to stop the road may swing out this far (half a stop distance)."""


@dataclass(frozen=True, slots=True)
class DayRuns:
    """Timetable and exact-frequency runs of one pattern on one service day, by start."""

    trip_ix: Ints
    start_service_s: Ints
    start_at: Floats


@dataclass(frozen=True, slots=True)
class Near:
    """Segments near one place: pattern, place along it, distance beside it, direction of the segment (radians)."""

    pattern_ix: Ints
    segment: Ints
    dist_m: Floats
    offset_m: Floats
    bearing_rad: Floats


@dataclass(frozen=True)
class TrackingIndex:
    """Look-ups of one network."""

    network: Network
    tree: shapely.STRtree
    segment_pattern: Ints
    segment_start: Floats
    """Rows: x, y of the start, x, y of the end, distance along at the start, its length."""
    headway_trips: dict[int, list[int]]
    """Template trips of each pattern that has headway service."""
    bands_of_trip: dict[int, list[int]]
    trips_of_block: dict[str, list[int]]
    _days: dict[tuple[int, int], DayRuns] = field(default_factory=dict)
    _service: dict[int, Floats] = field(default_factory=dict)

    def near(self, x_m: Floats, y_m: Floats) -> list[Near]:
        """Segments near each place."""
        points = shapely.points(np.column_stack((x_m, y_m)))
        reach = REACH_M if self.network.patterns.shape_known.all() else ROUGH_REACH_M
        which, segments = self.tree.query(points, predicate="dwithin", distance=reach)
        order = np.lexsort((segments, which))
        which, segments = which[order], segments[order]
        ax, ay, bx, by, along, length = self.segment_start[:, segments]
        dx, dy = bx - ax, by - ay
        px, py = x_m[which], y_m[which]
        t = np.clip(((px - ax) * dx + (py - ay) * dy) / np.maximum(dx * dx + dy * dy, 1e-9), 0.0, 1.0)
        beside = np.hypot(ax + t * dx - px, ay + t * dy - py)
        cuts = np.searchsorted(which, np.arange(len(points) + 1))
        patterns, dist, bearing = self.segment_pattern[segments], along + t * length, np.arctan2(dx, dy)
        known = self.network.patterns.shape_known[patterns]
        answers = []
        for start, end in pairwise(cuts):
            keep = np.arange(start, end)[known[start:end] <= (beside[start:end] <= REACH_M)]
            answers.append(Near(patterns[keep], segments[keep], dist[keep], beside[keep], bearing[keep]))
        return answers

    def runs_of_day(self, pattern_ix: int, date: int) -> DayRuns:
        """Runs of a pattern on a service day, headway service excepted."""
        key = (pattern_ix, date)
        if key not in self._days:
            self._days[key] = self._runs_of_day(pattern_ix, date)
        return self._days[key]

    def _runs_of_day(self, pattern_ix: int, date: int) -> DayRuns:
        network = self.network
        active = network.calendar.active_services(date)
        rows = network.trips_of_pattern[pattern_ix]
        rows = rows[active[network.trips.service_ix[rows]] & ~network.trips.is_headway[rows]]
        starts: list[tuple[int, int]] = []
        for trip in rows.tolist():
            if not network.trips.is_exact_frequency[trip]:
                starts.append((int(network.trips.start_service_s[trip]), trip))
                continue
            for band in self.bands_of_trip.get(trip, []):
                first, last, headway = (
                    int(column[band])
                    for column in (
                        network.headways.start_service_s,
                        network.headways.end_service_s,
                        network.headways.headway_s,
                    )
                )
                starts.extend((start, trip) for start in range(first, last, headway))
        starts.sort()
        table = np.array(starts, dtype=np.int32).reshape(len(starts), 2)
        zero = service_day_zero_s(date, network.timezone)
        return DayRuns(table[:, 1], table[:, 0], zero + table[:, 0].astype(float))

    def service_of_day(self, date: int) -> Floats:
        """How many trips each pattern has on a service day, a headway template counting for its departures."""
        if date not in self._service:
            network = self.network
            active = network.calendar.active_services(date)[network.trips.service_ix]
            weight = np.ones(len(active))
            bands = network.headways
            departures = (bands.end_service_s - bands.start_service_s) / np.maximum(bands.headway_s, 1)
            if len(bands.trip_ix):
                weight[np.unique(bands.trip_ix)] = 0.0
                np.add.at(weight, bands.trip_ix, departures)
            n = len(network.patterns.pattern_id)
            trips = np.bincount(network.trips.pattern_ix, weights=weight * active, minlength=n)
            self._service[date] = np.asarray(trips, dtype=np.float64)
        return self._service[date]

    def dates_around(self, at: float) -> tuple[int, int, int]:
        """Service days a run of which may be on the road at an instant: the day before, the day, the day after."""
        today = service_date_of(at, self.network.timezone)
        return shift_date(today, -1), today, shift_date(today, 1)

    def elapsed_s(self, trip_ix: int, dist_m: float) -> float:
        """Seconds after the first departure at which a trip is planned to be at a place of its pattern."""
        network = self.network
        stops = network.pattern_stops(int(network.trips.pattern_ix[trip_ix]))
        arrival, departure = network.trip_times(trip_ix)
        places = network.patterns.stop_dist_m[stops]
        row = int(np.searchsorted(places, dist_m, side="right")) - 1
        if row < 0:
            return 0.0
        if row >= len(places) - 1:
            return float(arrival[-1])
        share = (dist_m - places[row]) / (places[row + 1] - places[row])
        return float(departure[row] + share * (arrival[row + 1] - departure[row]))


def make_index(network: Network) -> TrackingIndex:
    """Look-ups of a network."""
    patterns = network.patterns
    ptr = patterns.shape_ptr
    n = len(patterns.shape_x_m)
    inner = np.ones(max(n - 1, 0), dtype=bool)
    inner[ptr[1:-1] - 1] = False  # the gap between the last point of one line and the first of the next
    start = np.flatnonzero(inner)
    x, y, dist = (np.asarray(a) for a in (patterns.shape_x_m, patterns.shape_y_m, patterns.shape_dist_m))
    rows = np.vstack((x[start], y[start], x[start + 1], y[start + 1], dist[start], dist[start + 1] - dist[start]))
    pattern_of_point = np.repeat(np.arange(len(ptr) - 1, dtype=np.int32), np.diff(ptr))
    lines = shapely.linestrings(np.stack((rows[:2].T, rows[2:4].T), axis=1)) if len(start) else []
    headway_trips: dict[int, list[int]] = {}
    for trip in np.flatnonzero(network.trips.is_headway).tolist():
        headway_trips.setdefault(int(network.trips.pattern_ix[trip]), []).append(trip)
    bands: dict[int, list[int]] = {}
    for band, trip in enumerate(network.headways.trip_ix.tolist()):
        bands.setdefault(trip, []).append(band)
    blocks: dict[str, list[int]] = {}
    for trip, block in enumerate(network.trips.block_id):
        if block:
            blocks.setdefault(block, []).append(trip)
    return TrackingIndex(network, shapely.STRtree(lines), pattern_of_point[start], rows, headway_trips, bands, blocks)


def places_on_patterns(near: Near) -> npt.NDArray[np.intp]:
    """Rows of the nearest place of each stretch of each pattern: local minima of the distance beside the line.

    A pattern that passes the same road twice gives two.
    """
    n = len(near.segment)
    if n == 0:
        return np.empty(0, dtype=np.intp)
    apart = (np.diff(near.segment) > 1) | (np.diff(near.pattern_ix) != 0)
    before = np.concatenate(([np.inf], np.where(apart, np.inf, near.offset_m[:-1])))
    after = np.concatenate((np.where(apart, np.inf, near.offset_m[1:]), [np.inf]))
    return np.flatnonzero((near.offset_m < before) & (near.offset_m <= after))
