"""The commands of the feed desk: what can be typed, and how a wrong word is answered.

A command's own modules are imported when it runs, so ``--help`` answers at once. What an operator can mend ends as one
line on standard error and exit code 2; an interrupt ends with 130; only a defect of the program shows a traceback.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from passinfo.errors import OperatorError

WRONG_INPUT = 2
"""Exit code of argparse for a wrong word; ours for every wrong input."""
INTERRUPTED = 130
"""128 + SIGINT, as shells report it."""

HINT_NAMES = ("trip", "block", "route", "direction")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    arguments = build_parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except OperatorError as error:
        return _refuse(arguments.command, str(error))
    except BrokenPipeError:
        # Whoever read our output has left (``| head``): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno is None:  # of a library, not of the operating system: a defect of ours
            raise
        return _refuse(arguments.command, _told(error))
    except KeyboardInterrupt:
        return INTERRUPTED


def build_parser() -> argparse.ArgumentParser:
    """All commands with their help."""
    parser = argparse.ArgumentParser(
        prog="python -m feeds",
        description="The feed desk: bus positions in, GTFS, GTFS-Realtime and stop arrivals out.",
        epilog="New here? Type: python -m feeds demo",
    )
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND", required=True)
    for add in (_add_build, _add_check, _add_replay, _add_simulate, _add_live, _add_demo):
        add(commands)
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _command(
    commands: Commands, name: str, summary: str, about: str, example: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.\n\n{about}",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def _add_build(commands: Commands) -> None:
    parser = _command(
        commands,
        "build",
        "write a city's GTFS zip from its master data",
        "A city is a folder in feeds/cities, a path to such a folder, or a path to a GTFS zip.",
        "python -m feeds build pasig --out gtfs.zip",
        _runner("build"),
    )
    _add_city(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the zip to write")


def _add_check(commands: Commands) -> None:
    parser = _command(
        commands,
        "check",
        "tell what a file of bus positions is like, and what to mend first",
        "Counts rows, refusals and their reasons; reporting interval, clock skew, losses; with a network also the\n"
        "share of positions on its routes. Without --mapping it proposes one for an unknown CSV.",
        "python -m feeds check positions.csv --mapping traccar --network pasig",
        _runner("check"),
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="positions: CSV, JSON Lines, Parquet or protobuf")
    parser.add_argument("--mapping", metavar="NAME|FILE.toml", help="what the columns mean: a preset or your own file")
    parser.add_argument("--network", metavar="GTFS|CITY", help="measure against the routes of this network")


def _add_replay(commands: Commands) -> None:
    parser = _command(
        commands,
        "replay",
        "run recorded positions through the whole pipeline, as if live",
        "Writes matches.parquet, visits.parquet, predictions.parquet, rejections.csv, status.jsonl and the last\n"
        "tick's feeds into --out. The same input gives identical files. Columns: docs/data-dictionary.md.",
        "python -m feeds replay --network gtfs.zip --positions day.csv --mapping nextbus --hints none --out out/day",
        _runner("replay"),
    )
    parser.add_argument("--network", required=True, metavar="GTFS|CITY", help="GTFS zip or folder, or a city")
    parser.add_argument(
        "--positions", required=True, type=Path, metavar="FILE", help="recorded reports; a folder means all its files"
    )
    parser.add_argument("--mapping", required=True, metavar="NAME|FILE.toml", help="what the columns mean")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the results; replaced whole")
    parser.add_argument(
        "--hints",
        type=hint_words,
        default=HINT_NAMES,
        metavar="WORDS",
        help="ids of the reports the pipeline may use: any of trip,block,route,direction, or none (default: all)",
    )
    parser.add_argument("--tick", type=_positive, default=15.0, metavar="S", help="seconds between ticks (default 15)")
    parser.add_argument(
        "--predictions-every",
        type=_positive,
        default=60.0,
        metavar="S",
        help="keep predictions this often (default 60)",
    )
    parser.add_argument(
        "--from", dest="from_at", type=instant, metavar="ISO", help="first instant, e.g. 2026-02-16T12:00Z"
    )
    parser.add_argument("--to", dest="to_at", type=instant, metavar="ISO", help="last instant")
    parser.add_argument("--keep-feeds", action="store_true", help="keep every tick's feeds as feeds/KIND/MADE_AT.pb")
    parser.add_argument("--model", type=Path, metavar="ARTIFACT", help="predict with this trained artefact")
    parser.add_argument(
        "--hindsight",
        action="store_true",
        help="also write hindsight_matches.parquet and hindsight_visits.parquet: the whole day known (labels, records)",
    )


def _add_simulate(commands: Commands) -> None:
    parser = _command(
        commands,
        "simulate",
        "let a made-up fleet drive through a city and report its positions",
        "Seeded: the same seed drives the same day. To a file it runs as fast as it can, to an address in real time.\n"
        "What is modelled: docs/simulator.md. Everything that comes from it is simulated.",
        "python -m feeds simulate pasig --vehicles 30 --post http://127.0.0.1:8000",
        _runner("simulate"),
    )
    _add_city(parser)
    parser.add_argument("--vehicles", type=_count, required=True, metavar="N", help="how many buses")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="which day of all possible ones (default 0)")
    parser.add_argument("--speed", type=_positive, default=1.0, metavar="X", help="times real time (default 1)")
    parser.add_argument(
        "--from",
        dest="from_at",
        type=instant,
        metavar="ISO",
        help="first instant (default: 03:00 today; --post: now)",
    )
    parser.add_argument("--to", dest="to_at", type=instant, metavar="ISO", help="last instant (default: a day later)")
    parser.add_argument("--truth", type=Path, metavar="FILE", help="write what really happened at every stop, as CSV")
    target = parser.add_mutually_exclusive_group()
    target.add_argument("--out", type=Path, metavar="FILE", help="write CSV (default: standard output)")
    target.add_argument("--post", metavar="URL", help="post to a counter; its key in PASSINFO_KEY")


def _add_live(commands: Commands) -> None:
    parser = _command(
        commands,
        "live",
        "keep the feeds of a city up to date from what its buses report now",
        "Reads the report log of the directory PASSINFO_STATE (filled by the counter) or a file that grows, and\n"
        "publishes a snapshot each tick. Stopped and started again it goes on where it was.",
        "PASSINFO_STATE=state python -m feeds live pasig",
        _runner("live"),
    )
    _add_city(parser)
    parser.add_argument("--source", type=Path, metavar="FILE", help="read reports from this growing file too")
    parser.add_argument(
        "--mapping", default="passinfo", metavar="NAME|FILE.toml", help="what the columns of --source mean"
    )
    parser.add_argument("--model", type=Path, metavar="ARTIFACT", help="predict with this trained artefact")
    parser.add_argument("--tick", type=_positive, default=5.0, metavar="S", help="seconds between ticks (default 5)")
    parser.add_argument("--simulated", action="store_true", help="tell every passenger that the buses are made up")


def _add_demo(commands: Commands) -> None:
    parser = _command(
        commands,
        "demo",
        "show a whole city at work: simulated buses, live feeds, a web page",
        "Builds the city, starts simulator, live loop and web server, prints the addresses to open. Ctrl-C stops all.",
        "python -m feeds demo pasig",
        _runner("demo"),
    )
    parser.add_argument("city", nargs="?", default="pasig", metavar="CITY", help="city (default pasig)")
    parser.add_argument(
        "--vehicles", type=_count, default=130, metavar="N", help="how many buses (default 130, what the headways need)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="seed of the simulator (default 0)")
    parser.add_argument(
        "--port", type=_port, default=0, metavar="PORT", help="port of the web server (default: a free one)"
    )
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep the state here (default: a temporary folder)")


def _add_city(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("city", metavar="CITY", help="name in feeds/cities, or a path to a city folder or GTFS zip")


def _runner(module: str) -> Callable[[argparse.Namespace], int]:
    """The ``run`` of a command's module, loaded when it runs."""

    def run(arguments: argparse.Namespace) -> int:
        code: int = importlib.import_module(f"feeds.{module}").run(arguments)
        return code

    return run


