"""Schedules: of a trip, and headways of a stop."""

from __future__ import annotations

from typing import Any

import numpy as np

from api.board import View
from api.dialects.lookups import lookups
from api.dialects.oba.elements import block_of
from api.dialects.oba.ids import ms, of_agency, of_route
from api.dialects.oba.references import References
from passinfo.network.departures import rows_of_stop
from passinfo.times import service_day_zero_s


def trip_schedule(view: View, references: References, trip_ix: int, run: int, date: int) -> dict[str, Any]:
    """Stop times of a trip in seconds of the service day; of headway service they count from its run's departure."""
    network, runs = view.network, view.snapshot.runs
    pattern = int(runs.pattern_ix[run]) if run >= 0 else int(network.trips.pattern_ix[trip_ix])
    before = after = ""
    times: list[tuple[int, int]] = []
    if trip_ix >= 0:
        start_s = int(runs.start_service_s[run]) if run >= 0 else int(network.trips.start_service_s[trip_ix])
        arrivals, departures = network.trip_times(trip_ix)
        times = list(zip((start_s + arrivals).tolist(), (start_s + departures).tolist(), strict=True))
        before, after = _neighbours(view, references, trip_ix, date)
    stops = network.pattern_stops(pattern)
    for stop in network.patterns.stop_ix[stops].tolist():
        references.stop(stop)
    return {
        "timeZone": network.timezone,
        "previousTripId": before,
        "nextTripId": after,
        "frequency": None,
        "stopTimes": [
            {
                "stopId": of_agency(view, network.stops.stop_id[stop]),
                "arrivalTime": arrives_s,
                "departureTime": leaves_s,
                "distanceAlongTrip": round(dist_m, 1),
                "stopHeadsign": "",
                "historicalOccupancy": "",
            }
            for stop, dist_m, (arrives_s, leaves_s) in zip(
                network.patterns.stop_ix[stops].tolist(),
                network.patterns.stop_dist_m[stops].tolist(),
                times,
                strict=False,
            )
        ],
    }


def _neighbours(view: View, references: References, trip_ix: int, date: int) -> tuple[str, str]:
    """Ids of the trips of the same block before and after."""
    network, active = view.network, view.network.calendar.active_services(date)
    mates = [
        row
        for row in lookups(network).trips_of_block[block_of(view, trip_ix)]
        if active[network.trips.service_ix[row]] or row == trip_ix
    ]
    at = mates.index(trip_ix)

    def name(rows: list[int]) -> str:
        if not rows:
            return ""
        references.trip(rows[0], -1)
        route = int(network.patterns.route_ix[network.trips.pattern_ix[rows[0]]])
        return of_route(view, route, network.trips.trip_id[rows[0]])

    return name(mates[at - 1 : at] if at else []), name(mates[at + 1 : at + 2])


def frequencies(
    view: View, references: References, stop_ix: int, date: int
) -> dict[tuple[int, str], list[dict[str, Any]]]:
    """Headways at a stop on a day, by route and headsign; times are those of buses at this stop."""
    network, bands = view.network, view.network.headways
    zero = service_day_zero_s(date, network.timezone)
    active = network.calendar.active_services(date)
    found: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for row, pattern in rows_of_stop(network, stop_ix):
        route = int(network.patterns.route_ix[pattern])
        for trip in network.trips_of_pattern[pattern].tolist():
            if not (network.trips.is_headway[trip] and active[network.trips.service_ix[trip]]):
                continue
            references.trip(trip, -1)
            way_s = int(network.trip_times(trip)[1][row - network.pattern_stops(pattern).start])
            headsign = str(network.trips.headsign[trip] or network.patterns.headsign[pattern] or "")
            found.setdefault((route, headsign), []).extend(
                {
                    "startTime": ms(zero + int(bands.start_service_s[band]) + way_s),
                    "endTime": ms(zero + int(bands.end_service_s[band]) + way_s),
                    "headway": int(bands.headway_s[band]),
                    "serviceDate": ms(zero),
                    "serviceId": of_agency(view, network.calendar.service_id[network.trips.service_ix[trip]]),
                    "tripId": of_route(view, route, network.trips.trip_id[trip]),
                }
                for band in np.flatnonzero(bands.trip_ix == trip).tolist()
            )
    return found
