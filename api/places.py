"""Stops, routes and patterns as plain records."""

from __future__ import annotations

from typing import Any

import numpy as np
import polyline

from api.board import View
from passinfo.network.network import Network


def stop_record(view: View, row: int) -> dict[str, Any]:
    """One stop."""
    stops, network = view.network.stops, view.network
    parent = stops.parent_ix.item(row)
    return {
        "stop_id": stops.stop_id[row],
        "code": stops.code[row] or None,
        "name": stops.name[row],
        "lat": round(stops.lat_deg.item(row), 6),
        "lon": round(stops.lon_deg.item(row), 6),
        "parent_station": stops.stop_id[parent] if parent >= 0 else None,
        "wheelchair": {1: True, 2: False}.get(stops.wheelchair.item(row)),
        "route_ids": [network.routes.route_id[route] for route in view.places.routes_of_stop.get(row, [])],
    }


def route_record(view: View, row: int) -> dict[str, Any]:
    """One route, with how many buses serve it now."""
    routes, vehicles = view.network.routes, view.snapshot.vehicles
    return {
        "route_id": routes.route_id[row],
        "agency_id": routes.agency_id[row] or None,
        "short_name": routes.short_name[row] or None,
        "long_name": routes.long_name[row] or None,
        "route_type": int(routes.route_type[row]),
        "color": routes.color[row] or None,
        "text_color": routes.text_color[row] or None,
        "vehicles": int((vehicles.public & (vehicles.route_ix == row)).sum()),
    }


def pattern_record(network: Network, row: int, *, geometry: bool) -> dict[str, Any]:
    """One pattern: its stops in order, and its line as GeoJSON and as an encoded polyline."""
    patterns, stops = network.patterns, network.stops
    span = network.pattern_stops(row)
    record: dict[str, Any] = {
        "pattern_id": patterns.pattern_id[row],
        "route_id": network.routes.route_id[patterns.route_ix[row]],
        "direction_id": int(patterns.direction_id[row]) if patterns.direction_id[row] >= 0 else None,
        "headsign": patterns.headsign[row],
        "length_m": round(network.pattern_length_m(row)),
        "line_known": bool(patterns.shape_known[row]),
        "stops": [
            {"stop_id": stops.stop_id[stop], "stop_sequence": int(sequence), "distance_m": round(float(dist))}
            for stop, sequence, dist in zip(
                patterns.stop_ix[span], patterns.stop_sequence[span], patterns.stop_dist_m[span], strict=True
            )
        ],
    }
    if geometry:
        line = network.pattern_line(row)
        lat, lon = network.projection.to_lat_lon(patterns.shape_x_m[line], patterns.shape_y_m[line])
        places = np.round(np.column_stack((lat, lon)), 6)
        record["polyline"] = polyline.encode(places.tolist())
        record["geometry"] = {"type": "LineString", "coordinates": places[:, ::-1].tolist()}
    return record
