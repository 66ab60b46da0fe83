"""Refusals as a CSV file: source, row, reason, field, value."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from passinfo.rejections import Rejection

HEADER = ("source", "row", "reason", "field", "value")


class RejectionWriter:
    """Writes rejections one after the other; the header stands there even if there are none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(path.name + ".part")
        self._file = self._part.open("w", encoding="utf-8", newline="")
        self._csv = csv.writer(self._file, lineterminator="\n")
        self._csv.writerow(HEADER)

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

    def append(self, rejections: Iterable[Rejection]) -> None:
        """Add rejections in the order given."""
        self._csv.writerows((r.source, r.row, r.reason.value, r.field, r.value) for r in rejections)
