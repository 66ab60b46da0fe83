"""Recorded reports: everything a file or folder holds, in the order in which it could be known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from passinfo.bms.mapping import Mapping
from passinfo.bms.read import iter_reports
from passinfo.bms.reports import Reports
from passinfo.columns import concat, take
from passinfo.errors import OperatorError
from passinfo.rejections import Rejection


@dataclass(frozen=True, slots=True)
class Recorded:
    """Reports by received_at, and what the reader refused."""

    reports: Reports
    rejections: tuple[Rejection, ...]
    rows: int


def read_recorded(path: Path, mapping: Mapping, from_at: float | None, to_at: float | None) -> Recorded:
    """All reports received in [from_at, to_at], read in chunks and sorted by reception (ties in file order).

    Raises
    ------
    OperatorError
        If nothing usable is there.
    """
    parts: list[Reports] = []
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
    reports = concat(Reports, parts)
    if len(reports.vehicle_id) == 0:
        first = f"; the first refusal: row {rejections[0].row}, {rejections[0].reason.value}" if rejections else ""
        raise OperatorError(f"{path}: no usable report in {rows} rows{first} (feeds check tells more)")
    return Recorded(take(reports, np.argsort(reports.received_at, kind="stable")), tuple(rejections), rows)
