"""Where buses left their lines and came back, and where several did so alike: a detour.

Pure, over matches, live or in hindsight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats, Ints, Texts, column, from_rows, take
from passinfo.geo import point_at
from passinfo.network.network import Network
from passinfo.tracking.columns import Matches

OFF_M = 60.0
"""Farther beside its line a bus is off it: six times the 90th percentile of GPS offsets (Kingston: 9 m)."""
OFF_S = 60.0
"""A shorter time is a bad fix."""
SAME_PLACE_M = 250.0
"""Buses are seen every 20 to 30 s: places where they left agree within this."""
SAME_TIME_S = 7_200.0
"""A later bus that leaves there does so for another reason."""


@dataclass(frozen=True, slots=True)
class OffRoutes:
    """One row per time that a bus left its line during a run and came back to it, in order of left_at, vehicle_id."""

    vehicle_id: Texts = column("text", "vehicle")
    route_id: Texts = column("text", "route")
    direction_id: Ints = column("i4", "GTFS direction, none if the feed has none")
    pattern_id: Texts = column("text", "pattern")
    trip_id: Texts = column("text", "trip, none if abstained")
    left_at: Floats = column("instant", "last report on the line before")
    rejoined_at: Floats = column("instant", "first report on the line after")
    left_m: Floats = column("f8", "where it left, distance along the pattern", unit="m")
    rejoined_m: Floats = column("f8", "where it came back, distance along the pattern", unit="m")
    vehicles: Ints = column(
        "i4", "vehicles that left and came back there within two hours, this one too: from 2 on it is a detour"
    )


def off_routes(network: Network, matches: Matches) -> OffRoutes:
    """Every time a bus left its line and came back to it farther on.

    Examples
    --------
    See ``tests/unit/tracking/test_detours.py``.
    """
    order = np.lexsort((matches.observed_at, matches.vehicle_id.astype(str)))
    said = take(matches, order)
    run = _runs(said)
    on = np.flatnonzero((run >= 0) & (said.offset_m <= OFF_M))
    before, after = on[:-1], on[1:]
    gap = (after - before > 1) & (run[before] == run[after])
    gap &= (said.observed_at[after] - said.observed_at[before] >= OFF_S) & (said.dist_m[after] > said.dist_m[before])
    before, after = before[gap], after[gap]
    rows = [
        (
            said.vehicle_id[a],
            said.route_id[a],
            int(said.direction_id[a]),
            said.pattern_id[a],
            said.trip_id[a],
            float(said.observed_at[a]),
            float(said.observed_at[b]),
            float(said.dist_m[a]),
            float(said.dist_m[b]),
            1,
        )
        for a, b in zip(before.tolist(), after.tolist(), strict=True)
    ]
    table = from_rows(OffRoutes, sorted(rows, key=lambda row: (row[5], row[0])))
    table.vehicles[:] = _alike(network, table)
    return table


def _runs(said: Matches) -> Ints:
    """Number of the run of each row (vehicle, pattern and trip instance), -1 without a pattern."""
    numbers: dict[tuple[object, ...], int] = {}
    keys = zip(
        said.vehicle_id.tolist(),
        said.pattern_id.tolist(),
        said.trip_id.tolist(),
        said.start_date.tolist(),
        said.start_service_s.tolist(),
        strict=True,
    )
    return np.array([-1 if key[1] is None else numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int32)


def _alike(network: Network, table: OffRoutes) -> Ints:
    """How many vehicles left and came back near the same places, on any pattern, around the same time."""
    left, back = (_places(network, table, dist) for dist in (table.left_m, table.rejoined_m))
    found = np.ones(len(table.vehicle_id), dtype=np.int32)
    for row in range(len(found)):
        close = np.abs(table.left_at - table.left_at[row]) <= SAME_TIME_S
        for places in (left, back):
            close &= np.hypot(*(places - places[row]).T) <= SAME_PLACE_M
        found[row] = len(set(table.vehicle_id[close].tolist()))
    return found


def _places(network: Network, table: OffRoutes, dist_m: Floats) -> Floats:
    rows = {pattern_id: row for row, pattern_id in enumerate(network.patterns.pattern_id.tolist())}
    patterns = network.patterns
    places = np.empty((len(dist_m), 2))
    for number, (pattern_id, dist) in enumerate(zip(table.pattern_id.tolist(), dist_m.tolist(), strict=True)):
        line = network.pattern_line(rows[pattern_id])
        places[number] = point_at(dist, patterns.shape_dist_m[line], patterns.shape_x_m[line], patterns.shape_y_m[line])
    return places
