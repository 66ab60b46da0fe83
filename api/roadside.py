"""When buses pass a point of their line: between the calls before and after it."""

from __future__ import annotations

from typing import Any

import numpy as np

from api.board import View
from api.values import instant
from api.vehicles import vehicle_record
from passinfo.geo import project_on_segments
from passinfo.network.network import Network

BESIDE_M = 150.0
"""Who stands farther from a line does not wait at it."""


def passes(view: View, route_ix: int, x_m: float, y_m: float, now: float) -> list[dict[str, Any]]:
    """Buses of a route that will pass the point of their line nearest to a place, soonest first."""
    network, runs, calls = view.network, view.snapshot.runs, view.snapshot.calls
    found: list[dict[str, Any]] = []
    for run in np.flatnonzero((runs.route_ix == route_ix) & (runs.pattern_ix >= 0)).tolist():
        pattern = int(runs.pattern_ix[run])
        dist_m, offset_m = _nearest(network, pattern, x_m, y_m)
        if offset_m > BESIDE_M:
            continue
        rows = np.arange(int(runs.call_ptr[run]), int(runs.call_ptr[run + 1]))
        stops = network.pattern_stops(pattern)
        of_sequence = dict(
            zip(
                network.patterns.stop_sequence[stops].tolist(),
                network.patterns.stop_dist_m[stops].tolist(),
                strict=True,
            )
        )
        along = np.array([of_sequence.get(each, np.nan) for each in calls.stop_sequence[rows].tolist()])
        at = np.array([[getattr(calls, name)[row] for row in rows] for name in ("p10_at", "p50_at", "p90_at")])
        good = np.isfinite(along) & np.isfinite(at).all(axis=0) if len(rows) else np.zeros(0, dtype=bool)
        if good.sum() < 2 or not along[good][0] <= dist_m <= along[good][-1]:
            continue
        p10, p50, p90 = (float(np.interp(dist_m, along[good], each[good])) for each in at)
        if p50 < now:
            continue
        vehicle = int(runs.vehicle_row[run])
        found.append(
            {
                "route_id": network.routes.route_id[route_ix],
                "direction_id": int(runs.direction_id[run]) if runs.direction_id[run] >= 0 else None,
                "headsign": runs.headsign[run],
                "trip_id": runs.trip_id[run],
                "p10_at": instant(p10),
                "p50_at": instant(p50),
                "p90_at": instant(p90),
                "minutes": max(int((p50 - now) // 60), 0),
                "distance_along_m": round(dist_m),
                "offset_m": round(offset_m),
                "vehicle": vehicle_record(view, vehicle, now) if vehicle >= 0 else None,
            }
        )
    return sorted(found, key=lambda each: each["p50_at"])


def _nearest(network: Network, pattern: int, x_m: float, y_m: float) -> tuple[float, float]:
    """Metres along a pattern's line to the point nearest to a place, and how far it is."""
    line, patterns = network.pattern_line(pattern), network.patterns
    along, offset = project_on_segments(
        x_m, y_m, patterns.shape_x_m[line], patterns.shape_y_m[line], patterns.shape_dist_m[line]
    )
    best = int(np.argmin(offset))
    return float(along[best]), float(offset[best])
