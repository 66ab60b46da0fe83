"""Networks learned from traces, against what is known: true shapes and stops, or days not learned from."""

from __future__ import annotations

import argparse

from benchmarks.network import kingston, ttc, wmata
from benchmarks.tracking.table import Table

NAME = "network"
SUMMARY = "patterns and lines learned from traces: against true shapes, and on a day not learned from"
PARTS = {"wmata": wmata.figures, "kingston": kingston.figures, "ttc": ttc.figures}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--only", metavar="CITY", default="", help=f"one of {', '.join(PARTS)}")
    parser.add_argument("--failures", action="store_true", help="print the failing cases too")


def run(arguments: argparse.Namespace) -> Table:
    """All figures, or one city's."""
    table = Table(tuple(figure for name, of in PARTS.items() if arguments.only in name for figure in of()))
    if arguments.failures:
        print(table.failures())
    return table
