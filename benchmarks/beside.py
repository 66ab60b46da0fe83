"""Predictors side by side: the same reports through the same tracking, told tick by tick."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tracking.cities import TICK_S
from benchmarks.tracking.figures import UNASKED, Figure
from feeds.recorded import Recorded
from feeds.replay import replay
from feeds.whole_day import write_hindsight
from passinfo.history.parquet import read
from passinfo.network.network import Network
from passinfo.prediction.accuracy.bins import HORIZON
from passinfo.prediction.accuracy.board import Standing
from passinfo.prediction.protocol import Predictions, Predictor
from passinfo.settings import CitySettings
from passinfo.step import begin
from passinfo.tracking.columns import Visits

EVERY_S = 30.0
"""Predictions are kept and compared so often."""
DONE = "done"


@dataclass(frozen=True, slots=True)
class Beside:
    """What is replayed; the first predictor is ours."""

    network: Network
    settings: CitySettings
    recorded: Recorded
    predictors: Mapping[str, Predictor]


def told_beside(
    work: Path, names: tuple[str, ...], made: Callable[[], Beside]
) -> tuple[Visits, tuple[Predictions, ...]]:
    """What hindsight saw, and what each said, in the order of ``names``; replayed unless ``work`` has it."""
    if not (work / DONE).is_file():
        what = made()
        for name in names:
            (work / name).mkdir(parents=True, exist_ok=True)
            world = begin(what.network, what.settings, what.predictors[name])
            replay(world, what.recorded, work / name, TICK_S, EVERY_S, keep=False)
        write_hindsight(work / names[0], what.settings, what.network, what.recorded.reports)
        (work / DONE).touch()
    said = tuple(read(work / name / "predictions.parquet", Predictions) for name in names)
    return read(work / names[0] / "hindsight_visits.parquet", Visits), said


def sure(on: str, mine: Standing) -> Iterator[Figure]:
    """What the intervals hold, by the horizon as predicted."""
    for label, one in zip(HORIZON.labels, mine.own, strict=False):
        outside = f"{100 * one.below.value:.1f} % before p10, {100 * one.above.value:.1f} % after p90"
        measure = f"{label} min: p10–p90 holds ({outside}; {one.width_s.value:.0f} s wide)"
        low, high = 100 * one.coverage.trip_low, 100 * one.coverage.trip_high
        yield Figure(on, measure, UNASKED, 100 * one.coverage.value, "%", low, high, None, one.n, one.trips, None)
