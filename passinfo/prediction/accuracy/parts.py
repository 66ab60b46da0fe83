"""Where the errors are: by route, by hour, by direction."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from passinfo.columns import Floats, Texts
from passinfo.prediction.accuracy.bins import HORIZON, MBTA, Bins, Edges
from passinfo.prediction.accuracy.pairs import Pairs
from passinfo.times import to_datetime

_QUARTER_S = 900.0
"""All zones differ from UTC by whole quarters of an hour."""


@dataclass(frozen=True, slots=True)
class Part:
    """One route, hour or direction."""

    name: str
    n: int
    mae_by_bin_s: tuple[float, ...]
    """NaN where a bin is empty."""
    mae_s: float
    bias_s: float
    mbta: float
    coverage: float
    """NaN without intervals."""


def parts(pairs: Pairs, names: Texts, bins: Bins, edges: Edges = HORIZON) -> tuple[Part, ...]:
    """The pairs in bins, by the name of each, in the order of the names."""
    inside = bins >= 0
    code, labels = pd.factorize(names[inside], sort=True)
    error = pairs.error_s[inside]
    accurate = MBTA.accurate(pairs.error_s, HORIZON.of(pairs.horizon_s))[inside]
    covered = (pairs.at >= pairs.p10_at) & (pairs.at <= pairs.p90_at)
    banded = (np.isfinite(pairs.p10_at) & np.isfinite(pairs.p90_at))[inside]
    n = len(edges)
    by_bin = _mean(code * n + bins[inside], np.abs(error), len(labels) * n).reshape(-1, n)
    mae, bias, mbta = (_mean(code, values, len(labels)) for values in (np.abs(error), error, accurate))
    coverage = _mean(code[banded], covered[inside][banded], len(labels))
    count = np.bincount(code, minlength=len(labels))
    return tuple(
        Part(
            str(label),
            int(count[i]),
            tuple(by_bin[i].tolist()),
            float(mae[i]),
            float(bias[i]),
            float(mbta[i]),
            float(coverage[i]),
        )
        for i, label in enumerate(labels)
    )


def route_names(pairs: Pairs) -> Texts:
    """The route of each pair; ``-`` if not known."""
    return _texts(pairs.route_id)


def direction_names(pairs: Pairs) -> Texts:
    """The direction of each pair; ``-`` if the feed has none."""
    words = np.array(["-", "0", "1"], dtype=object)
    return words[np.clip(pairs.direction_id, -1, 1) + 1]


def hour_names(pairs: Pairs, timezone: str) -> Texts:
    """The local hour at which each prediction was made, ``00`` to ``23``."""
    of_row, quarters = pd.factorize(pairs.made_at // _QUARTER_S)
    zone = ZoneInfo(timezone)
    hours = [f"{to_datetime(quarter * _QUARTER_S).astimezone(zone).hour:02d}" for quarter in quarters.tolist()]
    return np.array([*hours, "-"], dtype=object)[of_row]


def _texts(values: Texts) -> Texts:
    return np.where(pd.isna(values), "-", values).astype(object)


def _mean(
    code: np.ndarray[tuple[int], np.dtype[np.intp]], values: np.ndarray[tuple[int], np.dtype[np.generic]], n: int
) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.bincount(code, values.astype(np.float64), minlength=n) / np.bincount(code, minlength=n))
