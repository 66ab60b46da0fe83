"""Stops, routes and lines: by id, by agency, by place, by words."""

from __future__ import annotations

from typing import Any

import numpy as np
import polyline
from flask import Response

from api.board import View
from api.dialects.lookups import lookups
from api.dialects.oba.blueprint import bp, entry, listed
from api.dialects.oba.elements import route_element, stop_element
from api.dialects.oba.ids import agency_of, entity_of, of_agency, of_route, route_of, stop_of
from api.dialects.oba.query import WIDEST_M, Around, around, flag, out_of_range, text, whole
from api.dialects.oba.references import References
from api.errors import BadRequest, NotFound
from api.places import pattern_record
from api.search import fold
from api.state import view

RADIUS_M = 600.0
"""What a walker has around him, as the reference server has it."""
MOST = 100


@bp.get("/stop/<path:stop_id>.json")
def stop(stop_id: str) -> Response:
    """One stop."""
    shown = view()
    row = stop_of(shown, stop_id)

    def build(references: References) -> dict[str, Any]:
        references.stop(row)
        return stop_element(shown, row)

    return entry(shown, build)


@bp.get("/route/<path:route_id>.json")
def route(route_id: str) -> Response:
    """One route."""
    shown = view()
    row = route_of(shown, route_id)

    def build(references: References) -> dict[str, Any]:
        references.route(row)
        return route_element(shown, row)

    return entry(shown, build)


@bp.get("/stops-for-agency/<path:agency_id>.json")
def stops_for_agency(agency_id: str) -> Response:
    """All stops of an agency."""
    shown = view()
    rows = _stops_of_agency(shown, agency_id)
    return listed(shown, lambda references: _told_stops(shown, references, rows) | {"outOfRange": False})


@bp.get("/stop-ids-for-agency/<path:agency_id>.json")
def stop_ids_for_agency(agency_id: str) -> Response:
    """Ids of all stops of an agency."""
    shown = view()
    rows = _stops_of_agency(shown, agency_id)
    return listed(shown, lambda references: [of_agency(shown, shown.network.stops.stop_id[row]) for row in rows])


@bp.get("/routes-for-agency/<path:agency_id>.json")
def routes_for_agency(agency_id: str) -> Response:
    """All routes of an agency."""
    shown = view()
    rows = _routes_of_agency(shown, agency_id)
    return listed(shown, lambda references: _told_routes(shown, references, rows))


@bp.get("/route-ids-for-agency/<path:agency_id>.json")
def route_ids_for_agency(agency_id: str) -> Response:
    """Ids of all routes of an agency."""
    shown = view()
    rows = _routes_of_agency(shown, agency_id)
    return listed(shown, lambda references: [of_route(shown, row) for row in rows])


@bp.get("/stops-for-location.json")
def stops_for_location() -> Response:
    """Stops around a place, nearest first; with ``query``, those whose name, code or id holds the words."""
    shown = view()
    words = text("query", 100)
    place, most = around(shown, WIDEST_M if words else RADIUS_M), whole("maxCount", 1, 250, MOST)

    def build(references: References) -> dict[str, Any]:
        rows = shown.places.search(words or "")
        found = near(shown, place, rows)
        told = _told_stops(shown, references, found[:most])
        return told | {"limitExceeded": len(found) > most, "outOfRange": out_of_range(shown, place)}

    return listed(shown, build)


@bp.get("/routes-for-location.json")
def routes_for_location() -> Response:
    """Routes that serve a stop around a place; with ``query``, those of that name."""
    shown = view()
    words = text("query", 100)
    place, most = around(shown, WIDEST_M if words else RADIUS_M), whole("maxCount", 1, 250, MOST)

    def build(references: References) -> dict[str, Any]:
        stops = near(shown, place, list(shown.places.routes_of_stop))
        served = {route for stop in stops for route in shown.places.routes_of_stop[stop]}
        found = [row for row in _named(shown, words or "") if row in served]
        told = _told_routes(shown, references, found[:most])
        return told | {"limitExceeded": len(found) > most, "outOfRange": out_of_range(shown, place)}

    return listed(shown, build)


@bp.get("/search/stop.json")
def search_stop() -> Response:
    """Stops by words; slips are forgiven."""
    shown = view()
    words, most = _input(), whole("maxCount", 1, 100, 20)

    def build(references: References) -> dict[str, Any]:
        found = shown.places.search(words)
        told = _told_stops(shown, references, found[:most])
        return told | {"limitExceeded": len(found) > most, "outOfRange": False}

    return listed(shown, build)


@bp.get("/search/route.json")
def search_route() -> Response:
    """Routes by words in their names."""
    shown = view()
    words, most = _input(), whole("maxCount", 1, 100, 20)

    def build(references: References) -> dict[str, Any]:
        found = _named(shown, words)
        told = _told_routes(shown, references, found[:most])
        return told | {"limitExceeded": len(found) > most, "outOfRange": False}

    return listed(shown, build)


