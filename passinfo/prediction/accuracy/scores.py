"""The measures of a set of pairs, by bin of horizon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.prediction.accuracy.bins import ETA, HORIZON, MBTA, RELIABLE_WITHIN_S, Bins, Edges, Yardstick, reliable
from passinfo.prediction.accuracy.bootstrap import (
    DRAWS,
    Estimate,
    clusters_of,
    estimate,
    ratio,
    root_ratio,
    tally,
)
from passinfo.prediction.accuracy.keys import Indices
from passinfo.prediction.accuracy.pairs import Pairs

ALL = "all"
"""The row of all bins together."""
QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class BinScores:
    """All measures of one bin. Shares are 0 to 1; an unknown figure is NaN."""

    bin: str
    """Minutes, or ``all``."""
    n: int
    """Pairs."""
    arrivals: int
    trips: int
    mae_s: Estimate
    bias_s: Estimate
    """Mean error; positive: buses came later than predicted."""
    rmse_s: Estimate
    mbta: Estimate
    """MBTA accuracy, by the method's own horizon."""
    reliable: Estimate
    """Cal-ITP: predictions within the bounds, of those in the half hour before an arrival."""
    pinball_s: Estimate
    """Mean of the quantile losses of p10, p50 and p90."""
    coverage: Estimate
    """Arrivals from p10 to p90."""
    below: Estimate
    """Arrivals before p10."""
    above: Estimate
    """Arrivals after p90."""
    width_s: Estimate
    """p90 - p10."""


def score(pairs: Pairs, bins: Bins, edges: Edges = HORIZON, draws: int = DRAWS) -> tuple[BinScores, ...]:
    """The scores of each bin, then of all bins together.

    Parameters
    ----------
    bins
        Bin of each pair, -1 for none: ``edges.of(pairs.horizon_s)`` for own bins,
        :func:`~passinfo.prediction.accuracy.compare.neutral_bins` to compare.
    """
    clusters = clusters_of(pairs.trip, pairs.route_id, draws)
    error, mbta = pairs.error_s, MBTA.accurate(pairs.error_s, HORIZON.of(pairs.horizon_s))
    n = len(edges)
    known = np.ones(len(error))
    banded = np.where(np.isfinite(pairs.p10_at) & np.isfinite(pairs.p90_at), 1.0, np.nan)
    near = np.where(pairs.ahead_s <= RELIABLE_WITHIN_S, 1.0, np.nan)
    low, high = pairs.at < pairs.p10_at, pairs.at > pairs.p90_at
    measured = {
        "mae_s": (np.abs(error), known),
        "bias_s": (error, known),
        "rmse_s": (error**2, known),
        "mbta": (mbta.astype(float), known),
        "reliable": (reliable(error, pairs.ahead_s) * near, near),
        "pinball_s": (_pinball(pairs), banded),
        "coverage": ((~low & ~high) * banded, banded),
        "below": (low * banded, banded),
        "above": (high * banded, banded),
        "width_s": ((pairs.p90_at - pairs.p10_at), banded),
    }
    tallied = {name: tally(clusters, columns, bins, n) for name, columns in measured.items()}
    count = tallied["mae_s"][:, :, 1]
    arrivals = [_different(pairs.visit[bins == number]) for number in range(n)] + [_different(pairs.visit[bins >= 0])]
    rows = []
    for number, label in enumerate((*edges.labels, ALL)):
        chosen = slice(None) if label == ALL else slice(number, number + 1)
        estimates = {
            name: estimate(clusters, cells[:, chosen].sum(axis=1), root_ratio if name == "rmse_s" else ratio)
            for name, cells in tallied.items()
        }
        of_trip = count[:, chosen].sum(axis=1)
        rows.append(BinScores(label, int(of_trip.sum()), arrivals[number], int(np.count_nonzero(of_trip)), **estimates))
    return tuple(rows)


def eta_accuracy(pairs: Pairs, draws: int = DRAWS) -> tuple[Estimate, tuple[Estimate, ...]]:
    """ETA Accuracy Benchmark of what was shown: the plain mean of its bins, and the bins."""
    return _mean_of_bins(pairs, ETA, draws)


def _mean_of_bins(pairs: Pairs, yardstick: Yardstick, draws: int) -> tuple[Estimate, tuple[Estimate, ...]]:
    clusters = clusters_of(pairs.trip, pairs.route_id, draws)
    bins = yardstick.edges.of(pairs.ahead_s)
    error = pairs.at - pairs.display_at
    cells = tally(
        clusters, (yardstick.accurate(error, bins).astype(float), np.ones(len(bins))), bins, len(yardstick.edges)
    )
    each = tuple(estimate(clusters, cells[:, number], ratio) for number in range(len(yardstick.edges)))
    shape = cells.shape[1:]

    def mean(totals: Floats) -> Floats:
        by_bin = totals.reshape(*totals.shape[:-1], *shape)
        return np.asarray(np.mean(by_bin[..., 0] / by_bin[..., 1], axis=-1))

    return estimate(clusters, cells.reshape(len(cells), int(np.prod(shape))), mean), each


def _different(visit: Indices) -> int:
    return int(np.count_nonzero(np.bincount(visit)))


def _pinball(pairs: Pairs) -> Floats:
    losses = []
    for level, at in zip(QUANTILES, (pairs.p10_at, pairs.p50_at, pairs.p90_at), strict=True):
        over = pairs.at - at
        losses.append(np.maximum(level * over, (level - 1.0) * over))
    return np.asarray(np.mean(losses, axis=0))
