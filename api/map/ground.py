"""What lies still on the map: routes, their lines, stops."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np
import polyline

from api.board import View
from api.packed import Packed, pack
from passinfo.network.network import Network

MOST_STOPS = 3_000
"""With more, the first load would grow beyond what a phone on a bad network waits for: the map asks by box then."""
DIGITS = 5
"""Decimals of a degree: a metre, what a screen can show."""


@lru_cache(maxsize=4)
def _kept(held: _Held) -> Packed:
    return pack(json.dumps(_ground(held.view.network, held.view), ensure_ascii=False).encode(), "application/json")


class _Held:
    """A view that is one key as long as its network is the same."""

    def __init__(self, view: View) -> None:
        self.view = view

    def __hash__(self) -> int:
        return hash(self.view.network.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.view.network.hash == self.view.network.hash


def ground_of(view: View) -> Packed:
    """The ground of a network, made once."""
    return _kept(_Held(view))


def _ground(network: Network, view: View) -> dict[str, Any]:
    stops, routes = network.stops, network.routes
    rows = np.flatnonzero(stops.location_type == 0).tolist()
    served = [row for row in rows if view.places.routes_of_stop.get(row)]
    lat = [float(stops.lat_deg[row]) for row in served] or [0.0]
    lon = [float(stops.lon_deg[row]) for row in served] or [0.0]
    return {
        "bounds": [round(each, DIGITS) for each in (min(lat), min(lon), max(lat), max(lon))],
        "routes": [
            {
                "id": routes.route_id[row],
                "name": routes.short_name[row] or routes.route_id[row],
                "long": routes.long_name[row] or "",
                "color": routes.color[row] or None,
            }
            for row in range(len(routes.route_id))
        ],
        "lines": _lines(network),
        "stops": None
        if len(served) > MOST_STOPS
        else [
            [
                stops.stop_id[row],
                stops.name[row],
                round(float(stops.lat_deg[row]), DIGITS),
                round(float(stops.lon_deg[row]), DIGITS),
                view.places.routes_of_stop[row],
            ]
            for row in served
        ],
    }


def _lines(network: Network) -> list[list[Any]]:
    """``[row of the route, encoded polyline]``, each line once."""
    patterns = network.patterns
    found: dict[tuple[int, str], None] = {}
    for row in range(len(patterns.pattern_id)):
        line = network.pattern_line(row)
        lat, lon = network.projection.to_lat_lon(patterns.shape_x_m[line], patterns.shape_y_m[line])
        encoded = polyline.encode(np.column_stack((lat, lon)).tolist(), DIGITS)
        found[int(patterns.route_ix[row]), encoded] = None
    return [[route, encoded] for route, encoded in found]
