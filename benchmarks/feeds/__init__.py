"""The feeds: what a tick costs when a tenth of it changed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from benchmarks.feeds import encoding, replays, validation
from benchmarks.tracking.figures import Figure
from benchmarks.tracking.table import Table

NAME = "feeds"
SUMMARY = "encoding what changed; every tick of five replays in gtfs-rt-validator (needs PASSINFO_DATA; an hour)"

PARTS: dict[str, Callable[[Path | None, int], Iterable[Figure]]] = {
    "encode": lambda _, __: encoding.figures(),
    **{name: partial(validation.figures, name) for name in replays.REPLAYS},
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--only", choices=tuple(PARTS), action="append", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--examples", action="store_true", help="print an example of each rule")
    parser.add_argument(
        "--every",
        type=int,
        default=1,
        metavar="N",
        help="judge every Nth tick only, beside the one before it (default 1)",
    )
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep the learned feed of Toronto here, and use it")


def run(arguments: argparse.Namespace) -> Table:
    """All figures, or those of the parts asked for."""
    table = Table(
        tuple(
            figure
            for part in arguments.only or PARTS
            for figure in PARTS[part](arguments.work, max(arguments.every, 1))
        )
    )
    if arguments.examples:
        print(table.failures())
    return table
