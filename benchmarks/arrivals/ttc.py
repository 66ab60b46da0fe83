"""Toronto: errors by horizon on a day, before and after two: on Thursday its traffic broke down then."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.arrivals.asked import BASELINES, OWN_SHARES, Predicted, predicted, tuned
from benchmarks.arrivals.days import SPANS, TEST, recorded
from benchmarks.arrivals.steadiness import moves
from benchmarks.arrivals.unseen import losses
from benchmarks.arrivals.widths import shares
from benchmarks.tracking.figures import UNASKED, Figure
from benchmarks.tracking.interval import gain
from models.arrivals.day import Day
from models.arrivals.drives import Drives, drives_of
from models.arrivals.rows import usual_of
from models.arrivals.train import train
from passinfo.columns import Bools
from passinfo.network.network import Network
from passinfo.prediction.arrival.hops import HopTable, hop_table
from passinfo.prediction.arrival.model import ArrivalModel
from passinfo.prediction.arrival.usual import Usual

BINS_S = (0.0, 180.0, 360.0, 720.0, 1_800.0)
MBTA_S = ((60, 60), (90, 120), (150, 210), (240, 360))
"""Early and late bounds of MBTA's accuracy: error = actual - predicted within -early .. +late."""
DAYS = {"wed": "Wednesday", TEST: "Thursday"}
BREAK_S = 14 * 3_600.0
PARTS = {"whole": (0.0, np.inf), "before 14": (0.0, BREAK_S), "after 14": (BREAK_S, np.inf)}
AGAINST_BEST = {"whole": ("14 %", "16 %", "19 %", "23 %"), "before 14": ("12 %", "10 %", "9 %", "10 %")}
AGAINST_MIX = {"whole": ("8 %", "8 %", "9 %", "11 %")}
UNSEEN = (1, 2, 2, 3)
MBTA = {"whole": ("91.5 %", "90 %", "91 %", "87 %"), "before 14": ("94 %", "94 %", "95.5 %", "94 %")}


def figures(work: Path | None, day: str = TEST) -> Iterator[Figure]:
    """What was reached on a day; figures are asked of Thursday's."""
    for each in _figures(work, day):
        yield replace(each, on=f"ttc, {DAYS[day]}", asked=each.asked if day == TEST else UNASKED)


def _figures(work: Path | None, test: str) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        network, days = recorded(work or Path(folder))
    table = hop_table(network)
    training = [days[name] for name in SPANS][: tuple(SPANS).index(test)]
    began = time.perf_counter()
    model, _ = train(network, training)
    yield _figure(f"training on {len(training)} days", "≤ 300 s", time.perf_counter() - began, "s", len(training), 0)
    drives = [drives_of(network, table, day) for day in training]
    tuning = usual_of(network, table, training[:-1], drives[:-1])
    all_tried = predicted(network, table, tuning, model, training[-1], None)
    tried = {share: tuned(all_tried, share) for share in OWN_SHARES}
    own = min(OWN_SHARES, key=lambda share: _error(tried[share]))
    yield _figure("own pace kept (tuned on the day before)", UNASKED, own, "", len(training), 0)
    found = predicted(network, table, usual_of(network, table, training, drives), model, days[test], own)
    for part, (low, high) in PARTS.items():
        mine = (found.clock_s >= low) & (found.clock_s < high)
        yield from _errors(found, part, mine)
        yield from _accuracy(found, part, mine)
    yield from _widths(tried[own], found)
    if test != TEST:
        return  # steadiness and unseen routes are asked of Thursday, and take as long as all before
    yield from _steadiness(network, table, usual_of(network, table, training, drives), model, days[test])
    yield from _unseen(network, table, training, drives, model, days[test], found, own)


def _widths(past: Predicted, found: Predicted) -> Iterator[Figure]:
    """Before two, where both intervals hold what they say."""
    for low, high in pairwise(BINS_S):
        share, rows = shares(past, found, found.clock_s < BREAK_S, low, high)
        where = f"before 14, {low / 60:.0f}–{high / 60:.0f} min: width of p10–p90 over Kalman with empirical quantiles"
        yield _figure(where, "≤ 0.93", share, "", rows, 0)


