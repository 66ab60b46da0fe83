"""A GTFS zip as departures that a planner can look up, read as the GTFS reference says and by nothing of passinfo.

A feed that passinfo's own reader understands proves little: the writer and the reader may share a misunderstanding.
So this reads the tables with pandas alone. Frequencies become departures from ``start_time`` on, every
``headway_secs``, before ``end_time``; where ``exact_times`` is 0 that is one of many timetables that fit.

A question at half past midnight is answered by buses of the evening before (24:30) and by those of the new day, so
three service days stand in one timetable, in seconds of the middle one. Days on which clocks change are not handled.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from passinfo.columns import Bools, Floats
from passinfo.times import parse_service_time

DAY_S = 86_400
NOT_HERE = 1
"""``pickup_type`` and ``drop_off_type`` of a stop where nobody may board or leave the bus (GTFS reference)."""

Seconds = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Line:
    """Runs of one route, headsign and list of stops; times in seconds of the asked day, ``runs × stops``."""

    route: str
    headsign: str
    stop_ix: npt.NDArray[np.intp]
    arrival_s: Seconds
    departure_s: Seconds
    board: Bools
    leave: Bools


@dataclass(frozen=True, slots=True)
class Timetable:
    """All that runs around one service day."""

    stop_name: tuple[str, ...]
    lat_deg: Floats
    lon_deg: Floats
    lines: tuple[Line, ...]


def read_timetable(path: Path, day: dt.date) -> Timetable:
    """The runs of a feed on a service day, on the one before and on the one after."""
    with zipfile.ZipFile(path) as feed:
        tables = {
            name.removesuffix(".txt"): pd.read_csv(feed.open(name), dtype=str, keep_default_na=False)
            for name in feed.namelist()
            if name.endswith(".txt")
        }
    stops = tables["stops"]
    number = {stop_id: row for row, stop_id in enumerate(stops["stop_id"])}
    return Timetable(
        tuple(stops["stop_name"]),
        stops["stop_lat"].to_numpy(dtype=float),
        stops["stop_lon"].to_numpy(dtype=float),
        tuple(_lines(tables, number, day)),
    )


def _lines(tables: dict[str, pd.DataFrame], number: dict[str, int], day: dt.date) -> list[Line]:
    starts = _starts(tables, day)
    names = dict(zip(tables["routes"]["route_id"], tables["routes"]["route_short_name"], strict=True))
    trips = {str(trip["trip_id"]): trip for trip in tables["trips"].to_dict("records")}
    times = tables["stop_times"].assign(stop_sequence=tables["stop_times"]["stop_sequence"].astype(int))
    times = times[times["trip_id"].isin(starts)].sort_values(["trip_id", "stop_sequence"])
    found: dict[tuple[object, ...], list[tuple[Seconds, Seconds]]] = {}
    for trip_id, rows in times.groupby("trip_id", sort=True):
        trip = trips[str(trip_id)]
        arrival = np.array([parse_service_time(text) for text in rows["arrival_time"]], dtype=np.int64)
        departure = np.array([parse_service_time(text) for text in rows["departure_time"]], dtype=np.int64)
        key = (
            names[trip["route_id"]],
            trip.get("trip_headsign", ""),
            tuple(number[stop_id] for stop_id in rows["stop_id"]),
            _allowed(rows, "pickup_type"),
            _allowed(rows, "drop_off_type"),
        )
        shift = starts[str(trip_id)] - departure[0]
        found.setdefault(key, []).append((arrival + shift[:, None], departure + shift[:, None]))
    return [
        Line(
            str(route),
            str(headsign),
            np.array(stops, dtype=np.intp),
            np.concatenate([arrival for arrival, _ in runs]),
            np.concatenate([departure for _, departure in runs]),
            np.array(board, dtype=bool),
            np.array(leave, dtype=bool),
        )
        for (route, headsign, stops, board, leave), runs in found.items()
    ]


def _allowed(rows: pd.DataFrame, column: str) -> tuple[bool, ...]:
    if column not in rows:
        return (True,) * len(rows)
    return tuple(text != str(NOT_HERE) for text in rows[column])


def _starts(tables: dict[str, pd.DataFrame], day: dt.date) -> dict[str, Seconds]:
    """When each trip leaves its first stop, in seconds of the day."""
    running = {shift: _services(tables, day + dt.timedelta(days=shift)) for shift in (-1, 0, 1)}
    headways: dict[str, list[int]] = {}
    for row in tables.get("frequencies", pd.DataFrame()).itertuples():
        first, end = parse_service_time(str(row.start_time)), parse_service_time(str(row.end_time))
        headways.setdefault(str(row.trip_id), []).extend(range(first, end, int(str(row.headway_secs))))
    firsts = tables["stop_times"].assign(stop_sequence=tables["stop_times"]["stop_sequence"].astype(int))
    firsts = firsts.sort_values("stop_sequence").drop_duplicates("trip_id")
    first_of = dict(zip(firsts["trip_id"], firsts["departure_time"], strict=True))
    starts = {}
    for trip_id, service in zip(tables["trips"]["trip_id"], tables["trips"]["service_id"], strict=True):
        leaves = headways.get(trip_id) or [parse_service_time(first_of[trip_id])]
        begins = [left + shift * DAY_S for shift, services in running.items() if service in services for left in leaves]
        if begins:
            starts[trip_id] = np.array(begins, dtype=np.int64)
    return starts


def _services(tables: dict[str, pd.DataFrame], day: dt.date) -> set[str]:
    """The services that run on a day."""
    date, weekday = day.strftime("%Y%m%d"), day.strftime("%A").lower()
    running = {
        str(row["service_id"])
        for _, row in tables.get("calendar", pd.DataFrame()).iterrows()
        if row[weekday] == "1" and row["start_date"] <= date <= row["end_date"]
    }
    for row in tables.get("calendar_dates", pd.DataFrame()).itertuples():
        if row.date == date:
            (running.add if row.exception_type == "1" else running.discard)(str(row.service_id))
    return running
