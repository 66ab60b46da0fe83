"""The tracking state: what is remembered of every vehicle from tick to tick, and the trip instances issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from passinfo.tracking.assign import InstanceKey
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.vehicle import VehicleTrack


@dataclass(frozen=True, slots=True)
class TrackingState:
    """Remembered between ticks; a tick returns a new one and leaves this as it is."""

    index: TrackingIndex
    vehicles: Mapping[str, VehicleTrack] = field(default_factory=dict)
    issued: Mapping[InstanceKey, str] = field(default_factory=dict)
    """Vehicle that runs, or ran, each instance of the last days; an instance is issued once."""
