"""A city with every kind of service, as a GTFS zip: what the scenarios are played in.

Stops are 1 km apart, five minutes by timetable. Each route has a street of its own, 2 km from the next one's.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.stores.networks import network_from_gtfs
from tests.oracle.oracle import Oracle

STEP_DEG = 0.00928
"""1 km eastward at 14.56° north."""
HOP_S = 300


@dataclass(frozen=True, slots=True)
class City:
    """A network and the oracle of its static feed."""

    network: Network
    oracle: Oracle


def _street(name: str, lat: float, n: int = 5) -> dict[str, tuple[float, float]]:
    return {f"{name}{i}": (lat, 121.05 + STEP_DEG * i) for i in range(n)}


STOPS = {
    **_street("A", 14.56),
    **_street("B", 14.58),
    **_street("C", 14.60),
    **_street("D", 14.62, 3),
    "E0": (14.629, 121.05 + STEP_DEG),  # with D0, D1, D2 a ring
}
DETOUR_STOPS = ("A0", "A1", "A3", "A4")
TRIPS = {
    # trip: route, direction, block, shape, start, stops
    "T1": ("R1", 0, "b1", "east", "08:00", ("A0", "A1", "A2", "A3", "A4")),
    "T2": ("R1", 1, "b1", "west", "08:40", ("A4", "A3", "A2", "A1", "A0")),
    "T3": ("R1", 0, "", "east", "09:30", ("A0", "A1", "A2", "A3", "A4")),
    "T4": ("R1", 0, "", "east", "23:50", ("A0", "A1", "A2", "A3", "A4")),
    "T5": ("R1", 0, "", "east", "25:10", ("A0", "A1", "A2", "A3", "A4")),
    "V1": ("R1", 0, "", "east", "14:00", DETOUR_STOPS),
    "H1": ("R2", 0, "", "beside", "00:00", ("B0", "B1", "B2", "B3", "B4")),
    "X1": ("R3", 0, "", "exact", "06:00", ("C0", "C1", "C2", "C3", "C4")),
    "L1": ("R4", 0, "", "ring", "08:00", ("D0", "D1", "D2", "E0", "D0")),
}
SHAPES = {"east": "A0 A4", "west": "A4 A0", "beside": "B0 B4", "exact": "C0 C4", "ring": "D0 D1 D2 E0 D0"}


def _clock(start: str, after_s: int) -> str:
    hours, minutes = map(int, start.split(":"))
    seconds = hours * 3600 + minutes * 60 + after_s
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _tables(zone: str) -> dict[str, list[str]]:
    calls = [
        f"{trip},{_clock(start, HOP_S * k)},{_clock(start, HOP_S * k)},{stop},{k + 1}"
        for trip, (*_, start, stops) in TRIPS.items()
        for k, stop in enumerate(stops)
    ]
    points = [
        f"{shape},{STOPS[stop][0]},{STOPS[stop][1]:.6f},{k}"
        for shape, line in SHAPES.items()
        for k, stop in enumerate(line.split())
    ]
    return {
        "agency": ["agency_id,agency_name,agency_url,agency_timezone", f"Q,Town,https://example.org,{zone}"],
        "stops": ["stop_id,stop_name,stop_lat,stop_lon", *(f"{s},{s},{at[0]},{at[1]:.6f}" for s, at in STOPS.items())],
        "routes": ["route_id,agency_id,route_short_name,route_type", *(f"R{i},Q,{i},3" for i in range(1, 5))],
        "trips": [
            "route_id,service_id,trip_id,direction_id,block_id,shape_id",
            *(f"{route},daily,{trip},{way},{block},{shape}" for trip, (route, way, block, shape, *_) in TRIPS.items()),
        ],
        "stop_times": ["trip_id,arrival_time,departure_time,stop_id,stop_sequence", *calls],
        "frequencies": [
            "trip_id,start_time,end_time,headway_secs,exact_times",
            "H1,05:00:00,25:00:00,600,0",
            "X1,06:00:00,10:00:00,1200,1",
        ],
        "calendar": [
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            "daily,1,1,1,1,1,1,1,20260101,20261231",
        ],
        "shapes": ["shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence", *points],
        "feed_info": [
            "feed_publisher_name,feed_publisher_url,feed_lang,feed_version",
            "Town,https://example.org,en,v1",
        ],
    }


@cache
def city(folder: Path, zone: str = "Asia/Manila") -> City:
    """The city in a time zone; its feed is written into ``folder``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, lines in _tables(zone).items():
            archive.writestr(f"{name}.txt", "\n".join(lines) + "\n")
    path = folder / f"{zone.replace('/', '-')}.zip"
    path.write_bytes(buffer.getvalue())
    return City(network_from_gtfs(path), Oracle(path))


def on_street(stops: str, dist_m: Floats) -> tuple[Floats, Floats]:
    """Latitudes and longitudes at distances along straight lines from stop to stop, 1 km each."""
    places = np.array([STOPS[stop] for stop in stops.split()])
    hops = np.arange(len(places)) * 1_000.0
    return np.interp(dist_m, hops, places[:, 0]), np.interp(dist_m, hops, places[:, 1])
