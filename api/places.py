"""Stops and routes as plain records, and the search among stops."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np

from api.board import View
from passinfo.geo import haversine_m


def fold(text: str) -> str:
    """Text without case and accents, for searching.

    Examples
    --------
    >>> fold("Parañaque")
    'paranaque'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def search_stops(view: View, words: str, near: tuple[float, float, float] | None) -> list[int]:
    """Rows of the stops that match all words (name, code or id), nearest first if a place is given, else by name.

    ``near``: latitude, longitude, radius in metres.
    """
    stops = view.network.stops
    rows = np.flatnonzero(stops.location_type == 0)
    if near is not None:
        lat_deg, lon_deg, radius_m = near
        away = haversine_m(np.asarray(stops.lat_deg)[rows], np.asarray(stops.lon_deg)[rows], lat_deg, lon_deg)  # type: ignore[arg-type]
        order = np.argsort(away, kind="stable")
        rows = rows[order][away[order] <= radius_m]
    wanted = fold(words).split()
    found = [
        row
        for row in rows.tolist()
        if all(word in fold(f"{stops.name[row]} {stops.code[row]} {stops.stop_id[row]}") for word in wanted)
    ]
    return (
        found if near is not None else sorted(found, key=lambda row: (fold(str(stops.name[row])), stops.stop_id[row]))
    )


def stop_record(view: View, row: int) -> dict[str, Any]:
    """One stop."""
    stops, network = view.network.stops, view.network
    parent = int(stops.parent_ix[row])
    return {
        "stop_id": stops.stop_id[row],
        "code": stops.code[row] or None,
        "name": stops.name[row],
        "lat": round(float(stops.lat_deg[row]), 6),
        "lon": round(float(stops.lon_deg[row]), 6),
        "parent_station": stops.stop_id[parent] if parent >= 0 else None,
        "wheelchair": {1: True, 2: False}.get(int(stops.wheelchair[row])),
        "route_ids": [network.routes.route_id[route] for route in view.routes_of_stop.get(row, [])],
    }


def route_record(view: View, row: int) -> dict[str, Any]:
    """One route, with how many buses serve it now."""
    routes, vehicles = view.network.routes, view.snapshot.vehicles
    return {
        "route_id": routes.route_id[row],
        "short_name": routes.short_name[row] or None,
        "long_name": routes.long_name[row] or None,
        "route_type": int(routes.route_type[row]),
        "color": routes.color[row] or None,
        "text_color": routes.text_color[row] or None,
        "vehicles": int((vehicles.public & (vehicles.route_ix == row)).sum()),
    }
