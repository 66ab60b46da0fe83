"""Toronto's five days: a feed learned from the first four, and each day replayed on it with hindsight."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.network_build import ttc_city
from benchmarks.tracking.cities import data
from models.arrivals.day import Day, read_day
from passinfo.network.network import Network
from passinfo.stores.networks import network_from_gtfs

TEST = "thu"
SPANS = {
    "sun": ("2016-12-11T19:00Z", "2016-12-12T09:00Z"),
    "mon": ("2016-12-12T09:00Z", "2016-12-13T09:00Z"),
    "tue": ("2016-12-13T09:00Z", "2016-12-14T09:00Z"),
    "wed": ("2016-12-14T09:00Z", "2016-12-15T09:00Z"),
    "thu": ("2016-12-15T09:00Z", "2016-12-16T09:00Z"),
}
"""Service days of Toronto, four in the morning to four in the morning."""
TRAINING = tuple(SPANS)[:-1]
"""The feed is learned from these: Wednesday, tried by what days before it taught, drives on a feed that knows it."""


def recorded(work: Path) -> tuple[Network, dict[str, Day]]:
    """The network and the days; what is not in ``work`` yet is made (two minutes a day)."""
    feed, positions = learned_feed(work), str(data() / "ttc" / "positions.parquet")
    for name, (first, last) in SPANS.items():
        if not (work / name / "hindsight_visits.parquet").is_file():
            sys.stderr.write(f"replaying {name}\n")
            told = ["--mapping", "nextbus", "--hints", "route,direction,variant", "--hindsight"]
            part = ["--from", first, "--to", last, "--out", str(work / name)]
            _feeds("replay", "--network", str(feed), "--positions", positions, *told, *part)
    network = network_from_gtfs(feed, work / "cache")
    return network, {name: read_day(network, work / name) for name in SPANS}


def learned_feed(work: Path) -> Path:
    """The feed learned from the first four days; made if it is not in ``work`` yet."""
    work.mkdir(parents=True, exist_ok=True)
    feed, positions = work / "gtfs.zip", str(data() / "ttc" / "positions.parquet")
    if not feed.is_file():
        ttc_city(work / "city")
        words = ("--traces", positions, "--mapping", "nextbus", "--to", SPANS[TEST][0], "--valid-from", "2016-12-11")
        _feeds("build", str(work / "city"), *words, "--out", str(feed))
    return feed


def _feeds(*words: str) -> None:
    path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "feeds", *words]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": path})
