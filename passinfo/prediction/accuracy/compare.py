"""Methods beside each other, on the pairs all of them have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.prediction.accuracy.bins import ACTUAL, HORIZON, Bins, Edges
from passinfo.prediction.accuracy.bootstrap import DRAWS, Estimate, clusters_of, estimate, share_below, tally
from passinfo.prediction.accuracy.pairs import Pairs
from passinfo.prediction.accuracy.stretches import within

MARGIN_S = 600.0
"""Pairs of a bin by actual time are all there only if the recording goes on this long beyond the bin's edge."""


@dataclass(frozen=True, slots=True)
class Contest:
    """Two producers in one bin of the time to the actual arrival."""

    bin: str
    n: int
    trips: int
    mae_s: float
    other_mae_s: float
    below: Estimate
    """By which share our mean absolute error is below the other's."""
    bias_s: float
    other_bias_s: float
    below_centred: Estimate
    """The same after each side is forgiven its median error."""


def neutral_bins(methods: Sequence[Pairs], edges: Edges = HORIZON) -> Bins:
    """Bins by the mean horizon of the named methods, whose pairs are :func:`~.pairs.common`."""
    return edges.of(np.mean([pairs.horizon_s for pairs in methods], axis=0))


def mae_below(
    pairs: Pairs, other: Pairs, bins: Bins, edges: Edges = HORIZON, draws: int = DRAWS
) -> tuple[Estimate, ...]:
    """By which share our mean absolute error is below the other's, by bin and over all; the pairs must be common."""
    return _below(pairs, pairs.error_s, other.error_s, bins, edges, draws)


def contest(
    pairs: Pairs, other: Pairs, known_at: Floats, edges: Edges = ACTUAL, draws: int = DRAWS
) -> tuple[Contest, ...]:
    """Both sides by time to the actual arrival; the pairs must be common.

    Binning on the outcome is fair between two producers judged on the same rows, not as a figure of its own. A pair
    enters only if the recording goes on for ``MARGIN_S`` beyond the upper edge of its bin: else the late arrivals of
    the recording's last minutes would be missing.

    Parameters
    ----------
    known_at
        When each visit of the truth became known: what the recording covers.
    """
    bins = edges.of(pairs.ahead_s)
    upper = 60.0 * np.asarray(edges.minutes[1:])[bins]
    bins = np.where(within(known_at, pairs.made_at, pairs.made_at + upper + MARGIN_S), bins, -1)
    ours, theirs = (without_median(side.error_s, bins) for side in (pairs, other))
    raw = _below(pairs, pairs.error_s, other.error_s, bins, edges, draws)
    centred = _below(pairs, ours, theirs, bins, edges, draws)
    rows = []
    for number, label in enumerate(edges.labels):
        chosen = bins == number
        error, other_error = pairs.error_s[chosen], other.error_s[chosen]
        rows.append(
            Contest(
                label,
                len(error),
                int(np.count_nonzero(np.bincount(pairs.trip[chosen]))),
                _mean(np.abs(error)),
                _mean(np.abs(other_error)),
                raw[number],
                _mean(error),
                _mean(other_error),
                centred[number],
            )
        )
    return tuple(rows)


def without_median(error_s: Floats, bins: Bins) -> Floats:
    """Errors less the median error of their bin: what is left when a constant lean is forgiven; NaN outside bins."""
    left = np.full(len(error_s), np.nan)
    for number in range(int(bins.max(initial=-1)) + 1):
        rows = bins == number
        if rows.any():
            left[rows] = error_s[rows] - np.median(error_s[rows])
    return left


def _below(pairs: Pairs, ours: Floats, theirs: Floats, bins: Bins, edges: Edges, draws: int) -> tuple[Estimate, ...]:
    clusters = clusters_of(pairs.trip, pairs.route_id, draws)
    cells = tally(clusters, (np.abs(ours), np.abs(theirs)), bins, len(edges))
    chosen = [cells[:, number] for number in range(len(edges))] + [cells.sum(axis=1)]
    return tuple(estimate(clusters, totals, share_below) for totals in chosen)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
