"""Elements of OneBusAway's answers: agency, route, stop, trip."""

from __future__ import annotations

from typing import Any

from api.board import View
from api.dialects.lookups import lookups
from api.dialects.oba.ids import of_agency, of_route

_WHEELCHAIR = {1: "ACCESSIBLE", 2: "NOT_ACCESSIBLE"}


def agency_element(view: View, agency_id: str) -> dict[str, Any]:
    """An agency; the feed's first one lends its name and address, the others have but their id."""
    network, first = view.network, agency_id == lookups(view.network).agency_ids[0]
    return {
        "id": agency_id,
        "name": network.agency_name if first else agency_id,
        "url": network.agency_url or "",
        "timezone": network.timezone,
        "lang": "",
        "phone": "",
        "email": "",
        "fareUrl": "",
        "disclaimer": view.city.get("attribution") or "",
        "privateService": False,
    }


def route_element(view: View, row: int) -> dict[str, Any]:
    """A route."""
    routes = view.network.routes
    short, long = routes.short_name[row] or "", routes.long_name[row] or ""
    return {
        "id": of_route(view, row),
        "agencyId": lookups(view.network).agency_of_route(row),
        "shortName": short,
        "longName": long,
        "nullSafeShortName": short or long or str(routes.route_id[row]),
        "description": "",
        "type": int(routes.route_type[row]),
        "color": routes.color[row] or "",
        "textColor": routes.text_color[row] or "",
        "url": "",
    }


def stop_element(view: View, row: int) -> dict[str, Any]:
    """A stop."""
    stops, parent = view.network.stops, int(view.network.stops.parent_ix[row])
    routes = [of_route(view, route) for route in view.places.routes_of_stop.get(row, [])]
    return {
        "id": of_agency(view, stops.stop_id[row]),
        "code": str(stops.code[row] or stops.stop_id[row]),
        "name": str(stops.name[row] or stops.stop_id[row]),
        "lat": round(float(stops.lat_deg[row]), 6),
        "lon": round(float(stops.lon_deg[row]), 6),
        "direction": lookups(view.network).compass_of_stop.get(row, ""),
        "locationType": int(stops.location_type[row]),
        "parent": of_agency(view, stops.stop_id[parent]) if parent >= 0 else "",
        "routeIds": routes,
        "staticRouteIds": routes,
        "wheelchairBoarding": _WHEELCHAIR.get(int(stops.wheelchair[row]), "UNKNOWN"),
    }


def trip_element(view: View, row: int) -> dict[str, Any]:
    """A trip of the timetable or a headway template."""
    trips, network = view.network.trips, view.network
    pattern = int(trips.pattern_ix[row])
    return _trip(view, str(trips.trip_id[row]), int(network.patterns.route_ix[pattern]), pattern) | {
        "serviceId": of_agency(view, network.calendar.service_id[trips.service_ix[row]]),
        "blockId": of_agency(view, block_of(view, row)),
        "tripHeadsign": str(trips.headsign[row] or network.patterns.headsign[pattern] or ""),
        "tripShortName": str(trips.short_name[row] or ""),
    }


def added_element(view: View, run: int) -> dict[str, Any]:
    """A trip that only the snapshot knows: one that was added today."""
    runs = view.snapshot.runs
    return _trip(view, str(runs.trip_id[run]), int(runs.route_ix[run]), int(runs.pattern_ix[run])) | {
        "tripHeadsign": str(runs.headsign[run] or "")
    }


def _trip(view: View, trip_id: str, route: int, pattern: int) -> dict[str, Any]:
    patterns = view.network.patterns
    direction = int(patterns.direction_id[pattern]) if pattern >= 0 else -1
    return {
        "id": of_route(view, route, trip_id),
        "routeId": of_route(view, route),
        "routeShortName": str(view.network.routes.short_name[route] or ""),
        "directionId": str(direction) if direction >= 0 else "",
        "serviceId": "",
        "blockId": "",
        "shapeId": of_agency(view, patterns.pattern_id[pattern]) if pattern >= 0 else "",
        "tripHeadsign": "",
        "tripShortName": "",
        "timeZone": view.network.timezone,
        "peakOffpeak": 0,
    }


def block_of(view: View, trip_ix: int) -> str:
    """A trip's block; its own id where the feed has none, as a trip is then a block of its own."""
    trips = view.network.trips
    return str(trips.block_id[trip_ix] or trips.trip_id[trip_ix])


def block_sequence(view: View, trip_ix: int, date: int) -> int:
    """Index of a trip among those of its block that run on a day."""
    if trip_ix < 0:
        return 0
    trips = view.network.trips
    active = view.network.calendar.active_services(date)
    mates = [
        row
        for row in lookups(view.network).trips_of_block[block_of(view, trip_ix)]
        if active[trips.service_ix[row]] or row == trip_ix
    ]
    return mates.index(trip_ix)
