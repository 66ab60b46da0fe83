"""Faults of a feed that only its owner can mend: told, and copied as they are.

Each looks at tables of text. What a whole validator finds more is a validator's work; these are the ones that spoil
passenger information in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from passinfo.columns import Bools, Floats
from passinfo.gtfs.findings import Done, Found, found_in

Tables = Mapping[str, pd.DataFrame]

_SERVICE_TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)")
PLACEHOLDER_HEADWAY_S = 120
"""Headways below two minutes on reading are most likely placeholders (docs/network.md)."""


def doubts(tables: Tables) -> Found:
    """All of them, in order of the tables they are in."""
    found: Found = []
    for name, columns, fault, where in _DOUBTS:
        table = tables.get(name)
        if table is not None and len(table) and set(columns) <= set(table.columns):
            found += found_in(table, name, where(table, tables), fault, Done.KEPT)
    return found


def _number(values: pd.Series) -> Floats:
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)


def _seconds(values: pd.Series) -> Floats:
    """Service seconds, NaN where there is none."""
    codes, texts = pd.factorize(values)
    known = [_SERVICE_TIME.fullmatch(str(text)) for text in texts]
    seconds = np.full(len(texts) + 1, np.nan)  # the last is the one of code -1
    seconds[:-1] = [int(m[1]) * 3600 + int(m[2]) * 60 + int(m[3]) if m else np.nan for m in known]
    return seconds[codes]


def _unnamed(table: pd.DataFrame, column: str, tables: Tables, users: Iterable[tuple[str, str]]) -> Bools:
    used = [tables[name][field] for name, field in users if field in tables.get(name, ())]
    return ~table[column].isin(pd.concat(used).unique() if used else []).to_numpy(dtype=bool)


def _off_the_earth(stops: pd.DataFrame, _tables: Tables) -> Bools:
    lat, lon = _number(stops["stop_lat"]), _number(stops["stop_lon"])
    given = (stops["stop_lat"] != "").to_numpy(dtype=bool)
    return np.asarray(given & (~(np.abs(lat) <= 90) | ~(np.abs(lon) <= 180) | ((lat == 0) & (lon == 0))))


def _stop_unused(stops: pd.DataFrame, tables: Tables) -> Bools:
    unused = _unnamed(stops, "stop_id", tables, (("stop_times", "stop_id"), ("location_group_stops", "stop_id")))
    if "location_type" in stops.columns:
        unused &= stops["location_type"].isin(["", "0"]).to_numpy(dtype=bool)
    return unused


def _route_twice(routes: pd.DataFrame, _tables: Tables) -> Bools:
    names = ["agency_id", "route_short_name", "route_long_name", "route_type"]
    return np.asarray(routes.duplicated([name for name in names if name in routes.columns]).to_numpy(dtype=bool))


def _nameless(routes: pd.DataFrame, _tables: Tables) -> Bools:
    return (routes.filter(["route_short_name", "route_long_name"]) == "").all(axis=1).to_numpy(dtype=bool)


def _never(calendar: pd.DataFrame, tables: Tables) -> Bools:
    days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    never = ~(calendar.filter(days) == "1").any(axis=1).to_numpy(dtype=bool)
    return never & _unnamed(calendar, "service_id", tables, [("calendar_dates", "service_id")])


def _ends_before(calendar: pd.DataFrame, _tables: Tables) -> Bools:
    return (calendar["end_date"] < calendar["start_date"]).to_numpy(dtype=bool)


def _runs_nowhere(trips: pd.DataFrame, tables: Tables) -> Bools:
    stop_times = tables.get("stop_times")
    calls = stop_times["trip_id"].value_counts() if stop_times is not None and "trip_id" in stop_times else pd.Series()
    return (trips["trip_id"].map(calls).fillna(0).astype(float) < 2).to_numpy(dtype=bool)


def _same_trip(stop_times: pd.DataFrame) -> Bools:
    """Rows that follow a row of the same trip (the table is in order)."""
    return (stop_times["trip_id"] == stop_times["trip_id"].shift()).to_numpy(dtype=bool)


def _backwards(stop_times: pd.DataFrame, _tables: Tables) -> Bools:
    came, left = _seconds(stop_times["arrival_time"]), _seconds(stop_times["departure_time"])
    with np.errstate(invalid="ignore"):
        return np.asarray((left < came) | (_same_trip(stop_times) & (came < np.roll(_held(stop_times, left), 1))))


def _held(stop_times: pd.DataFrame, left: Floats) -> Floats:
    """The last departure told so far on the same trip: between timepoints times are left out."""
    told = pd.Series(left, index=stop_times.index).groupby(stop_times["trip_id"]).ffill()
    return np.asarray(told, dtype=np.float64)


def _dist_backwards(stop_times: pd.DataFrame, _tables: Tables) -> Bools:
    dist = _number(stop_times["shape_dist_traveled"])
    with np.errstate(invalid="ignore"):
        return np.asarray(_same_trip(stop_times) & (dist < np.roll(dist, 1)))


def _placeholder(frequencies: pd.DataFrame, _tables: Tables) -> Bools:
    with np.errstate(invalid="ignore"):
        return np.asarray(_number(frequencies["headway_secs"]) < PLACEHOLDER_HEADWAY_S)


def _overlap(frequencies: pd.DataFrame, _tables: Tables) -> Bools:
    start, end = _seconds(frequencies["start_time"]), _seconds(frequencies["end_time"])
    order = np.lexsort((start, pd.factorize(frequencies["trip_id"])[0]))
    trip = frequencies["trip_id"].to_numpy()[order]
    found = np.zeros(len(frequencies), dtype=bool)
    with np.errstate(invalid="ignore"):
        found[order[1:]] = (trip[1:] == trip[:-1]) & (start[order][1:] < end[order][:-1])
    return found


_DOUBTS: tuple[tuple[str, tuple[str, ...], str, Callable[[pd.DataFrame, Tables], Bools]], ...] = (
    ("stops", ("stop_lat", "stop_lon"), "place is not on the Earth, or 0, 0", _off_the_earth),
    ("stops", ("stop_id",), "nothing stops there", _stop_unused),
    ("routes", ("route_long_name",), "the same names as another route", _route_twice),
    ("routes", ("route_id",), "no name", _nameless),
    ("calendar", ("service_id",), "runs on no day", _never),
    ("calendar", ("start_date", "end_date"), "ends before it begins", _ends_before),
    ("trips", ("trip_id",), "fewer than two stops", _runs_nowhere),
    ("stop_times", ("trip_id", "arrival_time", "departure_time"), "times run backwards", _backwards),
    ("stop_times", ("trip_id", "shape_dist_traveled"), "distances run backwards", _dist_backwards),
    ("frequencies", ("headway_secs",), "headway under 120 s, most likely a placeholder", _placeholder),
    ("frequencies", ("trip_id", "start_time", "end_time"), "overlaps the band before", _overlap),
)
"""Table, columns needed, fault, and the rows that have it."""
