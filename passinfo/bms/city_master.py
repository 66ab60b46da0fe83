"""Master data from the CSV files of a city folder. Pure: takes the files' bytes by name.

Order matters only in that a row may name what another file defines: stops and routes first, then the stop order, then
service. A row that names something unknown is refused (``unknown_reference``); a pattern left with a hole by a refused
row is refused as a whole, because a bus does not jump over a stop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from passinfo.bms.city_csv import RefusedError, Row, read_rows
from passinfo.bms.master import (
    Agency,
    Attribution,
    Block,
    DayType,
    HeadwayBand,
    Holiday,
    Master,
    PatternKey,
    Publisher,
    Route,
    RouteStops,
    RunningBand,
    Stop,
    TimetableDeparture,
    Vehicle,
)
from passinfo.rejections import Reason, Rejection
from passinfo.settings import Depot

FILES: dict[str, tuple[str, ...]] = {
    "stops.csv": ("stop_id", "stop_name", "lat_deg", "lon_deg"),
    "routes.csv": ("route_id", "short_name", "long_name"),
    "route_stops.csv": ("route_id", "direction_id", "variant", "stop_sequence", "stop_id"),
    "patterns.csv": ("route_id", "direction_id", "variant", "headsign"),
    "calendar.csv": ("day_type", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "holidays.csv": ("date", "day_type"),
    "headways.csv": ("route_id", "direction_id", "variant", "day_type", "start_time", "end_time", "headway_s"),
    "speeds.csv": ("start_time", "end_time", "speed_kmh"),
    "timetable.csv": ("route_id", "direction_id", "variant", "day_type", "departure_time"),
    "blocks.csv": ("block_id", "day_type"),
    "vehicles.csv": ("vehicle_id",),
}
"""The CSV files of a city folder and the columns each must have; ``docs/city.md`` describes all columns."""

NEEDED = ("stops.csv", "routes.csv", "route_stops.csv", "calendar.csv")
"""Without these there is no master data."""

_WEEKDAYS = FILES["calendar.csv"][1:]
_MPS_PER_KMH = 1 / 3.6
T = TypeVar("T")


class _Files:
    """The files, what they have defined so far, and what was refused."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._defined: dict[str, set[str]] = {}
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

    def define(self, column: str, values: set[str]) -> None:
        """Make ids known that later files may name."""
        self.known(column).update(values)

    def known(self, column: str) -> set[str]:
        """Ids defined so far."""
        return self._defined.setdefault(column, set())


def read_master(
    files: Mapping[str, bytes],
    agency: Agency,
    publisher: Publisher,
    depots: tuple[Depot, ...] = (),
    attributions: tuple[Attribution, ...] = (),
    *,
    valid_days: int = 365,
    notes: tuple[str, ...] = (),
) -> tuple[Master, tuple[Rejection, ...]]:
    """Master data and the refusals. ``files``: bytes by file name (see :data:`FILES`); absent ones hold nothing."""
    book = _Files(files)
    book.define("depot_id", {depot.depot_id for depot in depots})

    def defining(column: str, make: Callable[[Row], T]) -> Callable[[Row], T]:
        def made(row: Row) -> T:
            value = book.new_id(row, column)
            record = make(row)
            book.define(column, {value})
            return record

        return made

    stops = book.records("stops.csv", defining("stop_id", _stop))
    routes = book.records("routes.csv", defining("route_id", _route))
    days = book.records("calendar.csv", defining("day_type", _day_type))
    holidays = book.records("holidays.csv", lambda row: _holiday(row, book))
    route_stops = _read_patterns(book)
    keys = {pattern.key for pattern in route_stops}
    headways = _without_overlap(book.records("headways.csv", lambda row: _headway(row, book, keys)), book)
    running = book.records("speeds.csv", lambda row: _running(row, book))
    blocks = book.records("blocks.csv", defining("block_id", lambda row: _block(row, book)))
    timetable = book.records("timetable.csv", lambda row: _departure(row, book, keys))
    vehicles = book.records("vehicles.csv", defining("vehicle_id", lambda row: _vehicle(row, book)))
    master = Master(
        agency=agency,
        publisher=publisher,
        stops=stops,
        routes=routes,
        route_stops=route_stops,
        day_types=days,
        headways=headways,
        timetable=timetable,
        running=running,
        holidays=holidays,
        blocks=blocks,
        depots=depots,
        vehicles=vehicles,
        attributions=attributions,
        valid_days=valid_days,
        notes=notes,
    )
    return master, tuple(book.rejections)


def _stop(row: Row) -> Stop:
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
    )


def _route(row: Row) -> Route:
    return Route(
        row.text("route_id"),
        row.text("short_name"),
        row.text("long_name"),
        row.whole("route_type", 3),
        _color(row, "color"),
        _color(row, "text_color"),
        row.whole("sort_order", 0),
    )


def _color(row: Row, column: str) -> str:
    value = row.text(column, "").removeprefix("#").upper()
    if value and (len(value) != 6 or set(value) - set("0123456789ABCDEF")):
        raise RefusedError(Reason.BAD_ENUM, column, value)
    return value


