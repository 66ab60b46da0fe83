"""Which vehicles the public may see."""

from __future__ import annotations

from api.board import View
from passinfo.tracking.columns import PhaseCode


def told_vehicle(view: View, row: int) -> bool:
    """Whether the public may see where a vehicle is: in public service, or silent on a run, as in ``/v1``."""
    vehicles = view.snapshot.vehicles
    return bool(vehicles.public[row] or (vehicles.phase[row] == PhaseCode.STALE and vehicles.run_row[row] >= 0))
