"""Service changes: what a dispatcher or the BMS orders; where CANCELED, NEW and SKIPPED come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What is changed."""

    CANCEL = "cancel"  # the instance does not run
    ADD = "add"  # a run that is in no timetable: trip_id new, pattern_id (or stops) and start given
    REASSIGN = "reassign"  # vehicle_id now runs the instance
    SHORT_TURN = "short_turn"  # the instance ends at last_stop_id: later stops are skipped
    DETOUR = "detour"  # the instance (or the whole route) leaves its road between two stops


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """One order. ``start_date`` yyyymmdd; ``start_service_s`` service seconds; None = does not apply."""

    change_id: str
    kind: ChangeKind
    made_at: float
    trip_id: str | None = None
    start_date: int | None = None
    start_service_s: int | None = None
    vehicle_id: str | None = None
    route_id: str | None = None
    direction_id: int | None = None
    pattern_id: str | None = None
    headsign: str | None = None
    last_stop_id: str | None = None
    from_stop_id: str | None = None
    to_stop_id: str | None = None
    ends_at: float | None = None
    withdrawn: bool = False
    """True: the order with this change_id is taken back."""
    text: tuple[tuple[str, str], ...] = ()
    """(language, sentence) for passengers."""
