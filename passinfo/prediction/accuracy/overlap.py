"""Headway runs are told apart by vehicle and time: their names are ours alone, and differ live and in hindsight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from passinfo.columns import Texts
from passinfo.prediction.accuracy.stretches import GRACE_S
from passinfo.prediction.accuracy.truth import Truth, codes
from passinfo.prediction.protocol import Predictions

Indices = npt.NDArray[np.int64]
RIDE_S = 1_800.0
"""Nobody who waits takes what comes half an hour after the stop before for the same ride."""


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Runs of both tables, numbered, and which predicted run overlaps which true one in time."""

    said: Indices
    """Run of each prediction; counted apart from the true ones."""
    true: Indices
    """Run of each visit."""
    pairs: pd.DataFrame
    """``run``, ``run_true``: same vehicle, route and direction, longest overlap of each ``run`` first."""
    runs: int
    """How many runs are predicted."""


def overlaps(predictions: Predictions, truth: Truth) -> Overlaps:
    """Which runs of the same vehicle, route and direction lie in the same time.

    A predicted run lasts from its first to its last predicted instant, a true one from its first to its last visit.
    """
    true = codes(
        truth.vehicle_id, truth.route_id, truth.direction_id, truth.trip_id, truth.start_date, truth.start_service_s
    )
    true = _laps(truth, true)
    said = codes(
        predictions.vehicle_id,
        predictions.route_id,
        predictions.direction_id,
        predictions.trip_id,
        predictions.start_date,
        predictions.start_service_s,
    )
    said = _rides(predictions, said)
    # Who drives where: the same number for the same vehicle, route and direction in both tables.
    n = len(said)
    who = codes(
        _both(predictions.vehicle_id, truth.vehicle_id),
        _both(predictions.route_id, truth.route_id),
        np.concatenate([predictions.direction_id, truth.direction_id]),
    )
    of_predicted = _spans(said, predictions.p50_at, who[:n])
    of_true = _spans(true, truth.at, who[n:])
    pairs = of_predicted.reset_index().merge(of_true.reset_index(), on="who", suffixes=("", "_true"))
    overlap = np.minimum(pairs["last"], pairs["last_true"]) - np.maximum(pairs["first"], pairs["first_true"])
    pairs = pairs.assign(overlap=overlap)[overlap >= 0]
    pairs = pairs.sort_values(["run", "overlap", "first_true"], ascending=[True, False, True])
    return Overlaps(said, true, pairs[["run", "run_true"]], len(of_predicted))


def runs_by_vehicle(predictions: Predictions, truth: Truth) -> tuple[Indices, Indices]:
    """The run of each prediction and of each visit, under one numbering; -1: no vehicle.

    A predicted run is the true run of the same vehicle, route and direction that it overlaps longest, or one that
    nobody observed. Predictions without a trip are no run.
    """
    found = overlaps(predictions, truth)
    said, true, pairs = found.said, found.true, found.pairs.drop_duplicates("run")
    beyond = int(true.max(initial=-1)) + 1
    of_said = np.arange(beyond, beyond + found.runs + 1, dtype=np.int64)
    of_said[pairs["run"].to_numpy()] = pairs["run_true"].to_numpy()
    run = of_said[said] if len(said) else said
    run = np.where(pd.isna(predictions.trip_id) | pd.isna(predictions.vehicle_id), -1, run)
    return run, np.where(pd.isna(truth.vehicle_id), -1, true)


def _laps(truth: Truth, run: Indices) -> Indices:
    """Runs without a trip end where the stops begin anew, or none is visited for longer than ``RIDE_S``."""
    order = np.lexsort((truth.at, run))
    unnamed = pd.isna(truth.trip_id)[order]
    anew = np.zeros(len(order), dtype=bool)
    back = np.diff(truth.stop_sequence[order]) <= 0
    apart = np.diff(truth.at[order]) > RIDE_S
    anew[1:] = unnamed[1:] & (run[order][1:] == run[order][:-1]) & (back | apart)
    lap = np.empty(len(order), dtype=np.int64)
    lap[order] = np.cumsum(anew)
    return codes(run, lap)


def _rides(predictions: Predictions, run: Indices) -> Indices:
    """Predicted runs without a trip end where nothing is predicted for longer than ``GRACE_S``."""
    order = np.lexsort((predictions.made_at, run))
    unnamed = pd.isna(predictions.trip_id)[order]
    anew = np.zeros(len(order), dtype=bool)
    anew[1:] = unnamed[1:] & (run[order][1:] == run[order][:-1]) & (np.diff(predictions.made_at[order]) > GRACE_S)
    ride = np.empty(len(order), dtype=np.int64)
    ride[order] = np.cumsum(anew)
    return codes(run, ride)


def _both(predicted: Texts, true: Texts) -> Texts:
    return np.concatenate([predicted, true])


def _spans(run: Indices, at: npt.NDArray[np.float64], who: Indices) -> pd.DataFrame:
    table = pd.DataFrame({"run": run, "at": at, "who": who})
    return table.groupby("run").agg(first=("at", "min"), last=("at", "max"), who=("who", "first"))
