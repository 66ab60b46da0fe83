"""Rows of a city folder's CSV files as records; each raises :class:`RefusedError` where a value is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from passinfo.bms.city_csv import RefusedError, Row, read_rows
from passinfo.bms.master import (
    NOT_BETWEEN_STOPS,
    Block,
    DayType,
    HeadwayBand,
    Holiday,
    PatternKey,
    Route,
    RunningBand,
    Stop,
    TimetableDeparture,
    Vehicle,
)
from passinfo.rejections import Reason, Rejection

FILES: dict[str, tuple[str, ...]] = {
    "stops.csv": ("stop_id", "stop_name", "lat_deg", "lon_deg"),
    "routes.csv": ("route_id", "short_name", "long_name"),
    "route_stops.csv": ("route_id", "direction_id", "variant", "stop_sequence", "stop_id"),
    "served_stops.csv": ("route_id", "stop_id"),
    "patterns.csv": ("route_id", "direction_id", "variant", "headsign"),
    "calendar.csv": ("day_type", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "holidays.csv": ("date", "day_type"),
    "headways.csv": ("route_id", "direction_id", "variant", "day_type", "start_time", "end_time", "headway_s"),
    "speeds.csv": ("start_time", "end_time", "speed_kmh"),
    "timetable.csv": ("route_id", "direction_id", "variant", "day_type", "departure_time"),
    "blocks.csv": ("block_id", "day_type"),
    "vehicles.csv": ("vehicle_id",),
    "networks.csv": ("network_id",),
    "areas.csv": ("area_id",),
    "transfers.csv": ("from_stop_id", "to_stop_id"),
    "rider_categories.csv": ("rider_category_id", "name"),
    "fare_products.csv": ("fare_product_id", "name", "amount", "currency"),
    "fare_leg_rules.csv": ("fare_product_id",),
    "translations.csv": ("table_name", "field_name", "language", "translation"),
}
"""The CSV files of a city folder and the columns each must have; ``docs/city.md`` describes all columns."""

_WEEKDAYS = FILES["calendar.csv"][1:]
_MPS_PER_KMH = 1 / 3.6
T = TypeVar("T")


class Book:
    """The files, what they have defined so far, and what was refused."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._defined: dict[str, set[str]] = {}
        self._keys: dict[str, set[tuple[object, ...]]] = {}
        self.rejections: list[Rejection] = []

    def records(self, name: str, make: Callable[[Row], T]) -> tuple[T, ...]:
        """Records of one file; none if the file is absent."""
        if name not in self._files:
            return ()
        records, rejections = read_rows(name, self._files[name], FILES[name], make)
        self.rejections += rejections
        return tuple(records)

    def new_id(self, row: Row, column: str) -> str:
        """An id that this column did not hold before."""
        value = row.text(column)
        known = self.known(column)
        if value in known:
            raise RefusedError(Reason.DUPLICATE_ID, column, value)
        return value

    def once(self, name: str, key: tuple[object, ...], column: str) -> None:
        """Refuse a key that a row of this file had before; ``column`` is told."""
        known = self._keys.setdefault(name, set())
        if key in known:
            raise RefusedError(Reason.DUPLICATE_ID, column, "/".join(str(part) for part in key))
        known.add(key)

    def define(self, column: str, values: set[str]) -> None:
        """Make ids known that later files may name."""
        self.known(column).update(values)

    def known(self, column: str) -> set[str]:
        """Ids defined so far."""
        return self._defined.setdefault(column, set())


def stop_of(row: Row, book: Book) -> Stop:
    """A row of ``stops.csv``."""
    lat_deg, lon_deg = row.degrees("lat_deg", 90), row.degrees("lon_deg", 180)
    if lat_deg == 0 and lon_deg == 0:
        raise RefusedError(Reason.NULL_ISLAND, "lat_deg", "0")
    return Stop(
        row.text("stop_id"),
        row.text("stop_name"),
        lat_deg,
        lon_deg,
        row.text("stop_code", ""),
        row.whole("wheelchair", 0, high=2),
        row.text("tts_name", ""),
        row.text("platform_code", ""),
        row.one_of("area_id", book.known("area_id"), ""),
    )


