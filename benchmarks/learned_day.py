"""A day that was not learned from, replayed on a feed built from traces: the whole chain, end to end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.network_build import UNTIL, ttc_city
from benchmarks.result import Result
from benchmarks.tracking.cities import data

NAME = "learned_day"
SUMMARY = (
    "Toronto's Thursday replayed on the feed built from the days before: reports put on a trip (needs PASSINFO_DATA)"
)
FROM, TO = "2016-12-15T12:00Z", "2016-12-15T15:00Z"
FIRST_DAY = "2016-12-11"


def run() -> Result:
    """Build, replay three hours with route and direction given, and count."""
    with tempfile.TemporaryDirectory() as folder:
        city, feed, day = Path(folder) / "ttc", Path(folder) / "gtfs.zip", Path(folder) / "day"
        ttc_city(city)
        positions = ["--mapping", "nextbus"]
        rows = str(data() / "ttc" / "positions.parquet")
        _feeds(
            "build",
            str(city),
            "--traces",
            rows,
            *positions,
            "--to",
            UNTIL,
            "--valid-from",
            FIRST_DAY,
            "--out",
            str(feed),
        )
        words = ["--network", str(feed), "--positions", rows, *positions, "--hints", "route,direction"]
        _feeds("replay", *words, "--from", FROM, "--to", TO, "--out", str(day))
        matches = pq.read_table(day / "matches.parquet", columns=["trip_id", "phase", "vehicle_id"]).to_pydict()
        visits = pq.read_table(day / "visits.parquet", columns=["trip_id"]).num_rows
        calls = pq.read_table(day / "predictions.parquet", columns=["trip_id"]).num_rows
    named = np.array([trip is not None for trip in matches["trip_id"]])
    service = np.array([phase == "IN_SERVICE" for phase in matches["phase"]])
    return Result(
        figure=100 * float(named[service].mean()),
        unit="%",
        n=int(service.sum()),
        of=f"reports in service of {len(set(matches['vehicle_id']))} vehicles, {FROM} to {TO}",
        baseline=None,
        baseline_of="",
        reference="none: no timetable or trip of this day is known",
        details={
            "in service (% of reports)": 100 * float(service.mean()),
            "stop visits": visits,
            "predictions kept": calls,
        },
    )


def _feeds(*words: str) -> None:
    path = os.pathsep.join([str(Path(__file__).resolve().parent.parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-m", "feeds", *words]
    subprocess.run(command, check=True, env=environment, capture_output=True)  # our own command
