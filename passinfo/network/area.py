"""The area of a city: where a bus of it may be."""

from __future__ import annotations

import numpy as np

from passinfo.network.network import Network
from passinfo.settings import Area, CitySettings

M_PER_DEG = 111_195.0
"""Length of a degree of latitude on the mean Earth."""


def area_of(network: Network, settings: CitySettings) -> Area:
    """The box a city sets, else that of its stops and ``area_margin_m`` around it: never a constant.

    A network without stops says nothing of where its buses are: its area is the Earth.
    """
    if settings.area is not None:
        return settings.area
    lat, lon = np.asarray(network.stops.lat_deg), np.asarray(network.stops.lon_deg)
    if len(lat) == 0:
        return Area(-90.0, -180.0, 90.0, 180.0)
    south, north, west, east = (float(value) for value in (lat.min(), lat.max(), lon.min(), lon.max()))
    margin_lat = settings.area_margin_m / M_PER_DEG
    margin_lon = margin_lat / max(float(np.cos(np.radians((south + north) / 2))), 0.01)
    return Area(south - margin_lat, west - margin_lon, north + margin_lat, east + margin_lon)
