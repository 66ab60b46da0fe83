"""Service days that are over, found in a report log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.close import days_over, first_since, received_between
from passinfo.bms.reports import Reports
from passinfo.columns import from_rows, specs
from passinfo.prediction.arrival.clock import NEW_DAY_S
from passinfo.stores.report_json import to_payloads
from passinfo.stores.report_log import SqliteReportLog
from passinfo.times import service_day_zero_s

ZONE = "Asia/Manila"
DAY_S = 86_400.0
BEGIN = service_day_zero_s(20261116, ZONE) + NEW_DAY_S


def _reports(received_at: list[float]) -> Reports:
    names = [spec.name for spec in specs(Reports)]
    known = {"vehicle_id": "bus", "lat_deg": 14.5, "lon_deg": 121.0}
    rows = [{**known, "received_at": at, "observed_at": at} for at in received_at]
    return from_rows(Reports, [[row.get(name) for name in names] for row in rows])


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteReportLog]:
    made = SqliteReportLog(tmp_path / "reports.sqlite")
    yield made
    made.close()


def test_days_are_over_at_four_in_the_morning(log: SqliteReportLog) -> None:
    log.append(to_payloads(_reports([BEGIN + 10.0])))
    assert list(days_over(log, ZONE, BEGIN + DAY_S)) == []
    assert [span.date for span in days_over(log, ZONE, BEGIN + DAY_S + 3_600)] == [20261116]
    assert [span.date for span in days_over(log, ZONE, BEGIN + 2 * DAY_S + 3_600)] == [20261116, 20261117]


def test_a_log_of_nothing_has_no_day(log: SqliteReportLog) -> None:
    assert list(days_over(log, ZONE, BEGIN)) == []


@given(gaps=st.lists(st.floats(0.0, 500.0), max_size=40), at=st.floats(-10.0, 5_000.0))
def test_halving_finds_what_was_received_before(gaps: list[float], at: float) -> None:
    received = (BEGIN + np.cumsum(gaps)).tolist()
    log = SqliteReportLog(Path(":memory:"))
    log.append(to_payloads(_reports(received)))
    log.trim(3)
    kept = [(offset, each) for offset, each in enumerate(received, start=1) if offset > 3]
    before = [offset for offset, each in kept if each < BEGIN + at]
    assert first_since(log, BEGIN + at) == pytest.approx(max(before, default=first_since(log, -1e12)))
    log.close()


def test_a_day_holds_its_reports_in_order_of_reception(log: SqliteReportLog) -> None:
    log.append(to_payloads(_reports([BEGIN - 5.0, BEGIN + 3.0, BEGIN + 1.0, BEGIN + DAY_S])))
    found = received_between(log, 0, log.newest(), BEGIN, BEGIN + DAY_S)
    assert found.received_at.tolist() == [BEGIN + 1.0, BEGIN + 3.0]
