"""What docs/dialects.md says of OneBusAway's fields is what the answers hold."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask.testing import FlaskClient

from tests.unit.api.dialects.documented import is_empty, listed

PATHS = (
    "agency/A",
    "stop/A_S3",
    "arrivals-and-departures-for-stop/A_S3",
    "arrivals-and-departures-for-stop/A_S0",
    "trip-details/A_T1",
    "trips-for-route/A_R1",
    "vehicles-for-agency/A",
)
PARTS = {
    "agencies": "agency",
    "routes": "route",
    "stops": "stop",
    "trips": "trip",
    "situations": "situation",
    "arrivalsAndDepartures": "arrivalAndDeparture",
    "tripStatus": "tripStatus",
    "schedule": "schedule",
}


def values(client: FlaskClient) -> dict[str, dict[str, list[Any]]]:
    """All values told, by element and field."""
    told: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))

    def keep(element: str, part: dict[str, Any]) -> None:
        for field, value in part.items():
            told[element][field].append(value)

    def walk(part: Any) -> None:
        for key, value in part.items() if isinstance(part, dict) else ():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, dict):
                    if key in PARTS:
                        keep(PARTS[key], each)
                    walk(each)

    for path in PATHS:
        data = client.get(f"/api/where/{path}.json?minutesAfter=90").get_json()["data"]
        walk(data)
        if path.startswith("trip-details"):
            keep("tripDetails", data["entry"])
        if path.startswith("vehicles"):
            for each in data["list"]:
                keep("vehicleStatus", each)
    return told


def test_every_field_is_listed_and_every_listed_field_is_there(client: FlaskClient) -> None:
    filled, absent, told = listed("fields of oba"), listed("absent in oba"), values(client)
    assert set(told) == set(filled)
    for element, fields in told.items():
        assert set(fields) == filled[element] | absent.get(element, set()), element


def test_what_is_listed_as_absent_says_nothing(client: FlaskClient) -> None:
    told = values(client)
    for element, fields in listed("absent in oba").items():
        for field in fields:
            assert all(is_empty(value) for value in told[element][field]), (element, field)


def test_the_essential_fields_are_never_empty(client: FlaskClient) -> None:
    told = values(client)
    status = told["tripStatus"]
    for field in ("stopId", "tripId", "routeId", "serviceDate", "scheduledArrivalTime", "status"):
        assert not any(map(is_empty, told["arrivalAndDeparture"][field])), field
    for field in ("closestStop", "phase", "totalDistanceAlongTrip", "lastUpdateTime"):
        of_buses = [value for value, bus in zip(status[field], status["vehicleId"], strict=True) if bus]
        assert of_buses and not any(map(is_empty, of_buses)), field
