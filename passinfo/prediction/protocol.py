"""The seam of prediction: columns in, instants out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats, Ints, Texts, column
from passinfo.network.network import Network

Bytes8 = npt.NDArray[np.uint8]


class Method(IntEnum):
    """How a prediction was made."""

    SCHEDULE = 0
    HISTORIC = 1
    LAST_BUS = 2
    KALMAN = 3
    LIVE_MIX = 4
    MODEL = 5


class Basis(IntEnum):
    """What a prediction rests on."""

    TRACKED = 0
    LAST_KNOWN = 1
    TIMETABLE = 2
    HEADWAY = 3
    NO_DATA = 4


@dataclass(frozen=True, slots=True)
class RunAhead:
    """Runs to predict, one row each: a vehicle on a pattern, with the road ahead.

    ``first_position``: index (0-based, within the pattern) of the first stop to predict. A run that waits for its
    departure (layover, look-ahead) has ``dist_m`` 0 and ``departs_at`` its planned or expected departure; else
    ``departs_at`` is NaN.
    """

    pattern_ix: Ints
    trip_ix: Ints
    """-1 where the trip is abstained (or NEW): then only the pattern is known."""
    dist_m: Floats
    measured_at: Floats
    """observed_at of the last report used."""
    first_position: Ints
    departs_at: Floats
    start_at: Floats
    """Instant of the instance's start (its first departure by plan); NaN where abstained."""
    vehicle_id: Texts = field(default_factory=lambda: np.empty(0, dtype=object))
    """Vehicle of each run, "" where none is known; empty: of none."""
    speed_mps: Floats = field(default_factory=lambda: np.empty(0))
    """As the last report used says, NaN where it says none; empty: of none."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """Predictions for every run and remaining stop, flat.

    Rows of run r: ``ptr[r]:ptr[r+1]``, one per stop position ``first_position[r]``…last; NaN = cannot be said.
    Strictly increasing along a run; p10 ≤ p50 ≤ p90; none before ``now``. The instant is the arrival, at the first
    stop of the pattern the departure.
    """

    ptr: Ints
    position: Ints
    p10_at: Floats
    p50_at: Floats
    p90_at: Floats
    dwell_s: Floats
    """Expected standing at the stop: departure p50 = arrival p50 + dwell."""
    method: Bytes8


class Predictor(Protocol):
    """Predicts on columns; one call per tick."""

    def predict(self, network: Network, runs: RunAhead, now: float) -> Predicted:
        """Arrival instants of all runs at all their remaining stops.

        ``now`` is the tick (epoch seconds). Deterministic; reads no clock.
        """
        ...


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predictions as kept in files. Rows in order of made_at, vehicle_id, stop_sequence."""

    made_at: Floats = column("instant", "tick at which the prediction was made")
    vehicle_id: Texts = column("text", "vehicle")
    route_id: Texts = column("text", "route")
    direction_id: Ints = column("i4", "GTFS direction")
    trip_id: Texts = column("text", "trip of the instance, none if abstained")
    start_date: Ints = column("service_date", "service day of the instance")
    start_service_s: Ints = column("service_time", "start time of the instance", file_name="start_time")
    stop_id: Texts = column("text", "stop")
    stop_sequence: Ints = column("i4", "the static feed's own")
    p10_at: Floats = column("instant", "one in ten comes earlier")
    p50_at: Floats = column("instant", "median arrival; departure at the first stop")
    p90_at: Floats = column("instant", "one in ten comes later")
    method: Texts = column("text", "SCHEDULE, HISTORIC, LAST_BUS, KALMAN, LIVE_MIX or MODEL")
    basis: Texts = column("text", "TRACKED, LAST_KNOWN, TIMETABLE, HEADWAY or NO_DATA")
    display_at: Floats = column("instant", "what people are shown: about one bus in six comes earlier", optional=True)
