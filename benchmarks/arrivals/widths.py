"""How wide intervals are, against a Kalman mix with the empirical quantiles of a day before."""

from __future__ import annotations

import numpy as np

from benchmarks.arrivals.asked import Predicted
from passinfo.columns import Bools, Floats

SOFT_S = 30.0
EDGES_S = np.array([0.0, 60.0, 120.0, 180.0, 360.0, 720.0, 1_200.0, 1_800.0, np.inf])


def kalman_widths(past: Predicted, found: Predicted) -> Floats:
    """p90 - p10 of each row: quantiles of log ratios of the day before, by the horizon that Kalman says."""
    said, actual = past.by_name["kalman"], past.actual_s
    ratio, group = np.log((actual + SOFT_S) / (said + SOFT_S)), np.searchsorted(EDGES_S, said, side="right") - 1
    now = found.by_name["kalman"]
    mine = np.searchsorted(EDGES_S, now, side="right") - 1
    width = np.full(len(now), np.nan)
    for number in range(len(EDGES_S) - 1):
        learned = ratio[group == number]
        if len(learned) >= 200:
            low, high = np.quantile(learned, [0.1, 0.9])
            rows = mine == number
            width[rows] = (now[rows] + SOFT_S) * (np.exp(high) - np.exp(low))
    return width


def shares(past: Predicted, found: Predicted, rows: Bools, low_s: float, high_s: float) -> tuple[float, int]:
    """Mean width of the model's intervals over Kalman's, of rows of one neutral bin; and how many."""
    theirs = kalman_widths(past, found)
    mine = rows & (found.neutral_s >= low_s) & (found.neutral_s < high_s) & np.isfinite(theirs)
    return float((found.p90_s - found.p10_s)[mine].mean() / theirs[mine].mean()), int(mine.sum())
