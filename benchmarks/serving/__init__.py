"""The counter under load, in a real gunicorn, each figure beside a constant answer of the same set-up or an aim."""

from __future__ import annotations

import argparse
import os

from benchmarks.serving.figures import Figure, Figures
from benchmarks.serving.measures import MEASURES

NAME = "serving"
SUMMARY = "the counter in a real gunicorn: closed and open loop, newness, start, search (minutes; needs wrk)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--only", type=_words, default=tuple(MEASURES), metavar="WORDS", help=", ".join(MEASURES))


def run(arguments: argparse.Namespace) -> Figures:
    """The figures asked for, one after the other: they would disturb each other."""
    found: list[Figure] = []
    for word in arguments.only:
        for figure in MEASURES[word]():
            print(figure.to_text(), flush=True)
            found.append(figure)
    return Figures(tuple(found), os.getloadavg()[1])


def _words(text: str) -> tuple[str, ...]:
    words = tuple(text.split(","))
    unknown = [word for word in words if word not in MEASURES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no figures {', '.join(unknown)}: there are {', '.join(MEASURES)}")
    return words
