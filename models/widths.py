"""Interval widths from the residuals of the holdout."""

from __future__ import annotations

import numpy as np

from models.holdout import Scored
from passinfo.prediction.intervals import UNTRAINED, Widths

KNOTS_S = np.array([0.0, 60.0, 180.0, 360.0, 720.0, 1_800.0])
FEWEST_ROWS = 200
"""Fewer residuals say little about a tenth of them: such a knot keeps the untrained width."""
LEAST_S = 5.0
"""No arrival seen through reports every 20-30 s is known better."""


def widths_from(scored: Scored) -> Widths:
    """Distances of p10 and p90 from p50 by horizon, never narrowing as it grows.

    A residual belongs to the knot its predicted horizon is nearest to.
    """
    middles = (KNOTS_S[1:] + KNOTS_S[:-1]) / 2
    knot = np.searchsorted(middles, scored.learned_horizon_s)
    early_s = UNTRAINED.early(KNOTS_S)
    late_s = UNTRAINED.late(KNOTS_S)
    for number in range(len(KNOTS_S)):
        errors_s = scored.learned_error_s[knot == number]
        if len(errors_s) >= FEWEST_ROWS:
            early_s[number] = max(-np.quantile(errors_s, 0.1), LEAST_S)
            late_s[number] = max(np.quantile(errors_s, 0.9), LEAST_S)
    return Widths(KNOTS_S, np.maximum.accumulate(early_s), np.maximum.accumulate(late_s))
