"""Whether there was a prediction when people asked, and whether the bus came: live replays, judged by hindsight."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.promises.counted import counted
from benchmarks.promises.days import DAYS, replayed
from benchmarks.tracking.figures import Figure
from benchmarks.tracking.table import Table

NAME = "promises"
SUMMARY = (
    "availability of what the live loop serves: standing 5 and 10 minutes before, never reached, vanished; Toronto's"
    " Thursday and (held back) Wednesday, Washington (needs PASSINFO_DATA; 20 minutes, 2 with --work)"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep the replayed days here, and use those that are")
    parser.add_argument(
        "--before", type=Path, metavar="DIR", help="--work of another version: its figures become the baseline"
    )
    parser.add_argument("--only", metavar="DAYS", default=",".join(DAYS), help=f"any of {','.join(DAYS)} (all)")


def run(arguments: argparse.Namespace) -> Table:
    """All figures."""
    with TemporaryDirectory() as folder:
        work = arguments.work or Path(folder)
        return Table(tuple(_figures(work, arguments.before, arguments.only.split(","))))


def _figures(work: Path, before: Path | None, names: list[str]) -> Iterator[Figure]:
    for name in names:
        day = replayed(work, name)
        earlier = None if before is None else replayed(before, name, make=False)
        for by in DAYS[name].pairings:
            yield from counted(name, by, day, earlier)
