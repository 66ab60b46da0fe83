"""The models of a state directory: every one that was ever live, and which is live now.

A model is kept under the digest of its manifest, which names the digests of its files, and is never changed. What is
live stands in one small file that is replaced whole: the live loop sees the old model or the new, and can be told to
go back.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from passinfo.errors import OperatorError
from passinfo.stores.atomic import write_whole

FOLDER, CURRENT, MANIFEST = "models", "current.json", "manifest.json"
KEPT = 5
"""Models kept beside the one that is live: a working week of nights."""


class NoSuchModel(OperatorError):
    """Nothing there to make live, or to go back to."""


@dataclass(frozen=True, slots=True)
class Live:
    """The model that is live."""

    model: str
    """Digest of its manifest, sixteen digits: the name of its folder."""
    since: float
    """Epoch seconds."""
    before: tuple[str, ...] = ()
    """Those that were live before, the last one first."""
    why: str = ""


class ModelStore:
    """The folder ``models`` of a state directory."""

    def __init__(self, state: Path) -> None:
        self._folder = state / FOLDER

    def live(self) -> Live | None:
        """What is live; None if no model ever was.

        Raises
        ------
        NoSuchModel
            If the file cannot be read.
        """
        try:
            kept = json.loads((self._folder / CURRENT).read_text(encoding="utf-8"))
            return Live(str(kept["model"]), float(kept["since"]), tuple(map(str, kept["before"])), str(kept["why"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise NoSuchModel(f"{self._folder / CURRENT} cannot be read ({error}): promote a model again") from None

    def folder(self, model: str) -> Path:
        """Where a model lies."""
        return self._folder / model

    def promote(self, artefact: Path, now: float, why: str) -> Live:
        """Make an artefact live; one that is already stays as it is.

        Raises
        ------
        NoSuchModel
            If the folder is no model.
        """
        name = digest(artefact)
        before = self.live()
        if before is not None and before.model == name:
            return before
        self._keep(artefact, name)
        was = () if before is None else (before.model, *before.before)
        return self._write(Live(name, now, tuple(each for each in was if each != name)[:KEPT], why))

    def back(self, now: float) -> Live:
        """Make the model before live again.

        Raises
        ------
        NoSuchModel
            If there was none.
        """
        live = self.live()
        if live is None or not live.before or not self.folder(live.before[0]).is_dir():
            raise NoSuchModel("there is no model to go back to")
        return self._write(Live(live.before[0], now, live.before[1:], f"back from {live.model}"))

    def _keep(self, artefact: Path, name: str) -> None:
        folder = self.folder(name)
        if folder.is_dir():
            return
        draft = folder.with_name(f".{name}.part")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(artefact, draft)
        draft.replace(folder)

    def _write(self, live: Live) -> Live:
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._folder / CURRENT, (json.dumps(asdict(live), indent=2) + "\n").encode())
        for folder in self._folder.iterdir():
            if folder.is_dir() and folder.name not in (live.model, *live.before):
                shutil.rmtree(folder, ignore_errors=True)
        return live


def digest(artefact: Path) -> str:
    """The name of a model: of its manifest, which names the digests of its files.

    Raises
    ------
    NoSuchModel
        If the folder is no model.
    """
    try:
        return hashlib.sha256((artefact / MANIFEST).read_bytes()).hexdigest()[:16]
    except OSError:
        raise NoSuchModel(f"{artefact} is no model: make one with python -m models train") from None
