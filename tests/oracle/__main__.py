"""``python -m tests.oracle GTFS.zip REPLAY_DIR``: what gtfs-rt-validator says of the ticks a replay kept."""

from __future__ import annotations

import argparse
import csv
import io
import sys
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.oracle.oracle import Finding, Oracle
from tests.oracle.replays import chosen, read_tick, tick_times


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("gtfs", type=Path, metavar="GTFS.zip", help="the static feed the replay ran on")
    parser.add_argument("replay", type=Path, metavar="REPLAY_DIR", help="--out of a replay with --keep-feeds")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="check every Nth tick (default: all)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="where the Nth ticks begin (default 0)")
    arguments = parser.parse_args(argv)
    names = tick_times(arguments.replay)
    if not names:
        print(f"{arguments.replay} holds no feeds: replay with --keep-feeds", file=sys.stderr)
        return 2
    oracle = Oracle(arguments.gtfs)
    places = chosen(names, arguments.every, arguments.seed, _timezone(arguments.gtfs))
    errors: Counter[str] = Counter()
    exempt: Counter[str] = Counter()
    warnings: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for done, place in enumerate(places, 1):
        previous = read_tick(arguments.replay, names[place - 1]) if place else None
        for finding in oracle.check_tick(read_tick(arguments.replay, names[place]), previous):
            _count(finding, errors, exempt, warnings)
            examples.setdefault(finding.rule, f"tick {names[place]}, {finding.feed} {finding.where}: {finding.text}")
        if sys.stderr.isatty():
            print(f"\r{done}/{len(places)} ticks", end="", file=sys.stderr)
    print(f"{len(places)} of {len(names)} ticks checked")
    for title, counts in (("errors", errors), ("exempt errors", exempt), ("warnings", warnings)):
        print(f"{title}: {sum(counts.values())}")
        for rule, n in sorted(counts.items()):
            print(f"  {rule} × {n}  e.g. {examples[rule.split()[0]]}")
    return 1 if errors else 0


def _count(finding: Finding, errors: Counter[str], exempt: Counter[str], warnings: Counter[str]) -> None:
    if finding.counts:
        errors[finding.rule] += 1
    elif finding.exemption is not None:
        exempt[f"{finding.rule} on {finding.exemption.kind}"] += 1
    else:
        warnings[finding.rule] += 1


def _timezone(gtfs: Path) -> str:
    with zipfile.ZipFile(gtfs) as archive, archive.open("agency.txt") as file:
        return next(csv.DictReader(io.TextIOWrapper(file, "utf-8-sig")))["agency_timezone"]


if __name__ == "__main__":
    sys.exit(main())
