"""The feeds: what a tick costs when a tenth of it changed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.feeds import encoding
from benchmarks.tracking.figures import Figure
from benchmarks.tracking.table import Table

NAME = "feeds"
SUMMARY = "encoding 10,000 vehicles of which a tenth changed, against building the messages anew"

PARTS: dict[str, Callable[[Path | None], Iterable[Figure]]] = {
    "encode": lambda _: encoding.figures(),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--only", choices=tuple(PARTS), action="append", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep the learned feed of Toronto here, and use it")


def run(arguments: argparse.Namespace) -> Table:
    """All figures, or those of the parts asked for."""
    return Table(tuple(figure for part in arguments.only or PARTS for figure in PARTS[part](arguments.work)))
