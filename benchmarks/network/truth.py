"""What a city's GTFS says of its patterns: the truth that learning does not see."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import shapely

from passinfo.columns import Floats
from passinfo.geo import Projection
from passinfo.network.learn.learned import LearnedPattern
from passinfo.network.learn.line import resampled
from passinfo.network.learn.stop_lists import StopLists

STEP_M = 10.0
"""Lines are compared at points so far apart."""


@dataclass(frozen=True, slots=True)
class TruePattern:
    """One stop list and shape of trips that ran."""

    route_id: str
    direction: str
    stop_ids: tuple[str, ...]
    trips: int
    x_m: Floats
    y_m: Floats

    @property
    def line(self) -> shapely.LineString:
        """Its shape, in the plane."""
        return shapely.linestrings(np.column_stack((self.x_m, self.y_m)))


@dataclass(frozen=True, slots=True)
class Schedule:
    """The tables that tell patterns."""

    trips: pd.DataFrame
    stops: pd.DataFrame
    shapes: dict[str, tuple[Floats, Floats]]
    """(latitude, longitude) of each shape."""
    stop_ids: pd.Series
    """Of each trip, in order."""

    def patterns(self, trip_ids: list[str], projection: Projection) -> list[TruePattern]:
        """Patterns of some trips, the most driven first."""
        told = self.trips.loc[trip_ids].copy()
        told["stop_ids"] = self.stop_ids.loc[trip_ids]
        if "direction_id" not in told:
            told["direction_id"] = ""
        found = []
        keys = ["route_id", "direction_id", "stop_ids", "shape_id"]
        for key, trips in told.groupby(keys).size().items():
            route, direction, stop_ids, shape = cast("tuple[str, str, tuple[str, ...], str]", key)
            x_m, y_m = projection.to_xy(*self.shapes[shape])
            found.append(TruePattern(route, direction, stop_ids, int(trips), x_m, y_m))
        return sorted(found, key=lambda each: -each.trips)

    def lists(self, patterns: list[TruePattern], seed: int) -> StopLists:
        """Which stops each route serves, in no order."""
        pairs = sorted({(each.route_id, stop_id) for each in patterns for stop_id in each.stop_ids})
        np.random.default_rng(seed).shuffle(pairs)
        route, stop = (np.array([pair[k] for pair in pairs], dtype=object) for k in (0, 1))
        at = self.stops.loc[stop]
        return StopLists(route, stop, at.stop_lat.to_numpy(float), at.stop_lon.to_numpy(float), ordered=False)


def schedule(path: Path) -> Schedule:
    """The schedule of a GTFS zip."""
    with zipfile.ZipFile(path) as feed:
        trips, times, points, stops = (
            pd.read_csv(feed.open(f"{name}.txt"), dtype=str) for name in ("trips", "stop_times", "shapes", "stops")
        )
    times["number"] = times.stop_sequence.astype(int)
    points["number"] = points.shape_pt_sequence.astype(int)
    shapes = {
        str(shape): (rows.shape_pt_lat.to_numpy(float), rows.shape_pt_lon.to_numpy(float))
        for shape, rows in points.sort_values(["shape_id", "number"]).groupby("shape_id")
    }
    stop_ids = times.sort_values(["trip_id", "number"]).groupby("trip_id").stop_id.apply(tuple)
    return Schedule(trips.set_index("trip_id"), stops.set_index("stop_id"), shapes, stop_ids)


def off_m(x_m: Floats, y_m: Floats, true: shapely.Geometry) -> Floats:
    """Distance of points along a line from another."""
    points = shapely.points(*resampled(x_m, y_m, STEP_M))
    return np.asarray(shapely.distance(true, points))


def nearest(pattern: LearnedPattern, true: list[TruePattern]) -> TruePattern | None:
    """The true pattern of the route that begins and ends nearest to a learned one."""

    def apart(each: TruePattern) -> float:
        return float(
            np.hypot(each.x_m[0] - pattern.x_m[0], each.y_m[0] - pattern.y_m[0])
            + np.hypot(each.x_m[-1] - pattern.x_m[-1], each.y_m[-1] - pattern.y_m[-1])
        )

    return min((each for each in true if each.route_id == pattern.route_id), key=apart, default=None)
