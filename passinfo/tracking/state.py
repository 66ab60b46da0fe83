"""The tracking state: what is remembered of every vehicle from tick to tick, and the trip instances issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from passinfo.tracking.belief import Belief, nothing
from passinfo.tracking.habits import Habits, no_habits
from passinfo.tracking.headway import InstanceKey
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.memory import Over, nothing_over
from passinfo.tracking.passed import Passed, nothing_passed
from passinfo.tracking.vehicles import Vehicles, no_vehicles


@dataclass(frozen=True, slots=True)
class TrackingState:
    """Remembered between ticks; a tick returns a new one and leaves this as it is."""

    index: TrackingIndex
    vehicles: Vehicles = field(default_factory=no_vehicles)
    belief: Belief = field(default_factory=lambda: nothing(0))
    passed: Passed = field(default_factory=nothing_passed)
    over: Over = field(default_factory=nothing_over)
    habits: Habits = field(default_factory=no_habits)
    today: int = 0
    """Day of the plan whose rows are remembered (``yyyymmdd``); 0 before the first tick."""
    issued: Mapping[InstanceKey, str] = field(default_factory=dict)
    """Vehicle that runs, or ran, each instance of the last days; an instance is issued once."""
    row_of: Mapping[str, int] = field(default_factory=dict)
    """vehicle_id → row of ``vehicles``."""
