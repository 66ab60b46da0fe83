"""The tracking state: what is remembered of every vehicle from tick to tick, and the trip instances issued."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrackingState:
    """Remembered between ticks. Immutable: a tick returns a new one."""
