"""Made-up towns: roads drawn in metres, lines that run on them, and the GTFS feed an agency would publish of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from passinfo.columns import Floats
from passinfo.geo import EARTH_RADIUS_M
from passinfo.gtfs.read import clean_tables
from passinfo.network.compile import compile_network
from passinfo.network.network import Network

STOP_EVERY_M = 400.0
PLANNED_MPS, PLANNED_DWELL_S = 7.5, 20.0
DATE = 20260302
"""A Monday."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One direction of a route: the way it takes and the stops on it."""

    route_id: str
    direction_id: int
    line_id: str
    x_m: Floats
    y_m: Floats
    dist_m: Floats
    stop_m: Floats
    stop_ids: tuple[str, ...]

    @property
    def length_m(self) -> float:
        """Length of the way."""
        return float(self.dist_m[-1])

    def at(self, dist_m: Floats) -> tuple[Floats, Floats]:
        """Places at distances."""
        return np.interp(dist_m, self.dist_m, self.x_m), np.interp(dist_m, self.dist_m, self.y_m)

    def planned_s(self) -> Floats:
        """Arrivals at the stops, seconds after the start."""
        hops = np.diff(self.stop_m) / PLANNED_MPS + PLANNED_DWELL_S
        return np.asarray(np.round(np.concatenate(([0.0], np.cumsum(hops)))), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Run:
    """A trip instance: of a timetable trip, or one bus of a headway trip."""

    line: Line
    trip_id: str
    start_s: float
    headway: bool = False

    @property
    def end_s(self) -> float:
        """Planned arrival at the last stop."""
        return self.start_s + float(self.line.planned_s()[-1])


@dataclass
class Town:
    """What the agency knows."""

    lat_deg: float
    lon_deg: float
    lines: list[Line] = field(default_factory=list)
    stops: dict[str, Point] = field(default_factory=dict)
    trips: list[tuple[Run, str]] = field(default_factory=list)
    """Timetable trips and headway templates, each with its block."""
    headways: list[tuple[str, float, float, float]] = field(default_factory=list)

    def line(self, route_id: str, direction_id: int, points: Sequence[Point], *, stops: str = "") -> Line:
        """A line along points; ``stops``: stations by which stops of several lines are one where they coincide."""
        x, y = np.array(points, dtype=float).T
        dist = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
        stop_m = np.linspace(0.0, dist[-1], max(round(dist[-1] / STOP_EVERY_M), 2) + 1)
        line_id = f"{route_id}-{direction_id}-{len(self.lines)}"
        at = zip(np.interp(stop_m, dist, x), np.interp(stop_m, dist, y), strict=True)
        ids = []
        for number, (east, north) in enumerate(at):
            same = [each for each, place in self.stops.items() if np.hypot(place[0] - east, place[1] - north) < 1.0]
            stop_id = same[0] if same and stops else f"{line_id}-{number}"
            self.stops.setdefault(stop_id, (float(east), float(north)))
            ids.append(stop_id)
        made = Line(route_id, direction_id, line_id, x, y, dist, stop_m, tuple(ids))
        self.lines.append(made)
        return made

    def run(self, line: Line, start_s: float, block: str = "") -> Run:
        """A trip of the timetable."""
        made = Run(line, f"{line.line_id}@{int(start_s)}", start_s)
        self.trips.append((made, block))
        return made

    def headway(self, line: Line, every_s: float, first_s: float = 4 * 3600, last_s: float = 26 * 3600) -> Run:
        """Headway service on a line; the template of its instances."""
        made = Run(line, f"{line.line_id}@every", first_s, headway=True)
        self.trips.append((made, ""))
        self.headways.append((made.trip_id, first_s, last_s, every_s))
        return made

    def places(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Latitude and longitude of places on the drawing board."""
        per_deg = np.pi / 180 * EARTH_RADIUS_M
        return self.lat_deg + y_m / per_deg, self.lon_deg + x_m / per_deg / np.cos(np.radians(self.lat_deg))

    def network(self) -> Network:
        """The compiled feed."""
        tables = {name: ("\n".join(rows) + "\n").encode() for name, rows in self._tables().items() if len(rows) > 1}
        return compile_network(clean_tables(tables, Path("town"))).network

    def _tables(self) -> dict[str, list[str]]:
        stop_times = ["trip_id,stop_id,stop_sequence,arrival_time,departure_time"]
        for run, _ in self.trips:
            for number, (stop_id, at) in enumerate(zip(run.line.stop_ids, run.line.planned_s(), strict=True)):
                clock = _clock(run.start_s + at)
                stop_times.append(f"{run.trip_id},{stop_id},{number + 1},{clock},{clock}")
        shapes = ["shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence"]
        for line in self.lines:
            lat, lon = self.places(line.x_m, line.y_m)
            shapes += [f"{line.line_id},{lat[i]:.7f},{lon[i]:.7f},{i}" for i in range(len(lat))]
        stops = ["stop_id,stop_name,stop_lat,stop_lon"]
        for stop_id, (east, north) in self.stops.items():
            lat, lon = self.places(np.array([east]), np.array([north]))
            stops.append(f"{stop_id},{stop_id},{lat[0]:.7f},{lon[0]:.7f}")
        routes = sorted({line.route_id for line in self.lines})
        return {
            "agency": ["agency_id,agency_name,agency_url,agency_timezone", "A,Town,https://town.example,Etc/UTC"],
            "routes": ["route_id,agency_id,route_short_name,route_type", *(f"{each},A,{each},3" for each in routes)],
            "stops": stops,
            "shapes": shapes,
            "trips": [
                "route_id,service_id,trip_id,direction_id,block_id,shape_id",
                *(
                    f"{run.line.route_id},all,{run.trip_id},{run.line.direction_id},{block},{run.line.line_id}"
                    for run, block in self.trips
                ),
            ],
            "stop_times": stop_times,
            "calendar": [
                "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
                "all,1,1,1,1,1,1,1,20260101,20261231",
            ],
            "frequencies": [
                "trip_id,start_time,end_time,headway_secs,exact_times",
                *(f"{trip},{_clock(first)},{_clock(last)},{every:.0f},0" for trip, first, last, every in self.headways),
            ],
        }


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
