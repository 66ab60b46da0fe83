"""Two arrival models, or one and none, on days that neither learned from: the same buses, stops and moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models.arrivals.day import Day
from models.arrivals.moments import Truth, moments_of
from passinfo.columns import Floats
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.prediction.arrival.features import Moment, ask
from passinfo.prediction.arrival.hops import HopTable, hop_table
from passinfo.prediction.arrival.model import ArrivalModel, bound, corrected
from passinfo.prediction.arrival.planned import planned_usual
from passinfo.prediction.arrival.traffic import Traffic
from passinfo.prediction.arrival.usual import Usual

EVERY_S = 180.0
BEGUN_M = 60.0
LONGEST_S = 1_800.0
BINS_S = (0.0, 180.0, 360.0, 720.0, 1_800.0)
DRAWS, SEED = 400, 7
NOISE = 0.005
"""A bin may be worse by so much before it counts: truth carries some ten seconds."""
LEAST_ROWS = 100
"""A bin of fewer has no say: a city of short routes has nothing that is half an hour ahead."""
FEW_ROUTES, PART_S = 10, 3_600.0
"""Of fewer routes chance is drawn over their hours too: one route drawn again and again is always the same."""

Predicted = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of mean horizon; errors in seconds."""

    low_s: float
    high_s: float
    n: int
    champion_s: float
    challenger_s: float
    gain: float
    """Share by which the challenger's error is lower, with 95 % over draws of routes (of few, of their hours)."""
    gain_low: float
    gain_high: float
    champion_within: float
    """Share of arrivals from p10 to p90."""
    challenger_within: float


@dataclass(frozen=True, slots=True)
class Contest:
    """By bin, and over all (last)."""

    bins: tuple[Bin, ...]

    @property
    def won(self) -> bool:
        """Better over all, beyond chance, and in no bin that has a say worse beyond noise."""
        return self.bins[-1].gain_low > 0 and all(each.gain > -NOISE for each in self.bins if each.n >= LEAST_ROWS)


def contest(network: Network, days: Sequence[Day], champion: ArrivalModel | None, challenger: ArrivalModel) -> Contest:
    """Both on all rows of these days; without a champion the live mix over the network's own plan.

    Raises
    ------
    OperatorError
        If no bus of these days can be judged.
    """
    table = hop_table(network)
    sides = [_side(network, table, model) for model in (champion, challenger)]
    parts: list[Floats] = []
    for day in days:
        truth = Truth(network, day)
        parts.extend(
            _rows(network, table, sides, known.moment, known.traffic, truth)
            for known in moments_of(network, table, day, EVERY_S)
        )
    rows = np.concatenate(parts, axis=1) if parts else np.empty((9, 0))
    if not rows.shape[1]:
        raise OperatorError("no bus of these days reached a stop that it was predicted to: nothing to compare")
    return Contest(tuple(_bin(rows, low, high) for low, high in (*pairwise(BINS_S), (0.0, BINS_S[-1]))))


def _side(network: Network, table: HopTable, model: ArrivalModel | None) -> tuple[Usual, ArrivalModel | None]:
    return planned_usual(network, table) if model is None else bound(model, network, table), model


def _rows(
    network: Network,
    table: HopTable,
    sides: Sequence[tuple[Usual, ArrivalModel | None]],
    moment: Moment,
    traffic: Traffic,
    truth: Truth,
) -> Floats:
    """Actual, route, and p10, p50, p90 of both, and the instant; shape (9, rows)."""
    said: list[Floats] = []
    for usual, model in sides:
        asked = ask(network, table, usual, traffic, moment)
        nothing = np.full(len(asked.mix_s), np.nan)
        told: Predicted = (nothing, asked.mix_s, nothing)
        if model is not None:
            told = corrected(network, table, usual, traffic, moment, asked, model)
        said.extend(told)
    at, sure = truth.next(moment, asked.road.ptr, asked.stop_row)
    run = asked.road.run
    rows = np.flatnonzero(np.isfinite(at) & sure & (moment.dist_m[run] > BEGUN_M) & (said[1] + said[4] < 2 * LONGEST_S))
    route = network.patterns.route_ix[moment.pattern_ix][run].astype(float)
    now = np.full(len(rows), moment.now)
    return np.stack([at[rows] - moment.now, route[rows], *(each[rows] for each in said), now])


def _bin(rows: Floats, low: float, high: float) -> Bin:
    horizon = (rows[3] + rows[6]) / 2
    actual, route, a10, a50, a90, b10, b50, b90, made_at = rows[:, (horizon >= low) & (horizon < high)]
    if not len(actual):
        return Bin(low, high, 0, *[float("nan")] * 7)
    champion, challenger = np.abs(a50 - actual), np.abs(b50 - actual)
    routes, owner = np.unique(route, return_inverse=True)
    if len(routes) < FEW_ROUTES:
        _, owner = np.unique(np.stack([route, made_at // PART_S]), axis=1, return_inverse=True)
    owner = owner.ravel()
    n = int(owner.max()) + 1
    theirs, ours = np.bincount(owner, champion, n), np.bincount(owner, challenger, n)
    drawn = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=DRAWS)
    gains = 1 - (drawn @ ours) / np.maximum(drawn @ theirs, 1e-9)
    within = [float(((actual >= p10) & (actual <= p90)).mean()) for p10, p90 in ((a10, a90), (b10, b90))]
    return Bin(
        low,
        high,
        len(actual),
        float(champion.mean()),
        float(challenger.mean()),
        float(1 - challenger.mean() / champion.mean()),
        *np.percentile(gains, [2.5, 97.5]).tolist(),
        *within,
    )
