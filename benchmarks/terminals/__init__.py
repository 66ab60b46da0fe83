"""Departures from first stops, against the three plain answers: Toronto by headway, Washington by timetable."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.terminals import ttc, wmata
from benchmarks.tracking.table import Table

NAME = "terminals"
SUMMARY = "departures from first stops against three baselines (needs PASSINFO_DATA; 15 minutes, 2 with --work)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep the replayed days here, and use those that are")


def run(arguments: argparse.Namespace) -> Table:
    """All figures."""
    return Table((*wmata.figures(arguments.work), *ttc.figures(arguments.work)))
