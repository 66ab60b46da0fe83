"""A made-up city for prediction: a timetable pattern, a headway pattern, a loop; 500 m from stop to stop.

Pattern 0 (R1, stops A-E): timetable trips T1 08:00 and T2 09:00 with 60 s of standing at C, frequency trip X1 with
exact times; pattern 1 (R2, E-A): headway templates H_peak (06:00-10:00, quicker) and H_day (10:00-25:00); pattern 2
(R3): loop A-B-C-A, trips L1 and L2 (23:50). Two minutes from stop to stop but for H_peak (100 s) and L2 (150 s).
"""

import numpy as np

from passinfo.geo import Projection
from passinfo.ids import NetworkHash
from passinfo.network import network as net
from passinfo.prediction.protocol import RunAhead
from passinfo.times import service_day_zero_s

ZONE = "Asia/Manila"
ZERO = service_day_zero_s(20260216, ZONE)
TRIPS = ("H_day", "H_peak", "L1", "L2", "T1", "T2", "X1")
TIMETABLE, HEADWAY, LOOP = 0, 1, 2


def at(hours: float, seconds: float = 0.0) -> float:
    """Instant of the service day."""
    return ZERO + hours * 3600 + seconds


def texts(*values):
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def ints(*values):
    return np.array(values, dtype=np.int32)


def city(name: str = "city") -> net.Network:
    """The network."""
    stop_ids = texts("A", "B", "C", "D", "E")
    x_m = np.arange(5) * 500.0
    lines = [x_m, x_m[::-1], x_m[[0, 1, 2, 0]]]
    dist_m = [np.arange(len(line)) * 500.0 for line in lines]
    profiles = [(120, 60, 5), (120, 0, 5), (100, 0, 5), (120, 0, 4), (150, 0, 4)]
    arrivals = [np.arange(n) * pace + np.where(np.arange(n) > 2, stand, 0) for pace, stand, n in profiles]
    departures = [
        a + np.where(np.arange(len(a)) == 2, stand, 0) for a, (_, stand, _) in zip(arrivals, profiles, strict=True)
    ]
    flat = sum(len(line) for line in lines)
    projection = Projection(14.5, 121.0)
    lat_deg, lon_deg = projection.to_lat_lon(x_m, np.zeros(5))
    none = np.zeros(flat, dtype=bool)
    return net.Network(
        hash=NetworkHash(name),
        timezone=ZONE,
        agency_name="City",
        agency_url="https://example.org",
        feed_version="v1",
        projection=projection,
        stops=net.Stops(
            stop_ids, stop_ids, stop_ids, lat_deg, lon_deg, ints(*[0] * 5), ints(*[-1] * 5), ints(*[0] * 5)
        ),
        routes=net.Routes(
            texts("R1", "R2", "R3"),
            texts("T", "T", "T"),
            texts("1", "2", "3"),
            texts("", "", ""),
            ints(3, 3, 3),
            texts("", "", ""),
            texts("", "", ""),
            ints(0, 1, 2),
        ),
        patterns=net.Patterns(
            texts("P1", "P2", "P3"),
            ints(0, 1, 2),
            ints(0, 1, 0),
            texts("E", "A", "A"),
            np.ones(3, dtype=bool),
            np.ones(3, dtype=bool),
            ints(0, 5, 10, 14),
            ints(0, 1, 2, 3, 4, 4, 3, 2, 1, 0, 0, 1, 2, 0),
            ints(*range(1, 6), *range(1, 6), *range(1, 5)),
            np.concatenate(dist_m),
            none,
            none,
            none,
            ints(0, 5, 10, 14),
            np.concatenate(lines),
            np.zeros(flat),
            np.concatenate(dist_m),
        ),
        profiles=net.Profiles(
            ints(0, 5, 10, 15, 19, 23),
            np.concatenate(arrivals).astype(np.int32),
            np.concatenate(departures).astype(np.int32),
        ),
        trips=net.Trips(
            texts(*TRIPS),
            ints(1, 1, 2, 2, 0, 0, 0),
            ints(*[0] * 7),
            ints(1, 2, 3, 4, 0, 0, 0),
            ints(0, 0, 7 * 3600, 23 * 3600 + 3000, 8 * 3600, 9 * 3600, 0),
            texts(None, None, None, None, "B1", "B1", None),
            texts("A", "A", "A", "A", "E", "E", "E"),
            texts(*[None] * 7),
            ints(*[0] * 7),
            np.array([1, 1, 0, 0, 0, 0, 0], dtype=bool),
            np.array([0, 0, 0, 0, 0, 0, 1], dtype=bool),
        ),
        headways=net.HeadwayBands(
            ints(0, 1, 6),
            ints(10 * 3600, 6 * 3600, 6 * 3600),
            ints(25 * 3600, 10 * 3600, 9 * 3600),
            ints(600, 300, 900),
            np.array([0, 0, 1], dtype=bool),
        ),
        calendar=net.Calendar(texts("daily"), 20260101, np.ones((1, 365), dtype=bool)),
        fleet=net.Fleet(texts(), texts(), texts(), texts(), ints(), ints()),
    )


def run(
    pattern: int,
    trip: str | None = None,
    *,
    dist_m: float = 0.0,
    measured_at: float = np.nan,
    first: int = 0,
    departs_at: float = np.nan,
    start_at: float = np.nan,
) -> RunAhead:
    """One run ahead by hand."""
    return RunAhead(
        ints(pattern),
        ints(-1 if trip is None else TRIPS.index(trip)),
        np.array([dist_m]),
        np.array([measured_at]),
        ints(first),
        np.array([departs_at]),
        np.array([start_at]),
    )


def together(*runs: RunAhead) -> RunAhead:
    """Several runs as one table."""
    return RunAhead(*[np.concatenate([getattr(r, name) for r in runs]) for name in RunAhead.__dataclass_fields__])
