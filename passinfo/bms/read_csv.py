"""CSV as raw rows: one report a line, so that a broken quote spoils its own row and no other."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from passinfo.bms.lines import Line, read_lines
from passinfo.bms.mapping import REQUIRED, Mapping
from passinfo.bms.raw import RawRows, no_rows, objects, show
from passinfo.rejections import Reason, Rejection


def read_csv(path: Path, mapping: Mapping, chunk_rows: int) -> Iterator[RawRows]:
    """The rows of a CSV file; row numbers are those of the lines (header = 1)."""
    lines = read_lines(path)
    first = next(lines, None)
    if first is None:
        yield no_rows(path.name, Rejection(path.name, 0, Reason.EMPTY_FILE))
        return
    if first.refused is not None:
        yield no_rows(path.name, first.refused)
        return
    header = split_cells(first.text, mapping.delimiter)
    if header is None:
        yield no_rows(path.name, Rejection(path.name, first.number, Reason.BAD_ROW, value=show(first.text)))
        return
    names = [name.strip() for name in header]
    missing = missing_columns(path.name, names, mapping, row=first.number)
    if missing:
        yield no_rows(path.name, *missing)
        return
    places = {name: names.index(name) for name in mapping.columns() if name in names}
    empty = True
    while chunk := list(islice(lines, chunk_rows)):
        empty = False
        yield _raw(path.name, chunk, mapping.delimiter, len(names), places)
    if empty:
        yield no_rows(path.name, Rejection(path.name, first.number, Reason.EMPTY_FILE))


def missing_columns(source: str, names: list[str], mapping: Mapping, row: int) -> list[Rejection]:
    """A refusal for each required field none of whose columns a file has."""
    elsewhere = set(mapping.constants) | {group for split in mapping.splits for group in split.pattern.groupindex}
    if mapping.file_name is not None:
        elsewhere |= set(mapping.file_name.groupindex)
    return [
        Rejection(source, row, Reason.MISSING_COLUMN, mapping.rules[field].columns[0], show(",".join(names)))
        for field in REQUIRED
        if field in mapping.rules and field not in elsewhere and not set(mapping.rules[field].columns) & set(names)
    ]


def _raw(source: str, lines: list[Line], delimiter: str, width: int, places: dict[str, int]) -> RawRows:
    rows: list[list[str]] = []
    numbers: list[int] = []
    rejections: list[Rejection] = []
    for line in lines:
        if line.refused is not None:
            rejections.append(line.refused)
            continue
        cells = line.text.split(delimiter) if '"' not in line.text else split_cells(line.text, delimiter)
        if cells is None or len(cells) != width:
            rejections.append(Rejection(source, line.number, Reason.BAD_ROW, value=show(line.text)))
            continue
        rows.append(cells)
        numbers.append(line.number)
    columns = {name: objects([row[place] for row in rows]) for name, place in places.items()}
    return RawRows(source, np.array(numbers, np.int32), columns, tuple(rejections))


def split_cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of a line, None if its quotes are broken."""
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None
