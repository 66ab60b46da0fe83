"""The checkpoint of the live loop: tracking state and the place in the report log, together and whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from passinfo.stores.atomic import write_whole
from passinfo.stores.errors import StoreUnreadable
from passinfo.stores.packing import Packed, pack

MAGIC = b"PICHECK1"
_NAME, _BEFORE = "checkpoint", "checkpoint.before"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """State after every report up to ``offset`` of the log; ``sequence`` of the last snapshot."""

    state: str
    offset: int
    sequence: int
    finished: str = "[]"
    """Runs that are over ahead of their plan (JSON)."""


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Write the checkpoint; the one before is kept in case this one is damaged later."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _NAME
    if path.exists():
        path.replace(folder / _BEFORE)
    facts = {"offset": checkpoint.offset, "sequence": checkpoint.sequence, "finished": checkpoint.finished}
    write_whole(path, pack(MAGIC, facts, {}, {"state": checkpoint.state.encode()}))


def load_checkpoint(folder: Path) -> Checkpoint | None:
    """The newest whole checkpoint; None if there is none."""
    for name in (_NAME, _BEFORE):
        path = folder / name
        try:
            packed = Packed(path.read_bytes(), MAGIC, str(path))
            facts = packed.facts
            kept = facts.get("finished", "[]")
            return Checkpoint(packed.blob("state").decode(), facts["offset"], facts["sequence"], kept)
        except (FileNotFoundError, StoreUnreadable, KeyError, ValueError):
            continue
    return None
