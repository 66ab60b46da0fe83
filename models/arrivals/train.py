"""Learning the arrival model from recorded days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from models.arrivals.day import Day
from models.arrivals.drives import BEGUN_M, Drives, drives_of
from models.arrivals.moments import Truth, moments_of
from models.arrivals.slower import slower
from passinfo.columns import Floats
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.prediction.arrival.driven import Driven
from passinfo.prediction.arrival.earlier import earlier_of
from passinfo.prediction.arrival.earlier import joined as runs_of
from passinfo.prediction.arrival.feature_names import NAMES, TREES
from passinfo.prediction.arrival.features import ask, features
from passinfo.prediction.arrival.hops import HopTable, hop_table
from passinfo.prediction.arrival.inside import Lefts
from passinfo.prediction.arrival.model import MOST_LOG, NEAR_S, SOFT_S, ArrivalModel, Regressor, middle_of
from passinfo.prediction.arrival.threads import threads_for
from passinfo.prediction.arrival.usual import BIN_S, BINS, PLAIN_MPS, Usual, learn_usual

EVERY_S, ROWS = 90.0, 250
"""Rows of a training moment: enough that neighbours in time are alike already."""
LONGEST_S = 2_400.0
ITERATIONS = 200
"""Trees; half as many, at a faster rate, lose nothing in normal traffic and 1 to 2 % in a storm (ttc)."""
SLOW_LOG = 0.1
"""Simulated days count from a tenth slower than usual on; all of them, or from a twentieth: worse when quiet (ttc)."""
KINDS = 2
NEAR_PAD, LEAST_NEAR, NEAR_MORE = 1.3, 2_000, 2
"""What is near is learned from a little beyond; from fewer rows not by itself. Where a bus is within a hop takes more
trees to tell: twice as many are 0.2 to 0.5 points better within three minutes, three times no more (ttc)."""
EDGES_S = np.array([15.0, 60.0, 120.0, 240.0, 420.0, 720.0, 1_200.0, 1_800.0])
"""Horizons at which intervals are calibrated."""
SEED = 20_161_211

Tell = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to learn from or to try on."""

    features: Floats
    usual_s: Floats
    mix_s: Floats
    actual_s: Floats
    made_at: Floats
    route_ix: Floats


