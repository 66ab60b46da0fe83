"""One value of a report: from what a file says to what a column holds, or the reason it cannot.

Each ``parse_*`` takes a value as a reader found it (text, number, ``None``) with the rule of its field and returns what
the column stores, ``None`` for none. A negative speed, heading, odometer, accuracy or count is how devices say
"unknown" (Core Location: -1; NextBus: -4), so it is none and no refusal.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from google.transit import gtfs_realtime_pb2 as pb

from passinfo.bms.mapping import EPOCH_FORMATS, ISO, Rule
from passinfo.rejections import Reason
from passinfo.times import parse_service_time, to_service_date

MAX_ID_CHARS = 128
"""Longer than any identifier seen (Kingston's trips: 20 characters), short enough to keep millions of."""
FIRST_INSTANT_S, LAST_INSTANT_S = 631_152_000.0, 4_102_444_800.0
"""1990 to 2100: receivers without a fix report the GPS epoch of 1980 or zero."""

MOST_PERCENT = 1_000
"""No bus holds ten times what it was built for."""

WORDS: dict[str, frozenset[str]] = {
    "door": frozenset({"OPEN", "CLOSED"}),
    "occupancy": frozenset(pb.VehiclePosition.OccupancyStatus.keys()),
    "stop_event": frozenset({"ARRIVED", "DEPARTED"}),
}
"""Texts that are one of a list."""


class RefusedValueError(Exception):
    """A value its field cannot hold."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reading:
    """How one field is read: its rule and the zone of times without offset."""

    field: str
    rule: Rule
    zone: ZoneInfo | None = None


Parse = Callable[[object, Reading], object]


def is_none(value: object, rule: Rule) -> bool:
    """Whether a value says "nothing": absent, empty, or a null word of the rule."""
    if value is None:
        return True
    text = value.strip() if isinstance(value, str) else str(value)
    return not text or text in rule.null


def parse_number(value: object, reading: Reading) -> float:
    """A finite number in our unit.

    Examples
    --------
    >>> parse_number("36", Reading("speed_mps", Rule(("v",), scale=1 / 3.6)))
    10.0
    """
    if isinstance(value, str) and "_" in value:  # float() reads 1_0 as 10
        raise RefusedValueError(Reason.NOT_A_NUMBER)
    try:
        number = float(value) * reading.rule.scale  # type: ignore[arg-type]  # anything may stand in a file
    except (TypeError, ValueError, OverflowError):
        raise RefusedValueError(Reason.NOT_A_NUMBER) from None
    if not math.isfinite(number):
        raise RefusedValueError(Reason.NOT_A_NUMBER)
    return number


def parse_quantity(value: object, reading: Reading) -> float | None:
    """A number that is never negative; negative means none."""
    number = parse_number(value, reading)
    return number if number >= 0 else None


def parse_heading(value: object, reading: Reading) -> float | None:
    """Degrees clockwise from north in [0, 360); beyond 360 means none, as negative does."""
    number = parse_quantity(value, reading)
    return None if number is None or number > 360 else number % 360


def parse_count(value: object, reading: Reading) -> int | None:
    """A whole number; negative means none."""
    number = parse_quantity(value, reading)
    if number is None:
        return None
    if number != int(number) or number > 10_000:
        raise RefusedValueError(Reason.NOT_A_NUMBER)
    return int(number)


def parse_percent(value: object, reading: Reading) -> int | None:
    """A share in percent, to whole ones; negative means none. A crammed bus exceeds 100."""
    number = parse_quantity(value, reading)
    if number is not None and number > MOST_PERCENT:
        raise RefusedValueError(Reason.NOT_A_NUMBER)
    return None if number is None else round(number)


def parse_direction(value: object, reading: Reading) -> int:
    """GTFS direction: 0 or 1."""
    text = parse_text(value, reading)
    if text is not None and _whole(text) in ("0", "1"):
        return int(_whole(text))
    raise RefusedValueError(Reason.BAD_ENUM)


def parse_text(value: object, reading: Reading) -> str | None:
    """An identifier without surrounding blanks and without the rule's prefix; whole floats read as whole numbers."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    rule = reading.rule
    if rule.values:
        text = rule.values.get(_whole(text), text)
    text = text.removeprefix(rule.strip_prefix)
    if len(text) > MAX_ID_CHARS:
        raise RefusedValueError(Reason.TEXT_TOO_LONG)
    if not text.isprintable() and any(ord(sign) < 0x20 or 0x7F <= ord(sign) < 0xA0 for sign in text):
        raise RefusedValueError(Reason.BAD_ENCODING)
    if any(0xD800 <= ord(sign) < 0xE000 for sign in text):  # half a character: JSON can hold it, UTF-8 cannot
        raise RefusedValueError(Reason.BAD_ENCODING)
    return text or None


def parse_word(value: object, reading: Reading) -> str | None:
    """One of the words of the field, whatever its case."""
    text = parse_text(value, reading)
    if text is None:
        return None
    if text.upper() not in WORDS[reading.field]:
        raise RefusedValueError(Reason.BAD_ENUM)
    return text.upper()


def parse_date(value: object, reading: Reading) -> int:
    """``yyyymmdd`` of ``YYYYMMDD`` or ISO ``YYYY-MM-DD``."""
    text = _whole(str(value).strip())
    try:
        if len(text) not in (8, 10):
            raise ValueError(text)
        return to_service_date(dt.date.fromisoformat(text))
    except ValueError:
        raise RefusedValueError(Reason.BAD_DATE) from None


def parse_service(value: object, reading: Reading) -> int:
    """Service seconds of ``HH:MM:SS``, past 24 hours where it is."""
    try:
        return parse_service_time(str(value))
    except ValueError:
        raise RefusedValueError(Reason.BAD_TIME) from None


def parse_instant(value: object, reading: Reading) -> float:
    """Epoch seconds by the formats of the rule, tried in order.

    Examples
    --------
    >>> reading = Reading("observed_at", Rule(("t",), formats=("iso",)), ZoneInfo("America/New_York"))
    >>> parse_instant("2010-12-01 08:00:15", reading)
    1291208415.0
    """
    for wanted in reading.rule.formats:
        if wanted in EPOCH_FORMATS:
            try:
                number = parse_number(value, reading)
            except RefusedValueError:
                continue
            return epoch_seconds(number, wanted)
        at = _parse_clock(str(value).strip(), wanted, reading.zone)
        if at is not None and FIRST_INSTANT_S <= at <= LAST_INSTANT_S:
            return at
    raise RefusedValueError(Reason.BAD_TIME)


def epoch_seconds(number: float, wanted: str) -> float:
    """Seconds of an epoch number in the wanted unit; the other unit is recognised and refused, never converted."""
    if FIRST_INSTANT_S <= number / EPOCH_FORMATS[wanted] <= LAST_INSTANT_S:
        return number / EPOCH_FORMATS[wanted]
    if any(FIRST_INSTANT_S <= number / parts <= LAST_INSTANT_S for parts in EPOCH_FORMATS.values()):
        raise RefusedValueError(Reason.TIME_IN_MILLISECONDS)
    raise RefusedValueError(Reason.BAD_TIME)


def _parse_clock(text: str, wanted: str, zone: ZoneInfo | None) -> float | None:
    try:
        # strptime takes the zone from the pattern or leaves it open, as fromisoformat does
        at = dt.datetime.fromisoformat(text) if wanted == ISO else dt.datetime.strptime(text, wanted)  # noqa: DTZ007
        if at.tzinfo is None:
            if zone is None:
                return None
            at = at.replace(tzinfo=zone)
        return at.timestamp()
    except (ValueError, OverflowError):
        return None


def _whole(text: str) -> str:
    """``7`` of ``7.0``, as tables with gaps write whole numbers."""
    return text[:-2] if text.endswith(".0") and text[:-2].isdecimal() else text


PARSERS: dict[str, Parse] = {
    "vehicle_id": parse_text,
    "observed_at": parse_instant,
    "received_at": parse_instant,
    "lat_deg": parse_number,
    "lon_deg": parse_number,
    "speed_mps": parse_quantity,
    "heading_deg": parse_heading,
    "odometer_m": parse_quantity,
    "accuracy_m": parse_quantity,
    "route_id": parse_text,
    "direction_id": parse_direction,
    "variant": parse_text,
    "trip_id": parse_text,
    "start_date": parse_date,
    "start_service_s": parse_service,
    "block_id": parse_text,
    "door": parse_word,
    "occupancy": parse_word,
    "passengers": parse_count,
    "occupancy_percent": parse_percent,
    "stop_event": parse_word,
    "stop_id": parse_text,
    "device_id": parse_text,
    "driver_id": parse_text,
}
