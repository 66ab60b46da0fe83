"""Every call of OneBusAway's Python SDK, strictly validated; what it decoded, as JSON.

usage: python oba_calls.py ADDRESS    (in the environment of the onebusaway package)
"""

from __future__ import annotations

import json
import sys

import onebusaway
from onebusaway import OnebusawaySDK

STOP, LAST_STOP, UNKNOWN = "A_S3", "A_S4", "A_none"


def main(address: str) -> None:
    client = OnebusawaySDK(api_key="TEST", base_url=address, _strict_response_validation=True, max_retries=0)
    time_ms = client.current_time.retrieve().data.entry.time
    arrivals = client.arrival_and_departure.list(LAST_STOP, minutes_after=60)
    rows = arrivals.data.entry.arrivals_and_departures
    bus = next((row for row in rows if row.trip_id == "A_T1"), None)
    place = {"lat": 14.56, "lon": 121.07}
    told = {
        "time": time_ms,
        "config": client.config.retrieve().data.entry,
        "coverage": client.agencies_with_coverage.list().data.list,
        "agency": client.agency.retrieve("A").data.entry,
        "stop": client.stop.retrieve(STOP).data,
        "route": client.route.retrieve("A_R1").data,
        "stops_for_location": client.stops_for_location.list(**place, radius=5_000).data,
        "stops_for_query": client.stops_for_location.list(**place, query="Stop 3").data.list,
        "stops_for_route": client.stops_for_route.list("A_R3").data.entry,
        "stops_for_agency": client.stops_for_agency.list("A").data.list,
        "stop_ids": client.stop_ids_for_agency.list("A").data.list,
        "routes_for_agency": client.routes_for_agency.list("A").data.list,
        "route_ids": client.route_ids_for_agency.list("A").data.list,
        "routes_for_location": client.routes_for_location.list(**place, radius=5_000).data.list,
        "arrivals": rows,
        "arrivals_references": arrivals.data.references,
        "arrivals_first_stop": client.arrival_and_departure.list(
            "A_S0", minutes_before=15, minutes_after=90
        ).data.entry.arrivals_and_departures,
        "arrivals_for_location": client.arrivals_and_departures_for_location.list(
            **place, radius=5_000, minutes_after=60
        ).data.entry,
        "cancelled": client.arrival_and_departure.list(STOP, minutes_after=90).data.entry.arrivals_and_departures,
        "schedule_for_stop": client.schedule_for_stop.retrieve(STOP).data.entry,
        "schedule_for_route": client.schedule_for_route.retrieve("A_R1").data.entry,
        "trip": client.trip.retrieve("A_T1").data.entry,
        "trip_details": client.trip_details.retrieve("A_T1").data.entry,
        "trip_details_cancelled": client.trip_details.retrieve("A_T4").data.entry,
        "trip_details_headway": client.trip_details.retrieve("A_H1").data.entry,
        "trips_for_route": client.trips_for_route.list("A_R2").data.list,
        "trips_for_location": client.trips_for_location.list(**place, lat_span=0.5, lon_span=0.5).data.list,
        "vehicles": client.vehicles_for_agency.list("A").data.list,
        "block": client.block.retrieve("A_B1").data.entry,
        "shape": client.shape.retrieve(client.trip.retrieve("A_T1").data.entry.shape_id).data.entry,
        "search_stop": client.search_for_stop.list(input="stop 3").data.list,
        "search_route": client.search_for_route.list(input="loop").data.list,
        "problem_stop": client.report_problem_with_stop.retrieve(
            STOP, code="stop_name_wrong", user_comment="It is Stop Three, ñ", user_lat=14.5600123, user_lon=121.07
        ),
        "problem_trip": client.report_problem_with_trip.retrieve(
            "A_T1", code="vehicle_came_late", stop_id=STOP, user_on_vehicle=True, vehicle_id="A_b1"
        ),
    }
    if bus is not None:
        told["arrival"] = client.arrival_and_departure.retrieve(
            LAST_STOP, trip_id=bus.trip_id, service_date=bus.service_date
        ).data.entry
    loop = [row for row in told["arrivals_first_stop"] if row.trip_id == "A_L1"]
    if loop:
        told["loop_end"] = client.arrival_and_departure.retrieve(
            "A_S0", trip_id="A_L1", service_date=loop[0].service_date, stop_sequence=4
        ).data.entry
    told["trip_for_vehicle"] = attempt(lambda: client.trip_for_vehicle.retrieve("A_b1").data.entry)
    told["unknown"] = {
        "stop": attempt(lambda: client.arrival_and_departure.list(UNKNOWN)),
        "route": attempt(lambda: client.route.retrieve(UNKNOWN)),
        "trip": attempt(lambda: client.trip_details.retrieve(UNKNOWN)),
        "agency": attempt(lambda: client.agency.retrieve("nobody")),
        "bad": attempt(lambda: client.arrival_and_departure.list(STOP, minutes_after=100_000)),
    }
    json.dump(told, sys.stdout, default=plain)


def attempt(call):
    try:
        return call()
    except onebusaway.APIStatusError as error:
        return {"error": type(error).__name__, "body": error.response.json()}


def plain(value):
    return value.to_dict(mode="json") if hasattr(value, "to_dict") else str(value)


main(sys.argv[1])
