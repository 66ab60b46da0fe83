"""Quantiles of groups, leaning on a wider level where a group is small."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats
from passinfo.prediction.arrival.hops import Rows


def leaning(own: Floats, count: Floats, wider: Floats, lean: float) -> Floats:
    """``own``, drawn to ``wider`` as if that had been seen ``lean`` times; ``wider`` where there is none."""
    known = np.isfinite(own)
    return np.where(known, (np.where(known, own, 0.0) * count + lean * wider) / (count + lean), wider)


def quantiles(group: Rows, values: Floats, n: int, level: float = 0.5) -> Floats:
    """A quantile of each of ``n`` groups, NaN where it is empty."""
    order = np.lexsort((values, group))
    count = np.bincount(group, minlength=n)
    first = np.cumsum(count) - count
    made = np.full(n, np.nan)
    some = np.flatnonzero(count)
    ordered = values[order]
    place = first[some] + level * (count[some] - 1)
    low, high = np.floor(place).astype(np.int64), np.ceil(place).astype(np.int64)
    made[some] = ordered[low] + (place - low) * (ordered[high] - ordered[low])
    return made
