"""Reports handed in: read by their mapping, stamped with our clock, and made ready for the log."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from passinfo.bms.presets import load_preset
from passinfo.bms.read import reports_from_records
from passinfo.rejections import Rejection
from passinfo.stores.report_json import to_payloads


def log_records(records: Sequence[object], mapping: str, now: float) -> tuple[list[bytes], tuple[Rejection, ...]]:
    """Payloads of the records that can be read, and why the others cannot. Received is when we received it: ``now``."""
    result = reports_from_records(records, load_preset(mapping), "post")
    received = np.full(len(result.reports.vehicle_id), now)
    return to_payloads(dataclasses.replace(result.reports, received_at=received)), result.rejections
