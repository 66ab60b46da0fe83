"""JSON Lines and decoded JSON as raw rows; nested objects read by dotted names (``position.lat``)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dictionary
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from passinfo.bms.lines import Line, read_lines
from passinfo.bms.mapping import Mapping
from passinfo.bms.raw import RawRows, no_rows, objects, show
from passinfo.rejections import Reason, Rejection


def read_json_lines(path: Path, mapping: Mapping, chunk_rows: int) -> Iterator[RawRows]:
    """The records of a JSON Lines file; row numbers are those of the lines, from 1."""
    lines = read_lines(path)
    empty = True
    while chunk := list(islice(lines, chunk_rows)):
        empty = False
        yield _decode(path.name, chunk, mapping)
    if empty:
        yield no_rows(path.name, Rejection(path.name, 0, Reason.EMPTY_FILE))


def raw_records(records: Sequence[object], mapping: Mapping, source: str) -> RawRows:
    """Decoded JSON objects as raw rows, numbered from 1; what is no object is refused."""
    return _collect(source, list(enumerate(records, 1)), mapping, [])


def _decode(source: str, lines: list[Line], mapping: Mapping) -> RawRows:
    numbered: list[tuple[int, object]] = []
    rejections: list[Rejection] = []
    for line in lines:
        if line.refused is not None:
            rejections.append(line.refused)
            continue
        try:
            numbered.append((line.number, json.loads(line.text)))
        except (ValueError, RecursionError):
            rejections.append(Rejection(source, line.number, Reason.BAD_ROW, value=show(line.text)))
    return _collect(source, numbered, mapping, rejections)


def _collect(source: str, numbered: list[tuple[int, object]], mapping: Mapping, rejections: list[Rejection]) -> RawRows:
    wanted = mapping.columns()
    values: dict[str, list[Any]] = {name: [] for name in wanted}
    numbers: list[int] = []
    for number, record in numbered:
        if not isinstance(record, Dictionary):
            rejections.append(Rejection(source, number, Reason.BAD_ROW, value=show(record)))
            continue
        numbers.append(number)
        for name in wanted:
            values[name].append(_plain(_look_up(record, name)))
    present = {name: objects(column) for name, column in values.items() if any(v is not None for v in column)}
    return RawRows(source, np.array(numbers, np.int32), present, tuple(rejections))


def _look_up(record: Dictionary[str, object], name: str) -> object:
    """The value under a name, else under its dotted path; None if there is none."""
    value: object = record
    if name in record:
        return record[name]
    for part in name.split(".") if "." in name else ():
        if not isinstance(value, Dictionary):
            return None
        value = value.get(part)
    return None if value is record else value


def _plain(value: object) -> str | int | float | None:
    """Texts and numbers as they are; anything else as text, which no number or time can be read from."""
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return value
    return json.dumps(value, default=str)[:200]
