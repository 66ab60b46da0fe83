"""One record a tick as JSON Lines. No wall-clock figures belong in it: two replays must write the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from passinfo.times import to_iso


class StatusWriter:
    """Writes the status of each tick as one line; keys sorted, ``at`` first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(path.name + ".part")
        self._file = self._part.open("w", encoding="utf-8", newline="\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self.path)
        else:
            self._part.unlink(missing_ok=True)

    def append(self, at: float, status: Mapping[str, int | float | str]) -> None:
        """Add the record of the tick ``at`` (epoch seconds)."""
        record = {"at": to_iso(at)} | dict(sorted(status.items()))
        self._file.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
