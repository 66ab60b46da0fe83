"""What the simulator gives: reports as a bus management system would send them, and the truth behind them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from passinfo.times import to_datetime


@dataclass(frozen=True, slots=True)
class SimulatedReport:
    """One position report; field names are the columns of the mapping ``passinfo``.

    Instants are epoch seconds, ``speed_mps`` m/s, ``heading_deg`` clockwise from north; ``None`` where the device or
    the bus management system does not know.
    """

    vehicle_id: str
    observed_at: float
    received_at: float
    lat: float
    lon: float
    speed_mps: float | None
    heading_deg: float | None
    route_id: str | None
    direction_id: int | None
    block_id: str | None
    passengers: int | None
    occupancy: str | None
    door: str | None
    device_id: str
    driver_id: str | None


@dataclass(frozen=True, slots=True)
class TrueVisit:
    """What really happened at a stop of a run; no arrival at its first stop, no departure at its last."""

    vehicle_id: str
    run: int
    """Number of the vehicle's run, from 1 since the simulation began."""
    route_id: str
    direction_id: int
    pattern_id: str
    stop_id: str
    stop_sequence: int
    arrived_at: float | None
    departed_at: float | None


REPORT_COLUMNS = tuple(field.name for field in dataclasses.fields(SimulatedReport))
TRUTH_COLUMNS = tuple(field.name for field in dataclasses.fields(TrueVisit))


def report_fields(report: SimulatedReport) -> dict[str, object]:
    """The report as JSON fields; what is not known is left out.

    Examples
    --------
    >>> row = SimulatedReport("a", 0.0, 1.5, 1, 2, None, None, "P1", 0, None, None, None, None, "d", None)
    >>> report_fields(row)["received_at"]
    '1970-01-01T00:00:01.500Z'
    >>> "heading_deg" in report_fields(row)
    False
    """
    return {name: value for name in REPORT_COLUMNS if (value := _readable(name, getattr(report, name))) is not None}


def csv_cells(row: SimulatedReport | TrueVisit) -> list[object]:
    """The row as CSV cells in the order of its columns; what is not known is empty."""
    return [
        "" if (value := _readable(field.name, getattr(row, field.name))) is None else value
        for field in dataclasses.fields(row)
    ]


def _readable(name: str, value: object) -> object:
    if isinstance(value, float) and name.endswith("_at"):
        return to_datetime(value).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value
