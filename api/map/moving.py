"""What moves on the map: buses, in as few bytes as a phone needs."""

from __future__ import annotations

from typing import Any

from api.board import View
from api.displays.sign import crowd_of
from api.search import Box
from passinfo.tracking.columns import PhaseCode


def moving_in(view: View, now: float, box: Box | None, route_ix: int | None) -> list[list[Any]]:
    """Buses as ``[id, latitude, longitude, bearing, row of route, where to, seconds since seen, crowd, low floor]``.

    Those in public service, and those that have fallen silent on a run, as in ``/v1/vehicles``.
    """
    table, runs = view.snapshot.vehicles, view.snapshot.runs
    told = table.public | ((table.phase == PhaseCode.STALE) & (table.run_row >= 0))
    if route_ix is not None:
        told = told & (table.route_ix == route_ix)
    if box is not None:
        lat, lon = table.lat_deg, table.lon_deg
        across = (
            (lon >= box.west) & (lon <= box.east) if box.west <= box.east else (lon >= box.west) | (lon <= box.east)
        )
        told = told & (lat >= box.south) & (lat <= box.north) & across
    found: list[list[Any]] = []
    for row in told.nonzero()[0].tolist():
        run, bearing = int(table.run_row[row]), float(table.bearing_deg[row])
        found.append(
            [
                table.vehicle_id[row],
                round(float(table.lat_deg[row]), 5),
                round(float(table.lon_deg[row]), 5),
                None if bearing != bearing else round(bearing),
                int(table.route_ix[row]) if table.route_ix[row] >= 0 else None,
                (runs.headsign[run] or "") if run >= 0 else "",
                max(round(now - float(table.observed_at[row])), 0),
                crowd_of(int(table.occupancy[row])),
                {1: True, 0: False}.get(int(table.wheelchair[row])),
            ]
        )
    return found
