"""What tracking looks up in the network: the ground, the order of patterns, the plan of a day, the blocks.

Made once per network. Plans are made when first asked for; they depend on nothing but the network, so the answer is
the same whenever it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.network.network import Network
from passinfo.times import service_date_of, shift_date
from passinfo.tracking.ground import APART_M, Ground, make_ground
from passinfo.tracking.plan import Plan, make_plan


@dataclass(frozen=True)
class TrackingIndex:
    """Look-ups of one network."""

    network: Network
    ground: Ground
    rank: Ints
    """Place of each pattern in the order of route, direction, pattern."""
    group: Ints
    """Number of each pattern's route and direction, ascending with rank."""
    first_m: Floats
    """Distance of each pattern's first stop along its line."""
    last_m: Floats
    stop_key: Floats
    """``pattern · APART_M + distance`` of every stop, ascending."""
    headway_trips: dict[int, list[int]]
    """Template trips of each pattern that has headway service."""
    has_headway: Ints
    """1 for such a pattern."""
    bands_of_trip: dict[int, list[int]]
    block_rows: dict[str, int]
    """Number of each block."""
    block_of_trip: Ints
    """Number of the block of each trip, -1 without."""
    typical_profile: Ints
    """Profile of a usual trip of each pattern (the median in running time), -1 without trips."""
    shape_known: Bools
    """Copies of the network's own columns, that may be written to: what is compiled, is compiled for such arrays once
    (those of a stored network may not be)."""
    stop_dist_m: Floats
    stop_ix: Ints
    facts: Ints
    """Rows, of each pattern: first stop, stop after the last, first row of the typical profile (-1 without trips),
    has_headway, route, direction: what is read together lies together."""
    profile_s: Ints
    """Rows, of each stop of each profile: departure, arrival."""
    _plans: dict[int, Plan] = field(default_factory=dict)

    def plan(self, at: float) -> Plan:
        """The plan around an instant."""
        return self.plan_of(service_date_of(at, self.network.timezone))

    def plan_of(self, today: int) -> Plan:
        """The plan around a service day (``yyyymmdd``)."""
        if today not in self._plans:
            if len(self._plans) > 3:
                self._plans.clear()
            self._plans[today] = make_plan(self.network, today, self.block_of_trip)
        return self._plans[today]

    def dates_around(self, at: float) -> tuple[int, int, int]:
        """Service days a run of which may be on the road at an instant: the day before, the day, the day after."""
        today = service_date_of(at, self.network.timezone)
        return shift_date(today, -1), today, shift_date(today, 1)

    def between_stops(self, pattern_ix: Ints, dist_m: Floats) -> tuple[Ints, Floats]:
        """The stop each place lies behind (0 … last but one), and the share of the way to the next stop."""
        stops = self.facts.take(pattern_ix, axis=0)
        first, last = stops[:, 0], stops[:, 1] - 1
        row = np.searchsorted(self.stop_key, pattern_ix * APART_M + np.minimum(dist_m, APART_M / 2), side="right") - 1
        row = np.clip(row, first, np.maximum(last - 1, first))
        here, there = self.stop_dist_m.take(row), self.stop_dist_m.take(np.minimum(row + 1, last))
        share = np.clip((dist_m - here) / np.maximum(there - here, 1e-9), 0.0, 1.0)
        return (row - first).astype(np.int32), share

    def planned_s(self, profile_ix: Ints, position: Ints, share: Floats) -> Floats:
        """Seconds after the first departure at which a profile is at a place between stops."""
        return self.planned_at_s(self.network.profiles.profile_ptr[profile_ix] + position, share)

    def planned_at_s(self, row: Ints, share: Floats) -> Floats:
        """The same; ``row``: of ``profile_s``, the stop behind."""
        departs, arrives = self.profile_s.take(2 * row), self.profile_s.take(2 * row + 3)
        return np.asarray(departs + share * (arrives - departs), dtype=np.float64)

    def elapsed_s(self, trip_ix: int, dist_m: float) -> float:
        """Seconds after the first departure at which a trip is planned to be at a place of its pattern."""
        trips = self.network.trips
        pattern = np.array([trips.pattern_ix[trip_ix]], dtype=np.int32)
        position, share = self.between_stops(pattern, np.array([dist_m]))
        return float(self.planned_s(trips.profile_ix[[trip_ix]], position, share)[0])


def make_index(network: Network) -> TrackingIndex:
    """Look-ups of a network."""
    patterns, trips = network.patterns, network.trips
    n = len(patterns.pattern_id)
    order = np.lexsort((np.arange(n), patterns.direction_id, patterns.route_ix))
    rank = np.empty(n, dtype=np.int32)
    rank[order] = np.arange(n, dtype=np.int32)
    pair = patterns.route_ix[order].astype(np.int64) * 4 + patterns.direction_id[order]
    group = np.empty(n, dtype=np.int32)
    group[order] = np.cumsum(np.concatenate(([0], np.diff(pair) != 0)))[:n]
    pattern_of_stop = np.repeat(np.arange(n), np.diff(patterns.stop_ptr))
    headway_trips: dict[int, list[int]] = {}
    for trip in np.flatnonzero(trips.is_headway).tolist():
        headway_trips.setdefault(int(trips.pattern_ix[trip]), []).append(trip)
    has_headway = np.zeros(n, dtype=np.int32)
    has_headway[list(headway_trips)] = 1
    bands: dict[int, list[int]] = {}
    for band, trip in enumerate(network.headways.trip_ix.tolist()):
        bands.setdefault(trip, []).append(band)
    names = sorted({block for block in trips.block_id if block})
    number = {name: row for row, name in enumerate(names)}
    typical = _typical(network)
    return TrackingIndex(
        network,
        make_ground(patterns, order),
        rank,
        group,
        patterns.stop_dist_m[patterns.stop_ptr[:-1]],
        patterns.stop_dist_m[patterns.stop_ptr[1:] - 1],
        pattern_of_stop * APART_M + patterns.stop_dist_m,
        headway_trips,
        has_headway,
        bands,
        number,
        np.array([number.get(block, -1) for block in trips.block_id], dtype=np.int32),
        typical,
        np.array(patterns.shape_known),
        np.array(patterns.stop_dist_m),
        np.array(patterns.stop_ix),
        np.column_stack(
            (
                patterns.stop_ptr[:-1],
                patterns.stop_ptr[1:],
                np.where(typical >= 0, network.profiles.profile_ptr[typical], -1),
                has_headway,
                patterns.route_ix,
                patterns.direction_id,
            )
        ).astype(np.int32),
        np.column_stack((network.profiles.departure_s, network.profiles.arrival_s)).astype(np.int32),
    )


def _typical(network: Network) -> Ints:
    profiles, trips = network.profiles, network.trips
    typical = np.full(len(network.patterns.pattern_id), -1, dtype=np.int32)
    for pattern, rows in enumerate(network.trips_of_pattern):
        if len(rows):
            profile = trips.profile_ix[rows]
            lasts = profiles.arrival_s[profiles.profile_ptr[profile + 1] - 1]
            typical[pattern] = profile[np.argsort(lasts, kind="stable")[len(lasts) // 2]]
    return typical