def _day_type(row: Row) -> DayType:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (bool(row.truth(day)) for day in _WEEKDAYS)
    return DayType(row.text("day_type"), (monday, tuesday, wednesday, thursday, friday, saturday, sunday))


def _holiday(row: Row, book: _Files) -> Holiday:
    return Holiday(row.date("date"), row.one_of("day_type", book.known("day_type"), ""), row.text("name", ""))


def _key(row: Row, book: _Files) -> PatternKey:
    route_id = row.one_of("route_id", book.known("route_id"))
    return PatternKey(route_id, row.whole("direction_id", high=1), row.text("variant", ""))


def _known_key(row: Row, book: _Files, keys: set[PatternKey]) -> PatternKey:
    key = _key(row, book)
    if key not in keys:
        raise RefusedError(Reason.UNKNOWN_REFERENCE, "variant", "/".join(str(part) for part in key))
    return key


def _span(row: Row) -> tuple[int, int]:
    start, end = row.service_s("start_time"), row.service_s("end_time")
    if end <= start:
        raise RefusedError(Reason.BAD_TIME, "end_time", row.text("end_time"))
    return start, end


def _headway(row: Row, book: _Files, keys: set[PatternKey]) -> HeadwayBand:
    key, day_type = _known_key(row, book, keys), row.one_of("day_type", book.known("day_type"))
    return HeadwayBand(key, day_type, *_span(row), row.whole("headway_s", low=1))


def _running(row: Row, book: _Files) -> RunningBand:
    route_id = row.one_of("route_id", book.known("route_id"), "")
    day_type = row.one_of("day_type", book.known("day_type"), "")
    return RunningBand(*_span(row), row.number("speed_kmh", 1, 160) * _MPS_PER_KMH, route_id, day_type)


def _block(row: Row, book: _Files) -> Block:
    day_type = row.one_of("day_type", book.known("day_type"))
    depot_id = row.one_of("depot_id", book.known("depot_id"), "")
    return Block(row.text("block_id"), day_type, depot_id, row.text("vehicle_id", ""))


def _departure(row: Row, book: _Files, keys: set[PatternKey]) -> TimetableDeparture:
    return TimetableDeparture(
        _known_key(row, book, keys),
        row.one_of("day_type", book.known("day_type")),
        row.service_s("departure_time"),
        row.text("trip_id", ""),
        row.one_of("block_id", book.known("block_id"), ""),
    )


def _vehicle(row: Row, book: _Files) -> Vehicle:
    return Vehicle(
        row.text("vehicle_id"),
        row.text("label", ""),
        row.text("plate", ""),
        row.text("vehicle_type", ""),
        row.truth("low_floor"),
        row.whole("capacity", high=400) if row.text("capacity", "") else None,
        row.one_of("depot_id", book.known("depot_id"), ""),
    )


def _read_patterns(book: _Files) -> tuple[RouteStops, ...]:
    """Patterns in the order of their first row; one with a refused stop, or with fewer than two, is refused."""
    holes: set[PatternKey] = set()

    def make(row: Row) -> tuple[PatternKey, int, str]:
        key = _key(row, book)
        try:
            return key, row.whole("stop_sequence"), row.one_of("stop_id", book.known("stop_id"))
        except RefusedError:
            holes.add(key)
            raise

    by_key: dict[PatternKey, dict[int, str]] = {}
    for key, sequence, stop_id in book.records("route_stops.csv", make):
        rows = by_key.setdefault(key, {})
        if sequence in rows:
            holes.add(key)
            book.rejections.append(Rejection("route_stops.csv", 0, Reason.DUPLICATE_ID, "stop_sequence", str(sequence)))
        rows[sequence] = stop_id

    def told(row: Row) -> tuple[PatternKey, tuple[str, bool]]:
        return _known_key(row, book, set(by_key)), (row.text("headsign"), bool(row.truth("assumed")))

    signs = dict(book.records("patterns.csv", told))
    patterns = []
    for key, rows in by_key.items():
        stop_ids = tuple(rows[sequence] for sequence in sorted(rows))
        if key in holes or len(stop_ids) < 2:
            value = "/".join(str(part) for part in key)
            book.rejections.append(Rejection("route_stops.csv", 0, Reason.MISSING_VALUE, "stop_id", value))
            continue
        patterns.append(RouteStops(key, stop_ids, *signs.get(key, ("", False))))
    return tuple(patterns)


def _without_overlap(bands: tuple[HeadwayBand, ...], book: _Files) -> tuple[HeadwayBand, ...]:
    """Bands that do not overlap an earlier one of the same pattern and day type (GTFS forbids it)."""
    kept: list[HeadwayBand] = []
    last: dict[tuple[PatternKey, str], HeadwayBand] = {}
    for band in sorted(bands, key=lambda band: (band.key, band.day_type, band.start_service_s)):
        before = last.get((band.key, band.day_type))
        if before is not None and band.start_service_s < before.end_service_s:
            value = f"{band.key.route_id}/{band.key.direction_id} {band.day_type} {band.start_service_s}"
            book.rejections.append(Rejection("headways.csv", 0, Reason.BAD_TIME, "start_time", value))
            continue
        last[(band.key, band.day_type)] = band
        kept.append(band)
    return tuple(kept)
