"""One raw column becomes one column of reports, with the reason of each row it refuses.

Values repeat (vehicles, routes, a standing bus), so each distinct one is parsed once; columns that are numbers already
are converted whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from passinfo.bms.mapping import EPOCH_FORMATS, REQUIRED, Rule
from passinfo.bms.reports import Reports
from passinfo.bms.values import (
    FIRST_INSTANT_S,
    LAST_INSTANT_S,
    PARSERS,
    Reading,
    RefusedValueError,
    is_none,
    parse_heading,
    parse_number,
    parse_quantity,
)
from passinfo.columns import Bools, none_column, specs
from passinfo.rejections import Reason

_KINDS = {spec.name: spec.kind for spec in specs(Reports)}


def convert_column(values: npt.NDArray[Any], reading: Reading) -> tuple[npt.NDArray[Any], dict[int, Reason]]:
    """What the field's column holds for each raw value, and the rows whose value is refused."""
    if values.dtype.kind == "M":
        return _convert_clock(values, reading)
    parse = PARSERS[reading.field]
    if values.dtype.kind in "iuf" and not reading.rule.values:
        values = _without_null(values, reading.rule)
        if reading.field.endswith("_at") and set(reading.rule.formats) & set(EPOCH_FORMATS):
            return _convert_epoch(values, reading)
        if parse in (parse_number, parse_quantity, parse_heading):
            return _convert_numbers(values, reading)
    return _convert_distinct(values.tolist(), reading)


def _convert_distinct(values: list[Any], reading: Reading) -> tuple[npt.NDArray[Any], dict[int, Reason]]:
    parse = PARSERS[reading.field]
    kind = _KINDS[reading.field]
    none = none_column(kind, 1)[0]
    required = reading.field in REQUIRED
    parsed: dict[object, object] = {}
    bad: dict[object, Reason] = {}
    for value in dict.fromkeys(values):
        parsed[value] = none
        if isinstance(value, float) and value != value and required:
            bad[value] = Reason.NOT_A_NUMBER
        elif is_none(value, reading.rule) or value != value:
            if required:
                bad[value] = Reason.MISSING_VALUE
        else:
            try:
                found = parse(value, reading)
            except RefusedValueError as refused:
                bad[value] = refused.reason
                continue
            parsed[value] = none if found is None else found
            if found is None and required:
                bad[value] = Reason.MISSING_VALUE
    array = none_column(kind, len(values))
    array[:] = [parsed[value] for value in values]
    faults = {row: bad[value] for row, value in enumerate(values) if value in bad} if bad else {}
    return array, faults


def _convert_numbers(values: npt.NDArray[Any], reading: Reading) -> tuple[npt.NDArray[Any], dict[int, Reason]]:
    numbers = values.astype(float) * reading.rule.scale
    faults = dict.fromkeys(np.flatnonzero(np.isinf(numbers)).tolist(), Reason.NOT_A_NUMBER)
    if reading.field in REQUIRED:
        faults |= dict.fromkeys(np.flatnonzero(np.isnan(numbers)).tolist(), Reason.MISSING_VALUE)
    else:
        numbers[numbers < 0] = np.nan
    if PARSERS[reading.field] is parse_heading:
        with np.errstate(invalid="ignore"):
            numbers = np.where(numbers > 360, np.nan, numbers % 360)
    return numbers, faults


def _without_null(values: npt.NDArray[Any], rule: Rule) -> npt.NDArray[Any]:
    """Numbers with NaN where the rule says that a number means none."""
    null = [float(word) for word in rule.null if word.replace(".", "", 1).removeprefix("-").isdecimal()]
    return np.where(np.isin(values, null), np.nan, values) if null else values


def _convert_epoch(values: npt.NDArray[Any], reading: Reading) -> tuple[npt.NDArray[Any], dict[int, Reason]]:
    wanted = next(word for word in reading.rule.formats if word in EPOCH_FORMATS)
    numbers = values.astype(float)
    instants = numbers / EPOCH_FORMATS[wanted]
    faults: dict[int, Reason] = {}
    for row in np.flatnonzero(~_possible(instants)).tolist():
        if np.isnan(numbers[row]):
            if reading.field in REQUIRED:
                faults[row] = Reason.MISSING_VALUE
            continue
        other = any(_possible(numbers[row] / parts) for parts in EPOCH_FORMATS.values())
        faults[row] = Reason.TIME_IN_MILLISECONDS if other else Reason.BAD_TIME
    return instants, faults


def _convert_clock(values: npt.NDArray[Any], reading: Reading) -> tuple[npt.NDArray[Any], dict[int, Reason]]:
    """Columns that are instants already: nothing to interpret."""
    missing = np.isnat(values)
    instants = np.where(missing, np.nan, values.astype("datetime64[us]").astype(np.int64) / 1e6)
    if not reading.field.endswith("_at"):
        return none_column(_KINDS[reading.field], len(values)), dict.fromkeys(range(len(values)), Reason.BAD_TIME)
    faults = dict.fromkeys(np.flatnonzero(~_possible(instants) & ~missing).tolist(), Reason.BAD_TIME)
    if reading.field in REQUIRED:
        faults |= dict.fromkeys(np.flatnonzero(missing).tolist(), Reason.MISSING_VALUE)
    return instants, faults


def _possible(instants: npt.NDArray[Any]) -> Bools:
    possible: Bools = (instants >= FIRST_INSTANT_S) & (instants <= LAST_INSTANT_S)
    return possible
