"""95 % intervals by cluster: rows of one trip, or of one route, are alike, so trips or routes are drawn, never rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from passinfo.columns import Floats, Texts
from passinfo.prediction.accuracy.bins import Bins
from passinfo.prediction.accuracy.keys import Indices

DRAWS = 1000
"""Enough for the 2.5th and 97.5th percentile to be good to a few percent of the interval's width."""
SEED = 20_260_216
"""Any; fixed so that the same rows give the same interval."""

Statistic = Callable[[Floats], Floats]
"""From totals (…, k) to one number each (…)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % intervals; NaN where there are no rows, or no two clusters."""

    value: float
    route_low: float
    route_high: float
    trip_low: float
    trip_high: float


@dataclass(frozen=True, slots=True)
class Clusters:
    """The trips and routes of some rows, and how often each is drawn."""

    trip: Indices
    """Of each row, 0 to n - 1."""
    route_of_trip: Indices
    trip_draws: npt.NDArray[np.float32]
    """Shape (draws, trips)."""
    route_draws: npt.NDArray[np.float32]
    """Shape (draws, routes)."""


def clusters_of(trip: Indices, route_id: Texts, draws: int = DRAWS) -> Clusters:
    """The clusters of rows of these trips; a trip belongs to the route of its first row. ``draws`` 0: no intervals."""
    of_row, trips = pd.factorize(trip, sort=True)
    first = np.full(len(trips), -1, dtype=np.int64)
    first[of_row[::-1]] = np.arange(len(trip))[::-1]
    _, route = np.unique(route_id[first].astype(str), return_inverse=True)
    chance = np.random.default_rng(SEED)
    routes = int(route.max(initial=-1)) + 1
    return Clusters(of_row, route, _draw(len(trips), draws, chance), _draw(routes, draws, chance))


def tally(clusters: Clusters, values: Sequence[Floats], bins: Bins, n_bins: int) -> Floats:
    """Sums by trip and bin, of shape (trips, bins, columns); rows in no bin (-1) and unknown values are left out."""
    trips = len(clusters.route_of_trip)
    inside = bins >= 0
    cell = (clusters.trip * n_bins + bins)[inside]
    summed = np.empty((trips, n_bins, len(values)))
    for number, column in enumerate(values):
        known = np.nan_to_num(column[inside].astype(np.float64, copy=False), nan=0.0)
        summed[:, :, number] = np.bincount(cell, known, minlength=trips * n_bins).reshape(trips, n_bins)
    return summed


def estimate(clusters: Clusters, by_trip: Floats, statistic: Statistic) -> Estimate:
    """A statistic of totals, drawn by route and by trip.

    Parameters
    ----------
    by_trip
        Totals of each trip, shape (trips, k).

    Examples
    --------
    >>> clusters = clusters_of(np.array([0, 0, 1]), np.array(["A", "A", "B"], dtype=object))
    >>> right = tally(clusters, [np.array([1.0, 1.0, 0.0]), np.ones(3)], np.zeros(3, dtype=np.intp), 1)[:, 0]
    >>> share = estimate(clusters, right, ratio)
    >>> round(share.value, 3), share.trip_low, share.trip_high
    (0.667, 0.0, 1.0)
    """
    routes = clusters.route_draws.shape[1]
    by_route = np.zeros((routes, by_trip.shape[1]))
    np.add.at(by_route, clusters.route_of_trip, by_trip)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = float(statistic(by_trip.sum(axis=0)))
        drawn = [
            _interval(statistic(draws @ totals)) if np.count_nonzero(totals.any(axis=1)) > 1 else _UNKNOWN
            for draws, totals in ((clusters.route_draws, by_route), (clusters.trip_draws, by_trip))
        ]
    return Estimate(value, *drawn[0], *drawn[1])


def ratio(totals: Floats) -> Floats:
    """The first total over the second: a mean, if they are sum and count."""
    return np.asarray(totals[..., 0] / totals[..., 1])


def root_ratio(totals: Floats) -> Floats:
    """The root of a mean."""
    return np.asarray(np.sqrt(totals[..., 0] / totals[..., 1]))


def share_below(totals: Floats) -> Floats:
    """By which share the first total is below the second."""
    return np.asarray(1.0 - totals[..., 0] / totals[..., 1])


_UNKNOWN = (float("nan"), float("nan"))


def _draw(n: int, draws: int, chance: np.random.Generator) -> npt.NDArray[np.float32]:
    if n == 0:
        return np.zeros((draws, 0), dtype=np.float32)
    drawn = [np.bincount(chance.integers(0, n, n), minlength=n) for _ in range(draws)]
    return np.asarray(drawn, dtype=np.float32).reshape(draws, n)


def _interval(drawn: Floats) -> tuple[float, float]:
    known = drawn[np.isfinite(drawn)]
    if len(known) == 0:
        return _UNKNOWN
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)
