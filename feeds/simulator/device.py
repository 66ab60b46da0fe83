"""The device in the bus: when it reports, how wrong it is, and what the radio does to its reports."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feeds.simulator.chance import Drift, chance
from feeds.simulator.crowding import crowding
from feeds.simulator.motion import Move
from feeds.simulator.rows import SimulatedReport
from passinfo.geo import EARTH_RADIUS_M, Projection

INTERVALS_S = (10, 12, 15, 15, 20)
"""Seconds between reports, by device; devices differ within a fleet. Assumption."""
JITTER_S = 1.2
GPS_SD_M = (3.5, 5.5)
"""Per axis, by device; so 5–7 m on average. Kingston's real fleet shows 3 m median, 9 m p90 across its lines."""
GPS_MEMORY_S = 45.0
"""GPS errors wander, they do not jump. Assumption."""
OUTLIER_SHARE, OUTLIER_M = 0.002, (30.0, 80.0)
"""Reflections between buildings. Assumption."""
LATENCY_S = (0.8, 3.5)
GAP_EVERY_S, GAP_S = 4_500.0, (45.0, 240.0)
"""Radio lost once in 75 min for up to 4 min. Assumption."""
GAP_LOST_SHARE = 0.5
"""The other half is kept in the device and comes late, all at once. Assumption."""
BATCH_SPACING_S = 0.05
NO_HEADING_SHARE, NO_SPEED_SHARE, DOOR_SHARE, COUNTER_SHARE = 0.12, 0.06, 0.6, 0.7
"""What devices of a mixed fleet lack or have. Assumption."""
STANDING_MPS = 0.5


@dataclass(frozen=True, slots=True)
class Aboard:
    """What the bus management system knows of a bus besides its place."""

    route_id: str | None
    direction_id: int | None
    block_id: str | None
    driver_id: str | None
    passengers: int
    door_open: bool = False


class Device:
    """One device; it sleeps in the depot and before ``awake_at``."""

    def __init__(self, seed: int, vehicle_id: str, projection: Projection, awake_at: float, capacity: int) -> None:
        self._rng = rng = chance(seed, "device", vehicle_id)
        self._vehicle_id = vehicle_id
        self._device_id = f"DEV-{rng.randrange(16**6):06x}"
        self._projection = projection
        self._capacity = capacity
        self._m_per_deg = math.pi / 180 * EARTH_RADIUS_M
        self._lon_scale = math.cos(math.radians(projection.lat0_deg))
        self._interval_s = rng.choice(INTERVALS_S)
        self._has_heading = rng.random() >= NO_HEADING_SHARE
        self._has_speed = rng.random() >= NO_SPEED_SHARE
        self._has_door = rng.random() < DOOR_SHARE
        self._has_counter = rng.random() < COUNTER_SHARE
        sd = rng.uniform(*GPS_SD_M)
        self._east = Drift(chance(seed, "gps east", vehicle_id), sd, GPS_MEMORY_S)
        self._north = Drift(chance(seed, "gps north", vehicle_id), sd, GPS_MEMORY_S)
        self._heading_deg: float | None = None
        self._next_at = math.ceil(awake_at + rng.uniform(0, self._interval_s))
        self._gap = (0.0, 0.0, True)
        self._gap = self._next_gap(awake_at)
        self._received_at = -math.inf

    def observe(self, moves: Sequence[Move], aboard: Aboard) -> Iterator[SimulatedReport]:
        """Reports of what the bus does during ``moves``; what the radio loses is missing."""
        for move in moves:
            if self._next_at < move.from_at - self._interval_s:
                # it was asleep
                self._next_at = math.ceil(move.from_at + self._rng.uniform(0, self._interval_s))
            while self._next_at < move.to_at:
                at = float(self._next_at)
                pause = self._interval_s + self._rng.gauss(0.0, JITTER_S)
                self._next_at = math.ceil(at + min(max(pause, 5.0), 2.0 * self._interval_s))
                if at >= move.from_at and (received := self._receive(at)) is not None:
                    yield self._report(at, received, move, aboard)

    def _heading(self) -> float | None:
        """None before the first movement: 0 would be north."""
        if not self._has_heading or self._heading_deg is None:
            return None
        return round(self._heading_deg, 0) % 360.0

    def _receive(self, at: float) -> float | None:
        while at >= self._gap[1]:
            self._gap = self._next_gap(self._gap[1])
        begins, ends, lost = self._gap
        received = at + self._rng.uniform(*LATENCY_S)
        if begins <= at:
            if lost:
                return None
            received = ends + self._rng.uniform(*LATENCY_S)
        self._received_at = max(received, self._received_at + BATCH_SPACING_S)
        return round(self._received_at, 3)

    def _next_gap(self, after: float) -> tuple[float, float, bool]:
        begins = after + self._rng.expovariate(1 / GAP_EVERY_S)
        return begins, begins + self._rng.uniform(*GAP_S), self._rng.random() < GAP_LOST_SHARE

    def _report(self, at: float, received_at: float, move: Move, aboard: Aboard) -> SimulatedReport:
        rng = self._rng
        dist_m, speed = move.at(at)
        x_m, y_m, tangent = move.line.at(dist_m)
        x_m += self._east.at(at)
        y_m += self._north.at(at)
        if rng.random() < OUTLIER_SHARE:
            far, way = rng.uniform(*OUTLIER_M), rng.uniform(0, 2 * math.pi)
            x_m, y_m = x_m + far * math.sin(way), y_m + far * math.cos(way)
        if speed > STANDING_MPS:
            # a receiver takes its heading from movement: standing, the last one stays
            self._heading_deg = (tangent + rng.gauss(0.0, 6.0)) % 360.0
        measured = max(speed + rng.gauss(0.0, 0.3), 0.0) if speed > STANDING_MPS else max(rng.gauss(0.0, 0.15), 0.0)
        return SimulatedReport(
            self._vehicle_id,
            at,
            received_at,
            round(self._projection.lat0_deg + y_m / self._m_per_deg, 6),
            round(self._projection.lon0_deg + x_m / (self._m_per_deg * self._lon_scale), 6),
            round(measured, 1) if self._has_speed else None,
            self._heading(),
            aboard.route_id,
            aboard.direction_id,
            aboard.block_id,
            aboard.passengers if self._has_counter else None,
            crowding(aboard.passengers, self._capacity) if self._has_counter else None,
            ("OPEN" if aboard.door_open else "CLOSED") if self._has_door else None,
            self._device_id,
            aboard.driver_id,
        )
