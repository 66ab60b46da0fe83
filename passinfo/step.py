"""The whole live pipeline as one pure function.

``step(world, reports, now)`` accepts or rejects reports, matches and tracks them, predicts the road ahead and publishes
one snapshot. It changes nothing it was given: the same world, reports and now give the same result, so replaying a
log is the end-to-end test, the maker of training sets and the live system at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from passinfo.bms.changes import ServiceChange
from passinfo.network.network import Network
from passinfo.prediction.protocol import Predictions, Predictor
from passinfo.rejections import Rejection
from passinfo.settings import CitySettings
from passinfo.snapshot import Alert, Snapshot
from passinfo.tracking.columns import Matches, Visits
from passinfo.tracking.state import TrackingState


@dataclass(frozen=True, slots=True)
class World:
    """All that the next tick depends on."""

    network: Network
    settings: CitySettings
    predictor: Predictor
    tracking: TrackingState
    changes: tuple[ServiceChange, ...] = ()
    """Orders in force, oldest first; the live loop replaces them before a tick."""
    alerts: tuple[Alert, ...] = ()
    """Alerts authored by people."""
    sequence: int = 0
    """Sequence number of the last snapshot."""


@dataclass(frozen=True, slots=True)
class TickResult:
    """What one tick published and what became known in it."""

    snapshot: Snapshot
    matches: Matches
    visits: Visits
    predictions: Predictions
    rejections: tuple[Rejection, ...]
    status: dict[str, int | float | str]
    """Flat counts of the tick (reports, accepted, rejected.<reason>, vehicles.<phase>, runs, calls …)."""
