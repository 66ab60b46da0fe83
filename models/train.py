"""``python -m models train``: learn pace from the visits of replays, score it, write artefact and card."""

from __future__ import annotations

import argparse
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from models.card import card, summary
from models.holdout import score, split_at
from models.network import open_network
from models.pace import learn_pace, to_artefact
from models.segments import Segments, segments_of, take_segments
from models.widths import widths_from
from passinfo.columns import concat, length
from passinfo.errors import OperatorError
from passinfo.history.parquet import read
from passinfo.network.network import Network
from passinfo.prediction.artefact import save_artefact
from passinfo.prediction.historic import HistoricPredictor
from passinfo.prediction.intervals import UNTRAINED
from passinfo.prediction.stack import default_predictor
from passinfo.tracking.columns import Visits

CARD = "card.md"


class NoVisits(OperatorError):
    """A folder that is no replay."""


def run(arguments: argparse.Namespace) -> int:
    """Train; the exit code."""
    if arguments.history:
        from models.arrivals.command import run as run_arrivals

        return run_arrivals(arguments)
    _say(f"network {arguments.network}")
    network = open_network(arguments.network)
    visits = concat(Visits, [_read(folder) for folder in arguments.replays])
    rows = segments_of(network, visits)
    _say(f"{length(visits)} visits, {len(rows.seconds)} segments driven")
    learn_pace(network, rows)  # refuses an empty table before anything is scored

    since = split_at(visits)
    earlier = take_segments(rows, rows.began_at + rows.seconds < since)
    _say("scoring on the last fifth")
    learned_earlier = _learned_from(network, earlier if len(earlier.seconds) else rows)
    scored = score(network, visits, since, default_predictor(network), learned_earlier)
    artefact = to_artefact(network, rows, learn_pace(network, rows), widths_from(scored))
    created_from = tuple(folder.name for folder in arguments.replays)
    save_artefact(arguments.out, artefact, created_from=created_from, versions=_versions())
    (arguments.out / CARD).write_text(card(artefact, scored, created_from), encoding="utf-8")
    for sentence in summary(scored):
        print(f"{arguments.out}: {sentence}")
    return 0


def _learned_from(network: Network, rows: Segments) -> HistoricPredictor:
    return HistoricPredictor(to_artefact(network, rows, learn_pace(network, rows), UNTRAINED))


def _read(folder: Path) -> Visits:
    path = folder / "visits.parquet"
    if not path.is_file():
        raise NoVisits(f"{folder} holds no visits.parquet: name the --out folder of a python -m feeds replay")
    try:
        visits = read(path, Visits)
    except ValueError as error:
        raise NoVisits(str(error)) from None
    _say(f"{folder}: {length(visits)} visits")
    return visits


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    try:
        versions["passinfo"] = version("passinfo")
    except PackageNotFoundError:  # a checkout that was not installed
        versions["passinfo"] = "unreleased"
    return versions


def _say(text: str) -> None:
    print(text, file=sys.stderr)
