"""``python -m models score``: predictions against what the buses did, and against other people's predictions."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from models.against import read_feeds, read_table
from models.against_mapping import load_against_mapping
from models.plain import plain
from models.score_html import page
from models.score_text import text
from passinfo.columns import length
from passinfo.errors import OperatorError
from passinfo.history.parquet import read
from passinfo.prediction.accuracy.board import Board, board
from passinfo.prediction.accuracy.foreign import as_predictions, at_moments
from passinfo.prediction.accuracy.heard import Heard
from passinfo.prediction.accuracy.keys import By
from passinfo.prediction.accuracy.truth import Truth, truth_of
from passinfo.prediction.protocol import Predictions
from passinfo.tracking.columns import Matches, Visits

PREDICTIONS = "predictions.parquet"
MATCHES = "matches.parquet"
"""Beside the visits: when buses were heard."""
VISITS = ("hindsight_visits.parquet", "visits.parquet")
"""In a folder the better truth is taken."""


T = TypeVar("T")


class NothingToScore(OperatorError):
    """A file that is missing or is another."""


def run(arguments: argparse.Namespace) -> int:
    """Score; the exit code."""
    _refuse_unknown_zone(arguments.timezone)
    visits = _member(arguments.visits, VISITS)
    truth = truth_of(_read(visits, Visits))
    _say(f"{visits}: {len(truth.at)} visits")
    path = _member(arguments.predictions, (PREDICTIONS,))
    ours = _read(path, Predictions)
    _say(f"{path}: {length(ours)} predictions")
    methods = [(_name(path), ours)]
    moments = np.sort(pd.unique(ours.made_at))
    for other in arguments.against or ():
        name = _name(other)
        said = at_moments(_other(other, arguments.against_mapping, truth, arguments.by), moments, arguments.oldest)
        _say(f"{other}: {length(said)} predictions stood at our moments")
        methods.append((f"{name} ({len(methods)})" if name in dict(methods) else name, said))
    scored = board(truth, methods, arguments.by, arguments.timezone, heard=heard_in(visits.parent))
    print(text(scored))
    if arguments.json is not None:
        arguments.json.write_text(to_json(scored), encoding="utf-8")
    if arguments.html is not None:
        arguments.html.write_text(page(scored), encoding="utf-8")
    return 0


def heard_in(folder: Path) -> Heard | None:
    """When buses were heard, where the replay's matches lie in the folder."""
    if not (folder / MATCHES).is_file():
        return None
    matches = _read(folder / MATCHES, Matches)
    return Heard(matches.vehicle_id, matches.observed_at)


def to_json(scored: Board) -> str:
    """The board as JSON; unknown figures are null."""
    return json.dumps(plain(asdict(scored)), indent=1) + "\n"


def _other(path: Path, mapping: str | None, truth: Truth, by: By) -> Predictions:
    """Our own format, a table with a mapping, or feeds."""
    if (path / PREDICTIONS).is_file() or (path.suffix == ".parquet" and mapping is None):
        return _read(_member(path, (PREDICTIONS,)), Predictions)
    if path.is_dir() or path.suffix == ".pb":
        return as_predictions(read_feeds(path), truth, by)
    if mapping is None:
        raise NothingToScore(f"{path}: say with --against-mapping what its columns mean")
    return as_predictions(read_table(path, load_against_mapping(mapping)), truth, by)


def _member(path: Path, names: tuple[str, ...]) -> Path:
    if not path.is_dir():
        return path
    for name in names:
        if (path / name).is_file():
            return path / name
    raise NothingToScore(f"{path} holds no {' or '.join(names)}: name the --out folder of a python -m feeds replay")


def _read(path: Path, cls: type[T]) -> T:
    try:
        return read(path, cls)
    except ValueError as error:
        raise NothingToScore(str(error)) from None


def _name(path: Path) -> str:
    return path.resolve().parent.name if path.name == PREDICTIONS else path.stem


def _refuse_unknown_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise NothingToScore(f"timezone {name!r} is no IANA zone such as Asia/Manila") from None


def _say(words: str) -> None:
    print(words, file=sys.stderr)
