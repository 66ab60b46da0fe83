"""Buses driven over the tiny feed's lines, as reports."""

from __future__ import annotations

import numpy as np

from passinfo.bms.reports import Reports
from passinfo.columns import Floats, from_rows, none_column, specs
from passinfo.geo import point_at
from passinfo.network.network import Network
from passinfo.times import service_day_zero_s

DATE = 20261123
"""A Monday of the tiny feed's calendar."""


def at(network: Network, service_s: float, date: int = DATE) -> float:
    """Instant of a service time."""
    return service_day_zero_s(date, network.timezone) + service_s


def pattern_of(network: Network, trip_id: str) -> int:
    return int(network.trips.pattern_ix[network.trip_rows[trip_id]])


def reports(network: Network, vehicle_id: str, times: Floats, dist_m: Floats, line_of: str, **given: object) -> Reports:
    """Reports of a bus at distances along a trip's pattern; ``given``: further columns, one value for all rows."""
    line = network.pattern_line(pattern_of(network, line_of))
    patterns = network.patterns
    x, y = point_at(dist_m, patterns.shape_dist_m[line], patterns.shape_x_m[line], patterns.shape_y_m[line])
    lat, lon = network.projection.to_lat_lon(x, y)
    return at_places(vehicle_id, times, lat, lon, **given)


def at_places(vehicle_id: str, times: Floats, lat_deg: Floats, lon_deg: Floats, **given: object) -> Reports:
    n = len(times)
    columns = {spec.name: none_column(spec.kind, n) for spec in specs(Reports)}
    columns["vehicle_id"][:] = vehicle_id
    columns["observed_at"] = columns["received_at"] = np.asarray(times, dtype=float)
    columns["lat_deg"], columns["lon_deg"] = np.asarray(lat_deg, dtype=float), np.asarray(lon_deg, dtype=float)
    for name, value in given.items():
        columns[name][:] = value
    return Reports(**columns)


def none() -> Reports:
    return from_rows(Reports, [])
