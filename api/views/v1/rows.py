"""Rows of what a request names."""

from __future__ import annotations

from api.board import View
from api.errors import NotFound


def stop_row(shown: View, stop_id: str) -> int:
    """Row of a stop.

    Raises
    ------
    NotFound
        If the network has none of that id.
    """
    row = shown.network.stop_rows.get(stop_id)
    if row is None:
        raise NotFound(f"no stop has the id {stop_id!r}; search with /v1/stops?q=…")
    return row


def route_row(shown: View, route_id: str) -> int:
    """Row of a route.

    Raises
    ------
    NotFound
        If the network has none of that id.
    """
    row = shown.network.route_rows.get(route_id)
    if row is None:
        raise NotFound(f"no route has the id {route_id!r}; /v1/routes lists them")
    return row
