"""Raw rows become reports: each field by the rule of its mapping, each bad row refused with its first reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from passinfo.bms.convert_column import convert_column
from passinfo.bms.mapping import FIELDS, REQUIRED, SHORT_NAMES, Mapping, Rule
from passinfo.bms.raw import RawRows, objects, show
from passinfo.bms.reception import running_reception
from passinfo.bms.reports import Reports
from passinfo.bms.values import Reading
from passinfo.columns import Ints, none_column, specs, take
from passinfo.rejections import Reason, Rejection

_KINDS = {spec.name: spec.kind for spec in specs(Reports)}
_NOBODY = float("-inf")


@dataclass(frozen=True, slots=True)
class ReadResult:
    """Rows and refusals together: what a file, or a part of it, gave."""

    reports: Reports
    rejections: tuple[Rejection, ...]
    rows: int
    """Data rows seen: those taken and those refused."""
    newest_at: float = _NOBODY
    """Newest time of reception so far in this file; -inf: none yet."""
    has_reception: bool = False
    """Whether the source itself says when reports were received."""
    row_numbers: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    """Row of each report in its source, 1-based (header = 1)."""
    source: str = ""
    """Name of the file or endpoint, "" for several."""


def convert(raw: RawRows, mapping: Mapping, newest_at: float = _NOBODY) -> ReadResult:
    """The reports in some raw rows; ``newest_at`` is that of the rows before them in the same file."""
    columns = {**_from_file_name(raw, mapping), **_from_splits(raw, mapping)}
    refused: dict[int, Rejection] = {}
    arrays: dict[str, npt.NDArray[Any]] = {}
    n = len(raw.row_numbers)
    for name in FIELDS:
        rule, values = _source(name, raw, mapping, columns)
        if values is None:
            arrays[name] = none_column(_KINDS[name], n)
            continue
        reading = Reading(name, rule, ZoneInfo(mapping.timezone) if mapping.timezone else None)
        arrays[name], faults = convert_column(values, reading)
        for row, reason in faults.items():
            _refuse(refused, raw, row, reason, rule.columns[0] if rule.columns else name, values[row])
    _refuse_places(refused, raw, arrays["lat_deg"], arrays["lon_deg"])
    kept = np.ones(n, dtype=bool)
    kept[list(refused)] = False
    reports = take(Reports(**arrays), kept)
    has_reception = bool(np.isfinite(reports.received_at).any())
    reports, newest_at = _received(reports, newest_at)
    rejections = sorted((*raw.rejections, *refused.values()), key=lambda rejection: rejection.row)
    whole_file = sum(rejection.row == 0 for rejection in raw.rejections)
    return ReadResult(
        reports,
        tuple(rejections),
        n + len(raw.rejections) - whole_file,
        newest_at,
        has_reception,
        np.asarray(raw.row_numbers)[kept],
        raw.source,
    )


def _source(
    field: str, raw: RawRows, mapping: Mapping, derived: dict[str, npt.NDArray[Any]]
) -> tuple[Rule, npt.NDArray[Any] | None]:
    """The rule and the values of a field: from a column, else from part of one, else constant, else none."""
    rule = mapping.rules.get(field, Rule(()))
    for column in rule.columns:
        if column in raw.columns:
            return Rule((column,), rule.scale, rule.formats, rule.strip_prefix, rule.null, rule.values), raw.columns[
                column
            ]
    if field in derived:
        return Rule(()), derived[field]
    if field in mapping.constants:
        return Rule((), formats=("epoch_s", "iso")), objects([mapping.constants[field]] * len(raw.row_numbers))
    if field in REQUIRED:
        return rule, objects([None] * len(raw.row_numbers))
    return rule, None


def _from_splits(raw: RawRows, mapping: Mapping) -> dict[str, npt.NDArray[Any]]:
    fields: dict[str, npt.NDArray[Any]] = {}
    for split in mapping.splits:
        if split.column not in raw.columns:
            continue
        values = raw.columns[split.column].tolist()
        groups = {value: _groups(split.pattern, value) for value in dict.fromkeys(values)}
        for group in split.pattern.groupindex:
            fields[SHORT_NAMES.get(group, group)] = objects([groups[value].get(group) for value in values])
    return fields


def _from_file_name(raw: RawRows, mapping: Mapping) -> dict[str, npt.NDArray[Any]]:
    if mapping.file_name is None:
        return {}
    groups = _groups(mapping.file_name, raw.source)
    return {SHORT_NAMES.get(k, k): objects([v] * len(raw.row_numbers)) for k, v in groups.items()}


def _groups(pattern: re.Pattern[str], value: object) -> dict[str, str | None]:
    found = pattern.match(value) if isinstance(value, str) else None
    return found.groupdict() if found else {}


def _refuse_places(refused: dict[int, Rejection], raw: RawRows, lat: npt.NDArray[Any], lon: npt.NDArray[Any]) -> None:
    beyond = (np.abs(lat) > 90) | (np.abs(lon) > 180)
    nowhere = (lat == 0) & (lon == 0)
    for mask, reason in ((beyond, Reason.COORDINATES_OUT_OF_RANGE), (nowhere, Reason.NULL_ISLAND)):
        for row in np.flatnonzero(mask).tolist():
            _refuse(refused, raw, row, reason, "lat", f"{lat[row]}, {lon[row]}")


def _refuse(refused: dict[int, Rejection], raw: RawRows, row: int, reason: Reason, field: str, value: object) -> None:
    """Keep the first reason of a row."""
    if row not in refused:
        refused[row] = Rejection(
            raw.source, int(raw.row_numbers[row]), reason, field, "" if value is None else show(value)
        )


def _received(reports: Reports, newest_at: float) -> tuple[Reports, float]:
    """Fill in the time of reception where the source gives none."""
    known = np.isfinite(reports.received_at)
    if known.all() and len(known):
        return reports, max(newest_at, float(reports.received_at.max()))
    seen = np.where(known, reports.received_at, reports.observed_at)
    running, newest_at = running_reception(seen, newest_at)
    reports.received_at[:] = np.where(known, reports.received_at, running)
    return reports, newest_at
