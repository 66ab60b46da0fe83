"""Trip planning over feeds that passinfo builds: do they answer what passengers ask?"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.planner import cities, pasig, ttc
from benchmarks.planner.asked import Answers, ask
from passinfo.errors import OperatorError

NAME = "planner"
SUMMARY = "trips planned over built feeds: questions on Pasig and, from traces, Toronto, answered and judged"
CITIES = {"pasig": (cities.pasig_feed, pasig.QUESTIONS), "ttc": (cities.ttc_feed, ttc.QUESTIONS)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--only", metavar="CITY", default="", help=f"one of {', '.join(CITIES)}")
    parser.add_argument("--feed", metavar="ZIP", type=Path, help="ask this feed of the city instead of building one")


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
            answers += ask(name, arguments.feed or build(Path(folder)), questions)
    return Answers(tuple(answers))
