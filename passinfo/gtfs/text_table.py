"""A CSV table as text, with the rows that cannot be split or decoded; nothing is interpreted."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd

from passinfo.rejections import Reason, Rejection

_LINE_END = re.compile(r"\r\n|\n|\r")  # str.splitlines also splits at signs that names may hold


def text_frame(data: bytes, source: str) -> tuple[pd.DataFrame, list[Rejection]]:
    """All values as text, plus the rows that cannot be split or decoded. The index is the row (header = 1)."""
    rejections: list[Rejection] = []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        rejections.append(Rejection(source, row, Reason.BAD_ENCODING, "", repr(data[error.start : error.start + 8])))
        text = data.decode("utf-8-sig", errors="replace")
    try:
        frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, skipinitialspace=True, engine="c")
        # rows longer than the header make pandas take their first value for an index
        swallowed = not isinstance(frame.index, pd.RangeIndex) or ('"' in text and _swallows(text, len(frame)))
        frame.index = pd.RangeIndex(2, len(frame) + 2)
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        swallowed = True
    if swallowed:
        frame, ragged = _row_by_row(text, source)
        rejections.extend(ragged)
    frame.columns = [str(name).strip() for name in frame.columns]
    return frame, rejections


def _swallows(text: str, rows: int) -> bool:
    """Whether a quote that is never closed runs over line ends; a well-formed text of several lines does not count."""
    if rows + 1 == sum(1 for line in _LINE_END.split(text) if line.strip()):
        return False
    reader = csv.reader(io.StringIO(text), strict=True, skipinitialspace=True)
    try:
        width = len(next(reader))
        return any(len(row) not in (0, width) for row in reader)
    except csv.Error:
        return True


def _row_by_row(text: str, source: str) -> tuple[pd.DataFrame, list[Rejection]]:
    """The slow way, for a file some of whose rows have too many fields or a quote that is never closed.

    Commas at the end of a row are no fields.
    One line is one row: "Field values must not contain tabs, carriage returns or new lines" (GTFS reference, File
    Requirements).
    """
    rows, index, rejections = [], [], []
    lines = _LINE_END.split(text)
    header = _cells(lines[0])
    if not header:
        return pd.DataFrame(), [Rejection(source, 0, Reason.EMPTY_FILE)]
    for number, line in enumerate(lines[1:], start=2):
        row = _cells(line)
        if row is not None and len(row) >= len(header) and not any(row[len(header) :]):
            rows.append(row[: len(header)])
            index.append(number)
        elif row != []:
            rejections.append(Rejection(source, number, Reason.BAD_ROW, "", line[:80]))
    return pd.DataFrame(rows, columns=header, index=index, dtype=str), rejections


def _cells(line: str) -> list[str] | None:
    """The cells of a line; none at all of a blank one, None if its quotes are broken."""
    try:
        return next(csv.reader([line], strict=True, skipinitialspace=True), [])
    except csv.Error:
        return None
