"""A day of a feed with every departure and every walk written out, for planners without frequencies and streets."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.planner.raptor import ALL_THE_WAY_M, TO_STOP_M, TRANSFER_M, WALK_MPS, Place
from benchmarks.planner.timetable import DAY_S, Timetable
from passinfo.columns import Floats
from passinfo.geo import Projection
from passinfo.times import format_service_time

SHIFT_S = DAY_S
"""The day before begins at zero, for service times are never negative."""
CALL, CALL_S = "call", 4 * DAY_S
"""Route and time, long after, of a bus to all places: a stop that nothing serves is dropped by some planners."""
LEAST_WALK_S = 1
"""A walk of no seconds is read as one of which no time is given."""


def stop_id(row: int) -> str:
    """The id of a stop of the timetable."""
    return f"stop-{row}"


def line_id(number: int) -> str:
    """The id, and the name, of the route that stands for a line."""
    return f"line-{number}"


def place_id(number: int) -> str:
    """The stop that stands for a place."""
    return f"place-{number}"


def write_explicit(timetable: Timetable, places: Sequence[Place], day: dt.date, path: Path) -> None:
    """Write the feed; times are :data:`SHIFT_S` later than in the timetable."""
    ids = [stop_id(row) for row in range(len(timetable.stop_name))] + [place_id(row) for row in range(len(places))]
    lat = np.append(timetable.lat_deg, [place.lat_deg for place in places])
    lon = np.append(timetable.lon_deg, [place.lon_deg for place in places])
    date = day.strftime("%Y%m%d")
    tables: dict[str, Iterable[Sequence[object]]] = {
        "agency": [
            ("agency_id", "agency_name", "agency_url", "agency_timezone"),
            ("a", "a", "https://example.org", "UTC"),
        ],
        "calendar_dates": [("service_id", "date", "exception_type"), ("day", date, 1)],
        "routes": [
            ("route_id", "agency_id", "route_short_name", "route_long_name", "route_type"),
            *((line_id(row), "a", line_id(row), line.headsign, 3) for row, line in enumerate(timetable.lines)),
            (CALL, "a", CALL, "", 3),
        ],
        "stops": [("stop_id", "stop_name", "stop_lat", "stop_lon"), *zip(ids, ids, lat, lon, strict=True)],
        "trips": [("route_id", "service_id", "trip_id"), *_trips(timetable), (CALL, "day", CALL)],
        "stop_times": [
            ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence", "pickup_type", "drop_off_type"),
            *_stop_times(timetable),
            *_call(places),
        ],
        "transfers": [("from_stop_id", "to_stop_id", "transfer_type", "min_transfer_time"), *_walks(ids, lat, lon)],
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as feed:
        for name, rows in tables.items():
            text = io.StringIO()
            for row in rows:
                text.write(",".join(f'"{value}"' if "," in str(value) else str(value) for value in row) + "\n")
            feed.writestr(f"{name}.txt", text.getvalue())


def _trips(timetable: Timetable) -> Iterable[Sequence[object]]:
    for number, line in enumerate(timetable.lines):
        yield from ((line_id(number), "day", _trip(number, run)) for run in range(len(line.arrival_s)))


def _trip(number: int, run: int) -> str:
    return f"trip-{number}-{run}"


def _stop_times(timetable: Timetable) -> Iterable[Sequence[object]]:
    for number, line in enumerate(timetable.lines):
        for run in range(len(line.arrival_s)):
            for place, stop in enumerate(line.stop_ix.tolist()):
                arrival, departure = (
                    format_service_time(int(at[run, place]) + SHIFT_S) for at in (line.arrival_s, line.departure_s)
                )
                shut = (int(not line.board[place]), int(not line.leave[place]))
                yield (_trip(number, run), arrival, departure, stop_id(stop), place, *shut)


def _call(places: Sequence[Place]) -> Iterable[Sequence[object]]:
    for row in range(len(places)):
        at = format_service_time(CALL_S + row)
        yield CALL, at, at, place_id(row), row, 0, 0


def _walks(ids: Sequence[str], lat: Floats, lon: Floats) -> Iterable[Sequence[object]]:
    xy = np.column_stack(Projection(float(lat.mean()), float(lon.mean())).to_xy(lat, lon))
    for one, other in cKDTree(xy).query_pairs(ALL_THE_WAY_M, output_type="ndarray").tolist():
        dist_m = float(np.hypot(*(xy[one] - xy[other])))
        places = sum(ids[row].startswith("place-") for row in (one, other))
        if dist_m <= (TRANSFER_M, TO_STOP_M, ALL_THE_WAY_M)[places]:
            walk_s = max(round(dist_m / WALK_MPS), LEAST_WALK_S)
            yield ids[one], ids[other], 2, walk_s
            yield ids[other], ids[one], 2, walk_s
