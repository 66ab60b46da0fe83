"""The master data a city would have given whose feed is at hand: its stops, patterns and departures, no stop times."""

from __future__ import annotations

from typing import Any

import pandas as pd

from passinfo.bms.master import (
    Agency,
    DayType,
    Master,
    PatternKey,
    Publisher,
    Route,
    RouteStops,
    RunningBand,
    Stop,
    TimetableDeparture,
)
from passinfo.network.gtfs_tables import GtfsTables

_SPEED_MPS = 3.5
"""About the commercial speed of Manhattan's buses (8 mph)."""


def master_of_feed(feed: GtfsTables) -> Master:
    """Every trip of the feed as a departure of its pattern; running times are assumed, as they are for master data."""
    calls = feed.stop_times.sort_values(["trip_id", "stop_sequence"])
    by_trip = calls.groupby("trip_id", sort=False)
    stops_of = by_trip["stop_id"].agg(tuple).to_dict()
    start_of = by_trip["departure_time"].first().to_dict()
    variants: dict[tuple[str, int, tuple[str, ...]], PatternKey] = {}
    patterns, timetable = [], []
    for trip in _records(feed.trips.sort_values("trip_id")):
        stop_ids, direction = stops_of.get(trip["trip_id"], ()), max(trip["direction_id"], 0)
        if len(stop_ids) < 2:
            continue
        shape = (trip["route_id"], direction, stop_ids)
        if shape not in variants:
            variants[shape] = PatternKey(trip["route_id"], direction, f"v{len(variants)}")
            patterns.append(RouteStops(variants[shape], stop_ids, trip["trip_headsign"]))
        start = int(start_of[trip["trip_id"]])
        timetable.append(TimetableDeparture(variants[shape], trip["service_id"], start, trip["trip_id"]))
    agency = _records(feed.agency)[0]
    name, url = agency["agency_name"], agency["agency_url"]
    return Master(
        agency=Agency(agency["agency_id"], name, url, agency["agency_timezone"]),
        publisher=Publisher(name, url),
        stops=tuple(
            Stop(stop["stop_id"], stop["stop_name"], stop["stop_lat"], stop["stop_lon"])
            for stop in _records(feed.stops)
        ),
        routes=tuple(
            Route(route["route_id"], route["route_short_name"], route["route_long_name"])
            for route in _records(feed.routes)
        ),
        route_stops=tuple(patterns),
        day_types=tuple(_day_type(service) for service in _records(feed.calendar)),
        timetable=tuple(timetable),
        running=(RunningBand(0, 30 * 3600, _SPEED_MPS),),
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _day_type(service: dict[str, Any]) -> DayType:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (service[day] == 1 for day in days)
    return DayType(service["service_id"], (monday, tuesday, wednesday, thursday, friday, saturday, sunday))
