"""What a day teaches about the model's own errors: its quantiles are moved until they hold again.

A storm is like no day that was learned from. So a sample of predictions is kept, and when the instant of one of their
quantiles has passed it is seen whether the bus had come: if fewer than one bus in ten comes after p90 it moves nearer,
if more it moves away, and so p10 (Gibbs and Candès, adaptive conformal inference). Each quantile is judged at its own
instant, not when the bus comes: else the quick buses would be counted first. Of the median more is learned:
:mod:`.today`, from the same sample; whoever has not come in 2.7 times the time is counted as having come then.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from passinfo.columns import Floats, Texts
from passinfo.prediction.arrival.hops import Rows
from passinfo.prediction.arrival.today import Today, no_cases, nothing_of_today

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
    """Shape (rows, 2): the instants of p10 and p90; NaN once judged."""
    reached_at: Floats
    """NaN until the bus is known to have come."""
    said_log: Floats
    """Log of the seconds that the trees said; NaN once what came of it is known."""
    terms: Floats
    """What :mod:`.today` lays the error on, shape (rows, TERMS) …"""
    places: Rows
    """… and where it was predicted, shape (rows, PLACES)."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """Immutable."""

    shift: Floats
    """Shape (2, bins), in units of the usual error: added to p10 and p90."""
    pending: Pending
    judged_at: float
    asked_at: float
    """When predictions were kept last."""
    today: Today = field(default_factory=nothing_of_today)


def no_lessons() -> Lessons:
    """Nothing learned yet."""
    ints, none = np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    floats = np.empty(0)
    cases = no_cases()
    nothing = Pending(none, ints, ints, ints, floats, np.empty((0, 2)), floats, floats, cases.terms, cases.places)
    return Lessons(np.zeros((2, BINS)), nothing, -np.inf, -np.inf)


def bins_of(horizon_s: Floats) -> Rows:
    """Bin of each horizon."""
    return np.searchsorted(EDGES_S, horizon_s, side="right").astype(np.int64)


def shifts(lessons: Lessons, horizon_s: Floats) -> Floats:
    """What is added to each quantile, shape (2, rows); between the bins' middles in proportion."""
    return np.stack([np.interp(horizon_s, MIDDLES_S, row) for row in lessons.shift])
