"""The commands of the training desk; wrong input ends as one line and exit code 2."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from passinfo.errors import OperatorError
from passinfo.stores.history import KEPT_DAYS, LEAST_DAYS

WRONG_INPUT = 2
INTERRUPTED = 130
"""128 + SIGINT, as shells report it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    arguments = build_parser().parse_args(argv)
    try:
        code: int = importlib.import_module(f"models.{arguments.command}").run(arguments)
    except (OperatorError, FileNotFoundError, PermissionError) as error:
        sys.stderr.write(f"models {arguments.command}: {' '.join(str(error).split())}\n")
        return WRONG_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def build_parser() -> argparse.ArgumentParser:
    """All commands with their help."""
    parser = argparse.ArgumentParser(
        prog="python -m models",
        description="The training desk: what buses did becomes what they will probably do.",
        epilog="First record a day: python -m feeds replay ... --out out/day; then: python -m models train --help",
    )
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND", required=True)
    train = commands.add_parser(
        "train",
        help="learn when buses will arrive from recorded days",
        description="Learn from recorded days. With --history, two days or more replayed with --hindsight: the\n"
        "arrival model (usual times of each hop by half hour, and a regressor for what traffic does to them), tried\n"
        "on the last day. With --replays: the pace of each road segment and hour.\n\n"
        "Reads visits.parquet of each replay (what python -m feeds replay writes), learns seconds per metre from\n"
        "stop to stop by hour, tries it on the last fifth of the visits against what runs without a model, and\n"
        "writes a folder: manifest.json, pace.npz and card.md. Read the card before you use it: it says whether the\n"
        "learned pace was better. Use it with: python -m feeds live CITY --model ARTIFACT",
        epilog="example:\n"
        "  python -m feeds replay --network gtfs.zip --positions mon.csv --mapping traccar --out out/mon\n"
        "  python -m models train --network gtfs.zip --replays out/mon out/tue --out models/city\n"
        "  python -m models train --network gtfs.zip --history out/mon out/tue out/wed --out models/city",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    train.add_argument("--network", required=True, metavar="GTFS|CITY", help="the network the replays ran on")
    days = train.add_mutually_exclusive_group(required=True)
    days.add_argument(
        "--history",
        nargs="+",
        type=Path,
        metavar="DIR",
        help="days in order, each a replay with --hindsight: learn the arrival model",
    )
    days.add_argument(
        "--replays", nargs="+", type=Path, metavar="DIR", help="--out folders of replays: learn the pace by hour only"
    )
    train.add_argument("--out", required=True, type=Path, metavar="ARTIFACT", help="the folder to write; replaced")
    _add_score(commands)
    _add_compare(commands)
    _add_promote(commands)
    _add_night(commands)
    return parser


def _add_compare(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    compare = commands.add_parser(
        "compare",
        help="tell which of two models is better",
        description="Tell which of two arrival models is better on days that neither learned from: the same buses,\n"
        "stops and moments. The challenger wins if its error is lower beyond chance, and in no bin higher.",
        epilog="example:\n  python -m models compare models/old models/new --network gtfs.zip --history out/thu",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    compare.add_argument("champion", metavar="ARTIFACT|none", help="a model, or none: what runs without one")
    compare.add_argument("challenger", type=Path, metavar="ARTIFACT", help="the model to try")
    _add_days(compare, required=True)
    compare.add_argument("--json", type=Path, metavar="FILE", help="write all figures")


def _add_promote(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    promote = commands.add_parser(
        "promote",
        help="make a model live if it beats the one that is",
        description="Make a model live: it is copied into the state directory, and the live loop takes it up before\n"
        "its next tick, without a restart. It must beat the model that is live (or none) on days that it did not\n"
        "learn from; if it does not, nothing changes and the exit code is 3. Safe to run twice.",
        epilog="example:\n  python -m models promote models/new --network gtfs.zip --history out/thu --state state\n"
        "  python -m models promote --previous --state state",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    promote.add_argument("artefact", nargs="?", type=Path, metavar="ARTIFACT", help="the model")
    promote.add_argument("--state", type=Path, metavar="DIR", help="the state directory (default: PASSINFO_STATE)")
    promote.add_argument("--force", action="store_true", help="without a contest")
    promote.add_argument("--previous", action="store_true", help="go back to the model before")
    _add_days(promote, required=False)


def _add_night(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    night = commands.add_parser(
        "night",
        help="close the day, learn from the days before, go live with what is better",
        description="The night's work of a running city, for cron or a timer, some time after four in the morning:\n"
        "closes the service days that are over (feeds close), scores what passengers were told, learns a model from\n"
        "the days before the last, lets it and the model that is live predict the last one, and promotes the better.\n"
        "Safe to run twice and to kill: what was done is not done again. Three closed days are needed.\n"
        "STATE/models/nights.jsonl tells what each night did; STATE/accuracy.json how right yesterday was.",
        epilog="example:\n  python -m models night pasig --state state\n"
        "  15 4 * * *  cd passinfo && PASSINFO_STATE=state .venv/bin/python -m models night",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    night.add_argument("city", nargs="?", metavar="CITY", help="as for feeds live (default: the one it serves)")
    night.add_argument("--state", type=Path, metavar="DIR", help="the state directory (default: PASSINFO_STATE)")
    night.add_argument("--days", type=_days, default=28, metavar="N", help="learn from the last N days (default 28)")
    night.add_argument("--keep", type=_days, default=KEPT_DAYS, metavar="N", help=f"days kept (default {KEPT_DAYS})")
    night.add_argument("--no-close", action="store_true", help="only learn from days already closed")
    night.add_argument("--dry-run", action="store_true", help="say what would be promoted, change no model")


def _days(word: str) -> int:
    if not word.isdecimal() or int(word) < LEAST_DAYS:
        raise argparse.ArgumentTypeError(f"{word!r} is no number of days from {LEAST_DAYS} up")
    return int(word)


def _add_days(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument("--network", required=required, metavar="GTFS|CITY", help="the network the days ran on")
    command.add_argument(
        "--history", nargs="+", required=required, type=Path, metavar="DIR", help="days replayed with --hindsight"
    )


def _add_score(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    score = commands.add_parser(
        "score",
        help="measure predictions against what the buses did, and against others",
        description="Measure predictions against what the buses did.\n\n"
        "Errors by horizon, the yardsticks of the field, intervals, steadiness, availability; with --against also\n"
        "somebody else's predictions of the same arrivals at the same moments. What each figure means:\n"
        "docs/prediction.md.",
        epilog="example:\n"
        "  python -m feeds replay --network gtfs.zip --positions day.csv --mapping kingston --out out/day --hindsight\n"
        "  python -m models score --predictions out/day --visits out/day --against trip_updates.parquet \\\n"
        "    --against-mapping kingston --html out/score.html",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    score.add_argument(
        "--predictions", required=True, type=Path, metavar="FILE|DIR", help="predictions.parquet, or a replay's folder"
    )
    score.add_argument(
        "--visits",
        required=True,
        type=Path,
        metavar="FILE|DIR",
        help="hindsight_visits.parquet (better) or visits.parquet, or a replay's folder",
    )
    score.add_argument(
        "--against",
        action="append",
        type=Path,
        metavar="FILE|DIR",
        help="other predictions: a replay's folder, GTFS-Realtime .pb files, or a table; may be given several times",
    )
    score.add_argument(
        "--against-mapping",
        metavar="NAME|FILE.toml",
        help="what the columns of a table mean: kingston, gtfs-rt-csv or a file",
    )
    score.add_argument(
        "--oldest", type=float, default=30.0, metavar="S", help="how old their newest feed may be (default 30)"
    )
    score.add_argument(
        "--by",
        choices=("instance", "vehicle", "stop"),
        default="instance",
        help="pair by trip instance, or (headway service) by vehicle and overlap in time, then by stop_sequence or"
        " by stop (default instance)",
    )
    score.add_argument("--timezone", default="UTC", metavar="ZONE", help="of the hours in the table (default UTC)")
    score.add_argument("--html", type=Path, metavar="OUT", help="write a page with plots")
    score.add_argument("--json", type=Path, metavar="FILE", help="write all figures")
