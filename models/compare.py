"""``python -m models compare``: which of two models is better on days that neither learned from."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from models.arrivals.contest import Contest, contest
from models.arrivals.day import read_day
from models.network import open_network
from models.plain import plain
from passinfo.errors import OperatorError
from passinfo.prediction.arrival.artefact import load_model, read_manifest

NO_MODEL = "none"


def run(arguments: argparse.Namespace) -> int:
    """Compare; the exit code."""
    found = compared(arguments.network, arguments.history, arguments.champion, arguments.challenger)
    print(text(found))
    if arguments.json is not None:
        told = plain({"won": found.won, "bins": [asdict(each) for each in found.bins]})
        arguments.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 0


def compared(network: str, history: list[Path], champion: str, challenger: Path) -> Contest:
    """The contest on these days. ``champion``: an artefact, or ``none``."""
    opened = open_network(network)
    days = [read_day(opened, folder) for folder in history]
    first = None if champion == NO_MODEL else load_model(Path(champion))
    for model in (challenger, *([] if first is None else [Path(champion)])):
        known = set(read_manifest(model).get("dates", [])) & {day.date for day in days}
        if known:
            dates = ", ".join(map(str, sorted(known)))
            raise OperatorError(f"{model} learned from {dates}: give days that neither model learned from")
    return contest(opened, days, first, load_model(challenger))


def text(found: Contest) -> str:
    """The contest as a table."""
    lines = [f"{'min':>6} {'n':>8} {'champion':>9} {'challenger':>11} {'better by':>10} {'95 %':>14} {'p10-p90':>15}"]
    for number, each in enumerate(found.bins):
        name = "all" if number == len(found.bins) - 1 else f"{each.low_s / 60:.0f}-{each.high_s / 60:.0f}"
        lines.append(
            f"{name:>6} {each.n:8d} {each.champion_s:7.1f} s {each.challenger_s:9.1f} s {100 * each.gain:8.1f} % "
            f"{100 * each.gain_low:6.1f},{100 * each.gain_high:6.1f} "
            f"{100 * each.champion_within:6.0f} → {100 * each.challenger_within:3.0f} %"
        )
    lines.append("the challenger wins" if found.won else "the champion stays")
    return "\n".join(lines)
