"""A file that grows: whole lines added since the last look, as reports."""

from __future__ import annotations

import tempfile
from pathlib import Path

from passinfo.bms.mapping import Mapping
from passinfo.bms.read import ReadResult, read_reports
from passinfo.errors import OperatorError

LOOK_BYTES = 8 << 20
"""Bytes taken at one look: some 80,000 lines."""
_WITH_HEADER = (".csv", ".tsv", ".txt")
_BY_LINES = (*_WITH_HEADER, ".jsonl", ".ndjson")


class Tail:
    """Follows one CSV or JSON Lines file. ``offset``: bytes already taken; a file cut short is read from its start.

    Raises
    ------
    OperatorError
        If the file's ending is not that of a file of lines.
    """

    def __init__(self, path: Path, mapping: Mapping, offset: int = 0) -> None:
        if path.suffix not in _BY_LINES:
            raise OperatorError(f"{path.name}: only a file of lines can grow: {', '.join(_BY_LINES)}")
        self.path, self.mapping, self.offset = path, mapping, offset

    def pull(self) -> ReadResult | None:
        """Reports of the lines completed since the last call; None if there are none, or the file is not there yet."""
        try:
            size = self.path.stat().st_size
            if size < self.offset:
                self.offset = 0
            if size == self.offset:
                return None
            with self.path.open("rb") as file:
                header = file.readline() if self.path.suffix in _WITH_HEADER else b""
                if not header.endswith(b"\n") and self.path.suffix in _WITH_HEADER:
                    return None
                file.seek(max(self.offset, len(header)))
                data = file.read(LOOK_BYTES)
        except FileNotFoundError:
            return None
        end = data.rfind(b"\n") + 1
        if end == 0:
            if len(data) == LOOK_BYTES:  # a line that never ends: no report, and what follows must not wait for it
                self.offset = max(self.offset, len(header)) + len(data)
            return None
        self.offset = max(self.offset, len(header)) + end
        with tempfile.TemporaryDirectory(prefix="passinfo-") as folder:
            lines = Path(folder) / self.path.name
            lines.write_bytes(header + data[:end])
            return read_reports(lines, self.mapping)
