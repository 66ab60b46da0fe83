"""Where buses are, on which trip, when at each stop: measured on real positions whose truth is known."""

from __future__ import annotations

import argparse

from benchmarks.tracking.measures import MEASURES, measure
from benchmarks.tracking.table import Table

NAME = "tracking"
SUMMARY = (
    "right pattern, trip, phase and stop instants on recorded positions, live and in hindsight (needs PASSINFO_DATA)"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked, for turning a screw and looking again."""
    known = ", ".join(MEASURES)
    parser.add_argument("--only", type=_words, default=tuple(MEASURES), metavar="WORDS", help=f"any of {known}")
    parser.add_argument("--failures", action="store_true", help="print the failing cases too")


def run(arguments: argparse.Namespace) -> Table:
    """The figures asked for."""
    table = measure(arguments.only)
    if arguments.failures:
        print(table.failures())
    return table


def _words(text: str) -> tuple[str, ...]:
    words = tuple(text.split(","))
    unknown = [word for word in words if word not in MEASURES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no figures {', '.join(unknown)}: there are {', '.join(MEASURES)}")
    return words
