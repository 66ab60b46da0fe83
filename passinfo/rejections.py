"""What was refused, and why: counted, never dropped in silence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a report, a row or a file was refused. The member's comment is the rule."""

    # readers: what one row or file shows
    MISSING_COLUMN = "missing_column"  # a required column is not in the file
    MISSING_VALUE = "missing_value"  # a required value is empty or a null word
    NOT_A_NUMBER = "not_a_number"  # text, NaN or infinity where a number belongs
    BAD_TIME = "bad_time"  # not a time, or one that cannot exist (25:61:00)
    BAD_DATE = "bad_date"  # not a date, or one that cannot exist
    BAD_ENUM = "bad_enum"  # a word or code the field does not have
    BAD_ROW = "bad_row"  # the row cannot be split: wrong number of fields, broken quotes or JSON
    BAD_ENCODING = "bad_encoding"  # not UTF-8
    LINE_TOO_LONG = "line_too_long"  # longer than the limit of a line
    EMPTY_FILE = "empty_file"  # no bytes, or a header only
    BROKEN_FILE = "broken_file"  # truncated or not of the format its name claims
    TEXT_TOO_LONG = "text_too_long"  # an identifier longer than the limit
    COORDINATES_OUT_OF_RANGE = "coordinates_out_of_range"  # |lat| > 90 or |lon| > 180
    NULL_ISLAND = "null_island"  # 0, 0: the receiver had no fix
    TIME_IN_MILLISECONDS = "time_in_milliseconds"  # epoch unit is not what the mapping says
    DUPLICATE_ID = "duplicate_id"  # a key that must be unique appears again
    UNKNOWN_REFERENCE = "unknown_reference"  # names a stop, route, trip or service that does not exist
    # step: what needs now, the network or history
    DUPLICATE = "duplicate"  # same vehicle and observed_at as one already taken
    OUT_OF_ORDER = "out_of_order"  # observed before the vehicle's newest report
    FUTURE = "future"  # observed after now by more than the allowed skew
    CLOCK_SKEW = "clock_skew"  # the device's clock is off by more than the allowed skew
    TOO_OLD = "too_old"  # observed too long ago to be live
    OUT_OF_AREA = "out_of_area"  # outside the area of the network
    SWAPPED_COORDINATES = "swapped_coordinates"  # lat and lon exchanged would lie in the area
    TELEPORT = "teleport"  # farther from the last place than any bus drives
    UNKNOWN_VEHICLE = "unknown_vehicle"  # refused only by setting; else tracked and flagged
    UNKNOWN_TRIP = "unknown_trip"  # names a trip that does not exist: counted as a wrong hint, the report is kept
    TRIP_NOT_TODAY = (
        "trip_not_today"  # names a trip that does not run then: counted as a wrong hint, the report is kept
    )
    CONFLICTING_VEHICLE = "conflicting_vehicle"  # two vehicles under one id: the one not followed
    TWIN_VEHICLE = "twin_vehicle"  # one vehicle under two ids: the one not followed


@dataclass(frozen=True, slots=True)
class Rejection:
    """One refusal.

    ``source`` is the file or endpoint, ``row`` the 1-based row (header = 1) or message number, 0 if the whole file;
    ``field`` the column concerned ("" if none); ``value`` the offending value, cut to 80 characters.
    """

    source: str
    row: int
    reason: Reason
    field: str = ""
    value: str = ""
