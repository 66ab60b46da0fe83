"""OneBusAway's SDKs, in Python with strict validation and in JavaScript: every call they have."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.conftest import by_node, by_python
from tests.unit.api.dialects.documented import listed

pytestmark = pytest.mark.clients


def asked(client: str, address: str) -> dict[str, Any]:
    answer: dict[str, Any] = (
        by_python("onebusaway", "oba_calls.py", address) if client == "python" else by_node("oba.mjs", address)
    )
    return answer


@pytest.fixture(scope="module", params=["python", "npm"])
def told(request: pytest.FixtureRequest, live: str) -> dict[str, Any]:
    return asked(request.param, live)


def rows(told: dict[str, Any], key: str) -> dict[str, dict[str, Any]]:
    return {row["tripId"]: row for row in told[key]}


def test_every_call_answers(told: dict[str, Any]) -> None:
    assert all(value not in (None, [], {}) for value in told.values())
    assert told["stop"]["entry"]["name"] == "Stop 3"
    assert told["agency"]["name"] == "Tiny"
    assert told["coverage"][0]["agencyId"] == "A"
    assert sorted(told["route_ids"]) == ["A_R1", "A_R2", "A_R3"]
    assert len(told["stop_ids"]) == 7
    assert [stop["id"] for stop in told["stops_for_query"]] == ["A_S3"]
    assert {route["id"] for route in told["routes_for_location"]} == {"A_R1", "A_R2", "A_R3"}
    assert [route["id"] for route in told["search_route"]] == ["A_R3"]
    assert told["search_stop"][0]["id"] == "A_S3"
    assert told["shape"]["points"]
    assert told["stops_for_route"]["stopGroupings"][0]["stopIds"] == ["A_S0", "A_S1", "A_P1", "A_P0"]
    (configuration,) = told["block"]["configurations"]
    assert [trip["tripId"] for trip in configuration["trips"]] == ["A_T1", "A_T5"]
    (group,) = told["schedule_for_route"]["stopTripGroupings"]
    assert group["tripIds"] == ["A_T1", "A_T4", "A_T5"]


def test_arrivals_hold_what_is_true(told: dict[str, Any]) -> None:
    bus = rows(told, "arrivals")["A_T1"]
    assert bus["predicted"] and bus["vehicleId"] == "A_b1"
    assert told["time"] < bus["predictedArrivalTime"] < told["time"] + 3_600_000
    assert abs(bus["predictedArrivalTime"] - bus["scheduledArrivalTime"]) < 180_000
    again = told["arrival"]
    assert (again["tripId"], again["stopSequence"]) == ("A_T1", 4)
    assert {"A_b1", "A_h1", "A_l1"} == {vehicle["vehicleId"] for vehicle in told["vehicles"]}
    assert {row["tripId"] for row in told["trips_for_location"]} == {"A_T1", "A_H1", "A_L1"}
    assert told["trip_for_vehicle"]["tripId"] == "A_T1"
    referred = {trip["id"] for trip in told["arrivals_references"]["trips"]}
    assert {row["tripId"] for row in told["arrivals"]} <= referred


def test_a_loop_stop_a_cancelled_trip_and_headway_service(told: dict[str, Any]) -> None:
    loop = rows(told, "arrivals_first_stop")["A_L1"]
    assert (loop["stopSequence"], loop["departureEnabled"], loop["predicted"]) == (4, False, True)
    assert told["loop_end"]["predictedArrivalTime"] >= told["time"]
    cancelled = rows(told, "cancelled")["A_T4"]
    assert (cancelled["status"], cancelled["predicted"], cancelled["predictedArrivalTime"]) == ("CANCELED", False, 0)
    assert told["trip_details_cancelled"]["status"]["status"] == "CANCELED"
    waiting = rows(told, "cancelled")["A_T5"]
    assert (waiting["predicted"], waiting["predictedArrivalTime"]) == (False, 0)
    headway = rows(told, "cancelled")["A_H1"]
    assert headway["predicted"] and headway["scheduledArrivalTime"] == headway["predictedArrivalTime"]


def test_what_is_not_there_raises_in_the_client(told: dict[str, Any]) -> None:
    unknown = told["unknown"]
    assert {name: each["error"] for name, each in unknown.items()} == {
        "stop": "NotFoundError",
        "route": "NotFoundError",
        "trip": "NotFoundError",
        "agency": "NotFoundError",
        "bad": "BadRequestError",
    }
    assert unknown["stop"]["body"]["code"] == 404


@pytest.mark.parametrize("client", ["python", "npm"])
def test_a_stale_feed_predicts_nothing(client: str, stale: str) -> None:
    told = asked(client, stale)
    found = rows(told, "cancelled")
    assert not any(row["predicted"] for row in found.values())
    assert found["A_T4"]["status"] == "CANCELED"
    assert "A_H1" not in found and "A_T5" in found
    assert not told["trip_details"]["status"]["predicted"]


def test_every_field_that_the_sdk_knows_is_listed() -> None:
    fields = by_python("onebusaway", "oba_fields.py")
    for element, names in fields.items():
        known = listed("fields of oba")[element] | listed("absent in oba").get(element, set())
        assert set(names) <= known, element
