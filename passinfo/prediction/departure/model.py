"""What was learned of departures: usual layovers, a regressor for what they miss, one for its errors."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from passinfo.columns import Floats
from passinfo.prediction.arrival.threads import threads_for
from passinfo.prediction.departure.features import Expected
from passinfo.prediction.departure.layovers import Layovers
from passinfo.prediction.forest import Regressor, quick

SOFT_S = 30.0
"""Ratios are of seconds plus this: of a bus about to leave ten seconds more are no doubling."""
MOST_LOG = 4.5
"""No correction beyond ninety times: an hour and a half where half a minute was expected."""


@dataclass(frozen=True, slots=True)
class DepartureModel:
    """Terminals by the ids of their stops, so that it outlives a change of network."""

    layovers: Layovers
    median: Regressor
    """Log of (actual wait + 30 s) over (base + 30 s)."""
    scale: Regressor
    """Log of the usual absolute error of that."""
    share: float
    """How much of the regressor's correction is believed, 0 to 1."""
    edge_s: Floats
    """Predicted waits at which the multipliers below change."""
    low: Floats
    """p10 in units of the scale, by predicted wait; negative."""
    high: Floats


def at_work(model: DepartureModel) -> DepartureModel:
    """The same model, its trees asked in the fastest way there is."""
    return replace(model, median=quick(model.median), scale=quick(model.scale))


def waits(model: DepartureModel, told: Expected, now: float) -> tuple[Floats, Floats, Floats]:
    """Seconds from now until each bus leaves: p10, p50, p90; none negative, in order."""
    if not len(told.columns):
        return np.empty(0), np.empty(0), np.empty(0)
    with threads_for(len(told.columns)):
        middle = np.clip(model.share * model.median.predict(told.columns), -MOST_LOG, MOST_LOG)
        scale = np.exp(np.clip(model.scale.predict(told.columns), -5.0, 1.5))
    base = told.base_at - now + SOFT_S
    at = np.log(np.maximum(base * np.exp(middle), SOFT_S))
    edges = np.log(model.edge_s + SOFT_S)
    low, high = (np.interp(at, edges, values) for values in (np.minimum(model.low, 0.0), np.maximum(model.high, 0.0)))
    p10, p50, p90 = (np.maximum(base * np.exp(middle + k * scale) - SOFT_S, 0.0) for k in (low, 0.0, high))
    return p10, p50, p90
