"""What tracking says: matches and stop visits, as columns; the files of a replay carry the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from passinfo.columns import Floats, Ints, Texts, column


class Phase(StrEnum):
    """What a vehicle is doing."""

    IN_SERVICE = "IN_SERVICE"
    LAYOVER = "LAYOVER"
    DEADHEAD = "DEADHEAD"
    OFF_ROUTE = "OFF_ROUTE"
    OUT_OF_SERVICE = "OUT_OF_SERVICE"
    STALE = "STALE"


class PhaseCode(IntEnum):
    """Phase in snapshot columns."""

    IN_SERVICE = 0
    LAYOVER = 1
    DEADHEAD = 2
    OFF_ROUTE = 3
    OUT_OF_SERVICE = 4
    STALE = 5


class MatchReason(StrEnum):
    """Why the trip instance of a match is what it is, or why there is none."""

    HINT = "hint"  # the report named the trip and the positions agree
    BLOCK = "block"  # next trip of the vehicle's block
    TIMETABLE = "timetable"  # nearest timetable trip in time on a sure pattern
    HEADWAY = "headway"  # instance of headway service
    REASSIGNED = "reassigned"  # a person or the BMS said so
    KEPT = "kept"  # the trip of the report before
    AMBIGUOUS_TRIP = "ambiguous_trip"  # pattern sure, several trips fit: abstained
    AMBIGUOUS_PATTERN = "ambiguous_pattern"  # several patterns fit: abstained
    NO_TRIP_NOW = "no_trip_now"  # pattern sure, no trip runs now
    OFF_ALL_PATTERNS = "off_all_patterns"  # no pattern near
    HINT_CONTRADICTED = "hint_contradicted"  # the named trip lies elsewhere: overruled
    HINT_UNKNOWN = "hint_unknown"  # the named trip does not exist or does not run today
    STANDING = "standing"  # at a terminal or depot, not on a trip


@dataclass(frozen=True, slots=True)
class Matches:
    """One row per accepted report: where it lies, on which trip instance. Rows in order of received_at, vehicle_id."""

    vehicle_id: Texts = column("text", "vehicle that reports")
    observed_at: Floats = column("instant", "when the position was measured")
    received_at: Floats = column("instant", "when we could know it")
    lat_deg: Floats = column("f8", "as reported", unit="deg")
    lon_deg: Floats = column("f8", "as reported", unit="deg")
    route_id: Texts = column("text", "route, none if not sure")
    direction_id: Ints = column("i4", "GTFS direction, none if not sure or the feed has none")
    pattern_id: Texts = column("text", "pattern, none if not sure")
    trip_id: Texts = column("text", "trip of the instance, none if abstained")
    start_date: Ints = column("service_date", "service day of the instance")
    start_service_s: Ints = column("service_time", "start time of the instance", file_name="start_time")
    dist_m: Floats = column("f8", "distance along the pattern", unit="m")
    offset_m: Floats = column("f8", "distance beside the pattern's line", unit="m")
    phase: Texts = column("text", "IN_SERVICE, LAYOVER, DEADHEAD, OFF_ROUTE, OUT_OF_SERVICE or STALE")
    confidence: Floats = column("f8", "probability that the trip instance is right; 0 when abstained", unit="0..1")
    reason: Texts = column("text", "MatchReason: why this instance, or why none")


@dataclass(frozen=True, slots=True)
class Visits:
    """Observed stop visits. Rows in order of known_at, vehicle_id, stop_sequence."""

    vehicle_id: Texts = column("text", "vehicle")
    route_id: Texts = column("text", "route")
    direction_id: Ints = column("i4", "GTFS direction")
    pattern_id: Texts = column("text", "pattern")
    trip_id: Texts = column("text", "trip of the instance, none if abstained")
    start_date: Ints = column("service_date", "service day of the instance")
    start_service_s: Ints = column("service_time", "start time of the instance", file_name="start_time")
    stop_id: Texts = column("text", "stop")
    stop_sequence: Ints = column("i4", "the static feed's own")
    arrived_at: Floats = column("instant", "arrival (none at the first stop)")
    departed_at: Floats = column("instant", "departure (none at the last stop)")
    earliest_at: Floats = column(
        "instant",
        "the visit cannot have begun before (last report before the stop; none: the run was first seen there)",
    )
    latest_at: Floats = column("instant", "the visit cannot have ended after (first report proven beyond the stop)")
    known_at: Floats = column("instant", "when the visit became known live")
    how: Texts = column("text", "observed (a report within the stop's reach, door or stop event) or interpolated")
