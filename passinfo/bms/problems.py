"""Problem reports: what passengers say is wrong with a stop or a trip."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_COMMENT = 1_000
"""Characters: a few sentences."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One report. Who made it is neither asked nor kept; None = not said."""

    kind: str
    """stop or trip."""
    code: str
    made_at: float
    """Epoch seconds."""
    stop_id: str | None = None
    trip_id: str | None = None
    start_date: int | None = None
    """Service day, ``yyyymmdd``."""
    vehicle_id: str | None = None
    comment: str | None = None
    on_vehicle: bool | None = None
    vehicle_number: str | None = None
    lat_deg: float | None = None
    lon_deg: float | None = None
    accuracy_m: float | None = None
