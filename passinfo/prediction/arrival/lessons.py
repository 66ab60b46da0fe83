"""What a day teaches about the model's own errors: its quantiles are moved until they hold again.

A storm is like no day that was learned from. So a sample of predictions is kept, and when the instant of one of their
quantiles has passed it is seen whether the bus had come: if fewer than one bus in ten comes after p90 it moves nearer,
if more it moves away, and so p10 and the median (Gibbs and Candès, adaptive conformal inference). Each quantile is
judged at its own instant, not when the bus comes: else the quick buses would be counted first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats, Texts
from passinfo.prediction.arrival.hops import Rows

EDGES_S = np.array([180.0, 360.0, 720.0])
"""Horizons between the bins that learn apart."""
MIDDLES_S = np.array([90.0, 270.0, 540.0, 1_200.0])
BINS = len(MIDDLES_S)


@dataclass(frozen=True, slots=True)
class Pending:
    """Predictions whose quantiles are still to be judged, one row each."""

    vehicle_id: Texts
    pattern_ix: Rows
    stop_row: Rows
    bin: Rows
    made_at: Floats
    due_at: Floats
    """Shape (rows, 3): the instants of p10, p50 and p90; NaN once judged."""
    reached_at: Floats
    """NaN until the bus is known to have come."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """Immutable."""

    shift: Floats
    """Shape (3, bins), in units of the usual error: added to p10, the median and p90."""
    pending: Pending
    judged_at: float
    asked_at: float
    """When predictions were kept last."""


def no_lessons() -> Lessons:
    """Nothing learned yet."""
    ints, none = np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    nothing = Pending(none, ints, ints, ints, np.empty(0), np.empty((0, 3)), np.empty(0))
    return Lessons(np.zeros((3, BINS)), nothing, -np.inf, -np.inf)


def bins_of(horizon_s: Floats) -> Rows:
    """Bin of each horizon."""
    return np.searchsorted(EDGES_S, horizon_s, side="right").astype(np.int64)


def shifts(lessons: Lessons, horizon_s: Floats) -> Floats:
    """What is added to each quantile, shape (3, rows); between the bins' middles in proportion."""
    return np.stack([np.interp(horizon_s, MIDDLES_S, row) for row in lessons.shift])
