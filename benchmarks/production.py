"""Kingston: our arrivals beside those of the city's own production feed, of the same moments, trips and stops."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.tracking.cities import data
from benchmarks.tracking.figures import UNASKED, Figure
from benchmarks.tracking.table import Table
from models.against import read_table
from models.against_mapping import load_against_mapping
from passinfo.history.parquet import read
from passinfo.prediction.accuracy.board import Board, board
from passinfo.prediction.accuracy.foreign import OLDEST_S, as_predictions, at_moments
from passinfo.prediction.accuracy.truth import truth_of
from passinfo.prediction.protocol import Predictions
from passinfo.tracking.columns import Visits

NAME = "production"
SUMMARY = "Kingston's half hour, cold: errors beside the city's own production feed (needs PASSINFO_DATA; 15 s)"
WHERE, NAN = "kingston", float("nan")
ASKED, ASKED_UP_TO = "15 %", 4
"""In the bins up to fifteen minutes."""


def run() -> Table:
    """All figures."""
    return Table(tuple(figures()))


def figures() -> Iterator[Figure]:
    """By time to the actual arrival, raw and after each side is forgiven its median error; and what is shown."""
    found = scored()
    (rival,) = found.rivalries
    for number, each in enumerate(rival.by_actual):
        asked = ASKED if number < ASKED_UP_TO else UNASKED
        for name, below in (("raw", each.below), ("less each side's median", each.below_centred)):
            said = f"{each.mae_s:.1f} beside {each.other_mae_s:.1f} s"
            measure = f"{each.bin} min: error below production, {name} ({said})"
            low, high = 100 * below.trip_low, 100 * below.trip_high
            yield Figure(WHERE, measure, asked, 100 * below.value, "%", low, high, None, each.n, each.trips, None)
    ours, theirs = (100 * standing.eta.value for standing in found.standings)
    measure = f"ETA Accuracy Benchmark of display_at, above production ({ours:.1f} beside {theirs:.1f} %)"
    yield Figure(WHERE, measure, "6 points", ours - theirs, "points", NAN, NAN, None, found.pairs, 0, None)


def scored() -> Board:
    """Both on common pairs; ours from positions received by then and the timetable."""
    folder = data() / "kingston"
    with tempfile.TemporaryDirectory() as work:
        out = Path(work) / "day"
        positions = folder / "vehicle_positions.csv"
        words = ("--network", folder / "gtfs.zip", "--positions", positions, "--mapping", "kingston")
        path = os.pathsep.join([str(Path(__file__).resolve().parents[1]), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, "-m", "feeds", "replay", *map(str, words), "--hindsight", "--out", str(out)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": path})
        truth = truth_of(read(out / "hindsight_visits.parquet", Visits))
        ours = read(out / "predictions.parquet", Predictions)
    updates = read_table(folder / "trip_updates.parquet", load_against_mapping("kingston"))
    theirs = at_moments(as_predictions(updates, truth), ours.made_at, OLDEST_S)
    return board(truth, [("passinfo", ours), ("production", theirs)], timezone="America/Toronto")
