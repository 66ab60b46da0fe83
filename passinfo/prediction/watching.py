"""Predictors that watch the traffic, and the terminals."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.hops import Rows
from passinfo.prediction.arrival.traffic import Sights, Traffic
from passinfo.prediction.departure.terminals import Stands, Terminals
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


@runtime_checkable
class KnowingTheRoad(Protocol):
    """Knows from history how the road usually flows."""

    def congestion(
        self, network: Network, traffic: Traffic, pattern_ix: Rows, dist_m: Floats, now: float
    ) -> npt.NDArray[np.uint8]:
        """CongestionLevel of GTFS-Realtime where each vehicle is; 0 where it is not known."""
        ...


class WatchingPredictor(Watching, Predictor, Protocol):
    """A predictor that does."""


@runtime_checkable
class WatchingTerminals(Watching, Protocol):
    """Told also who stands where, for departures from first stops."""

    def seen_at_terminals(
        self, network: Network, terminals: Terminals | None, reached: Reached, stands: Stands, now: float
    ) -> Terminals:
        """The terminals after a tick; nothing given is changed."""
        ...

    def expecting(self, traffic: Traffic | None, terminals: Terminals) -> Predictor:
        """The predictor of this tick."""
        ...
