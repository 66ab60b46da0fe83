"""``arrivalAndDeparture``: one call at a stop."""

from __future__ import annotations

import math
from typing import Any

from api.board import View
from api.dialects.calls import Call, epoch
from api.dialects.oba.elements import block_sequence
from api.dialects.oba.ids import ms, of_agency, of_route, service_date_ms
from api.dialects.oba.references import References
from api.dialects.oba.status import trip_status
from api.freshness import Source

UNKNOWN_M = -1.0


def tellable(call: Call) -> bool:
    """Whether the dialect has words for a call: it needs a trip, and a time that is predicted or planned."""
    return call.told["trip_id"] is not None and (call.predicted or not math.isnan(call.planned_at))


def departure_element(view: View, references: References, call: Call, now: float, source: Source) -> dict[str, Any]:
    """One call."""
    told, network = call.told, view.network
    route = network.route_rows[told["route_id"]]
    references.route(route)
    references.stop(call.stop_ix)
    references.trip(call.trip_ix, call.run)
    vehicle = told.get("vehicle") if call.predicted else None
    return {
        "stopId": of_agency(view, told["stop_id"]),
        "tripId": of_route(view, route, told["trip_id"]),
        "routeId": of_route(view, route),
        "routeShortName": told["route_short_name"] or "",
        "routeLongName": network.routes.long_name[route] or "",
        "tripHeadsign": told["headsign"] or "",
        "serviceDate": service_date_ms(view, call.start_date),
        "blockTripSequence": block_sequence(view, call.trip_ix, call.start_date),
        "status": "CANCELED" if call.cancelled else "default",
        "numberOfStopsAway": _stops_away(call),
        "distanceFromStop": _distance_m(call),
        "lastUpdateTime": ms(epoch(vehicle["observed_at"])) if vehicle else 0,
        "vehicleId": of_agency(view, vehicle["vehicle_id"]) if vehicle else "",
        "occupancyStatus": (vehicle["occupancy"] or "") if vehicle else "",
        "predictedOccupancy": "",
        "historicalOccupancy": "",
        "situationIds": references.situations(stop_ix=call.stop_ix, route_ix=route, trip_id=told["trip_id"]),
        "tripStatus": trip_status(view, references, call.run, now, source) if call.run >= 0 else None,
        "frequency": None,
        "actualTrack": "",
        "scheduledTrack": "",
        **_place(view, call),
        **_times(call),
    }


def _place(view: View, call: Call) -> dict[str, Any]:
    """Where in its trip the call is, and whether one may get on and off."""
    patterns = view.network.patterns
    if call.pattern_ix < 0 or call.position < 0:
        return {"stopSequence": 0, "totalStopsInTrip": 0, "arrivalEnabled": True, "departureEnabled": True}
    stops = view.network.pattern_stops(call.pattern_ix)
    row, total = stops.start + call.position, stops.stop - stops.start
    return {
        "stopSequence": call.position,
        "totalStopsInTrip": total,
        "arrivalEnabled": call.position > 0 and not patterns.no_drop_off[row],
        "departureEnabled": call.position < total - 1 and not patterns.no_pickup[row],
    }


def _times(call: Call) -> dict[str, Any]:
    told = call.told
    arrives_at = leaves_at = math.nan
    interval = None
    if call.predicted:
        arrives_at, leaves_at = epoch(told["arrival_at"]), epoch(told["departure_at"])
        # their clients read either, whatever the place: the first stop has no arrival, the last no departure
        arrives_at = leaves_at if math.isnan(arrives_at) else arrives_at
        leaves_at = arrives_at if math.isnan(leaves_at) else leaves_at
        interval = f"{told['p10_at']}/{told['p90_at']}" if told["p10_at"] and told["p90_at"] else None
    first = call.position == 0
    planned = not math.isnan(call.planned_at)
    return {
        "predicted": call.predicted,
        "predictedArrivalTime": ms(arrives_at),
        "predictedDepartureTime": ms(leaves_at),
        "predictedArrivalInterval": None if first else interval,
        "predictedDepartureInterval": interval if first else None,
        # headway service has no timetable: the prediction stands here too, so that no client makes a delay of it
        "scheduledArrivalTime": ms(call.scheduled_arrival_at if planned else arrives_at),
        "scheduledDepartureTime": ms(call.scheduled_departure_at if planned else leaves_at),
        "scheduledArrivalInterval": None,
        "scheduledDepartureInterval": None,
    }


def _stops_away(call: Call) -> int:
    away = call.told.get("stops_away")
    return -1 if away is None or not call.predicted else int(away)


def _distance_m(call: Call) -> float:
    away = call.told.get("distance_m")
    return UNKNOWN_M if away is None or not call.predicted else float(away)
