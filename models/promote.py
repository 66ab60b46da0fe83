"""``python -m models promote``: make a model live, if it beats the one that is."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from models.compare import NO_MODEL, compared, text
from passinfo.errors import OperatorError
from passinfo.prediction.arrival.artefact import load_model
from passinfo.prediction.arrival.model import ArrivalModel
from passinfo.prediction.artefact import ArtefactUnusable
from passinfo.stores.models import ModelStore

KEPT = 3
"""Exit code: the champion stays."""


def run(arguments: argparse.Namespace) -> int:
    """Promote, or go back; the exit code."""
    store = ModelStore(state_of(arguments.state))
    if arguments.previous:
        live = store.back(time.time())
        print(f"live again: {live.model}")
        return 0
    if arguments.artefact is None:
        raise OperatorError("name the artefact to promote, or --previous")
    load_model(arguments.artefact)  # what cannot be used never becomes live
    before = store.live()
    why = "forced"
    if not arguments.force:
        if not arguments.history:
            raise OperatorError("give --network and --history, days it did not learn from, to judge it on; or --force")
        champion = NO_MODEL
        if before is not None and usable(store.folder(before.model)) is not None:
            champion = str(store.folder(before.model))
        found = compared(arguments.network, arguments.history, champion, arguments.artefact)
        print(text(found))
        if not found.won:
            return KEPT
        why = f"error lower by {100 * found.bins[-1].gain:.1f} % than {champion if before is None else before.model}"
    live = store.promote(arguments.artefact, time.time(), why)
    print(f"live: {live.model} ({live.why})")
    return 0


def usable(folder: Path) -> ArrivalModel | None:
    """The model of a folder, or None, with a word, if this program can no longer use it: it is as none then."""
    try:
        return load_model(folder)
    except ArtefactUnusable as error:
        sys.stderr.write(f"the live model counts as none: {error}\n")
        return None


def state_of(given: Path | None) -> Path:
    """The state directory asked for.

    Raises
    ------
    OperatorError
        If none is named.
    """
    if given is None and not os.environ.get("PASSINFO_STATE"):
        raise OperatorError("name the state directory: --state DIR, or PASSINFO_STATE")
    return given or Path(os.environ["PASSINFO_STATE"])
