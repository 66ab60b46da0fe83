"""The fields that OneBusAway's Python SDK knows, by element, as JSON."""

from __future__ import annotations

import json
import typing

from onebusaway import types
from onebusaway.types.shared import References


def items(model: type, name: str) -> type:
    """The class in a list or an optional field."""
    annotation = model.model_fields[name].annotation
    while typing.get_args(annotation):
        annotation = next(each for each in typing.get_args(annotation) if each is not type(None))
    return annotation


def names(model: type) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


details = items(items(types.TripDetailRetrieveResponse, "data"), "entry")
call = items(items(items(types.ArrivalAndDepartureListResponse, "data"), "entry"), "arrivals_and_departures")
vehicle = items(items(types.VehiclesForAgencyListResponse, "data"), "list")
elements = {
    "agency": items(References, "agencies"),
    "route": items(References, "routes"),
    "stop": items(References, "stops"),
    "trip": items(References, "trips"),
    "situation": items(References, "situations"),
    "arrivalAndDeparture": call,
    "tripStatus": items(call, "trip_status"),
    "tripDetails": details,
    "schedule": items(details, "schedule"),
    "vehicleStatus": vehicle,
}
print(json.dumps({element: names(model) for element, model in elements.items()}))