def hint_words(text: str) -> tuple[str, ...]:
    """The hints named in a comma-separated list; ``none`` is the empty list.

    Examples
    --------
    >>> hint_words("trip,block")
    ('trip', 'block')
    >>> hint_words("none")
    ()
    """
    words = tuple(word.strip().lower() for word in text.split(",") if word.strip())
    if words == ("none",):
        return ()
    unknown = [word for word in words if word not in HINT_NAMES]
    if unknown or not words:
        raise argparse.ArgumentTypeError(f"{text!r}: use any of {','.join(HINT_NAMES)}, or none")
    return words


def instant(text: str) -> float:
    """Epoch seconds of an ISO 8601 instant; without a zone it is UTC.

    Examples
    --------
    >>> instant("1970-01-01T01:00:00+01:00")
    0.0
    """
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant: write 2026-02-16T12:00:00Z") from None
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).timestamp()


LEAST, MOST = 0.01, 1_000_000.0
"""Seconds or times: finer than any loop turns, longer than a week."""
MOST_VEHICLES = 100_000
"""More than any city has: a slip of the finger must not fill the memory."""


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not LEAST <= value <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0 ({LEAST} to {MOST:,.0f})")
    return value


def _count(text: str) -> int:
    if not (text.isdecimal() and len(text) < 10 and 0 < int(text) <= MOST_VEHICLES):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0 (at most {MOST_VEHICLES:,})")
    return int(text)


def _port(text: str) -> int:
    if not (text.isdecimal() and len(text) < 10 and int(text) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to 65535)")
    return int(text)


def _told(error: OSError) -> str:
    """What the operating system refused, in words; drafts are called by the name of the file they were to become."""
    place = _DRAFT.sub(r"\1", str(error.filename)) if error.filename is not None else ""
    if isinstance(error, FileNotFoundError):
        return f"no such file or folder: {place or error}"
    if isinstance(error, IsADirectoryError):
        return f"a file is needed, this is a folder: {place}"
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return f"a folder is needed, this is a file: {place}"
    if isinstance(error, PermissionError):
        return f"not allowed to open {place}: look at its permissions"
    return f"{error.strerror}: {place}" if place else str(error.strerror)


_DRAFT = re.compile(r"\.([^/]+?)(?:\.\d+)?\.part$")
"""Name of a draft, see ``passinfo.stores.atomic``."""


def _refuse(command: str, message: str) -> int:
    one_line = " ".join(message.split())
    sys.stderr.write(f"feeds {command}: {one_line}\n")
    return WRONG_INPUT
