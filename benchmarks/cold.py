"""Two cities from their first report, with no history, beside the timetable moved by the deviation."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.beside import Beside, sure, told_beside
from benchmarks.tracking.cities import MAPPINGS, data
from benchmarks.tracking.figures import Figure
from benchmarks.tracking.table import Table
from feeds.networks import city_network
from feeds.recorded import read_recorded
from passinfo.bms.presets import load_mapping
from passinfo.network.network import Network
from passinfo.prediction.accuracy.bins import HORIZON
from passinfo.prediction.accuracy.board import board
from passinfo.prediction.accuracy.truth import truth_of
from passinfo.prediction.anchor import anchor
from passinfo.prediction.intervals import UNTRAINED, horizon
from passinfo.prediction.order import settle
from passinfo.prediction.profiles import network_timings
from passinfo.prediction.protocol import Method, Predicted, Predictor, RunAhead
from passinfo.prediction.rows import rows_ahead
from passinfo.prediction.schedule import by_timetable
from passinfo.prediction.stack import StackedPredictor, default_predictor

NAME = "cold"
SUMMARY = "two cities from their first report on, against schedule + deviation (needs PASSINFO_DATA; 4 minutes)"
ASKED = "0 %"
"""Not worse."""
OURS, PLAIN = "ours", "plain"
ZONE = {"kingston": "America/Toronto", "wmata": "America/New_York"}


class ScheduleAndDeviation:
    """The timetable moved by the last deviation seen, which lasts for ever; a bus that waits leaves on time, or now."""

    def predict(self, network: Network, runs: RunAhead, now: float) -> Predicted:
        """Arrivals of timetable runs; the others are not its business."""
        rows = rows_ahead(network, runs)
        timings = network_timings(network, runs, now)
        anchored = anchor(network, runs, timings, now)
        run = rows.run
        served = (by_timetable(network, runs) & timings.known)[run]
        at_row = np.where(timings.known[run], timings.base[run] + rows.position, 0)
        ahead_s = np.maximum(timings.arrival_s[at_row] - anchored.profile_s[run], 0.0)
        p50_at = np.where(served, np.maximum(anchored.at[run] + ahead_s, now), np.nan)
        ahead = horizon(p50_at, anchored.measured_at[run], anchored.waits[run], now)
        early, late = UNTRAINED.early(ahead), UNTRAINED.late(ahead)
        method = np.full(len(run), Method.SCHEDULE, dtype=np.uint8)
        return settle(rows, now, p50_at - early, p50_at, p50_at + late, np.zeros(len(run)), method)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--only", choices=sorted(ZONE), help="one of the cities")
    parser.add_argument("--work", type=Path, help="keep the replays here, and take them from here")


def run(arguments: argparse.Namespace) -> Table:
    """All figures."""
    cities = [arguments.only] if arguments.only else list(ZONE)
    return Table(tuple(figure for city in cities for figure in figures(city, arguments.work)))


def figures(city: str, kept: Path | None = None) -> Iterator[Figure]:
    """By the mean horizon of both."""
    with tempfile.TemporaryDirectory() as work:
        truth, (ours, plain) = told_beside((kept or Path(work)) / city, (OURS, PLAIN), lambda: _replayed(city))
    scored = board(truth_of(truth), [("passinfo", ours), ("schedule + deviation", plain)], timezone=ZONE[city])
    mine, other = scored.standings
    (rival,) = scored.rivalries
    for number, label in enumerate(HORIZON.labels):
        one, two, below = mine.neutral[number], other.neutral[number], rival.below[number]
        said = f"{one.mae_s.value:.1f} beside {two.mae_s.value:.1f} s"
        measure = f"{label} min: error below schedule + deviation ({said})"
        low, high = 100 * below.trip_low, 100 * below.trip_high
        yield Figure(city, measure, ASKED, 100 * below.value, "%", low, high, None, one.n, one.trips, None)
    yield from sure(city, mine)


def _replayed(city: str) -> Beside:
    folder = data() / city
    recorded = read_recorded(folder / "vehicle_positions.csv", load_mapping(MAPPINGS[city]), None, None)
    known = city_network(str(folder / "gtfs.zip"), at=float(recorded.reports.received_at[0]))
    usual = default_predictor(known.network)
    predictors: dict[str, Predictor] = {OURS: usual, PLAIN: StackedPredictor(ScheduleAndDeviation(), usual)}
    return Beside(known.network, known.settings, recorded, predictors)
