"""What can be typed: every command of the feed desk with its help.

A command's own modules are imported when it runs, so ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from feeds.words import HINT_NAMES, count, day, hint_words, instant, port, positive


def build_parser() -> argparse.ArgumentParser:
    """All commands with their help."""
    parser = argparse.ArgumentParser(
        prog="python -m feeds",
        description="The feed desk: bus positions in, GTFS, GTFS-Realtime and stop arrivals out.",
        epilog="New here? Type: python -m feeds demo",
    )
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND", required=True)
    for add in (
        _add_build,
        _add_announce,
        _add_diff,
        _add_check,
        _add_replay,
        _add_simulate,
        _add_live,
        _add_close,
        _add_demo,
    ):
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
        "A city is a folder in feeds/cities, a path to such a folder, or a path to a GTFS zip. With --traces\n"
        "(recorded positions), lines, stop order, running times and headways are learned: the folder then needs only\n"
        "stops.csv, routes.csv and served_stops.csv (docs/learning.md). The lines of a finished feed are\n"
        "held against them. A report with maps is written beside the zip.",
        "python -m feeds build pasig --out gtfs.zip\n"
        "  python -m feeds build my-city --traces week.csv --mapping traccar --out gtfs.zip",
        _runner("build"),
    )
    _add_city(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the zip to write")
    parser.add_argument(
        "--valid-from", type=day, metavar="DATE", help="first service day of the feed (default: a week ago)"
    )
    parser.add_argument(
        "--after", type=Path, metavar="OLD", help="the feed it follows: that runs on until the day before --valid-from"
    )
    parser.add_argument(
        "--traces", type=Path, nargs="+", metavar="FILE", help="learn from these recorded positions (files or folders)"
    )
    parser.add_argument("--mapping", metavar="NAME|FILE.toml", help="what the columns of --traces mean")
    parser.add_argument("--report", type=Path, metavar="DIR", help="where to write the report (default: OUT-report)")
    parser.add_argument(
        "--from", dest="from_at", type=instant, metavar="ISO", help="first instant of the traces to learn from"
    )
    parser.add_argument("--to", dest="to_at", type=instant, metavar="ISO", help="last instant (exclusive)")


def _add_announce(commands: Commands) -> None:
    parser = _command(
        commands,
        "announce",
        "publish the static feed of a coming change of service",
        "Joins the feed in force (until the day before --valid-from) and the new one (from then on) to one in which\n"
        "both are valid, and serves it at /gtfs/coming.zip. On its day the live loop takes it up: /gtfs/schedule.zip\n"
        "and the realtime ids change together. --withdraw takes it back.",
        "python -m feeds announce winter.zip --valid-from 2026-12-13 --state state",
        _runner("announce"),
    )
    parser.add_argument("new", nargs="?", metavar="NEW", help="the new feed: a GTFS zip or folder, or a city")
    parser.add_argument("--valid-from", type=day, metavar="DATE", help="first service day of the new feed")
    parser.add_argument("--state", type=Path, metavar="DIR", help="the state directory (default: PASSINFO_STATE)")
    parser.add_argument("--withdraw", action="store_true", help="take the announced feed back")


def _add_diff(commands: Commands) -> None:
    parser = _command(
        commands,
        "diff",
        "tell what changed between two static feeds",
        "Each is a GTFS zip or folder, or a city. Exit code 0: the same, 1: different, 2: one could not be read.",
        "python -m feeds diff old.zip new.zip",
        _runner("diff"),
    )
    parser.add_argument("old", metavar="OLD", help="the feed before")
    parser.add_argument("new", metavar="NEW", help="the feed after")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the changes as JSON")


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
        help=f"ids of the reports the pipeline may use: any of {','.join(HINT_NAMES)}, or none (default: all)",
    )
    parser.add_argument("--tick", type=positive, default=15.0, metavar="S", help="seconds between ticks (default 15)")
    parser.add_argument(
        "--predictions-every",
        type=positive,
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
        help="also write hindsight_matches, hindsight_visits, off_routes: the whole day known (labels, records)",
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
    parser.add_argument("--vehicles", type=count, required=True, metavar="N", help="how many buses")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="which day of all possible ones (default 0)")
    parser.add_argument("--speed", type=positive, default=1.0, metavar="X", help="times real time (default 1)")
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
    parser.add_argument("--tick", type=positive, default=5.0, metavar="S", help="seconds between ticks (default 5)")
    parser.add_argument("--simulated", action="store_true", help="tell every passenger that the buses are made up")


def _add_close(commands: Commands) -> None:
    parser = _command(
        commands,
        "close",
        "write the service days that are over into the history of a state directory",
        "Replays each day out of the report log of the live loop, live and with hindsight, into\n"
        "STATE/history/DATE: what models are trained on. A service day ends at four in the morning. A day closed\n"
        "before stays as it is: safe to run twice, and to stop. python -m models night calls it.",
        "python -m feeds close pasig --state state",
        _runner("close"),
    )
    _add_city(parser)
    parser.add_argument("--state", type=Path, metavar="DIR", help="the state directory (default: PASSINFO_STATE)")


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
        "--vehicles", type=count, default=130, metavar="N", help="how many buses (default 130, what the headways need)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="seed of the simulator (default 0)")
    parser.add_argument(
        "--port", type=port, default=0, metavar="PORT", help="port of the web server (default: a free one)"
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
