"""Displays, map and streams: weights, polls, images, two thousand listeners."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.displays.city import Counter, FastCity
from benchmarks.displays.images import measure_images
from benchmarks.displays.polls import measure_head, measure_hour
from benchmarks.displays.streams import measure_streams
from benchmarks.displays.weights import busiest, measure_weights
from benchmarks.result import Result

NAME = "displays"
SUMMARY = "Pasig, simulated, on a fast clock: page weights, an hour of polls, images, 2,000 streams"
LISTENERS, MINUTES = 2_000, 1.0
ALL, STREAMS, IMAGES = "all", "streams", "images"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long the streams are listened to, and by how many."""
    parser.add_argument("--only", choices=[ALL, STREAMS, IMAGES], default=ALL, help="one part alone")
    parser.add_argument("--listeners", type=int, default=LISTENERS, help="streams at once (default 2000; 0: none)")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long (default 1; the figure is of 10)")


def run(arguments: argparse.Namespace) -> Result:
    """Measure all of it; the figure is the slowest difference that reached a listener."""
    details: dict[str, float] = {}
    if arguments.only != STREAMS:
        details |= _pages(whole=arguments.only == ALL)
    if arguments.listeners and arguments.only != IMAGES:
        details |= measure_streams(arguments.listeners, arguments.minutes * 60.0)
    return Result(
        details.get("streams: slowest difference, s after its snapshot", float("nan")),
        "s from snapshot to the last listener",
        int(details.get("streams: differences received", 0)),
        "differences received",
        None,
        "",
        "aims: display 60 kB, map 400 kB; 60 bodies an hour, 250 B a poll, txt 512 B, png 5 kB; 40 ms, 1 ms; 1 s",
        details,
    )


def _pages(*, whole: bool) -> dict[str, float]:
    details: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="passinfo-displays-") as folder:
        city = FastCity(Path(folder))
        with Counter(city) as counter:
            details |= measure_images(city, counter)
            if whole:
                details |= measure_weights(counter)
                details |= measure_hour(city, counter)
            (stop,) = busiest(counter, 1)
        if whole:
            details |= measure_head(city, stop)
        city.close()
    return details