def _steadiness(network: Network, table: HopTable, usual: Usual, model: ArrivalModel, day: Day) -> Iterator[Figure]:
    """What is told, tick by tick, against the live mix."""
    found = moves(network, table, usual, model, day)
    told, mix, plain = found["told"], found["live mix"], found["model"]
    said = f"{told.step_s:.1f} of {mix.step_s:.1f} s a minute; the model unsteadied {plain.step_s:.1f}"
    share = told.step_s / mix.step_s
    yield _figure(f"3–12 min: step of what is told over the live mix's ({said})", "≤ 0.6", share, "", told.steps, 0)
    said = f"{told.error_s:.1f}, {mix.error_s:.1f}; unsteadied {plain.error_s:.1f} s"
    below = 100 * (1 - told.error_s / mix.error_s)
    yield _figure(f"3–12 min: error of what is told below the live mix's ({said})", "0 %", below, "%", told.steps, 0)


def _unseen(
    network: Network,
    table: HopTable,
    training: list[Day],
    drives: list[Drives],
    model: ArrivalModel,
    test: Day,
    found: Predicted,
    own: float,
) -> Iterator[Figure]:
    """A third of the routes left out of the regressors at a time."""
    known = np.abs(found.by_name["model"] - found.actual_s)
    blind = np.full(len(known), np.nan)
    for rows, errors in losses(network, table, training, drives, model, test, found, own):
        blind[rows] = errors[rows]
    for number, (low, high) in enumerate(pairwise(BINS_S)):
        rows = (found.neutral_s >= low) & (found.neutral_s < high)
        where = f"whole, {low / 60:.0f}–{high / 60:.0f} min: error more on routes the regressors never saw"
        lost = 100 * float(blind[rows].mean() / known[rows].mean() - 1)
        yield _figure(where, f"≤ {UNSEEN[number]} %", lost, "%", int(rows.sum()), len(np.unique(found.route[rows])))


def _error(found: Predicted) -> float:
    near = found.neutral_s < BINS_S[-1]
    return float(np.abs(found.by_name["own pace"] - found.actual_s)[near].mean())


def _errors(found: Predicted, part: str, mine: Bools) -> Iterator[Figure]:
    """Mean absolute errors in neutral bins: what each baseline has, and how far below the model is."""
    horizon = found.neutral_s
    for number, (low, high) in enumerate(pairwise(BINS_S)):
        rows = np.flatnonzero(mine & (horizon >= low) & (horizon < high))
        errors = {name: np.abs(told[rows] - found.actual_s[rows]) for name, told in found.by_name.items()}
        means = {name: float(values.mean()) for name, values in errors.items()}
        best = min(BASELINES, key=lambda name: means[name])
        said = ", ".join(f"{name} {means[name]:.1f}" for name in (*BASELINES, "live mix", "model"))
        where = f"{part}, {low / 60:.0f}–{high / 60:.0f} min"
        for asked, name in ((AGAINST_BEST, best), (AGAINST_MIX, "live mix")):
            wanted = asked[part][number] if part in asked else UNASKED
            low_, high_ = gain(errors["model"], errors[name], found.route[rows])
            measure = f"{where}: error below {'the best baseline, ' if asked is AGAINST_BEST else ''}{name} ({said} s)"
            if asked is AGAINST_MIX:
                measure = f"{where}: error below the live mix"
            below = 100 * (1 - means["model"] / means[name])
            yield _figure(measure, wanted, below, "%", len(rows), len(np.unique(found.route[rows])), low_, high_)


def _accuracy(found: Predicted, part: str, mine: Bools) -> Iterator[Figure]:
    """MBTA accuracy and coverage, in the model's own bins."""
    p50 = found.by_name["model"]
    error = found.actual_s - p50
    for number, (low, high) in enumerate(pairwise(BINS_S)):
        rows = mine & (p50 >= low) & (p50 < high)
        early, late = MBTA_S[number]
        where, n = f"{part}, {low / 60:.0f}–{high / 60:.0f} min", int(rows.sum())
        right = 100 * float(((error >= -early) & (error <= late))[rows].mean())
        yield _figure(
            f"{where}: MBTA accuracy, own bins", MBTA[part][number] if part in MBTA else UNASKED, right, "%", n, 0
        )
        below = 100 * float((found.actual_s < found.p10_s)[rows].mean())
        above = 100 * float((found.actual_s > found.p90_s)[rows].mean())
        said = f"{where}: coverage of p10–p90 (below {below:.1f}, above {above:.1f}; asked 78–82, 8–12 each)"
        yield _figure(said, UNASKED, 100 - below - above, "%", n, 0)


def _figure(
    measure: str,
    asked: str,
    reached: float,
    unit: str,
    rows: int,
    routes: int,
    low: float = np.nan,
    high: float = np.nan,
) -> Figure:
    return Figure("ttc", measure, asked, reached, unit, low, high, None, rows, routes, None)
