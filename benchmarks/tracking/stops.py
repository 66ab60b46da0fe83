"""What Kingston's feed itself says of standing at stops, for judging visits."""

from __future__ import annotations

import csv
from functools import cache

import numpy as np
import numpy.typing as npt

from benchmarks.tracking.cities import data, reports
from passinfo.columns import Bools

STOPPED_AT = "1"
STANDING_MPS, MOVING_MPS = 0.5, 3.0


@cache
def standing_at() -> dict[tuple[str, float], str]:
    """(vehicle, instant) → stop of the network at which Kingston's feed says the bus stands, its speed agreeing."""
    found = {}
    with (data() / "kingston" / "vehicle_positions.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            still = row["speed_mps"] and float(row["speed_mps"]) < STANDING_MPS
            if row["current_status"] == STOPPED_AT and still and row["trip_id"] and row["stop_id"]:
                found[row["vehicle_id"], float(row["vehicle_timestamp"])] = row["stop_id"]
    return found


def stood_rows() -> tuple[npt.NDArray[np.intp], list[str]]:
    """Rows of Kingston's reports that stood at a stop, each instant once, and the stop."""
    rows = reports("kingston")
    seen: dict[tuple[str, float], int] = {}
    for row, key in enumerate(zip(rows.vehicle_id.tolist(), rows.observed_at.tolist(), strict=True)):
        if key in standing_at():
            seen.setdefault(key, row)
    return np.array(list(seen.values()), dtype=np.intp), [standing_at()[key] for key in seen]


def moving() -> Bools:
    """Which of Kingston's reports move."""
    with np.errstate(invalid="ignore"):
        return np.asarray(reports("kingston").speed_mps > MOVING_MPS)