@dataclass(frozen=True, slots=True)
class Trial:
    """The last day, predicted by what was learned from the days before only."""

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
        Trees of the median; the scale has a quarter of them.

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
    before = fitted(joined(parts[:-1] + slow[:-1]), iterations)
    before_near = fitted_near(joined(parts[:-1]), iterations)
    tell("learning", 0.4)
    last = parts[-1]
    expected = middle_of(before, before_near, last.features, last.mix_s)
    residual = _target(last) - expected
    scale = _fit("squared_error", iterations // 4, last.features, np.log(np.abs(residual) + 0.02))
    low, high = _multipliers(residual / np.exp(scale.predict(last.features)), last.mix_s)
    tell("learning", 0.6)
    median, near = fitted(joined(parts + slow), iterations), fitted_near(joined(parts), iterations)
    tell("learning", 1.0)
    stop_id = network.stops.stop_id
    model = ArrivalModel(
        stop_id[table.from_ix],
        stop_id[table.to_ix],
        usual_of(network, table, days, drives),
        _pace(table, days, [each.driven for each in drives]),
        median,
        near,
        scale,
        EDGES_S,
        low,
        high,
        network.patterns.pattern_id,
        np.diff(network.patterns.stop_ptr).astype(np.int64),
    )
    return model, Trial(last, np.maximum((last.mix_s + SOFT_S) * np.exp(expected) - SOFT_S, 0.0))


def usual_of(network: Network, table: HopTable, days: Sequence[Day], drives: Sequence[Drives]) -> Usual:
    """Usual times from the drives of some days, and their runs."""
    whole = Driven(*(np.concatenate([getattr(each.driven, name) for each in drives]) for name in Driven.__slots__))
    lefts = Lefts(*(np.concatenate([getattr(each.lefts, name) for each in drives]) for name in Lefts.__slots__))
    pairs = list(zip(days, [each.driven for each in drives], strict=True))
    service_s = np.concatenate([each.ended_at - day.zero_at for day, each in pairs]) % 86_400
    kind = np.concatenate([np.full(len(each.hop), day.kind) for day, each in pairs])
    usual = learn_usual(table, whole, service_s, kind.astype(np.int64), KINDS, lefts)
    runs = runs_of([each.runs for each in drives])
    return replace(usual, runs=runs, earlier=earlier_of(network, runs, KINDS))


def rows_of(
    network: Network,
    table: HopTable,
    usual: Usual,
    day: Day,
    every_s: float,
    most: int | None,
    longest_s: float = LONGEST_S,
) -> Rows:
    """Rows of a day: predictions that could be asked, and what came; at most ``most`` of each moment."""
    rng = np.random.default_rng(SEED)
    truth, found = Truth(network, day), []
    for known in moments_of(network, table, day, every_s):
        moment = known.moment
        asked = ask(network, table, usual, known.traffic, moment)
        at, sure = truth.next(moment, asked.road.ptr, asked.stop_row)
        begun = moment.dist_m[asked.road.run] > BEGUN_M
        rows = np.flatnonzero(np.isfinite(at) & sure & begun & (asked.usual_s < longest_s))
        if most is not None and len(rows) > most:
            rows = np.sort(rng.choice(rows, most, replace=False))
        if len(rows):
            found.append(
                Rows(
                    features(network, table, usual, known.traffic, moment, asked, rows)[:, :TREES],
                    asked.usual_s[rows],
                    asked.mix_s[rows],
                    at[rows] - moment.now,
                    np.full(len(rows), moment.now),
                    network.patterns.route_ix[moment.pattern_ix][asked.road.run[rows]].astype(float),
                )
            )
    if not found:
        raise OperatorError(f"{day.name}: no bus under way reached a stop that it was predicted to")
    return joined(found)


def rows_of_days(
    network: Network,
    table: HopTable,
    days: Sequence[Day],
    drives: Sequence[Drives],
    tell: Tell = lambda _stage, _share: None,
) -> tuple[list[Rows], list[Rows]]:
    """Rows of each day, and of each day made slower; features rest on the history of the other days."""
    parts: list[Rows] = []
    slow: list[Rows] = []
    for number, day in enumerate(days):
        tell("reading the days", number / len(days))
        others = [k for k in range(len(days)) if k != number]
        usual = usual_of(network, table, [days[k] for k in others], [drives[k] for k in others])
        parts.append(rows_of(network, table, usual, day, EVERY_S, ROWS))
        slow.append(_slow(rows_of(network, table, usual, slower(network, day, SEED + number), EVERY_S, ROWS)))
    return parts, slow


def _slow(rows: Rows) -> Rows:
    """Those of moments at which the network is slow to see."""
    kept = rows.features[:, NAMES.index("network")] > SLOW_LOG
    return Rows(*(getattr(rows, name)[kept] for name in Rows.__slots__))


def fitted(rows: Rows, iterations: int = ITERATIONS) -> Regressor:
    """The median regressor of some rows."""
    target = _target(rows)
    kept = np.abs(target) < MOST_LOG
    return _fit("absolute_error", iterations, rows.features[kept], target[kept])


def fitted_near(rows: Rows, iterations: int = ITERATIONS) -> Regressor:
    """The same of what is near; of all where too little is near."""
    near = rows.mix_s < NEAR_PAD * NEAR_S
    if near.sum() < LEAST_NEAR:
        return fitted(rows, iterations)
    return fitted(Rows(*(getattr(rows, name)[near] for name in Rows.__slots__)), NEAR_MORE * iterations)


def _target(rows: Rows) -> Floats:
    return np.asarray(np.log((rows.actual_s + SOFT_S) / (rows.mix_s + SOFT_S)))


def _fit(loss: str, iterations: int, columns: Floats, target: Floats) -> Regressor:
    trees = HistGradientBoostingRegressor(
        loss=loss,
        max_iter=iterations,
        learning_rate=0.09,
        max_leaf_nodes=63,
        min_samples_leaf=200,
        l2_regularization=1.0,
        random_state=SEED,
        early_stopping=False,  # it would hold a tenth of the rows back, and rows of one moment are too alike to tell
    )
    with threads_for(len(target)):
        made: Regressor = trees.fit(columns, target)
    return made


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


def joined(parts: Sequence[Rows]) -> Rows:
    """All rows in one."""
    return Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in Rows.__slots__))
