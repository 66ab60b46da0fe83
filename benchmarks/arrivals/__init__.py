"""Arrivals predicted, against baselines and what came: a day of Toronto's, trained on the days before it."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.arrivals import ttc
from benchmarks.arrivals.days import TEST
from benchmarks.tracking.table import Table

NAME = "arrivals"
SUMMARY = "arrivals on Toronto's Thursday against five baselines (needs PASSINFO_DATA; 20 minutes, 10 with --work)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep the replayed days here, and use those that are")
    parser.add_argument(
        "--day", choices=tuple(ttc.DAYS), default=TEST, help="try this day, learned from those before it (default: thu)"
    )


def run(arguments: argparse.Namespace) -> Table:
    """All figures."""
    return Table(tuple(ttc.figures(arguments.work, arguments.day)))
