"""The truth, in one place: each report's true trip, where it lay on it, and whether it was in service.

From the source's own trip and raw positions only: what tracking says, and noise put on positions, have no part in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from benchmarks.tracking.cities import network, reports
from benchmarks.tracking.progress import progress
from benchmarks.tracking.service import about_terminal, in_service, standing
from passinfo.bms.reports import Reports
from passinfo.columns import Bools, Floats, Ints, Texts, none_column, take
from passinfo.network.network import Network
from passinfo.tracking.columns import Matches

DATE_SCALE = 100_000_000
"""A service date has eight digits."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Of each row: whether it is in service, and its true trip (row of the network), pattern and place."""

    in_service: Bools
    about_terminal: Bools
    """In service by the letter, but waiting or turning at a terminal."""
    trip_ix: Ints
    """-1: the source tells no trip, or one the feed does not have."""
    pattern_ix: Ints
    dist_m: Floats
    route_id: Texts
    direction_id: Ints
    trip_id: Texts
    start_date: Ints


def truth_of(name: str, matches: Matches) -> Truth:
    """The truth of matches of a recorded city's reports."""
    place, found = recorded_truth(name)
    keys = zip(matches.vehicle_id.tolist(), matches.observed_at.tolist(), strict=True)
    return chosen(found, np.array([place[key] for key in keys], dtype=np.intp))


def chosen(truth: Truth, rows: npt.NDArray[np.intp]) -> Truth:
    """Some rows of the truth."""
    return Truth(*(getattr(truth, name)[rows] for name in Truth.__slots__))


@cache
def recorded_truth(name: str) -> tuple[dict[tuple[str, float], int], Truth]:
    """The truth of all reports of a city, and the row of each (vehicle, instant): polls repeat a report."""
    everything = reports(name)
    first: dict[tuple[str, float], int] = {}
    for row, key in enumerate(zip(everything.vehicle_id.tolist(), everything.observed_at.tolist(), strict=True)):
        first.setdefault(key, row)
    once = take(everything, np.array(list(first.values()), dtype=np.intp))
    return {key: row for row, key in enumerate(first)}, truth_of_reports(network(name), once)


def truth_of_reports(city: Network, rows: Reports) -> Truth:
    """The truth of reports as their source labels them (``trip_id``, ``start_date``), each instant once."""
    n = len(rows.vehicle_id)
    trip = np.array([city.trip_rows.get(each, -1) for each in rows.trip_id.tolist()], dtype=np.int32)
    known = trip >= 0
    pattern = np.where(known, city.trips.pattern_ix[trip], -1).astype(np.int32)
    route_id, trip_id = none_column("text", n), none_column("text", n)
    route_id[known] = city.routes.route_id[city.patterns.route_ix[pattern[known]]]
    trip_id[known] = rows.trip_id[known]
    direction = np.where(known, city.patterns.direction_id[pattern], -1).astype(np.int32)
    x_m, y_m = city.projection.to_xy(rows.lat_deg, rows.lon_deg)
    dist, serving, waiting = np.full(n, np.nan), np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    vehicle = rows.vehicle_id.astype(str)
    for each in np.unique(vehicle):
        mine = np.flatnonzero(vehicle == each)
        mine = mine[np.argsort(rows.observed_at[mine], kind="stable")]
        stands = standing(x_m[mine], y_m[mine], rows.observed_at[mine])
        run = trip[mine].astype(np.int64) * DATE_SCALE + rows.start_date[mine]
        for key in np.unique(run[known[mine]]):
            of_run = run == key
            of = mine[of_run]
            line = int(pattern[of[0]])
            dist[of], offset = progress(city, line, x_m[of], y_m[of])
            length_m = city.pattern_length_m(line)
            serving[of] = in_service(dist[of], offset, stands[of_run], length_m)
            waiting[of] = serving[of] & about_terminal(dist[of], stands[of_run], length_m)
    return Truth(serving, waiting, trip, pattern, dist, route_id, direction, trip_id, rows.start_date)
