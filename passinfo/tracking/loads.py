"""How full buses are, in percent: as their system says, else passengers on board out of the fleet list's capacity."""

from __future__ import annotations

import numpy as np

from passinfo.bms.reports import Reports
from passinfo.columns import Ints
from passinfo.network.network import Network
from passinfo.tracking.ragged import Index

STEP = 10
"""Told in tens. Source: GTFS-Realtime reference, *occupancy_percentage*: not so fine that single passengers can be
followed on and off; in a bus of thirty places three passengers are ten percent."""


def loads_of(network: Network, reports: Reports, rows: Index) -> Ints:
    """Percent of the capacity for some reports, -1 where nobody says; may exceed 100."""
    told, aboard = reports.occupancy_percent[rows].astype(np.float64), reports.passengers[rows]
    if not (told >= 0).any() and not (aboard >= 0).any():
        return np.full(len(rows), -1, dtype=np.int32)
    fleet = np.array([network.fleet_rows.get(each, -1) for each in reports.vehicle_id[rows].tolist()], dtype=np.int64)
    capacity = np.append(network.fleet.capacity, -1)[fleet]
    counted = np.where((capacity > 0) & (aboard >= 0), 100.0 * aboard / np.maximum(capacity, 1), -1.0)
    percent = np.where(told >= 0, told, counted)
    return np.where(percent >= 0, STEP * np.rint(percent / STEP), -1).astype(np.int32)
