"""``MonitoredVehicleJourney`` and its calls, in the order of the schema."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from api.board import View
from api.dialects.calls import Call, ends_of
from api.dialects.concerning import concerning
from api.dialects.lookups import lookups
from api.dialects.siri.refs import to_ref
from api.dialects.trees import Node
from api.planning import headways_at
from api.values import iso
from passinfo.snapshot import RunRelationship, StopStatus
from passinfo.times import to_date

_OCCUPANCY = {
    "EMPTY": "empty",
    "MANY_SEATS_AVAILABLE": "manySeatsAvailable",
    "FEW_SEATS_AVAILABLE": "fewSeatsAvailable",
    "STANDING_ROOM_ONLY": "standingRoomOnly",
    "CRUSHED_STANDING_ROOM_ONLY": "crushedStandingRoomOnly",
    "FULL": "full",
    "NOT_ACCEPTING_PASSENGERS": "notAcceptingPassengers",
}
_MODES = {0: "tram", 1: "metro", 2: "rail", 3: "bus", 4: "ferry", 11: "trolleyBus"}
ON_TIME_S = 60
"""Early and delayed begin beyond a minute, as passengers count."""
WITHIN_PERCENT = 80
"""Eight in ten come between p10 and p90."""


def journey(view: View, call: Call, now: float, onward: list[Call]) -> list[Node]:
    """What is told of a journey at one of its calls."""
    told, network = call.told, view.network
    route = network.route_rows[told["route_id"]]
    vehicle = told.get("vehicle")
    begins_at, ends_at = ends_of(view, call)
    unheard = told.get("p50_at") is not None and not call.predicted and not call.cancelled
    return [
        ("LineRef", to_ref(told["route_id"])),
        ("DirectionRef", None if told["direction_id"] is None else str(told["direction_id"])),
        ("FramedVehicleJourneyRef", _framed(call)),
        ("JourneyPatternRef", to_ref(network.patterns.pattern_id[call.pattern_ix]) if call.pattern_ix >= 0 else None),
        ("VehicleMode", _MODES.get(int(network.routes.route_type[route]), "bus")),
        ("PublishedLineName", told["route_short_name"] or network.routes.long_name[route] or told["route_id"]),
        ("OperatorRef", to_ref(lookups(network).agency_of_route(route))),
        *([("VehicleFeatureRef", "lowFloor")] if vehicle and vehicle["wheelchair"] else ()),
        *_ends(view, call),
        ("HeadwayService", is_headway(view, call)),
        ("OriginAimedDepartureTime", _aimed(begins_at)),
        ("DestinationAimedArrivalTime", _aimed(ends_at)),
        ("FirstOrLastJourney", _first_or_last(told)),
        *_situations(view, call),
        ("Monitored", call.predicted),
        ("PredictionInaccurate", True if unheard else None),
        ("PredictionInaccurateReason", "missingUpdate" if unheard else None),
        *_vehicle(vehicle, call),
        ("Delay", _duration(told.get("delay_s") if call.predicted else None)),
        ("BlockRef", _block(view, call)),
        ("VehicleRef", to_ref(vehicle["vehicle_id"]) if vehicle else None),
        ("MonitoredCall", monitored_call(view, call, now)),
        ("OnwardCalls", [("OnwardCall", onward_call(view, each)) for each in onward] if onward else None),
    ]


def monitored_call(view: View, call: Call, now: float) -> list[Node]:
    """The call itself."""
    told, at_stop = call.told, _at_stop(view, call)
    last = call.pattern_ix >= 0 and call.position == len(_stops(view, call)) - 1
    first = call.position == 0
    quality = _quality(call)
    promise = _headway(view, call, now)
    return [
        *_opening(view, call),
        ("VehicleAtStop", at_stop),
        ("DestinationDisplay", told["headsign"] or None),
        *_arrival(call),
        ("LatestExpectedArrivalTime", told["p90_at"] if quality and not first else None),
        ("ArrivalStatus", None if first else _status(call, at_stop=at_stop, arriving=True)),
        *_departure(call),
        ("ExpectedDeparturePredictionQuality", quality if first else None),
        ("DepartureStatus", None if last else _status(call, at_stop=at_stop, arriving=False)),
        ("AimedHeadwayInterval", _duration(promise)),
        ("ExpectedHeadwayInterval", _duration(told.get("next_after_s"))),
        ("DistanceFromStop", _whole(told.get("distance_m"))),
        ("NumberOfStopsAway", told.get("stops_away")),
        # the schema has no place for the quality of an arrival but in onward calls
        ("Extensions", [("ExpectedArrivalPredictionQuality", quality)] if quality and not first else None),
    ]


def onward_call(view: View, call: Call) -> list[Node]:
    """A call after the monitored one."""
    quality = _quality(call)
    return [
        *_opening(view, call),
        ("VehicleAtStop", False),
        *_arrival(call),
        ("ExpectedArrivalPredictionQuality", quality),
        ("ArrivalStatus", _status(call, at_stop=False, arriving=True)),
        *_departure(call),
        ("DistanceFromStop", _whole(call.told.get("distance_m"))),
        ("NumberOfStopsAway", call.told.get("stops_away")),
    ]


def is_headway(view: View, call: Call) -> bool:
    """Whether a call belongs to headway service."""
    if call.trip_ix >= 0:
        return bool(view.network.trips.is_headway[call.trip_ix])
    return call.run >= 0 and int(view.snapshot.runs.relationship[call.run]) == RunRelationship.UNSCHEDULED


def _stops(view: View, call: Call) -> list[int]:
    stops: list[int] = view.network.patterns.stop_ix[view.network.pattern_stops(call.pattern_ix)].tolist()
    return stops


def _framed(call: Call) -> list[Node] | None:
    """The run: its day and its trip; of headway service with its start, for many runs share a trip."""
    told = call.told
    if told["trip_id"] is None:
        return None
    name = to_ref(told["trip_id"])
    if math.isnan(call.planned_at) and not call.cancelled:
        name = f"{name}:{told['start_time']}"
    day = to_date(int(told["start_date"])).isoformat()
    return [("DataFrameRef", day), ("DatedVehicleJourneyRef", name)]


def _ends(view: View, call: Call) -> list[Node]:
    headsign = call.told["headsign"] or None
    if call.pattern_ix < 0:
        return [("DestinationName", headsign)]
    stops, table = _stops(view, call), view.network.stops
    origin, destination = stops[0], stops[-1]
    return [
        ("OriginRef", to_ref(table.stop_id[origin])),
        ("OriginName", table.name[origin] or None),
        ("DestinationRef", to_ref(table.stop_id[destination])),
        ("DestinationName", headsign or table.name[destination] or None),
    ]


def _situations(view: View, call: Call) -> list[Node]:
    route = view.network.route_rows[call.told["route_id"]]
    found = concerning(view, stop_ix=call.stop_ix, route_ix=route, trip_id=call.told["trip_id"])
    return [("SituationRef", [("SituationSimpleRef", view.snapshot.alerts[row].alert_id)]) for row in found]


def _vehicle(vehicle: dict[str, Any] | None, call: Call) -> list[Node]:
    level = "reliable" if call.told["basis"] == "TRACKED" else "unconfirmed"
    if vehicle is None or vehicle["lat"] is None:
        return []
    return [
        ("ConfidenceLevel", level),
        ("VehicleLocation", [("Longitude", vehicle["lon"]), ("Latitude", vehicle["lat"])]),
        ("LocationRecordedAtTime", vehicle["observed_at"]),
        ("Bearing", vehicle["bearing_deg"]),
        ("Occupancy", _OCCUPANCY.get(vehicle["occupancy"] or "")),
    ]


def _opening(view: View, call: Call) -> list[Node]:
    table = view.network.stops
    place: list[Node] = []
    if call.pattern_ix >= 0 and call.position >= 0:
        visits = _stops(view, call)[: call.position + 1].count(call.stop_ix)
        place = [("VisitNumber", visits), ("Order", call.position + 1)]
    return [
        ("StopPointRef", to_ref(table.stop_id[call.stop_ix])),
        *place,
        ("StopPointName", table.name[call.stop_ix] or None),
    ]


def _arrival(call: Call) -> list[Node]:
    if call.position == 0:
        return []
    expected = ("ActualArrivalTime" if call.observed else "ExpectedArrivalTime", _told_at(call, "arrival_at"))
    return [("AimedArrivalTime", _aimed(call.scheduled_arrival_at)), expected]


def _departure(call: Call) -> list[Node]:
    told = _told_at(call, "departure_at")
    aimed = _aimed(call.scheduled_departure_at) if told is not None or not call.told.get("arrival_at") else None
    return [
        ("AimedDepartureTime", aimed),
        ("ActualDepartureTime" if call.observed else "ExpectedDepartureTime", told),
    ]


def _told_at(call: Call, name: str) -> str | None:
    """A predicted instant; of a bus last heard of before the live loop fell silent too, marked as inaccurate."""
    return None if call.cancelled else call.told.get(name)


def _aimed(at: float) -> str | None:
    return None if math.isnan(at) else iso(round(at))


def _quality(call: Call) -> list[Node] | None:
    told = call.told
    if call.cancelled or call.observed or not told.get("p10_at") or not told.get("p90_at"):
        return None
    level = "reliable" if call.predicted and told["basis"] == "TRACKED" else "unconfirmed"
    return [
        ("PredictionLevel", level),
        ("Percentile", WITHIN_PERCENT),
        ("LowerTimeLimit", told["p10_at"]),
        ("HigherTimeLimit", told["p90_at"]),
    ]


def _status(call: Call, *, at_stop: bool, arriving: bool) -> str:
    if call.cancelled:
        return "cancelled"
    if call.observed or (at_stop and arriving):
        return "arrived" if arriving else "departed"
    if not call.predicted:
        return "noReport"
    late_s = call.told.get("delay_s") or 0
    return "delayed" if late_s > ON_TIME_S else "early" if late_s < -ON_TIME_S else "onTime"


def _at_stop(view: View, call: Call) -> bool:
    runs, vehicles = view.snapshot.runs, view.snapshot.vehicles
    vehicle = int(runs.vehicle_row[call.run]) if call.run >= 0 else -1
    return (
        vehicle >= 0
        and call.predicted
        and not call.observed
        and int(vehicles.run_row[vehicle]) == call.run
        and int(vehicles.stop_ix[vehicle]) == call.stop_ix
        and int(vehicles.stop_status[vehicle]) == StopStatus.STOPPED_AT
        and call.told.get("stops_away") == 0
    )


def _headway(view: View, call: Call, now: float) -> int | None:
    """The promised headway, where service runs by headway."""
    if not is_headway(view, call):
        return None
    mine = (call.told["route_id"], call.told["direction_id"])
    promised = [
        each["headway_s"]
        for each in headways_at(view, call.stop_ix, now)
        if (each["route_id"], each["direction_id"]) == mine and each["runs_now"]
    ]
    return min(promised, default=None)


def _first_or_last(told: Any) -> str | None:
    if told.get("last_of_day"):
        return "lastServiceOfDay"
    return "firstServiceOfDay" if told.get("first_of_day") else None


def _block(view: View, call: Call) -> str | None:
    block = view.network.trips.block_id[call.trip_ix] if call.trip_ix >= 0 else None
    return to_ref(block) if block else None


def _duration(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return f"-PT{-seconds}S" if seconds < 0 else f"PT{seconds}S"


def _whole(metres: float | None) -> int | None:
    return None if metres is None or np.isnan(metres) else max(round(metres), 0)
