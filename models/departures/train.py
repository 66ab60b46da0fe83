"""Learning when buses leave their terminals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from models.departures.day import DepartureDay
from models.departures.rows import Asked, departed_of, joined, layovers_of, rows_of
from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.threads import threads_for
from passinfo.prediction.departure.layovers import Layovers
from passinfo.prediction.departure.model import MOST_LOG, SOFT_S, DepartureModel
from passinfo.prediction.departure.places import places
from passinfo.prediction.forest import Regressor

EVERY_S = 30.0
ITERATIONS = 150
"""Trees of the median, twice those of the scale; two hundred gain nothing more (ttc)."""
EDGES_S = np.array([20.0, 60.0, 150.0, 300.0, 600.0, 1_200.0])
"""Predicted waits at which intervals are calibrated."""
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""How much of the trees is believed: tried on parts they have not seen, least first. A day of two routes has forty
departures, enough for a usual lateness and not for trees; a city's week has thousands."""
LEAST_ROWS = 400
"""Rows of fewer departures than this would be learned by heart."""
LEAF_DEPARTURES = 25
"""A leaf holds as many departures: rows of one bus that waits are one case, however many they are."""
SEED = 20_161_211


@dataclass(frozen=True, slots=True)
class DepartureTrial:
    """Every part, predicted by what the others taught."""

    rows: Asked
    p50_s: Floats


def train_departures(network: Network, days: Sequence[DepartureDay]) -> tuple[DepartureModel, DepartureTrial] | None:
    """Learn a model; each day's columns rest on the history of the others, as tomorrow's will.

    None where too few buses were seen to wait: then departures are by plan, or now.

    Parameters
    ----------
    network
        The network that the days were replayed on.
    days
        Two at least.
    """
    where = places(network)
    known = [departed_of(network, where, day) for day in days]
    parts = []
    for number, day in enumerate(days):
        usual = layovers_of(where, [each for other, each in enumerate(known) if other != number])
        parts.append(rows_of(network, where, usual, day, EVERY_S))
    return learned(parts, layovers_of(where, known))


def learned(parts: Sequence[Asked], layovers: Layovers) -> tuple[DepartureModel, DepartureTrial] | None:
    """The model of some parts; intervals are calibrated on each part as predicted by what the others taught."""
    parts = [part for part in parts if len(part.actual_s)]
    if len(parts) < 2 or sum(len(part.actual_s) for part in parts) < LEAST_ROWS:
        return None
    expected = []
    for number, part in enumerate(parts):
        others = joined([each for other, each in enumerate(parts) if other != number])
        trees = _fit("absolute_error", ITERATIONS, others, _target(others))
        expected.append(trees.predict(part.columns))
    rows, middle = joined(parts), np.concatenate(expected)
    share = min(SHARES, key=lambda each: _error(rows, each * middle))
    middle = share * middle
    residual = _target(rows) - middle
    scale = _fit("squared_error", ITERATIONS // 2, rows, np.log(np.abs(residual) + 0.02))
    p50_s = _told(rows, middle)
    low, high = _multipliers(residual / np.exp(scale.predict(rows.columns)), p50_s)
    median = _fit("absolute_error", ITERATIONS, rows, _target(rows))
    return DepartureModel(layovers, median, scale, share, EDGES_S, low, high), DepartureTrial(rows, p50_s)


def _target(rows: Asked) -> Floats:
    return np.asarray(np.log((rows.actual_s + SOFT_S) / (rows.base_s + SOFT_S)))


def departures(rows: Asked) -> int:
    """How many departures the rows are of."""
    at = (rows.made_at + rows.actual_s).round().tolist()
    return len(set(zip(rows.vehicle_id.tolist(), at, strict=True)))


def _told(rows: Asked, middle: Floats) -> Floats:
    return np.maximum((rows.base_s + SOFT_S) * np.exp(np.clip(middle, -MOST_LOG, MOST_LOG)) - SOFT_S, 0.0)


def _error(rows: Asked, middle: Floats) -> float:
    return float(np.abs(_told(rows, middle) - rows.actual_s).mean())


def _fit(loss: str, iterations: int, rows: Asked, target: Floats) -> Regressor:
    trees = HistGradientBoostingRegressor(
        loss=loss,
        max_iter=iterations,
        learning_rate=0.06,
        max_leaf_nodes=15,
        min_samples_leaf=max(LEAF_DEPARTURES * len(target) // max(departures(rows), 1), 1),
        l2_regularization=1.0,
        random_state=SEED,
    )
    with threads_for(len(target)):
        made: Regressor = trees.fit(rows.columns, target)
    return made


def _multipliers(errors: Floats, predicted_s: Floats) -> tuple[Floats, Floats]:
    """Tenth and ninetieth percentile of scaled errors about each predicted wait; of all where there are few."""
    group = np.searchsorted(np.sqrt(EDGES_S[1:] * EDGES_S[:-1]), predicted_s)
    sets = [errors[group == number] for number in range(len(EDGES_S))]
    found = np.array([np.quantile(each if len(each) >= 200 else errors, [0.1, 0.9]) for each in sets])
    return found[:, 0], found[:, 1]
