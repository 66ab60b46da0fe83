"""One bus of the fleet: what it is, where it is, what it does now."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field

from feeds.simulator.device import Aboard, Device
from feeds.simulator.dispatch import RouteDesk
from feeds.simulator.service import TimetableRun

NOTHING_KNOWN = Aboard(None, None, None, None, 0)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a pattern. ``timetable``: it holds back where it would leave a timepoint early."""

    number: int
    pattern_ix: int
    trip_ix: int
    start_at: float
    """Planned start."""
    headway_s: float
    block_id: str | None
    timetable: bool


@dataclass(slots=True)
class Vehicle:
    """Mutable: the simulation moves it."""

    vehicle_id: str
    rng: random.Random
    device: Device
    capacity: int
    pace: float
    """Its own factor on driving time."""
    home_m: tuple[float, float] | None
    """Its spot in the depot; None: no depot is known, it rests where its work ends."""
    desk: RouteDesk | None
    """None: it runs blocks of the timetable."""
    block_id: str
    place_m: tuple[float, float] | None
    """None: it has not been anywhere yet."""
    parked: bool = True
    rested_at: float = 0.0
    """When it may leave the depot again."""
    home_by: float = 0.0
    """When its shift ends."""
    run: Run | None = None
    runs: int = 0
    call: int = 0
    speed_mps: float = 0.0
    halts: bool = True
    passengers: int = 0
    alighting: int = 0
    aboard: Aboard = NOTHING_KNOWN
    orders: deque[TimetableRun] = field(default_factory=deque)
    planned_until: float = 0.0
    planned_m: tuple[float, float] | None = None
    """Where its planned work ends."""
