"""Predictions beside what happened, and what became of those that have no such pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from passinfo.columns import Bools, Floats, Ints, Texts
from passinfo.prediction.accuracy.keys import Indices, Keys
from passinfo.prediction.accuracy.stretches import GRACE_S, within
from passinfo.prediction.accuracy.truth import Truth, codes
from passinfo.prediction.protocol import Predictions

LONGEST_S = 90 * 60.0
"""Arrivals count up to here; to cut at the last bin's edge would flatter methods that are slow to see delays."""
NO_DATA = "NO_DATA"
FOLLOWED = ("TRACKED", "LAST_KNOWN")


@dataclass(frozen=True, slots=True)
class Pairs:
    """One row per prediction of an arrival that was observed after it."""

    made_at: Floats
    at: Floats
    """What happened: arrival, or departure from the first stop."""
    p10_at: Floats
    p50_at: Floats
    p90_at: Floats
    display_at: Floats
    """What people were shown; p50 where a producer shows its median."""
    departure: Bools
    """Departure from the first stop of a run."""
    tracked: Bools
    """Whether the prediction rests on a bus that was followed, not on a timetable or headway."""
    visit: Indices
    """The arrival: row of the truth."""
    row: Indices
    """Row of the predictions."""
    trip: Indices
    """The run, numbered."""
    route_id: Texts
    direction_id: Ints

    @property
    def error_s(self) -> Floats:
        """Actual minus predicted; positive: the bus came later."""
        return self.at - self.p50_at

    @property
    def horizon_s(self) -> Floats:
        """Until the arrival, as predicted."""
        return self.p50_at - self.made_at

    @property
    def ahead_s(self) -> Floats:
        """Until the arrival, as it happened."""
        return self.at - self.made_at


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the predictions; the numbers add up to ``predictions``."""

    predictions: int
    paired: int
    said_nothing: int
    """No instant, or NO_DATA."""
    unnamed: int
    """No trip or no stop_sequence: they cannot be looked up."""
    unrecorded: int
    """No visit, but the recording ended or was interrupted less than GRACE_S after the instant predicted."""
    never_observed: int
    """No visit of that arrival though the recording went on, or two that contradict each other."""
    past: int
    """The bus had been there already."""
    unsure: int
    """Observed within a silence too long to say when."""
    too_far: int
    """It took longer than LONGEST_S."""
    repeated: int
    """The same arrival at the same moment once more."""

    @property
    def judged(self) -> float:
        """Share that enters the truth, of the predictions of named arrivals to come that were recorded; NaN of none."""
        of = self.paired + self.never_observed + self.unsure + self.too_far
        return self.paired / of if of else float("nan")


def pair(predictions: Predictions, truth: Truth, keys: Keys) -> tuple[Pairs, Fates]:
    """Each prediction with the arrival observed after it."""
    n = len(predictions.made_at)
    visit = np.maximum(keys.visit, 0)
    at = truth.at[visit] if len(truth.at) else np.full(n, np.nan)
    sure = truth.sure[visit] if len(truth.at) else np.zeros(n, dtype=bool)
    ahead = at - predictions.made_at
    left = np.ones(n, dtype=bool)
    counts = []
    with np.errstate(invalid="ignore"):
        for refused in (
            np.isnan(predictions.p50_at) | (predictions.basis == NO_DATA),
            keys.prediction < 0,
            (keys.visit < 0) & ~within(truth.known_at, predictions.made_at, predictions.p50_at + GRACE_S),
            keys.visit < 0,
            ahead <= 0,
            ~sure,
            ahead > LONGEST_S,
        ):
            counts.append(int(np.count_nonzero(left & refused)))
            left &= ~refused
    rows = np.flatnonzero(left)
    repeated = pd.DataFrame({"made_at": predictions.made_at[rows], "visit": keys.visit[rows]}).duplicated().to_numpy()
    counts.append(int(np.count_nonzero(repeated)))
    rows = rows[~repeated]
    return _pairs(predictions, truth, keys, rows), Fates(n, len(rows), *counts)


def _pairs(predictions: Predictions, truth: Truth, keys: Keys, rows: Indices) -> Pairs:
    visit = keys.visit[rows]
    shown = predictions.display_at
    runs = _run_numbers(truth)
    return Pairs(
        predictions.made_at[rows],
        truth.at[visit],
        predictions.p10_at[rows],
        predictions.p50_at[rows],
        predictions.p90_at[rows],
        np.where(np.isnan(shown[rows]), predictions.p50_at[rows], shown[rows]),
        truth.departure[visit],
        pd.Series(predictions.basis[rows], dtype=object).isin(FOLLOWED).to_numpy(),
        visit,
        rows,
        runs[visit],
        truth.route_id[visit],
        truth.direction_id[visit],
    )


def _run_numbers(truth: Truth) -> Indices:
    """The run of each row, numbered by name: the same whatever the order of rows."""
    names = (truth.vehicle_id, truth.trip_id, truth.start_date, truth.start_service_s)
    runs = codes(*names)
    first = np.full(int(runs.max(initial=-1)) + 1, -1, dtype=np.int64)
    first[runs[::-1]] = np.arange(len(runs))[::-1]
    order = np.lexsort([np.asarray(name[first], dtype=str if name.dtype == object else None) for name in names])
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    return number[runs]


def take_pairs(pairs: Pairs, chosen: Bools | Indices) -> Pairs:
    """The pairs chosen by a mask or an index array, in that order."""
    return Pairs(**{f.name: getattr(pairs, f.name)[chosen] for f in fields(Pairs)})


def common(methods: Sequence[Pairs]) -> tuple[Pairs, ...]:
    """The pairs all methods have, of the same moment and arrival, in one order. All must come of one truth."""
    if len(methods) == 1:
        return tuple(methods)
    kept: pd.DataFrame | None = None
    for number, pairs in enumerate(methods):
        table = pd.DataFrame({"made_at": pairs.made_at, "visit": pairs.visit, str(number): np.arange(len(pairs.visit))})
        kept = table if kept is None else kept.merge(table, on=["made_at", "visit"])
    if kept is None:
        return ()
    kept = kept.sort_values(["made_at", "visit"])
    return tuple(take_pairs(pairs, kept[str(number)].to_numpy()) for number, pairs in enumerate(methods))
