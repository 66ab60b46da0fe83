"""The history of a state directory: a folder for each service day that is over, and what it was made from."""

from __future__ import annotations

import dataclasses
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

HISTORY, DAY = "history", "day.json"
LEAST_DAYS = 3
"""A model needs two to learn from, one to judge on."""
KEPT_DAYS = 60
"""Days kept: two months of every weekday; a day of five hundred buses takes some 100 MB."""


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """What a day was made from."""

    date: int
    """Service date, YYYYMMDD."""
    network_hash: str
    last_offset: int
    """Of the report log: what was received later belongs to other days."""
    reports: int
    model: str | None = None
    """The model that predicted it."""


def write_day(folder: Path, day: ClosedDay) -> None:
    """Put the facts of a day into its folder."""
    (folder / DAY).write_text(json.dumps(dataclasses.asdict(day), indent=1) + "\n", encoding="utf-8")


def closed_day(folder: Path) -> ClosedDay | None:
    """What a folder was made from; None if it holds no day."""
    try:
        return ClosedDay(**json.loads((folder / DAY).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def closed_days(state: Path) -> list[tuple[Path, ClosedDay]]:
    """All days of a state directory, oldest first."""
    folders = sorted((state / HISTORY).glob("[0-9]*")) if (state / HISTORY).is_dir() else []
    return [(folder, day) for folder in folders if (day := closed_day(folder)) is not None]


def prune_days(state: Path, kept: int = KEPT_DAYS) -> int:
    """Remove all but the newest days; how many went."""
    gone = closed_days(state)[:-kept] if kept else []
    for folder, _ in gone:
        shutil.rmtree(folder)
    return len(gone)
