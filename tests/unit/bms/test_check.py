"""What check measures on reports whose faults are known, and what it advises."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from passinfo.bms.advice import advise
from passinfo.bms.check import Findings, Fit, fit, measure
from passinfo.bms.convert import ReadResult
from passinfo.bms.presets import load_preset
from passinfo.bms.read import reports_from_records
from passinfo.rejections import Reason, Rejection

START = 1_771_257_500


def fleet(changes: dict[int, dict[str, object]] | None = None, *, without: tuple[int, ...] = ()) -> ReadResult:
    """Two buses that drive 200 m north every 30 s for 20 min, reported 4 s later; some rows changed or left out."""
    records: list[dict[str, object]] = [
        {
            "vehicle_id": bus,
            "observed_at": START + 30 * i,
            "received_at": START + 30 * i + 4,
            "lat": 14.5 + 0.0018 * i,
            "lon": 121.0,
            "route_id": "P1" if bus == "a" else "old",
        }
        for i in range(40)
        for bus in ("a", "b")
    ]
    for row, change in (changes or {}).items():
        records[row] |= change
    kept = [record for row, record in enumerate(records) if row not in without]
    return reports_from_records(kept, load_preset("passinfo"), "x")


def findings(result: ReadResult) -> Findings:
    return measure(result, 45.0)


def test_an_honest_fleet_needs_no_advice() -> None:
    found = findings(fleet())

    assert (found.rows, found.taken, found.vehicles) == (80, 80, 2)
    assert (found.interval_p50_s, found.interval_p90_s, found.delay_p50_s) == (30, 30, 4)
    assert (found.lost_share, found.duplicate_share, found.repeat_share, found.late_share) == (0, 0, 0, 0)
    assert (found.standing_share, found.jumps, found.fast_clocks) == (0, 0, ())
    assert found.given["route_id"] == 1
    assert sum(found.interval_counts) == 78
    assert advise(found, None) == ()


def test_lost_reports_are_counted_at_the_vehicles_own_interval() -> None:
    assert findings(fleet(without=(20, 22, 24))).lost_share == pytest.approx(3 / 78)


def test_repeats_duplicates_and_impossible_moves_are_told_apart() -> None:
    found = findings(
        fleet(
            {
                10: {"lat": 14.5 + 0.0018 * 4},  # the place of row 8
                21: {"observed_at": START + 270},  # the instant of row 19
                60: {"lat": 14.9},
            }
        )
    )

    assert found.repeat_share == pytest.approx(1 / 77)
    assert found.duplicate_share == pytest.approx(1 / 80)
    assert found.jumps == 2


def test_a_clock_that_runs_ahead_is_named() -> None:
    fast = {row: {"received_at": START + 15 * (row - 1) - 20} for row in range(1, 80, 2)}
    found = findings(fleet(fast))

    assert found.fast_clocks == ("b",)
    assert "clocks run ahead of the receiver's (b)" in advise(found, None)[0]


def test_a_file_sorted_by_vehicle_without_reception_is_advised_first() -> None:
    records = [
        {"vehicle_id": bus, "observed_at": START + 600 * i, "lat": 14.5, "lon": 121.0}
        for bus in "abc"
        for i in range(60)
    ]
    found = findings(reports_from_records(records, load_preset("passinfo"), "x"))

    assert "not in the order in which they were received" in advise(found, None)[0]


def test_refusals_come_with_their_number_first_row_and_remedy() -> None:
    found = findings(fleet({5: {"lat": 0, "lon": 0}, 7: {"lat": 0, "lon": 0}}))

    assert (found.refusals[0].reason, found.refusals[0].count) == (Reason.NULL_ISLAND, 2)
    assert found.refusals[0].first == Rejection("x", 6, Reason.NULL_ISLAND, "lat", "0.0, 0.0")
    assert advise(found, None)[0].startswith("2 × null_island in lat (2% of the rows), first in row 6: the device")


def test_fit_tells_shares_and_an_example_of_the_unknown() -> None:
    reports = fleet().reports
    found = fit(reports, np.array([5.0, 59.0, np.inf, np.inf]), {"route_id": frozenset({"P1"}), "trip_id": frozenset()})

    assert found == Fit(0.5, {"route_id": 0.5}, {"route_id": "old"})
    advice = " ".join(advise(findings(fleet()), found))
    assert "Only 50% of the places lie on the network's lines" in advice
    assert "route_id are not in the network (such as 'old')" in advice


def test_nothing_read_says_why() -> None:
    empty = reports_from_records([], load_preset("passinfo"), "x")

    assert advise(findings(empty), None) == ("No row could be read.",)
    missing = replace(empty, rejections=(Rejection("x", 1, Reason.MISSING_COLUMN, "lat"),), rows=1)
    assert "correct the mapping" in advise(findings(missing), None)[0]
