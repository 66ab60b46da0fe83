"""Days replayed as the live loop would have served them, without an arrival model, and again with the day known."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.network_build import ttc_city
from benchmarks.tracking.cities import data
from passinfo.errors import OperatorError
from passinfo.history.parquet import read
from passinfo.network.network import Network
from passinfo.prediction.accuracy.keys import By
from passinfo.prediction.protocol import Predictions
from passinfo.stores.networks import network_from_gtfs
from passinfo.tracking.columns import Matches, Visits


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is replayed, and on which network."""

    learned_until: str | None
    """The feed is learned from the traces before; None: the city has one."""
    positions: str
    words: tuple[str, ...]
    pairings: tuple[By, ...]


_TTC = ("--mapping", "nextbus", "--hints", "route,direction,variant")
DAYS = {
    "thu": Recorded(
        "2016-12-15T09:00Z",
        "ttc/positions.parquet",
        (*_TTC, "--from", "2016-12-15T09:00Z", "--to", "2016-12-16T09:00Z"),
        ("stop", "vehicle"),
    ),
    "wed": Recorded(
        "2016-12-14T09:00Z",
        "ttc/positions.parquet",
        (*_TTC, "--from", "2016-12-14T09:00Z", "--to", "2016-12-15T09:00Z"),
        ("stop", "vehicle"),
    ),
    "wmata": Recorded(None, "wmata/vehicle_positions.csv", ("--mapping", "gtfs-rt-csv"), ("instance",)),
}
"""Service days of Toronto, each on what the days before it taught; Washington's one day."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day as it was told, and as it was."""

    network: Network
    predictions: Predictions
    matches: Matches
    visits: Visits


def replayed(work: Path, name: str, *, make: bool = True) -> Day:
    """The day of that name; replayed if it is not in ``work`` yet and may be made."""
    if name not in DAYS:
        raise OperatorError(f"no day {name!r}: there are {', '.join(DAYS)}")
    day, out = DAYS[name], work / name
    if not (out / "hindsight_visits.parquet").is_file():
        if not make:
            raise OperatorError(f"{out} holds no replay: run python -m benchmarks promises --work {work} there first")
        feed = _feed(work, name)
        told = ["--network", str(feed), "--positions", str(data() / day.positions), *day.words, "--hindsight"]
        sys.stderr.write(f"replaying {name}\n")
        _feeds("replay", *told, "--out", str(out))
    tables = (("predictions", Predictions), ("matches", Matches), ("hindsight_visits", Visits))
    found = [read(out / f"{file}.parquet", kind) for file, kind in tables]
    network = network_from_gtfs(_feed(work, name), work / "cache")
    return Day(network, *found)  # type: ignore[arg-type]


def _feed(work: Path, name: str) -> Path:
    """The static feed of a day; learned if it is not in ``work`` yet."""
    until = DAYS[name].learned_until
    if until is None:
        return data() / name / "gtfs.zip"
    work.mkdir(parents=True, exist_ok=True)
    feed = work / f"{name}-gtfs.zip"
    if not feed.is_file():
        city = work / f"{name}-city"
        if not city.is_dir():
            ttc_city(city)
        traces = ("--traces", str(data() / "ttc" / "positions.parquet"), "--mapping", "nextbus", "--to", until)
        _feeds("build", str(city), *traces, "--valid-from", "2016-12-11", "--out", str(feed))
    return feed


def _feeds(*words: str) -> None:
    path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "feeds", *words]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": path})
