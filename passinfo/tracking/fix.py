"""One accepted report, as tracking uses it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fix:
    """One accepted report, with its place in the plane."""

    observed_at: float
    received_at: float
    lat_deg: float
    lon_deg: float
    x_m: float
    y_m: float
    speed_mps: float
    heading_deg: float
    odometer_m: float
    occupancy: str | None
    route_id: str | None = None
    direction_id: int = -1
    trip_id: str | None = None
    start_date: int = 0
    start_service_s: int = -1
    block_id: str | None = None
