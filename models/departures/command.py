"""The departures' part of ``python -m models train --history``: learn, save beside the arrival model, tell how good."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.departures.day import read_departures
from models.departures.train import DepartureTrial, departures, train_departures
from passinfo.network.network import Network
from passinfo.prediction.departure.artefact import save_departures

BASELINES = ("schedule", "layover", "headway")


def add_departures(network: Network, folders: Sequence[Path], out: Path) -> str:
    """Learn departures from replayed days and save the model in ``out``; its section of the model card.

    Parameters
    ----------
    network
        The network that the days were replayed on.
    folders
        Folders of ``feeds replay --hindsight``.
    out
        Folder of the arrival model.
    """
    days = sorted((read_departures(network, folder) for folder in folders), key=lambda day: day.zero_at)
    made = train_departures(network, days)
    if made is None:
        return "\n## Departures from terminals\n\nToo few buses were seen to wait: they leave by plan, or now.\n"
    model, trial = made
    errors = departure_errors(trial)
    save_departures(out, model, {"created_from": [day.name for day in days], "trial": errors})
    return card(trial, errors)


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
