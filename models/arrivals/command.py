"""``python -m models train --history``: read the days, learn, try on the last one, write model and card."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from models.arrivals.day import Day, read_day
from models.arrivals.rows import Tell
from models.arrivals.train import Trial, train
from models.departures.command import learn_departures
from models.network import open_network
from models.recorded import DayUnusable
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.prediction.arrival.artefact import save_model
from passinfo.prediction.arrival.feature_names import TREES

CARD = "card.md"
HORIZONS_S = (0.0, 180.0, 360.0, 720.0, 1_800.0)
NEEDED = ("matches.parquet", "visits.parquet", "hindsight_visits.parquet")


def run(arguments: argparse.Namespace) -> int:
    """Train; the exit code."""
    learned = learn(open_network(arguments.network), arguments.history, arguments.out)
    print(f"{arguments.out}: tried on {learned.tried_on}, mean absolute error by horizon (seconds)")
    for name, row in learned.errors.items():
        print(f"  {name:>10} min: usual {row['usual']:.0f}, live mix {row['live_mix']:.0f}, model {row['model']:.0f}")
    return 0


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of it."""

    tried_on: str
    errors: dict[str, dict[str, float]]


def learn(network: Network, history: Sequence[Path], out: Path) -> Learned:
    """Learn from recorded days and write the model with its card; days that tell nothing are left out, with a word.

    Raises
    ------
    OperatorError
        If the days cannot be learned from.
    """
    read = [(folder, _day(network, folder)) for folder in history]
    told = [(folder, day) for folder, day in read if day is not None]
    days = sorted((day for _, day in told), key=lambda day: day.date)
    for one, other in pairwise(days):
        if one.date == other.date:
            raise OperatorError(f"{one.name} and {other.name} are both of {one.date}: give each day once")
    with _shown() as tell:
        model, trial = train(network, days, tell)
    errors, departures = mean_absolute_errors(trial), learn_departures(network, [folder for folder, _ in told])
    facts = {
        "created_from": [day.name for day in days],
        "dates": [day.date for day in days],
        "network_hash": str(network.hash),
        "python": platform.python_version(),
        "trial": errors,
        "departures": departures.errors,
    }
    save_model(out, model, facts)
    departures.save(out)
    (out / CARD).write_text(card(days, trial, errors) + departures.card, encoding="utf-8")
    return Learned(days[-1].name, errors)


def _day(network: Network, folder: Path) -> Day | None:
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise OperatorError(f"{folder} holds no {missing[0]}: make it with python -m feeds replay ... --hindsight")
    try:
        day = read_day(network, folder)
        if not day.driven:
            raise DayUnusable(f"{folder}: no bus under way reached a stop")
    except DayUnusable as error:
        sys.stderr.write(f"left out: {error}\n")
        return None
    return day


def mean_absolute_errors(trial: Trial) -> dict[str, dict[str, float]]:
    """By horizon (mean of usual and live mix): mean absolute errors, seconds, of all three, and how many rows."""
    horizon = (trial.rows.usual_s + trial.rows.mix_s) / 2
    told = {"usual": trial.rows.usual_s, "live_mix": trial.rows.mix_s, "model": trial.p50_s}
    found = {}
    for low, high in pairwise(HORIZONS_S):
        mine = (horizon >= low) & (horizon < high)
        if mine.any():
            row = {name: float(np.abs(p - trial.rows.actual_s)[mine].mean()) for name, p in told.items()}
            found[f"{low / 60:.0f}-{high / 60:.0f}"] = {**row, "n": int(mine.sum())}
    return found


def card(days: list[Day], trial: Trial, errors: dict[str, dict[str, float]]) -> str:
    """The model card, Markdown."""
    lines = [
        "# Arrival model",
        "",
        f"- Learned from {len(days)} days: {', '.join(day.name for day in days)}.",
        "- What is not near is learned from each day made slower too (simulated), never tried on it.",
        f"- {TREES} features; usual times by hop, half hour and kind of day; gradient-boosted trees for the rest.",
        f"- Tried on {days[-1].name} by trees of the days before (whose usual times knew of it): {len(trial.p50_s)}",
        "  predictions of buses on the way. The model itself is learned from all days; its intervals are calibrated on",
        "  that trial.",
        "",
        "## Mean absolute error, seconds",
        "",
        "Usual: what the hops take at this time of day. Live mix: the same, times what the last buses needed.",
        "",
        "| horizon, min | n | usual | live mix | model | against the better |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, row in errors.items():
        best = min(row["usual"], row["live_mix"])
        cells = (f"{row['n']:.0f}", *(f"{row[key]:.1f}" for key in ("usual", "live_mix", "model")))
        lines.append(f"| {name} | {' | '.join(cells)} | {100 * (row['model'] / best - 1):+.1f} % |")
    lines += ["", "If the last column is not negative, do not use it."]
    return "\n".join(lines) + "\n"


@contextmanager
def _shown() -> Iterator[Tell]:
    """A progress bar where somebody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<16}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("reading", total=1.0)
        yield lambda stage, share: bar.update(task, description=stage, completed=share)
