"""Learning the arrival model from recorded days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.arrivals.day import Day
from models.arrivals.drives import drives_of
from models.arrivals.rows import KINDS, Rows, Tell, rows_of_days, thinned, usual_of
from models.arrivals.trees import ITERATIONS, medians_of, target_of, trees_of
from passinfo.columns import Floats
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.prediction.arrival.bands import told_by_band
from passinfo.prediction.arrival.driven import Driven
from passinfo.prediction.arrival.hops import HopTable, hop_table
from passinfo.prediction.arrival.model import SOFT_S, ArrivalModel
from passinfo.prediction.arrival.usual import BIN_S, BINS, PLAIN_MPS
from passinfo.prediction.forest import quick

BEFORE_ROWS = 300_000
"""What the trial rests on is learned from so many rows of a band at most, by half the trees: the day's
intervals hold as much and are no wider (ttc)."""
TRIAL_ROWS = 150_000, 60_000, 190_000
"""Rows of each band that are tried; with more of what is near, intervals of what is far are 1 % wider (ttc)."""
LEAST_ERROR = 0.05
"""Added to errors before their log is taken: where the usual error is small, intervals are a little wider, elsewhere
narrower than each by itself would want. With 0.02 they are 0.7 to 1 % wider on the whole (ttc, before two)."""
EDGES_S = np.array([15.0, 60.0, 120.0, 240.0, 420.0, 720.0, 1_200.0, 1_800.0])
"""Horizons at which intervals are calibrated."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The last day, predicted by trees of the days before; what was usual on those they knew from all other days."""

    rows: Rows
    p50_s: Floats


def train(
    network: Network,
    days: Sequence[Day],
    tell: Tell = lambda _stage, _share: None,
    *,
    iterations: int = ITERATIONS,
) -> tuple[ArrivalModel, Trial]:
    """Learn a model; each day's features rest on the history of the other days, as tomorrow's will.

    Parameters
    ----------
    network
        The network that the days were replayed on.
    days
        In order of time; the last one is the trial and calibrates the intervals.
    tell
        Told how far it is.
    iterations
        Trees of the median; what is near has twice as many, the scale a quarter.

    Raises
    ------
    OperatorError
        If there are fewer than two days, or no drives.
    """
    if len(days) < 2:
        raise OperatorError("an arrival model needs two recorded days at least: one day cannot tell what is usual")
    table = hop_table(network)
    drives = [drives_of(network, table, day) for day in days]
    if not sum(len(each.driven.hop) for each in drives):
        raise OperatorError("no bus of these days drove from one stop to the next: were they replayed on this network?")
    parts, slow = rows_of_days(network, table, days, drives, tell)
    tell("learning", 0.0)
    before = medians_of(parts[:-1], slow[:-1], iterations // 2, BEFORE_ROWS)
    tell("learning", 0.3)
    last = thinned(parts[-1], TRIAL_ROWS)
    expected = told_by_band([quick(each) for each in before], last.features, last.mix_s)
    residual = target_of(last) - expected
    scale = trees_of("squared_error", iterations // 4, last.features, np.log(np.abs(residual) + LEAST_ERROR))
    low, high = _multipliers(residual / np.exp(scale.predict(last.features)), last.mix_s)
    tell("learning", 0.4)
    medians = medians_of(parts, slow, iterations, tell=lambda share: tell("learning", 0.4 + 0.6 * share))
    tell("learning", 1.0)
    stop_id = network.stops.stop_id
    model = ArrivalModel(
        stop_id[table.from_ix],
        stop_id[table.to_ix],
        usual_of(network, table, days, drives),
        _pace(table, days, [each.driven for each in drives]),
        medians,
        scale,
        EDGES_S,
        low,
        high,
        network.patterns.pattern_id,
        np.diff(network.patterns.stop_ptr).astype(np.int64),
    )
    return model, Trial(last, np.maximum((last.mix_s + SOFT_S) * np.exp(expected) - SOFT_S, 0.0))


def _multipliers(errors: Floats, horizon_s: Floats) -> tuple[Floats, Floats]:
    """Tenth and ninetieth percentile of scaled errors about each horizon."""
    middles = np.sqrt(EDGES_S[1:] * EDGES_S[:-1])
    group = np.searchsorted(middles, horizon_s)
    low, high = np.full(len(EDGES_S), -2.0), np.full(len(EDGES_S), 2.0)
    for number in range(len(EDGES_S)):
        mine = errors[group == number]
        if len(mine) >= 200:
            low[number], high[number] = np.quantile(mine, [0.1, 0.9])
    return low, high


def _pace(table: HopTable, days: Sequence[Day], driven: Sequence[Driven]) -> Floats:
    """Seconds per metre by kind of day and half hour, over all hops."""
    made = np.full((KINDS, BINS), 1 / PLAIN_MPS)
    for kind in range(KINDS):
        mine = [k for k, day in enumerate(days) if day.kind == kind] or list(range(len(days)))
        seconds = np.concatenate([driven[k].seconds for k in mine])
        metres = np.concatenate([table.metres[driven[k].hop] for k in mine])
        at = np.concatenate([driven[k].ended_at - days[k].zero_at for k in mine]) % 86_400
        bins = (at // BIN_S).astype(np.int64)
        lean = 50 * float(metres.mean()) if len(metres) else 1.0
        whole = seconds.sum() / max(metres.sum(), 1.0) if len(metres) else 1 / PLAIN_MPS
        made[kind] = (np.bincount(bins, seconds, BINS) + lean * whole) / (np.bincount(bins, metres, BINS) + lean)
    return made
