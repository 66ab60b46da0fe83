"""Stops and routes of the tables as arrays; the centre of the city's plane."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from passinfo.columns import Ints
from passinfo.geo import Projection
from passinfo.network.network import Routes, Stops
from passinfo.rejections import Reason, Rejection


def texts(values: pd.Series) -> npt.NDArray[np.object_]:
    """A column of texts."""
    return values.to_numpy(dtype=object)


def ints(values: pd.Series) -> Ints:
    """A column of whole numbers."""
    return values.to_numpy(dtype=np.int32)


def first_of_each(table: pd.DataFrame, key: str, source: str, refused: list[Rejection]) -> pd.DataFrame:
    """The table without rows whose key was there before, sorted by key."""
    twice = table.duplicated(key)
    refused.extend(Rejection(source, 0, Reason.DUPLICATE_ID, key, str(value)) for value in table.loc[twice, key])
    return table[~twice].sort_values(key, kind="stable").reset_index(drop=True)


def compile_stops(table: pd.DataFrame, refused: list[Rejection]) -> tuple[Stops, Projection]:
    """Stops and stations that lie somewhere, by stop_id; the plane around their median (one at 0, 0 moves nothing)."""
    table = first_of_each(table, "stop_id", "stops.txt", refused)
    table = table[table["location_type"].isin((-1, 0, 1))]
    lat, lon = table["stop_lat"].to_numpy(dtype=float), table["stop_lon"].to_numpy(dtype=float)
    placed = (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
    refused.extend(
        Rejection("stops.txt", 0, Reason.COORDINATES_OUT_OF_RANGE, "stop_lat", str(stop_id))
        for stop_id in table["stop_id"][~placed]
    )
    table = table[placed].reset_index(drop=True)
    rows = {stop_id: row for row, stop_id in enumerate(table["stop_id"])}
    lat, lon = lat[placed], lon[placed]
    stops = Stops(
        texts(table["stop_id"]),
        texts(table["stop_code"]),
        texts(table["stop_name"]),
        lat,
        lon,
        np.maximum(ints(table["location_type"]), 0),
        np.array([rows.get(parent, -1) for parent in table["parent_station"]], dtype=np.int32),
        np.maximum(ints(table["wheelchair_boarding"]), 0),
    )
    centre = Projection(float(np.median(lat)), float(np.median(lon))) if len(lat) else Projection(0.0, 0.0)
    return stops, centre


def compile_routes(table: pd.DataFrame, refused: list[Rejection]) -> Routes:
    """Routes, by route_id."""
    table = first_of_each(table, "route_id", "routes.txt", refused)
    return Routes(
        texts(table["route_id"]),
        texts(table["agency_id"]),
        texts(table["route_short_name"]),
        texts(table["route_long_name"]),
        ints(table["route_type"]),
        texts(table["route_color"]),
        texts(table["route_text_color"]),
        ints(table["route_sort_order"]),
    )
