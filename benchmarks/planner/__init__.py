"""Trip planning over feeds that passinfo builds: do they answer what passengers ask?"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.planner import cities, pasig, ttc
from benchmarks.planner.asked import Answers, ask
from benchmarks.planner.second import ask_minotor
from passinfo.errors import OperatorError

NAME = "planner"
SUMMARY = "trips planned over built feeds: questions on Pasig and, from traces, Toronto, answered and judged"
CITIES = {"pasig": (cities.pasig_feed, pasig.QUESTIONS), "ttc": (cities.ttc_feed, ttc.QUESTIONS)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--only", metavar="CITY", default="", help=f"one of {', '.join(CITIES)}")
    parser.add_argument("--feed", metavar="ZIP", type=Path, help="ask this feed of the city instead of building one")
    parser.add_argument(
        "--minotor", metavar="DIR", type=Path, help="ask minotor too, installed there by: npm install minotor"
    )


def run(arguments: argparse.Namespace) -> Answers:
    """Build the feeds and ask.

    Raises
    ------
    OperatorError
        If a feed is given without saying of which city.
    """
    chosen = [name for name in CITIES if arguments.only in ("", name)]
    if not chosen or (arguments.feed is not None and not arguments.only):
        raise OperatorError(f"--only takes one of {', '.join(CITIES)}, and --feed needs it")
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            build, questions = CITIES[name]
            feed = arguments.feed or build(Path(folder))
            answers += ask(name, feed, questions)
            if arguments.minotor is not None:
                answers += ask_minotor(name, feed, questions, arguments.minotor)
    return Answers(tuple(answers))
