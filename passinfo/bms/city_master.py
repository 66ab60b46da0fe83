"""Master data from the CSV files of a city folder. Pure: takes the files' bytes by name.

Order matters only in that a row may name what another file defines: stops and routes first, then the stop order, then
service. A row that names something unknown is refused (``unknown_reference``); a pattern left with a hole by a refused
row is refused as a whole, because a bus does not jump over a stop.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TypeVar

from passinfo.bms.city_csv import RefusedError, Row
from passinfo.bms.city_offer import area_of, network_of, read_offer
from passinfo.bms.city_rows import (
    Book,
    block_of,
    day_type_of,
    departure_of,
    headway_of,
    holiday_of,
    key_of,
    known_key_of,
    route_of,
    running_of,
    stop_of,
    vehicle_of,
)
from passinfo.bms.master import Agency, Attribution, HeadwayBand, Master, PatternKey, Publisher, RouteStops, ServedStops
from passinfo.rejections import Reason, Rejection
from passinfo.settings import Depot

NEEDED = ("stops.csv", "routes.csv")
"""Without these there is no master data …"""
KNOWN, LEARNED = ("route_stops.csv", "calendar.csv"), ("served_stops.csv",)
"""… and without one of these no service: known patterns, or stops whose patterns buses tell."""

T = TypeVar("T")


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
    book = Book(files)
    book.define("depot_id", {depot.depot_id for depot in depots})

    def defining(column: str, make: Callable[[Row], T]) -> Callable[[Row], T]:
        def made(row: Row) -> T:
            value = book.new_id(row, column)
            record = make(row)
            book.define(column, {value})
            return record

        return made

    networks = book.records("networks.csv", defining("network_id", network_of))
    areas = book.records("areas.csv", defining("area_id", area_of))
    stops = book.records("stops.csv", defining("stop_id", lambda row: stop_of(row, book)))
    routes = book.records("routes.csv", defining("route_id", lambda row: route_of(row, book)))
    days = book.records("calendar.csv", defining("day_type", day_type_of))
    holidays = book.records("holidays.csv", lambda row: holiday_of(row, book))
    route_stops = _read_patterns(book)
    served = _read_served(book)
    keys = {pattern.key for pattern in route_stops}
    headways = _without_overlap(book.records("headways.csv", lambda row: headway_of(row, book, keys)), book)
    running = book.records("speeds.csv", lambda row: running_of(row, book))
    blocks = book.records("blocks.csv", defining("block_id", lambda row: block_of(row, book)))
    timetable = book.records("timetable.csv", lambda row: departure_of(row, book, keys))
    vehicles = book.records("vehicles.csv", defining("vehicle_id", lambda row: vehicle_of(row, book)))
    master = Master(
        agency=agency,
        publisher=publisher,
        stops=stops,
        routes=routes,
        route_stops=route_stops,
        served=served,
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
    master = dataclasses.replace(master, offer=read_offer(book, master, networks, areas))
    return master, tuple(book.rejections)


def _read_patterns(book: Book) -> tuple[RouteStops, ...]:
    """Patterns in the order of their first row; one with a refused stop, or with fewer than two, is refused."""
    holes: set[PatternKey] = set()

    def make(row: Row) -> tuple[PatternKey, int, str]:
        key = key_of(row, book)
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

    def told(row: Row) -> tuple[PatternKey, tuple[str, bool, int, int]]:
        means = row.whole("wheelchair", 0, high=2), row.whole("bikes", 0, high=2)
        return known_key_of(row, book, set(by_key)), (row.text("headsign"), bool(row.truth("assumed")), *means)

    signs = dict(book.records("patterns.csv", told))
    patterns = []
    for key, rows in by_key.items():
        stop_ids = tuple(rows[sequence] for sequence in sorted(rows))
        if key in holes or len(stop_ids) < 2:
            value = "/".join(str(part) for part in key)
            book.rejections.append(Rejection("route_stops.csv", 0, Reason.MISSING_VALUE, "stop_id", value))
            continue
        patterns.append(RouteStops(key, stop_ids, *signs.get(key, ("", False, 0, 0))))
    return tuple(patterns)


def _read_served(book: Book) -> tuple[ServedStops, ...]:
    """Lists in the order of their first row; a list one of whose rows has no sequence has no order."""

    def make(row: Row) -> tuple[str, int, str]:
        route_id = row.one_of("route_id", book.known("route_id"))
        sequence = row.whole("stop_sequence") if row.text("stop_sequence", "") else -1
        return route_id, sequence, row.one_of("stop_id", book.known("stop_id"))

    by_route: dict[str, list[tuple[int, str]]] = {}
    for route_id, sequence, stop_id in book.records("served_stops.csv", make):
        by_route.setdefault(route_id, []).append((sequence, stop_id))
    found = []
    for route_id, rows in by_route.items():
        ordered = all(sequence >= 0 for sequence, _ in rows)
        stop_ids = [stop_id for _, stop_id in (sorted(rows, key=lambda row: row[0]) if ordered else rows)]
        found.append(ServedStops(route_id, tuple(stop_ids), ordered))
    return tuple(found)


def _without_overlap(bands: tuple[HeadwayBand, ...], book: Book) -> tuple[HeadwayBand, ...]:
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
