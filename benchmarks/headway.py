"""Headway service without an arrival model: pace stretched by the last buses, beside the pace itself."""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from benchmarks.arrivals.days import learned_feed
from benchmarks.beside import Beside, sure, told_beside
from benchmarks.tracking.cities import data
from benchmarks.tracking.figures import UNASKED, Figure
from benchmarks.tracking.table import Table
from feeds.networks import city_network
from feeds.recorded import read_recorded
from passinfo.bms.presets import load_mapping
from passinfo.prediction.accuracy.bins import HORIZON
from passinfo.prediction.accuracy.board import board
from passinfo.prediction.accuracy.truth import truth_of
from passinfo.prediction.historic import HistoricPredictor
from passinfo.prediction.protocol import Predictor
from passinfo.prediction.schedule import SchedulePredictor
from passinfo.prediction.stack import StackedPredictor, default_predictor
from passinfo.settings import Hints

NAME = "headway"
SUMMARY = (
    "headway service without an arrival model, Toronto: the last buses against pace (needs PASSINFO_DATA; 10 minutes)"
)
SPANS = {
    "morning": ("2016-12-15T12:00+00:00", "2016-12-15T15:00+00:00"),
    "breaking": ("2016-12-15T17:00+00:00", "2016-12-15T20:30+00:00"),
}
"""Thursday from seven, and from noon, when the traffic breaks down; on the feed that the days before taught."""
MIX, PACE = "live mix", "pace"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--only", choices=sorted(SPANS), help="one of the spans")
    parser.add_argument("--work", type=Path, help="keep feed and replays here, and take them from here")


def run(arguments: argparse.Namespace) -> Table:
    """All figures."""
    spans = [arguments.only] if arguments.only else list(SPANS)
    with tempfile.TemporaryDirectory() as folder:
        work = arguments.work or Path(folder)
        return Table(tuple(figure for span in spans for figure in figures(span, work)))


def figures(span: str, work: Path) -> Iterator[Figure]:
    """Errors by the mean horizon of both, MBTA accuracy and coverage of each."""
    truth, said = told_beside(work / span, (MIX, PACE), lambda: _replayed(span, work))
    scored = board(truth_of(truth), list(zip((MIX, PACE), said, strict=True)), by="stop", timezone="America/Toronto")
    mine, other = scored.standings
    (rival,) = scored.rivalries
    for number, label in enumerate(HORIZON.labels):
        one, two, below = mine.neutral[number], other.neutral[number], rival.below[number]
        measure = f"{label} min: error below pace ({one.mae_s.value:.1f} beside {two.mae_s.value:.1f} s)"
        low, high = 100 * below.trip_low, 100 * below.trip_high
        yield Figure(span, measure, UNASKED, 100 * below.value, "%", low, high, None, one.n, one.trips, None)
    one, two = mine.neutral[-1], other.neutral[-1]
    for measure, ours, theirs in (
        ("all: MBTA accuracy", one.mbta, two.mbta),
        ("all: ETA Accuracy Benchmark of display_at", mine.eta, other.eta),
    ):
        low, high, base = 100 * ours.trip_low, 100 * ours.trip_high, 100 * theirs.value
        yield Figure(span, measure, UNASKED, 100 * ours.value, "%", low, high, base, one.n, one.trips, None)
    yield from sure(span, mine)


def _replayed(span: str, work: Path) -> Beside:
    first, last = (datetime.fromisoformat(at).timestamp() for at in SPANS[span])
    recorded = read_recorded(data() / "ttc" / "positions.parquet", load_mapping("nextbus"), first, last)
    known = city_network(str(learned_feed(work)), at=float(recorded.reports.received_at[0]))
    settings = dataclasses.replace(known.settings, hints=Hints(trip=False, block=False))
    pace = StackedPredictor(SchedulePredictor(), HistoricPredictor())
    predictors: dict[str, Predictor] = {MIX: default_predictor(known.network), PACE: pace}
    return Beside(known.network, settings, recorded, predictors)
