"""The whole build of a city from traces: time, memory, and what its feed is worth to a validator."""

from __future__ import annotations

import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import gtfs_guru
import pandas as pd

from benchmarks.result import Result
from benchmarks.tracking.cities import data

NAME = "network_build"
SUMMARY = "Toronto from traces to GTFS, Sunday to Wednesday: seconds, memory, errors and warnings"
UNTIL = "2016-12-15T09:00Z"
RUNS = 3
TOML = """city_id = "ttc"
name = "Toronto"
timezone = "America/Toronto"
[agency]
agency_id = "ttc"
name = "Toronto buses"
url = "https://example.org"
[publisher]
name = "Toronto buses"
url = "https://example.org"
contact_email = "info@example.org"
"""


def run() -> Result:
    """Build in a process of its own, several times; the same bytes each time."""
    with tempfile.TemporaryDirectory() as folder:
        city, out = Path(folder) / "ttc", Path(folder) / "gtfs.zip"
        ttc_city(city)
        laps: list[dict[str, float]] = []
        made: set[bytes] = set()
        for _ in range(RUNS):
            laps.append(build(city, out))
            made.add(out.read_bytes())
        found = gtfs_guru.validate(str(out))
        with zipfile.ZipFile(out) as feed:
            trips = feed.read("trips.txt").count(b"\n") - 1
    laps.sort(key=lambda lap: lap["whole"])
    return Result(
        figure=laps[RUNS // 2]["whole"],
        unit="s",
        n=trips,
        of=f"template trips; median of {RUNS} builds",
        baseline=None,
        baseline_of="",
        reference="at most 90 s, 1,500 MB, 0 errors, 0 warnings",
        details={
            **{f"{stage} (s)": seconds for stage, seconds in laps[RUNS // 2].items() if stage != "whole"},
            "most memory (MB)": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
            "errors (gtfs-guru)": found.error_count,
            "warnings (gtfs-guru)": found.warning_count,
            "different bytes": len(made),
        },
    )


def build(city: Path, out: Path) -> dict[str, float]:
    """Run the command; seconds of the whole and of each stage."""
    words = [sys.executable, "-m", "feeds", "build", str(city), "--traces", str(data() / "ttc" / "positions.parquet")]
    words += ["--mapping", "nextbus", "--to", UNTIL, "--out", str(out)]
    path = os.pathsep.join([str(Path(__file__).resolve().parent.parent), os.environ.get("PYTHONPATH", "")])
    began = time.perf_counter()
    done = subprocess.run(  # our own command
        words, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    whole = time.perf_counter() - began
    stages = (part.rsplit(" ", 2) for part in done.stderr.strip().splitlines()[-1].split(", "))
    return {"whole": whole, **{name: float(seconds) for name, seconds, _ in stages}}


def ttc_city(folder: Path) -> None:
    """A city folder of what Toronto's system knows: stops, routes, which stops each route serves."""
    folder.mkdir(parents=True)
    (folder / "city.toml").write_text(TOML, encoding="utf-8")
    rows = pd.read_csv(data() / "ttc" / "route_stops.csv", dtype=str)
    stops = rows.drop_duplicates("stop_tag")
    columns = {"stop_id": "stop_tag", "stop_name": "title", "lat_deg": "lat", "lon_deg": "lon"}
    _write(folder / "stops.csv", stops, columns)
    routes = rows.drop_duplicates("route").assign(name=lambda table: table.route_title.str.partition("-")[2])
    _write(folder / "routes.csv", routes, {"route_id": "route", "short_name": "route", "long_name": "name"})
    _write(folder / "served_stops.csv", rows, {"route_id": "route", "stop_sequence": "seq", "stop_id": "stop_tag"})


def _write(path: Path, rows: pd.DataFrame, columns: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows[list(columns.values())].itertuples(index=False))
