"""Neighbours along a line decide together: a stop and the one across the street belong to different directions.

The error of a learned line moves both stops of such a pair to the same side: their difference tells more than either.
The stops along a line are a chain of yes and no; the marginals are those of the forward-backward algorithm.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats

TWINS_M = 120.0
"""Stops of one direction are seldom closer (the usual spacing is 200 to 400 m); stops across the street are."""
SAME_CLOSE = 0.08
"""How often two neighbours that stand closer than half of that are of one direction."""
SPREAD_M = 6.0
"""Of the difference between two stops' distances from one line: kerbs, and signs placed by hand."""
WIDTH_M = (8.0, 30.0)
"""From kerb to kerb: a lane street to a boulevard."""


def street_width_m(right_m: Floats) -> float:
    """Usual distance between a stop and the one across the street.

    Examples
    --------
    >>> street_width_m(np.array([6.0, -6.0, 7.0, -7.0]))
    13.0
    """
    if not (right_m > 0).any() or not (right_m < 0).any():
        return WIDTH_M[0]
    return float(np.clip(np.median(right_m[right_m > 0]) - np.median(right_m[right_m < 0]), *WIDTH_M))


def together(unary: Floats, dist_m: Floats, kerb_m: Floats, width_m: float) -> Floats:
    """Log odds of each place to be served, its neighbours along the line considered.

    Parameters
    ----------
    unary
        Log odds by itself, in order along the line.
    dist_m
        Along the line, not decreasing.
    kerb_m
        Beside the line, the kerb that buses keep to positive; NaN: the side says nothing.
    width_m
        From kerb to kerb.
    """
    n = len(unary)
    if n < 2:
        return unary
    pairs = _pairs(np.diff(dist_m), np.diff(kerb_m), width_m)
    alone = np.stack((np.zeros(n), unary), axis=1)
    ahead, behind = np.zeros((n, 2)), np.zeros((n, 2))
    for row in range(1, n):
        ahead[row] = np.logaddexp.reduce((ahead[row - 1] + alone[row - 1])[:, None] + pairs[row - 1], axis=0)
    for row in range(n - 2, -1, -1):
        behind[row] = np.logaddexp.reduce((behind[row + 1] + alone[row + 1])[None, :] + pairs[row], axis=1)
    whole = ahead + alone + behind
    return np.asarray(whole[:, 1] - whole[:, 0])


def _pairs(gap_m: Floats, step_m: Floats, width_m: float) -> Floats:
    """Log weight of (served, next served), shape (n - 1, 2, 2)."""
    same = SAME_CLOSE + (0.5 - SAME_CLOSE) * np.clip(2 * gap_m / TWINS_M - 1, 0.0, 1.0)
    close = np.clip(2 - gap_m / TWINS_M, 0.0, 1.0)  # farther apart, the line's error is another one

    def fit(middle: float) -> Floats:
        off = np.clip(np.abs(step_m - middle) / SPREAD_M, 0.0, 3.0)
        return np.where(np.isnan(step_m), 0.0, -0.5 * off * off) * close

    made = np.empty((len(gap_m), 2, 2))
    made[:, 0, 0] = made[:, 1, 1] = np.log(same / 2) + fit(0.0)
    made[:, 1, 0] = np.log((1 - same) / 2) + fit(-width_m)
    made[:, 0, 1] = np.log((1 - same) / 2) + fit(width_m)
    return made
