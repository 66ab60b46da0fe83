"""Bands of horizons, each with a regressor of its own.

In the next minutes a bus's own signals and stops decide, beyond them the traffic: trees that learn both at once tell
each worse than trees that learn one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from passinfo.columns import Floats
from passinfo.prediction.arrival.hops import Rows
from passinfo.prediction.forest import Regressor

NEAR_S, MIDDLE_S = 240.0, 600.0
"""Live mix at which the near band ends, and the middle one."""
FADE_S = 150.0, 400.0
"""Between them the near regressor and the middle one are both asked: their mean is better than either (ttc)."""
MOST_LOG = 3.5
"""No correction beyond thirty times: a bus that has broken down stands half an hour before a stop ten seconds off."""


def band_of(mix_s: Floats) -> Rows:
    """The band in which each row lies, by its live mix; 0 is the near one."""
    return np.searchsorted((NEAR_S, MIDDLE_S), mix_s, side="right")


def shares_of(mix_s: Floats) -> tuple[Floats, ...]:
    """How much the regressor of each band counts in each row; together 1."""
    near = np.interp(mix_s, FADE_S, (1.0, 0.0))
    far = np.where(mix_s >= MIDDLE_S, 1.0, 0.0)
    return near, 1.0 - near - far, far


def told_by_band(medians: Sequence[Regressor], columns: Floats, mix_s: Floats) -> Floats:
    """What the regressors say of rows: log of actual over live mix."""
    made = np.zeros(len(mix_s))
    for regressor, share in zip(medians, shares_of(mix_s), strict=True):
        mine = share > 0.0
        if mine.any():
            made[mine] += share[mine] * regressor.predict(columns[mine])
    return np.clip(made, -MOST_LOG, MOST_LOG)
