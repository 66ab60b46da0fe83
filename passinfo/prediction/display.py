"""The instant people are shown: earlier than the median, for who comes too late has missed the bus."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats

CAUTION = 0.7
"""Share of the way from the median down to p10: about the quantile of 18 %. The ETA Accuracy Benchmark, whose
windows lie later than what was told, is high there on three cities (0.5 and 0.9 were tried too)."""


def display_at(p10_at: Floats, p50_at: Floats) -> Floats:
    """Instants to display; the median where there is no p10.

    Examples
    --------
    >>> display_at(np.array([500.0, np.nan]), np.array([600.0, 600.0])).tolist()
    [530.0, 600.0]
    """
    return np.asarray(np.where(np.isnan(p10_at), p50_at, p50_at - CAUTION * (p50_at - p10_at)))


def display_instant(p10_at: float, p50_at: float) -> float:
    """The instant to display of one prediction; numbers of Python, which are many times faster one by one.

    Examples
    --------
    >>> display_instant(500.0, 600.0), display_instant(float("nan"), 600.0)
    (530.0, 600.0)
    """
    return p50_at if p10_at != p10_at else p50_at - CAUTION * (p50_at - p10_at)
