"""The presets on the real recordings: every row is read or told, at speed and in bounded memory."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from passinfo.bms.presets import load_preset
from passinfo.bms.read import iter_reports
from passinfo.columns import length
from passinfo.rejections import Reason

DATA = Path(os.environ.get("PASSINFO_DATA") or Path(__file__).parents[3] / ".." / "shared" / "data")

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not DATA.is_dir(), reason="the recordings are not here (PASSINFO_DATA)"),
]


@pytest.mark.parametrize(
    ("path", "preset", "rows", "refused", "area"),
    [
        ("wmata/vehicle_positions.csv", "gtfs-rt-csv", 14_092, {}, (38.8, -77.2, 39.0, -76.9)),
        (
            "kingston/vehicle_positions.csv",
            "kingston",
            8_539,
            {Reason.MISSING_VALUE: 202, Reason.NULL_ISLAND: 29},
            (44.1, -77.0, 44.5, -76.2),
        ),
        ("nyc-b63/traces", "nyc-b63", 2_697, {}, (40.5, -74.3, 40.9, -73.0)),
    ],
)
def test_a_recording_is_read_whole(
    path: str, preset: str, rows: int, refused: dict[Reason, int], area: tuple[float, float, float, float]
) -> None:
    south, west, north, east = area
    parts = list(iter_reports(DATA / path, load_preset(preset)))

    assert sum(part.rows for part in parts) == rows
    assert Counter(r.reason for part in parts for r in part.rejections) == refused
    for part in parts:
        reports = part.reports
        assert np.all((reports.lat_deg >= south) & (reports.lat_deg <= north))
        assert np.all((reports.lon_deg >= west) & (reports.lon_deg <= east))
        assert np.all(np.isfinite(reports.received_at))


@pytest.mark.slow
def test_five_days_of_toronto_come_in_bounded_chunks() -> None:
    sizes = [
        (part.rows, length(part.reports))
        for part in iter_reports(DATA / "ttc" / "positions.parquet", load_preset("nextbus"))
    ]

    assert sum(taken for _, taken in sizes) == 1_951_987
    assert max(rows for rows, _ in sizes) <= 50_000
