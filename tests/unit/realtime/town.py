"""A town with two routes, as arrays and as GTFS.

Route 1 runs by timetable: T1 at 08:00 and N1 at 25:10, 5 min from stop to stop, one block; route 2 by headway: H1.
"""

import zipfile
from pathlib import Path

import numpy as np

from passinfo.geo import Projection, along
from passinfo.ids import NetworkHash
from passinfo.network import network as net
from passinfo.times import service_day_zero_s

ZONE = "Asia/Manila"
DAY = 20260216
ZERO = service_day_zero_s(DAY, ZONE)
EIGHT = 8 * 3600
NIGHT = 25 * 3600 + 600
STOPS = ("A", "B", "C", "D")
LAT = 14.56
LONS = (121.06, 121.07, 121.08, 121.09)


def at(clock: str, seconds: float = 0.0) -> float:
    """Instant of HH:MM of the service day."""
    hours, minutes = clock.split(":")
    return ZERO + int(hours) * 3600 + int(minutes) * 60 + seconds


def texts(*values):
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def ints(*values):
    return np.array(values, dtype=np.int32)


def codes(*values):
    return np.array(values, dtype=np.uint8)


def floats(*values):
    return np.array(values, dtype=float)


def bools(*values):
    return np.array(values, dtype=bool)


def town(feed_version: str | None = "v1") -> net.Network:
    projection = Projection(LAT, LONS[0])
    x_m, y_m = projection.to_xy(np.full(4, LAT), floats(*LONS))
    dist_m = along(x_m, y_m)
    return net.Network(
        hash=NetworkHash("town"),
        timezone=ZONE,
        agency_name="Town",
        agency_url="https://example.org",
        feed_version=feed_version,
        projection=projection,
        stops=net.Stops(
            texts(*STOPS),
            texts(*STOPS),
            texts(*STOPS),
            np.full(4, LAT),
            floats(*LONS),
            ints(0, 0, 0, 0),
            ints(-1, -1, -1, -1),
            ints(0, 0, 0, 0),
        ),
        routes=net.Routes(
            texts("R1", "R2"),
            texts("T", "T"),
            texts("1", "2"),
            texts("", ""),
            ints(3, 3),
            texts("", ""),
            texts("", ""),
            ints(0, 1),
        ),
        patterns=net.Patterns(
            texts("P1", "P2"),
            ints(0, 1),
            ints(0, 1),
            texts("D", "A"),
            bools(1, 1),
            bools(1, 1),
            ints(0, 4, 8),
            ints(0, 1, 2, 3, 3, 2, 1, 0),
            ints(1, 2, 3, 4, 1, 2, 3, 4),
            np.concatenate([dist_m, dist_m]),
            np.zeros(8, dtype=bool),
            np.zeros(8, dtype=bool),
            np.zeros(8, dtype=bool),
            ints(0, 4, 8),
            np.concatenate([x_m, x_m[::-1]]),
            np.concatenate([y_m, y_m[::-1]]),
            np.concatenate([dist_m, dist_m]),
        ),
        profiles=net.Profiles(ints(0, 4), ints(0, 300, 600, 900), ints(0, 300, 600, 900)),
        trips=net.Trips(
            texts("H1", "N1", "T1"),
            ints(1, 0, 0),
            ints(0, 0, 0),
            ints(0, 0, 0),
            ints(5 * 3600, NIGHT, EIGHT),
            texts(None, "B1", "B1"),
            texts("A", "D", "D"),
            texts(None, None, None),
            ints(0, 0, 0),
            bools(1, 0, 0),
            bools(0, 0, 0),
        ),
        headways=net.HeadwayBands(ints(0), ints(5 * 3600), ints(26 * 3600), ints(600), bools(0)),
        calendar=net.Calendar(texts("daily"), 20260101, np.ones((1, 365), dtype=bool)),
        fleet=net.Fleet(texts(), texts(), texts(), texts(), ints(), ints()),
    )


_STOP_TIMES = "\n".join(
    f"{trip},{t // 3600:02d}:{t // 60 % 60:02d}:00,{t // 3600:02d}:{t // 60 % 60:02d}:00,{stop},{k + 1}"
    for trip, start, stops in (("T1", EIGHT, "ABCD"), ("N1", NIGHT, "ABCD"), ("H1", 5 * 3600, "DCBA"))
    for k, stop in enumerate(stops)
    for t in (start + 300 * k,)
)
_GTFS = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nT,Town,https://example.org,Asia/Manila",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n"
    + "\n".join(f"{stop},{stop},{LAT},{lon}" for stop, lon in zip(STOPS, LONS, strict=True)),
    "routes.txt": "route_id,agency_id,route_short_name,route_type\nR1,T,1,3\nR2,T,2,3",
    "trips.txt": "route_id,service_id,trip_id,direction_id,block_id,shape_id\n"
    "R1,daily,T1,0,B1,S1\nR1,daily,N1,0,B1,S1\nR2,daily,H1,1,,S2",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + _STOP_TIMES,
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\nH1,05:00:00,26:00:00,600,0",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "daily,1,1,1,1,1,1,1,20260101,20261231",
    "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n"
    + "\n".join(
        f"{shape},{LAT},{lon},{k}" for shape, lons in (("S1", LONS), ("S2", LONS[::-1])) for k, lon in enumerate(lons)
    ),
    "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang,feed_version\nTown,https://example.org,en,v1",
}


def write_gtfs(path: Path) -> Path:
    """The town's static feed."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in _GTFS.items():
            archive.writestr(name, text + "\n")
    return path
