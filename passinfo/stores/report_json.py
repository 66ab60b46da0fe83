"""Reports as the entries of a report log: one JSON object each, field names of :class:`Reports`, none left out.

The log holds what was accepted, already in our units; so reading it back converts nothing and refuses nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from passinfo.bms.reports import Reports
from passinfo.columns import from_rows, specs

_SPECS = specs(Reports)
_NONE: dict[str, tuple[Any, ...]] = {
    "text": (None,),
    "i4": (-1,),
    "service_date": (0,),
    "service_time": (-1,),
}


def to_payloads(reports: Reports) -> list[bytes]:
    """One payload per report, in order.

    Examples
    --------
    >>> from passinfo.columns import empty
    >>> to_payloads(empty(Reports))
    []
    """
    columns = [(spec, getattr(reports, spec.name).tolist()) for spec in _SPECS]
    payloads = []
    for row in range(len(reports.vehicle_id)):
        record = {}
        for spec, values in columns:
            value = values[row]
            none = value in _NONE[spec.kind] if spec.kind in _NONE else math.isnan(value)
            if not none:
                record[spec.name] = value
        payloads.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode())
    return payloads


def from_payloads(payloads: Sequence[bytes]) -> Reports:
    """The reports of payloads, in order."""
    names = [spec.name for spec in _SPECS]
    records = [json.loads(payload) for payload in payloads]
    return from_rows(Reports, [[record.get(name) for name in names] for record in records])
