"""Lines of a text file, plain or gzip, in bounded memory whatever the file holds."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from passinfo.bms.raw import show
from passinfo.rejections import Reason, Rejection

MAX_LINE_BYTES = 1 << 20
"""A report of all fields takes under 1 kB; a thousand times that is no report."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number (from 1), and its text or why there is none."""

    number: int
    text: str = ""
    refused: Rejection | None = None


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a file that are not blank, without their ends; what cannot be read is a line with its refusal.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    with _open(path) as file:
        yield from _lines(path.name, file)


def _open(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast(IO[bytes], io.BufferedReader(gzip.open(path, "rb"), 1 << 16))
    return path.open("rb", buffering=1 << 16)


def _lines(source: str, file: IO[bytes]) -> Iterator[Line]:
    number = 0
    while True:
        number += 1
        try:
            data = file.readline(MAX_LINE_BYTES + 1)
            whole = len(data) <= MAX_LINE_BYTES or data.endswith(b"\n")
            if not whole:
                _skip_line(file)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            yield Line(number, refused=Rejection(source, number, Reason.BROKEN_FILE, value=show(error)))
            return
        if not data:
            return
        if number == 1:
            data = data.removeprefix(_BOM)
        if not whole:
            yield Line(number, refused=Rejection(source, number, Reason.LINE_TOO_LONG, value=show(data[:80])))
            continue
        try:
            text = data.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            yield Line(number, refused=Rejection(source, number, Reason.BAD_ENCODING, value=show(error)))
            continue
        if text.strip():
            yield Line(number, text)


def _skip_line(file: IO[bytes]) -> None:
    """Read on to the end of a line that is too long, a piece at a time."""
    while True:
        piece = file.readline(MAX_LINE_BYTES)
        if not piece or piece.endswith(b"\n"):
            return