@bp.get("/stops-for-route/<path:route_id>.json")
def stops_for_route(route_id: str) -> Response:
    """The stops of a route by direction, with its lines."""
    shown = view()
    row = route_of(shown, route_id)
    drawn = flag("includePolylines", default=True)

    def build(references: References) -> dict[str, Any]:
        references.route(row)
        groups: list[dict[str, Any]] = []
        for direction, patterns in directions(shown, row).items():
            stops = in_order(shown, patterns)
            for stop in stops:
                references.stop(stop)
            headsigns = list(dict.fromkeys(str(shown.network.patterns.headsign[each] or "") for each in patterns))
            group: dict[str, Any] = {
                "id": direction,
                "name": {"name": headsigns[0], "names": headsigns, "type": "destination"},
                "stopIds": [of_agency(shown, shown.network.stops.stop_id[stop]) for stop in stops],
                "polylines": [_line(shown, each) for each in patterns] if drawn else [],
            }
            # the reference server nests groups in groupings, its SDKs read them flat: both find what they look for
            groups.append(group | {"type": "direction", "ordered": True, "stopGroups": [group]})
        return {
            "routeId": of_route(shown, row),
            "stopIds": list(dict.fromkeys(stop for group in groups for stop in group["stopIds"])),
            "stopGroupings": groups,
            "polylines": [line for group in groups for line in group["polylines"]],
        }

    return entry(shown, build)


@bp.get("/shape/<path:shape_id>.json")
def shape(shape_id: str) -> Response:
    """The line of a pattern."""
    shown = view()
    row = shown.network.pattern_rows.get(entity_of(shown, shape_id))
    if row is None:
        raise NotFound(f"no shape {shape_id!r}")
    return entry(shown, lambda references: _line(shown, row))


def near(view: View, place: Around, rows: list[int]) -> list[int]:
    """Those of some stops that lie inside, nearest first."""
    if not rows:
        return []
    lat, lon = np.asarray(view.network.stops.lat_deg)[rows], np.asarray(view.network.stops.lon_deg)[rows]
    away = place.away_m(lat, lon)
    order = np.argsort(away, kind="stable")
    return [rows[at] for at in order[place.holds(lat, lon)[order]].tolist()]


def directions(view: View, route: int) -> dict[str, list[int]]:
    """The patterns of a route by direction, the longest first; those without a direction by headsign."""
    patterns, found = view.network.patterns, dict[str, list[int]]()
    rows = lookups(view.network).patterns_of_route.get(route, [])
    for row in sorted(rows, key=lambda row: -int(patterns.stop_ptr[row + 1] - patterns.stop_ptr[row])):
        direction = int(patterns.direction_id[row])
        name = str(direction) if direction >= 0 else str(patterns.headsign[row] or "")
        found.setdefault(name, []).append(row)
    return dict(sorted(found.items()))


def in_order(view: View, patterns: list[int]) -> list[int]:
    """Rows of the stops of some patterns: in the order of the first, then what the others add."""
    stop_ix = view.network.patterns.stop_ix
    return list(dict.fromkeys(stop for row in patterns for stop in stop_ix[view.network.pattern_stops(row)].tolist()))


def _line(view: View, pattern: int) -> dict[str, Any]:
    points = pattern_record(view.network, pattern, geometry=True)["polyline"]
    return {"points": points, "length": len(polyline.decode(points)), "levels": ""}


def _told_stops(view: View, references: References, rows: list[int]) -> dict[str, Any]:
    for row in rows:
        for route in view.places.routes_of_stop.get(row, []):
            references.route(route)
        parent = int(view.network.stops.parent_ix[row])
        if parent >= 0:
            references.stop(parent)
    return {"list": [stop_element(view, row) for row in rows]}


def _told_routes(view: View, references: References, rows: list[int]) -> dict[str, Any]:
    for row in rows:
        references.agency(lookups(view.network).agency_of_route(row))
    return {"list": [route_element(view, row) for row in rows]}


def _stops_of_agency(view: View, agency_id: str) -> list[int]:
    known = lookups(view.network)
    agency_of(view, agency_id)
    served = view.places.routes_of_stop
    return [
        row
        for row in range(len(view.network.stops.stop_id))
        if any(known.agency_of_route(route) == agency_id for route in served.get(row, []))
        or (row not in served and agency_id == known.agency_ids[0])
    ]


def _routes_of_agency(view: View, agency_id: str) -> list[int]:
    known = lookups(view.network)
    agency_of(view, agency_id)
    return [row for row in _ordered(view) if known.agency_of_route(row) == agency_id]


def _ordered(view: View) -> list[int]:
    routes = view.network.routes
    return sorted(range(len(routes.route_id)), key=lambda row: (int(routes.sort_order[row]), routes.route_id[row]))


def _named(view: View, words: str) -> list[int]:
    """Routes whose names hold the words, whole names first."""
    routes, wanted = view.network.routes, fold(words)

    def names(row: int) -> list[str]:
        return [fold(str(each[row] or "")) for each in (routes.short_name, routes.long_name, routes.route_id)]

    found = [row for row in _ordered(view) if any(wanted in name for name in names(row))]
    return sorted(found, key=lambda row: wanted not in names(row))


def _input() -> str:
    given = text("input", 100)
    if not given:
        raise BadRequest("input: what to search for")
    return given
