"""``python -m models night``: close the day, learn from the days before, and go live with what is better.

Each step leaves a folder or a line that appears whole, and a step whose result is there is not done again: so a night
may be run twice, and killed anywhere.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.arrivals.command import learn
from models.arrivals.contest import contest
from models.arrivals.day import read_day
from models.compare import text
from models.promote import state_of, usable
from models.scored import write_accuracy
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.prediction.arrival.artefact import load_model
from passinfo.prediction.arrival.feature_names import NAMES
from passinfo.stores.atomic import write_whole
from passinfo.stores.history import LEAST_DAYS, ClosedDay, closed_days, prune_days
from passinfo.stores.models import FOLDER, ModelStore, digest
from passinfo.stores.networks import load_network

NIGHTS, DRAFTS, LOCK = "nights.jsonl", "night", "night.lock"

Days = list[tuple[Path, ClosedDay]]


class NightRuns(OperatorError):
    """Another night runs in this state directory."""


def run(arguments: argparse.Namespace) -> int:
    """Run the night; the exit code."""
    state = state_of(arguments.state)
    if not state.is_dir():
        raise OperatorError(f"{state}: no such state directory; the live loop makes it")
    with _alone(state):
        if not arguments.no_close:
            _close(state, arguments.city or _city_of(state))
        days = closed_days(state)[-arguments.days :]
        if len(days) < LEAST_DAYS:
            print(f"{len(days)} of {LEAST_DAYS} days that a model needs are closed: nothing to learn yet")
            return 0
        print(_night(state, days, dry=arguments.dry_run))
        prune_days(state, arguments.keep)
    return 0


def _night(state: Path, days: Days, *, dry: bool) -> str:
    """Learn, judge, promote; what to say of it."""
    key = _key(days)
    done = [night for night in nights(state) if night["key"] == key]
    held = days[-1][1].date
    if done:
        return f"{held}: done before, {done[-1]['said']}"
    network = load_network(state / "networks", days[-1][1].network_hash)
    _say(f"accuracy of {held}")
    write_accuracy(state, network, *days[-1])
    candidate = state / DRAFTS / key
    if not (candidate / "manifest.json").is_file():
        _say(f"learning from {len(days) - 1} days, {days[0][1].date} to {days[-2][1].date}")
        _learned(network, days[:-1], candidate)
    said, won = _judged(state, network, days[-1][0], candidate)
    if dry:
        return f"{held}: {said}; nothing changed (--dry-run)"
    store = ModelStore(state)
    if won:
        store.promote(candidate, time.time(), said)
    live = store.live()
    told = {"key": key, "at": time.time(), "held_back": held, "learned_from": [day.date for _, day in days[:-1]]}
    told |= {
        "candidate": digest(candidate),
        "promoted": won,
        "live": None if live is None else live.model,
        "said": said,
    }
    lines = "".join(json.dumps(night) + "\n" for night in [*nights(state), told])
    (state / FOLDER).mkdir(exist_ok=True)
    write_whole(state / FOLDER / NIGHTS, lines.encode())
    shutil.rmtree(state / DRAFTS, ignore_errors=True)
    return f"{held}: {said}"


def nights(state: Path) -> list[dict[str, object]]:
    """The nights of a state directory, oldest first."""
    try:
        return [json.loads(line) for line in (state / FOLDER / NIGHTS).read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        return []
    except ValueError as error:
        raise OperatorError(f"{state / FOLDER / NIGHTS} cannot be read ({error}): remove it") from None


def _learned(network: Network, days: Days, candidate: Path) -> None:
    """The model of some days, whole or not at all."""
    draft = candidate.with_name(f".{candidate.name}.part")
    shutil.rmtree(candidate.parent, ignore_errors=True)
    candidate.parent.mkdir(parents=True)
    learn(network, [folder for folder, _ in days], draft)
    draft.replace(candidate)


def _judged(state: Path, network: Network, held: Path, candidate: Path) -> tuple[str, bool]:
    """What a model did on the day held back against what is live, in words, and whether it won."""
    live = ModelStore(state).live()
    if live is not None and live.model == digest(candidate):
        return f"{live.model} is live ({live.why})", True
    against, champion = "no model", None
    if live is not None:
        champion = usable(ModelStore(state).folder(live.model))
        against = live.model if champion is not None else f"{live.model}, which cannot be used any more"
    found = contest(network, [read_day(network, held)], champion, load_model(candidate))
    print(text(found))
    lower = f"error {100 * found.bins[-1].gain:.1f} % lower than {against} on {held.name}"
    return (f"promoted {digest(candidate)}: {lower}", True) if found.won else (f"{against} stays: {lower}", False)


def _close(state: Path, city: str) -> None:
    """Close the days that are over: the feed desk's work, a process of its own."""
    root = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join(each for each in (root, os.environ.get("PYTHONPATH", "")) if each)
    command = [sys.executable, "-m", "feeds", "close", city, "--state", str(state)]
    done = subprocess.run(command, check=False, env={**os.environ, "PYTHONPATH": path})  # noqa: S603  # our own words
    if done.returncode:
        raise OperatorError("the day could not be closed, see above; nothing was learned")


def _city_of(state: Path) -> str:
    try:
        return str(json.loads((state / "city.json").read_text(encoding="utf-8"))["city"])
    except (OSError, ValueError, KeyError):
        raise OperatorError(f"{state} does not tell which city it is of: name the CITY as for feeds live") from None


def _key(days: Days) -> str:
    """What a night's result depends on."""
    facts = [[day.date, day.network_hash, day.reports] for _, day in days]
    return hashlib.sha256(json.dumps([facts, list(NAMES)]).encode()).hexdigest()[:16]


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    with (state / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NightRuns(f"another night runs in {state}: wait for it") from None
        yield


def _say(words: str) -> None:
    sys.stderr.write(f"night: {words}\n")
