"""Time of one tick's predictions by the arrival model, against one prediction by plain gradient boosting."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from benchmarks.big_city import RUNS, big_city, noon, runs_ahead
from benchmarks.clock import seconds_of
from benchmarks.result import Result
from passinfo.network.network import Network
from passinfo.prediction.arrival.clock import day_of
from passinfo.prediction.arrival.earlier import Runs, earlier_of
from passinfo.prediction.arrival.feature_names import TREES
from passinfo.prediction.arrival.features import Moment
from passinfo.prediction.arrival.hops import HopTable, hop_table
from passinfo.prediction.arrival.lessons import no_lessons
from passinfo.prediction.arrival.model import ArrivalModel, at_work
from passinfo.prediction.arrival.planned import planned_usual
from passinfo.prediction.arrival.shared import told_of_all
from passinfo.prediction.arrival.spots import Spots
from passinfo.prediction.arrival.today import TERMS, nothing_of_today
from passinfo.prediction.arrival.traffic import Sights, Traffic, no_traffic, with_sights
from passinfo.prediction.arrival.usual import Usual
from passinfo.prediction.protocol import RunAhead

NAME = "prediction_speed"
SUMMARY = "ms of one tick's predictions by the arrival model, 10,000 buses with 30 stops ahead"
BUSES, STOPS = 10_000, 30
ROWS, COLUMNS = 150_000, 20
TICKS = 15
DAYS, RUNS_A_DAY, SERVICE_S = 4, 40_000, (5 * 3_600.0, 23 * 3_600.0)
"""What the model remembers of days before."""
NEW_PATTERNS, NEW_BUSES = 10, 4
"""Every tenth pattern was never driven before, every fourth bus was seen twice only: features have gaps."""
SEED = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1), help="threads of both (2)")


def run(arguments: argparse.Namespace) -> Result:
    """Both in turns."""
    network = big_city()
    table = hop_table(network)
    usual = planned_usual(network, table)
    usual = replace(usual, earlier=earlier_of(network, _earlier(network, table, usual), len(usual.seconds)))
    moment = _moment(network)
    traffic = _driven(network, table, moment)
    model = at_work(_model(network, table))
    reference, columns = _reference()

    def ours() -> int:
        return len(told_of_all(network, table, usual, traffic, moment, model)[1])

    with threadpool_limits(arguments.threads):
        rows = ours()
        # in turns: the machine's speed drifts
        pairs = [(seconds_of(ours, 1)[0], seconds_of(lambda: reference.predict(columns), 1)[0]) for _ in range(TICKS)]
    taken, plain = np.array(pairs).T
    figure, baseline = float(np.median(taken)) * 1e3, float(np.median(plain)) * 1e3
    return Result(
        figure=figure,
        unit="ms",
        n=rows,
        of=f"arrivals of {len(moment.dist_m):,} buses, {TICKS} ticks, {arguments.threads} threads",
        baseline=baseline,
        baseline_of=f"one prediction of {ROWS:,} rows, {COLUMNS} features (100 iterations, 31 leaves, one quantile)",
        reference="asked: not longer than that; aim: 400 ms",
        details={"share of the baseline, median of pairs": float(np.median(taken / plain))},
    )


def _moment(network: Network) -> Moment:
    """Buses in the first half of their runs, so that the stops asked are many."""
    parts = [runs_ahead(network, seed) for seed in range(-(-BUSES // RUNS))]
    runs = [_columns(part) for part in parts]
    pattern, first, dist = (np.concatenate(column)[:BUSES] for column in zip(*runs, strict=True))
    left = np.diff(network.patterns.stop_ptr)[pattern] - STOPS
    first = np.where(left > 1, np.minimum(first, left), first)
    first = np.maximum(first, 1)
    row = network.patterns.stop_ptr[pattern] + first
    dist = network.patterns.stop_dist_m[row] - 1.0
    kind, service_s = day_of(network, noon())
    names = np.array([f"bus{k:05d}" for k in range(len(pattern))], dtype=object)
    return Moment(names, pattern, first, dist, np.full(len(pattern), noon() - 10.0), noon(), service_s, kind)


def _earlier(network: Network, table: HopTable, usual: Usual) -> Runs:
    """Runs of earlier days at the usual pace: a whole pattern each, begun at any time of the day."""
    draw = np.random.default_rng(SEED)
    patterns, n = network.patterns, DAYS * RUNS_A_DAY
    known = np.arange(len(patterns.pattern_id))
    pattern = draw.choice(known[known % NEW_PATTERNS > 0], n)
    begin = patterns.stop_ptr[pattern].astype(np.int64)
    sizes = patterns.stop_ptr[pattern + 1].astype(np.int64) - begin
    ptr = np.concatenate(([0], np.cumsum(sizes)))
    run = np.repeat(np.arange(n), sizes)
    along = np.arange(ptr[-1]) - ptr[run]
    begun_s = draw.uniform(*SERVICE_S, n)
    seconds = usual.at(0, np.maximum(table.of_row[begin[run] + along], 0), begun_s[run]) * (along > 0)
    total = np.cumsum(seconds)
    service_s = begun_s[run] + total - total[ptr[:-1]][run]
    day = np.repeat(np.arange(DAYS), RUNS_A_DAY)
    none = np.zeros(n, dtype=np.int64)
    return Runs(pattern, none, none, day, ptr, service_s)


def _columns(runs: RunAhead) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return runs.pattern_ix.astype(np.int64), runs.first_position.astype(np.int64), runs.dist_m


def _driven(network: Network, table: HopTable, moment: Moment) -> Traffic:
    """Every bus seen (most of them eight times), every hop driven within the hour, a day that has taught something."""
    traffic = no_traffic(table)
    for ago in range(160, 0, -20):
        seen = np.flatnonzero((np.arange(len(moment.dist_m)) % NEW_BUSES > 0) | (ago <= 40))
        sights = Sights(
            moment.vehicle_id[seen],
            moment.pattern_ix[seen].astype(np.int64),
            moment.dist_m[seen] - 5.0 * ago,
            np.full(len(seen), moment.now - ago),
        )
        traffic = with_sights(traffic, sights, moment.now - ago)
    draw = np.random.default_rng(SEED)
    traffic.hop_at[:] = moment.now - np.sort(draw.uniform(0.0, 3_600.0, traffic.hop_at.shape), axis=1)
    traffic.hop_s[:] = draw.uniform(20.0, 200.0, traffic.hop_s.shape)
    traffic.own_at[:] = moment.now - np.sort(draw.uniform(0.0, 3_600.0, traffic.own_at.shape), axis=1)
    traffic.own_s[:] = draw.uniform(20.0, 200.0, traffic.own_s.shape)
    traffic.own_hop[:] = draw.integers(0, len(table), traffic.own_hop.shape)
    sizes = (len(network.patterns.pattern_id), len(table), int(table.square.max()) + 1)
    spots = Spots(tuple(draw.normal(0.0, 1.0, n) for n in sizes), tuple(draw.uniform(0.0, 20.0, n) for n in sizes))
    today = replace(nothing_of_today(), weights=draw.normal(0.0, 0.05, TERMS), spots=spots)
    return replace(traffic, lessons=replace(no_lessons(), today=today))


def _model(network: Network, table: HopTable) -> ArrivalModel:
    """Regressors as large as trained ones, of noise: trees that say nothing take as long."""
    draw = np.random.default_rng(SEED)
    columns = draw.normal(size=(60_000, TREES)).astype(np.float32)
    target = draw.normal(size=len(columns)) + columns[:, 0]
    *medians, scale = (
        HistGradientBoostingRegressor(
            max_iter=n, max_leaf_nodes=63, min_samples_leaf=200, random_state=SEED, early_stopping=False
        ).fit(columns, target)
        for n in (400, 200, 200, 50)
    )
    stop_id = network.stops.stop_id
    edges = np.array([60.0, 600.0])
    return ArrivalModel(
        stop_id[table.from_ix],
        stop_id[table.to_ix],
        planned_usual(network, table),
        np.full((2, 48), 0.2),
        tuple(medians),
        scale,
        edges,
        np.array([-1.3, -1.3]),
        np.array([1.3, 1.3]),
    )


def _reference() -> tuple[HistGradientBoostingRegressor, np.ndarray]:
    draw = np.random.default_rng(SEED)
    columns = draw.normal(size=(ROWS, COLUMNS)).astype(np.float32)
    target = draw.normal(size=ROWS) + columns[:, 0]
    made = HistGradientBoostingRegressor(
        loss="quantile", quantile=0.5, max_iter=100, max_leaf_nodes=31, random_state=SEED, early_stopping=False
    )
    return made.fit(columns, target), columns
