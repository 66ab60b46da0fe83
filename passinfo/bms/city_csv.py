"""Rows of one CSV file of a city folder, with the reasons of those refused.

Pure: takes text, not a path. ``Table`` hands out each value with the check its column needs; a row with a bad value is
refused as a whole, with the first reason found, and the others go on.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from passinfo.rejections import Reason, Rejection
from passinfo.times import parse_service_time, to_service_date

T = TypeVar("T")
_LINE_END = re.compile(r"\r\n|\n|\r")  # str.splitlines also splits at signs that names may hold
_TRUE, _FALSE = {"1", "true", "yes"}, {"0", "false", "no"}


class RefusedError(Exception):
    """A value that its column cannot hold."""

    def __init__(self, reason: Reason, column: str, value: str) -> None:
        super().__init__(f"{column}: {reason.value}: {value!r}")
        self.reason, self.column, self.value = reason, column, value


class Row:
    """One row: typed access to its values; each getter raises :class:`RefusedError`."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    def text(self, column: str, default: str | None = None) -> str:
        """The text, stripped; ``default`` where empty, refused if there is none."""
        value = self._values.get(column, "").strip()
        if value:
            return value
        if default is None:
            raise RefusedError(Reason.MISSING_VALUE, column, value)
        return default

    def number(self, column: str, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number within ``[low, high]``."""
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            raise RefusedError(Reason.NOT_A_NUMBER, column, text) from None
        if not math.isfinite(value) or not low <= value <= high:
            raise RefusedError(Reason.NOT_A_NUMBER, column, text)
        return value

    def degrees(self, column: str, limit: float) -> float:
        """A coordinate within ± ``limit``."""
        value = self.number(column)
        if abs(value) > limit:
            raise RefusedError(Reason.COORDINATES_OUT_OF_RANGE, column, str(value))
        return value

    def whole(self, column: str, default: int | None = None, *, low: int = 0, high: int = 10**9) -> int:
        """A whole number within ``[low, high]``."""
        if default is not None and not self.text(column, ""):
            return default
        value = self.number(column, low, high)
        if value != int(value):
            raise RefusedError(Reason.NOT_A_NUMBER, column, str(value))
        return int(value)

    def truth(self, column: str, default: bool | None = None) -> bool | None:
        """1/true/yes or 0/false/no; ``default`` where empty."""
        value = self.text(column, "").lower()
        if value in _TRUE | _FALSE:
            return value in _TRUE
        if value:
            raise RefusedError(Reason.BAD_ENUM, column, value)
        return default

    def service_s(self, column: str) -> int:
        """Service seconds of ``HH:MM:SS``; 25:10:00 is one."""
        text = self.text(column)
        try:
            return parse_service_time(text)
        except ValueError:
            raise RefusedError(Reason.BAD_TIME, column, text) from None

    def date(self, column: str) -> int:
        """``yyyymmdd`` of an ISO date or of eight digits."""
        text = self.text(column)
        try:
            return to_service_date(dt.date.fromisoformat(text))
        except ValueError:
            raise RefusedError(Reason.BAD_DATE, column, text) from None

    def one_of(self, column: str, known: set[str], default: str | None = None) -> str:
        """An id that exists."""
        value = self.text(column, default)
        if value != default and value not in known:
            raise RefusedError(Reason.UNKNOWN_REFERENCE, column, value)
        return value


def read_rows(
    source: str, data: bytes, required: tuple[str, ...], make: Callable[[Row], T]
) -> tuple[list[T], list[Rejection]]:
    r"""Records of a CSV file, and the refusals. ``required`` columns must stand in the header; others may.

    Examples
    --------
    >>> read_rows("x.csv", b"id\na\n\n", ("id",), lambda row: row.text("id"))
    (['a'], [])
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [Rejection(source, 0, Reason.BAD_ENCODING, value=str(error)[:80])]
    lines = _LINE_END.split(text) if text else []
    try:
        header = [name.strip() for name in _cells(lines[0])] if lines else []
    except csv.Error as error:
        return [], [Rejection(source, 1, Reason.BAD_ROW, value=str(error)[:80])]
    missing = [name for name in required if name not in header]
    if not header or missing:
        reason = Reason.MISSING_COLUMN if header else Reason.EMPTY_FILE
        return [], [Rejection(source, 1, reason, name) for name in (missing if header else [""])]
    records: list[T] = []
    rejections: list[Rejection] = []
    for number, cells in _numbered(lines, source, rejections):
        if len(cells) != len(header):
            rejections.append(Rejection(source, number, Reason.BAD_ROW, value=",".join(cells)[:80]))
            continue
        try:
            records.append(make(Row(dict(zip(header, cells, strict=True)))))
        except RefusedError as error:
            rejections.append(Rejection(source, number, error.reason, error.column, error.value[:80]))
    return records, rejections


def _numbered(lines: list[str], source: str, rejections: list[Rejection]) -> Iterator[tuple[int, list[str]]]:
    """Rows with their number (header = 1), blank ones left out.

    One line is one row, so that a quote that is never closed spoils its own row only.
    """
    for number, line in enumerate(lines[1:], 2):
        try:
            cells = _cells(line)
        except csv.Error as error:
            rejections.append(Rejection(source, number, Reason.BAD_ROW, value=str(error)[:80]))
            continue
        if any(cell.strip() for cell in cells):
            yield number, cells


def _cells(line: str) -> list[str]:
    return next(csv.reader([line], strict=True), [])
