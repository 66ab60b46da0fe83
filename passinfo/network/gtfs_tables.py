"""GTFS as clean tables: what reading gives and compiling takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from passinfo.rejections import Rejection

FieldKind = Literal["id", "text", "time", "date", "float", "int"]

FIELDS: dict[str, dict[str, tuple[FieldKind, bool]]] = {
    "agency": {
        "agency_id": ("id", False),
        "agency_name": ("text", True),
        "agency_url": ("text", False),
        "agency_timezone": ("text", True),
    },
    "stops": {
        "stop_id": ("id", True),
        "stop_code": ("text", False),
        "stop_name": ("text", False),
        "stop_lat": ("float", False),
        "stop_lon": ("float", False),
        "location_type": ("int", False),
        "parent_station": ("id", False),
        "wheelchair_boarding": ("int", False),
    },
    "routes": {
        "route_id": ("id", True),
        "agency_id": ("id", False),
        "route_short_name": ("text", False),
        "route_long_name": ("text", False),
        "route_type": ("int", True),
        "route_color": ("text", False),
        "route_text_color": ("text", False),
        "route_sort_order": ("int", False),
    },
    "trips": {
        "trip_id": ("id", True),
        "route_id": ("id", True),
        "service_id": ("id", True),
        "trip_headsign": ("text", False),
        "trip_short_name": ("text", False),
        "direction_id": ("int", False),
        "block_id": ("id", False),
        "shape_id": ("id", False),
        "wheelchair_accessible": ("int", False),
    },
    "stop_times": {
        "trip_id": ("id", True),
        "stop_id": ("id", True),
        "stop_sequence": ("int", True),
        "arrival_time": ("time", False),
        "departure_time": ("time", False),
        "pickup_type": ("int", False),
        "drop_off_type": ("int", False),
        "timepoint": ("int", False),
    },
    "calendar": {
        "service_id": ("id", True),
        **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), ("int", True)),
        "start_date": ("date", True),
        "end_date": ("date", True),
    },
    "calendar_dates": {
        "service_id": ("id", True),
        "date": ("date", True),
        "exception_type": ("int", True),
    },
    "frequencies": {
        "trip_id": ("id", True),
        "start_time": ("time", True),
        "end_time": ("time", True),
        "headway_secs": ("int", True),
        "exact_times": ("int", False),
    },
    "shapes": {
        "shape_id": ("id", True),
        "shape_pt_lat": ("float", True),
        "shape_pt_lon": ("float", True),
        "shape_pt_sequence": ("int", True),
    },
    "feed_info": {"feed_version": ("text", False)},
}
"""The tables and fields the network is compiled from: kind, and whether a row needs the value (GTFS reference)."""

REQUIRED_TABLES = ("agency", "stops", "routes", "trips", "stop_times")


@dataclass(frozen=True, slots=True)
class GtfsTables:
    """The tables of :data:`FIELDS` with clean columns; a table the feed lacks is empty.

    Kinds: ids and texts are ``str`` ("" = none); times int seconds of the service day (-1 = none); dates int
    ``yyyymmdd``; numbers float (NaN = none) or int (-1 = none).
    """

    agency: pd.DataFrame
    stops: pd.DataFrame
    routes: pd.DataFrame
    trips: pd.DataFrame
    stop_times: pd.DataFrame
    calendar: pd.DataFrame
    calendar_dates: pd.DataFrame
    frequencies: pd.DataFrame
    shapes: pd.DataFrame
    feed_info: pd.DataFrame
    content_hash: str = ""
    """SHA-256 over the names and bytes of the tables read."""
    rejections: tuple[Rejection, ...] = ()
