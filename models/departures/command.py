"""The departures' part of ``python -m models train --history``: learn, tell how good, save beside the arrivals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.departures.day import read_departures
from models.departures.train import DepartureTrial, departures, train_departures
from passinfo.network.network import Network
from passinfo.prediction.departure.artefact import save_departures
from passinfo.prediction.departure.model import DepartureModel

BASELINES = ("schedule", "layover", "headway")


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned of departures, and the section of the model card that tells of it."""

    model: DepartureModel | None
    errors: dict[str, float]
    days: tuple[str, ...]
    card: str

    def save(self, out: Path) -> None:
        """Put the model into the folder of the arrival model."""
        if self.model is not None:
            save_departures(out, self.model, {"created_from": list(self.days), "trial": self.errors})


def learn_departures(network: Network, folders: Sequence[Path]) -> Learned:
    """Learn departures from replayed days; no model where it would be no better than the best plain answer.

    Parameters
    ----------
    network
        The network that the days were replayed on.
    folders
        Folders of ``feeds replay --hindsight``.
    """
    days = sorted((read_departures(network, folder) for folder in folders), key=lambda day: day.zero_at)
    made, names = train_departures(network, days), tuple(day.name for day in days)
    if made is None:
        told = "\n## Departures from terminals\n\nToo few buses were seen to wait: they leave by plan, or now.\n"
        return Learned(None, {}, names, told)
    model, trial = made
    errors = departure_errors(trial)
    better = errors["model"] < min(errors[name] for name in BASELINES)
    told = card(trial, errors) + ("" if better else "\nNo better than the best plain answer: it was not kept.\n")
    return Learned(model if better else None, errors, names, told)


def departure_errors(trial: DepartureTrial) -> dict[str, float]:
    """Mean absolute errors, seconds: the three baselines and the model."""
    rows = trial.rows
    told = {name: getattr(rows, f"{name}_s") for name in BASELINES} | {"model": trial.p50_s}
    return {name: float(np.abs(values - rows.actual_s).mean()) for name, values in told.items()}


def card(trial: DepartureTrial, errors: dict[str, float]) -> str:
    """The section of the model card, Markdown."""
    best = min(BASELINES, key=lambda name: errors[name])
    words = {"schedule": "leaves on schedule", "layover": "historic layover", "headway": "headway kept"}
    lines = [
        "",
        "## Departures from terminals",
        "",
        f"{departures(trial.rows)} departures, {len(trial.p50_s)} moments of waiting buses; each day by what",
        "the others taught. Mean absolute error, seconds:",
        "",
        f"| {' | '.join(words.values())} | model | against the best |",
        "|---:|---:|---:|---:|---:|",
        f"| {' | '.join(f'{errors[name]:.0f}' for name in (*BASELINES, 'model'))} "
        f"| {100 * (errors['model'] / errors[best] - 1):+.1f} % |",
    ]
    return "\n".join(lines) + "\n"
