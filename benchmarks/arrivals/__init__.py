"""Arrivals predicted, against baselines and what came: Toronto's Thursday, trained on the days before."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.arrivals import ttc
from benchmarks.tracking.table import Table

NAME = "arrivals"
SUMMARY = "arrivals on Toronto's Thursday against five baselines (needs PASSINFO_DATA; 20 minutes, 7 with --work)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep the replayed days here, and use those that are")


def run(arguments: argparse.Namespace) -> Table:
    """All figures."""
    return Table(tuple(ttc.figures(arguments.work)))
