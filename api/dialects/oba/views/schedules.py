"""The plan of a day: at a stop, and of a route."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.board import View
from api.dialects.calls import timetable_call
from api.dialects.oba.blueprint import bp, entry
from api.dialects.oba.ids import ms, of_agency, of_route, route_of, service_date_ms, stop_of
from api.dialects.oba.query import date_of, now_of
from api.dialects.oba.references import References
from api.dialects.oba.schedule import frequencies
from api.dialects.oba.views.places import directions, in_order
from api.state import view
from passinfo.network.departures import planned_on


@bp.get("/schedule-for-stop/<path:stop_id>.json")
def schedule_for_stop(stop_id: str) -> Response:
    """All that calls at a stop on a day, by route and headsign: times, and headways where there are no times."""
    shown = view()
    row, date = stop_of(shown, stop_id), date_of(shown)

    def build(references: References) -> dict[str, Any]:
        references.stop(row)
        told: dict[int, dict[str, dict[str, list[Any]]]] = {}
        for each in (row, *shown.places.platforms.get(row, ())):
            for route, headsign, stop_time in _stop_times(shown, references, each, date):
                _group(told, route, headsign)["scheduleStopTimes"].append(stop_time)
            for (route, headsign), bands in frequencies(shown, references, each, date).items():
                _group(told, route, headsign)["scheduleFrequencies"].extend(bands)
        for route in told:
            references.route(route)
        return {
            "date": service_date_ms(shown, date),
            "stopId": of_agency(shown, shown.network.stops.stop_id[row]),
            "stopRouteSchedules": [
                {
                    "routeId": of_route(shown, route),
                    "stopRouteDirectionSchedules": [
                        {"tripHeadsign": headsign} | group for headsign, group in sorted(groups.items())
                    ],
                }
                for route, groups in sorted(told.items())
            ],
        }

    return entry(shown, build)


@bp.get("/schedule-for-route/<path:route_id>.json")
def schedule_for_route(route_id: str) -> Response:
    """All timetable trips of a route on a day, by direction, with their stop times in seconds of the day."""
    shown = view()
    row, date = route_of(shown, route_id), date_of(shown)

    def build(references: References) -> dict[str, Any]:
        references.route(row)
        network, active = shown.network, shown.network.calendar.active_services(date)
        groups, services = [], set[str]()
        for direction, patterns in directions(shown, row).items():
            trips = [
                trip
                for pattern in patterns
                for trip in network.trips_of_pattern[pattern].tolist()
                if active[network.trips.service_ix[trip]] and not network.trips.is_headway[trip]
            ]
            trips.sort(key=lambda trip: int(network.trips.start_service_s[trip]))
            for trip in trips:
                references.trip(trip, -1)
                services.add(of_agency(shown, network.calendar.service_id[network.trips.service_ix[trip]]))
            stops = in_order(shown, patterns)
            for stop in stops:
                references.stop(stop)
            headsigns = dict.fromkeys(str(network.patterns.headsign[each] or "") for each in patterns)
            groups.append(
                {
                    "directionId": direction,
                    "tripHeadsigns": list(headsigns),
                    "stopIds": [of_agency(shown, network.stops.stop_id[stop]) for stop in stops],
                    "tripIds": [of_route(shown, row, network.trips.trip_id[trip]) for trip in trips],
                    "tripsWithStopTimes": [
                        {
                            "tripId": of_route(shown, row, network.trips.trip_id[trip]),
                            "stopTimes": _times_of_trip(shown, row, trip),
                        }
                        for trip in trips
                    ],
                }
            )
        return {
            "routeId": of_route(shown, row),
            "scheduleDate": service_date_ms(shown, date),
            "serviceIds": sorted(services),
            "stopTripGroupings": groups,
        }

    return entry(shown, build)


def _group(told: dict[int, dict[str, dict[str, list[Any]]]], route: int, headsign: str) -> dict[str, list[Any]]:
    return told.setdefault(route, {}).setdefault(headsign, {"scheduleStopTimes": [], "scheduleFrequencies": []})


def _stop_times(view: View, references: References, stop_ix: int, date: int) -> list[tuple[int, str, dict[str, Any]]]:
    network = view.network
    found = planned_on(network, stop_ix, date)
    rows = []
    for trip, stop_row in zip(found.trip_ix.tolist(), found.stop_row.tolist(), strict=True):
        pattern = int(network.trips.pattern_ix[trip])
        position, route = stop_row - network.pattern_stops(pattern).start, int(network.patterns.route_ix[pattern])
        call = timetable_call(view, trip, position, date, now_of(view))
        references.trip(trip, -1)
        rows.append(
            (
                route,
                str(call.told["headsign"] or ""),
                {
                    "tripId": of_route(view, route, network.trips.trip_id[trip]),
                    "serviceId": of_agency(view, network.calendar.service_id[network.trips.service_ix[trip]]),
                    "stopHeadsign": "",
                    "arrivalTime": ms(call.scheduled_arrival_at),
                    "departureTime": ms(call.scheduled_departure_at),
                    "arrivalEnabled": position > 0 and not network.patterns.no_drop_off[stop_row],
                    "departureEnabled": not network.patterns.no_pickup[stop_row],
                },
            )
        )
    return rows


def _times_of_trip(view: View, route: int, trip: int) -> list[dict[str, Any]]:
    network = view.network
    stops, start_s = (
        network.pattern_stops(int(network.trips.pattern_ix[trip])),
        int(network.trips.start_service_s[trip]),
    )
    arrivals, departures = network.trip_times(trip)
    last = len(arrivals) - 1
    return [
        {
            "stopId": of_agency(view, network.stops.stop_id[stop]),
            "tripId": of_route(view, route, network.trips.trip_id[trip]),
            "serviceId": of_agency(view, network.calendar.service_id[network.trips.service_ix[trip]]),
            "stopHeadsign": "",
            "arrivalTime": start_s + arrives_s,
            "departureTime": start_s + leaves_s,
            "arrivalEnabled": position > 0 and not no_drop_off,
            "departureEnabled": position < last and not no_pickup,
        }
        for position, (stop, arrives_s, leaves_s, no_pickup, no_drop_off) in enumerate(
            zip(
                network.patterns.stop_ix[stops].tolist(),
                arrivals.tolist(),
                departures.tolist(),
                network.patterns.no_pickup[stops].tolist(),
                network.patterns.no_drop_off[stops].tolist(),
                strict=True,
            )
        )
    ]
