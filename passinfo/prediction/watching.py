"""Predictors that watch the traffic."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from passinfo.network.network import Network
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.traffic import Sights, Traffic
from passinfo.prediction.protocol import Predictor


@runtime_checkable
class Watching(Protocol):
    """Told each tick what became known, and asked for the predictor that knows it."""

    def watched(
        self, network: Network, traffic: Traffic | None, reached: Reached, sights: Sights, now: float
    ) -> Traffic:
        """The traffic after a tick; nothing given is changed."""
        ...

    def informed(self, traffic: Traffic | None) -> Predictor:
        """The predictor of this tick."""
        ...
