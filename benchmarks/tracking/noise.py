"""Noise on positions: Gaussian, drawn per (vehicle, time), so that it is the same whichever rows are looked at."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from passinfo.bms.reports import Reports

METRES_PER_DEGREE = 111_195.0
"""Length of a degree of latitude on the mean Earth."""


def noisy(rows: Reports, sigma_m: float, seed: int) -> Reports:
    """The reports with noise of ``sigma_m`` on each axis."""
    shift = np.empty((len(rows.vehicle_id), 2))
    for row, (vehicle_id, at) in enumerate(zip(rows.vehicle_id.tolist(), rows.observed_at.tolist(), strict=True)):
        digest = hashlib.blake2b(f"{seed}/{vehicle_id}/{at:.3f}".encode(), digest_size=8).digest()
        shift[row] = np.random.default_rng(int.from_bytes(digest, "big")).normal(0.0, sigma_m, 2)
    lat_deg = rows.lat_deg + shift[:, 1] / METRES_PER_DEGREE
    lon_deg = rows.lon_deg + shift[:, 0] / METRES_PER_DEGREE / np.cos(np.radians(rows.lat_deg))
    return replace(rows, lat_deg=lat_deg, lon_deg=lon_deg)
