"""Recorded reports: everything a file or folder holds, in the order in which it could be known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from passinfo.bms.mapping import Mapping
from passinfo.bms.read import iter_reports
from passinfo.bms.reports import Reports
from passinfo.columns import Ints, concat, take
from passinfo.errors import OperatorError
from passinfo.rejections import Rejection


@dataclass(frozen=True, slots=True)
class Recorded:
    """Reports by received_at, where each was read, and what the reader refused."""

    reports: Reports
    rejections: tuple[Rejection, ...]
    rows: int
    row_numbers: Ints
    sources: tuple[str, ...]
    source_ix: Ints
    """Row of each report in its file, and which of ``sources`` that is."""

    def told_by_source(self, rejections: Sequence[Rejection], first: int) -> list[Rejection]:
        """Refusals of a batch that begins with report ``first``, told by file and row instead of by place in it."""
        places = [first + refused.row - 1 for refused in rejections]
        return [
            replace(refused, source=self.sources[self.source_ix[place]], row=int(self.row_numbers[place]))
            for refused, place in zip(rejections, places, strict=True)
        ]


def read_recorded(path: Path, mapping: Mapping, from_at: float | None, to_at: float | None) -> Recorded:
    """All reports received in [from_at, to_at], read in chunks and sorted by reception (ties in file order).

    Raises
    ------
    OperatorError
        If nothing usable is there.
    """
    parts: list[Reports] = []
    numbers: list[Ints] = []
    names: list[str] = []
    name_of: list[Ints] = []
    rejections: list[Rejection] = []
    rows = 0
    for chunk in iter_reports(path, mapping):
        rows += chunk.rows
        rejections.extend(chunk.rejections)
        at = chunk.reports.received_at
        wanted = np.ones(len(at), dtype=bool)
        if from_at is not None:
            wanted &= at >= from_at
        if to_at is not None:
            wanted &= at <= to_at
        parts.append(take(chunk.reports, wanted))
        numbers.append(chunk.row_numbers[wanted])
        names.append(chunk.source)
        name_of.append(np.full(int(wanted.sum()), len(names) - 1, dtype=np.int32))
    reports = concat(Reports, parts)
    if len(reports.vehicle_id) == 0:
        first = f"; the first refusal: row {rejections[0].row}, {rejections[0].reason.value}" if rejections else ""
        raise OperatorError(f"{path}: no usable report in {rows} rows{first} (feeds check tells more)")
    order = np.argsort(reports.received_at, kind="stable")
    numbered, named = np.concatenate(numbers)[order], np.concatenate(name_of)[order]
    return Recorded(take(reports, order), tuple(rejections), rows, numbered, tuple(names), named)
