"""Service changes: what a dispatcher or the BMS orders; where CANCELED, NEW and SKIPPED come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What is changed."""

    CANCEL = "cancel"  # the instance does not run
    DELETE = "delete"  # the instance does not run, and passengers shall not be told of it
    ADD = "add"  # a run that is in no timetable: trip_id new, pattern_id and start given
    DUPLICATE = "duplicate"  # original_trip_id runs once more: trip_id new, start given
    REPLACE = "replace"  # the instance runs along pattern_id instead, timed like the trips there
    REASSIGN = "reassign"  # vehicle_id now runs the instance
    SHORT_TURN = "short_turn"  # the instance ends at last_stop_id: later stops are skipped
    SKIP = "skip"  # the instance passes from_stop_id (to to_stop_id) without calling
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
    original_trip_id: str | None = None
    """Trip of the static feed that is duplicated."""
    ends_at: float | None = None
    withdrawn: bool = False
    """True: the order with this change_id is taken back."""
    text: tuple[tuple[str, str], ...] = ()
    """(language, sentence) for passengers."""