def route_of(row: Row, book: Book) -> Route:
    """A row of ``routes.csv``."""
    return Route(
        row.text("route_id"),
        row.text("short_name"),
        row.text("long_name"),
        row.whole("route_type", 3),
        _color(row, "color"),
        _color(row, "text_color"),
        row.whole("sort_order", 0),
        row.one_of("network_id", book.known("network_id"), ""),
        row.whole("continuous_pickup", NOT_BETWEEN_STOPS, high=3),
        row.whole("continuous_drop_off", NOT_BETWEEN_STOPS, high=3),
    )


def _color(row: Row, column: str) -> str:
    value = row.text(column, "").removeprefix("#").upper()
    if value and (len(value) != 6 or set(value) - set("0123456789ABCDEF")):
        raise RefusedError(Reason.BAD_ENUM, column, value)
    return value


def day_type_of(row: Row) -> DayType:
    """A row of ``calendar.csv``."""
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (bool(row.truth(day)) for day in _WEEKDAYS)
    return DayType(row.text("day_type"), (monday, tuesday, wednesday, thursday, friday, saturday, sunday))


def holiday_of(row: Row, book: Book) -> Holiday:
    """A row of ``holidays.csv``."""
    return Holiday(row.date("date"), row.one_of("day_type", book.known("day_type"), ""), row.text("name", ""))


def key_of(row: Row, book: Book) -> PatternKey:
    """The pattern a row names by route, direction and variant."""
    route_id = row.one_of("route_id", book.known("route_id"))
    return PatternKey(route_id, row.whole("direction_id", high=1), row.text("variant", ""))


def known_key_of(row: Row, book: Book, keys: set[PatternKey]) -> PatternKey:
    """The pattern a row names; one of ``keys``."""
    key = key_of(row, book)
    if key not in keys:
        raise RefusedError(Reason.UNKNOWN_REFERENCE, "variant", "/".join(str(part) for part in key))
    return key


def _span(row: Row) -> tuple[int, int]:
    start, end = row.service_s("start_time"), row.service_s("end_time")
    if end <= start:
        raise RefusedError(Reason.BAD_TIME, "end_time", row.text("end_time"))
    return start, end


def headway_of(row: Row, book: Book, keys: set[PatternKey]) -> HeadwayBand:
    """A row of ``headways.csv``."""
    key, day_type = known_key_of(row, book, keys), row.one_of("day_type", book.known("day_type"))
    return HeadwayBand(key, day_type, *_span(row), row.whole("headway_s", low=1))


def running_of(row: Row, book: Book) -> RunningBand:
    """A row of ``speeds.csv``."""
    route_id = row.one_of("route_id", book.known("route_id"), "")
    day_type = row.one_of("day_type", book.known("day_type"), "")
    return RunningBand(*_span(row), row.number("speed_kmh", 1, 160) * _MPS_PER_KMH, route_id, day_type)


def block_of(row: Row, book: Book) -> Block:
    """A row of ``blocks.csv``."""
    day_type = row.one_of("day_type", book.known("day_type"))
    depot_id = row.one_of("depot_id", book.known("depot_id"), "")
    return Block(row.text("block_id"), day_type, depot_id, row.text("vehicle_id", ""))


def departure_of(row: Row, book: Book, keys: set[PatternKey]) -> TimetableDeparture:
    """A row of ``timetable.csv``."""
    if row.text("trip_id", ""):
        book.once("timetable.csv", (row.text("trip_id"),), "trip_id")
    return TimetableDeparture(
        known_key_of(row, book, keys),
        row.one_of("day_type", book.known("day_type")),
        row.service_s("departure_time"),
        row.text("trip_id", ""),
        row.one_of("block_id", book.known("block_id"), ""),
        row.whole("wheelchair", 0, high=2),
        row.whole("bikes", 0, high=2),
    )


def vehicle_of(row: Row, book: Book) -> Vehicle:
    """A row of ``vehicles.csv``."""
    return Vehicle(
        row.text("vehicle_id"),
        row.text("label", ""),
        row.text("plate", ""),
        row.text("vehicle_type", ""),
        row.truth("low_floor"),
        row.whole("capacity", high=400) if row.text("capacity", "") else None,
        row.one_of("depot_id", book.known("depot_id"), ""),
    )
