"""How long master data takes to become a static feed, beside gtfs-kit reading and writing a feed of that size."""

from __future__ import annotations

import datetime as dt
import functools
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import gtfs_kit
import numpy as np

from benchmarks.master_of_feed import master_of_feed
from benchmarks.result import Result
from passinfo.errors import OperatorError
from passinfo.gtfs.build import build_tables
from passinfo.gtfs.read import read_gtfs
from passinfo.gtfs.write import write_feed

NAME = "static_build"
SUMMARY = "building Manhattan's feed from master data, against gtfs-kit reading and writing it"
TIMES = 3
T = TypeVar("T")
DAY = dt.date(2016, 1, 4)
"""The first Monday of that feed."""


def run() -> Result:
    """Measure both in turn, in one run."""
    source = Path(os.environ.get("PASSINFO_DATA", "")) / "gtfs" / "nyc_manhattan_2016.zip"
    if not source.is_file():
        raise OperatorError("static_build needs PASSINFO_DATA with gtfs/nyc_manhattan_2016.zip")
    master = master_of_feed(read_gtfs(source))
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "ours.zip", Path(folder) / "theirs.zip"
        taken: dict[str, list[float]] = {"build": [], "write": [], "gtfs-kit": []}
        for _ in range(TIMES):
            feed = _clocked(taken["build"], lambda: build_tables(master, build_date=DAY))
            _clocked(taken["write"], functools.partial(write_feed, feed, ours))
            _clocked(taken["gtfs-kit"], lambda: gtfs_kit.read_feed(source, dist_units="mi").to_file(theirs))
        tables = read_gtfs(ours)
        sizes = {"our zip MB": ours.stat().st_size / 1e6, "gtfs-kit's zip MB": theirs.stat().st_size / 1e6}
    whole = np.median(np.add(taken["build"], taken["write"]))
    return Result(
        figure=float(whole / np.median(taken["gtfs-kit"])),
        unit="of gtfs-kit's time",
        n=len(tables.stop_times),
        of=f"stop times, median of {TIMES}",
        baseline=1.0,
        baseline_of="gtfs-kit reads and writes that feed",
        reference="aim: ≤ 1.0",
        details={
            "build s": float(np.median(taken["build"])),
            "write s": float(np.median(taken["write"])),
            "gtfs-kit s": float(np.median(taken["gtfs-kit"])),
            "trips": len(tables.trips),
            **sizes,
        },
    )


def _clocked(taken: list[float], call: Callable[[], T]) -> T:
    began = time.perf_counter()
    made = call()
    taken.append(time.perf_counter() - began)
    return made
