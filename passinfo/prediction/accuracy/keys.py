"""Which observed arrival a prediction speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from passinfo.prediction.accuracy.by_stop import arrivals_by_stop
from passinfo.prediction.accuracy.overlap import runs_by_vehicle
from passinfo.prediction.accuracy.truth import Truth, codes
from passinfo.prediction.protocol import Predictions

By = Literal["instance", "vehicle", "stop"]
Indices = npt.NDArray[np.int64]

NONE = -1


@dataclass(frozen=True, slots=True)
class Keys:
    """Arrivals as numbers: the same number, the same arrival (run and stop_sequence)."""

    prediction: Indices
    """Arrival of each prediction; -1: it names no trip or no stop."""
    truth: Indices
    """Arrival of each row of the truth; -1: it names no run or stop, or two rows claim to be it."""
    visit: Indices
    """Row of the truth each prediction speaks of; -1: none was observed."""


def keys_of(predictions: Predictions, truth: Truth, by: By = "instance") -> Keys:
    """The arrivals of both tables under one numbering.

    ``instance``: same trip_id, start_date and start_time, to the letter. ``vehicle``: for headway service, whose
    instances are named differently live, in hindsight and by others: the run of the same vehicle and route that
    overlaps the predicted run longest; then the same stop_sequence. ``stop``: for headway service too, the visit of
    the same vehicle to the same stop in that route and direction, whichever branch was named, on a run that overlaps
    the predicted one (:mod:`.by_stop`).
    """
    if by == "stop":
        told, visit = arrivals_by_stop(predictions, truth)
        # a run that fits no trip is as a rule a bus that drives empty along somebody's line: nobody waits for it
        seen = ~pd.isna(truth.vehicle_id) & ~pd.isna(truth.trip_id) & (truth.stop_sequence >= 0)
        return Keys(told, np.where(seen, np.arange(len(truth.at)), NONE), visit)
    if by == "vehicle":
        predicted, true = runs_by_vehicle(predictions, truth)
    else:
        predicted, true = _runs_by_instance(predictions, truth)
    sequences = int(max(predictions.stop_sequence.max(initial=0), truth.stop_sequence.max(initial=0))) + 1
    of_prediction = _arrival(predicted, predictions.stop_sequence, sequences)
    of_truth = _arrival(true, truth.stop_sequence, sequences)
    of_truth = np.where(_claimed_twice(of_truth), NONE, of_truth)
    rows = np.flatnonzero(of_truth != NONE)
    found = pd.Index(of_truth[rows]).get_indexer(pd.Index(of_prediction))
    visit = np.where(found >= 0, rows[found] if len(rows) else NONE, NONE)
    return Keys(of_prediction, of_truth, visit)


def _runs_by_instance(predictions: Predictions, truth: Truth) -> tuple[Indices, Indices]:
    n = len(predictions.trip_id)
    runs = codes(
        np.concatenate([predictions.trip_id, truth.trip_id]),
        np.concatenate([predictions.start_date, truth.start_date]),
        np.concatenate([predictions.start_service_s, truth.start_service_s]),
    )
    unnamed = pd.isna(np.concatenate([predictions.trip_id, truth.trip_id]))
    runs = np.where(unnamed, NONE, runs)
    return runs[:n], runs[n:]


def _arrival(run: Indices, stop_sequence: npt.NDArray[np.int32], sequences: int) -> Indices:
    return np.where((run == NONE) | (stop_sequence < 0), NONE, run * sequences + stop_sequence)


def _claimed_twice(arrival: Indices) -> npt.NDArray[np.bool_]:
    return np.asarray(pd.Series(arrival).duplicated(keep=False))
