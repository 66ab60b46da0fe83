"""OneBusAway's dialect: what each call says of buses, timetables, headways, and of what is not there."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from passinfo.times import service_day_zero_s
from tests.unit.api.dialects.city import ZONE, City
from tests.unit.api.dialects.conftest import NOW

ZERO_MS = int(service_day_zero_s(20261128, ZONE) * 1000)


def get(client: FlaskClient, path: str) -> Any:
    answer = client.get(f"/api/where/{path}")
    assert answer.status_code == 200, answer.data
    body = answer.get_json()
    assert (body["code"], body["text"], body["version"]) == (200, "OK", 2)
    return body["data"]


def calls(client: FlaskClient, stop: str, query: str = "minutesAfter=90") -> dict[str, dict[str, Any]]:
    entry = get(client, f"arrivals-and-departures-for-stop/A_{stop}.json?{query}")["entry"]
    return {row["tripId"]: row for row in entry["arrivalsAndDepartures"]}


def test_a_tracked_bus_is_told_as_v1_tells_it(client: FlaskClient) -> None:
    (ours,) = [each for each in client.get("/v1/stops/S3/arrivals").get_json()["arrivals"] if each["trip_id"] == "T1"]
    theirs = calls(client, "S3")["A_T1"]

    def ms(instant: str) -> int:
        return int(dt.datetime.fromisoformat(instant).timestamp() * 1000)

    assert theirs["predicted"] is True
    assert theirs["predictedArrivalTime"] == ms(ours["arrival_at"])
    assert theirs["predictedDepartureTime"] == ms(ours["departure_at"])
    assert theirs["scheduledArrivalTime"] == ms(ours["scheduled_at"])
    assert theirs["predictedArrivalInterval"] == f"{ours['p10_at']}/{ours['p90_at']}"
    assert (theirs["numberOfStopsAway"], theirs["distanceFromStop"]) == (ours["stops_away"], ours["distance_m"])
    assert (theirs["serviceDate"], theirs["stopSequence"], theirs["totalStopsInTrip"]) == (ZERO_MS, 3, 5)
    assert theirs["vehicleId"] == "A_b1"
    assert theirs["situationIds"] == ["A_a1"]
    assert theirs["tripStatus"]["nextStop"] == "A_S2"


def test_what_no_bus_has_taken_on_is_not_predicted(client: FlaskClient) -> None:
    row = calls(client, "S3")["A_T5"]
    assert row["predicted"] is False
    assert (row["predictedArrivalTime"], row["predictedDepartureTime"], row["vehicleId"]) == (0, 0, "")
    assert row["scheduledArrivalTime"] > NOW * 1000


def test_a_cancelled_trip_stays_cancelled(client: FlaskClient) -> None:
    row = calls(client, "S3")["A_T4"]
    assert (row["status"], row["predicted"], row["predictedArrivalTime"]) == ("CANCELED", False, 0)
    details = get(client, "trip-details/A_T4.json")["entry"]
    assert (details["status"]["status"], details["status"]["predicted"]) == ("CANCELED", False)
    one = get(client, f"arrival-and-departure-for-stop/A_S3.json?tripId=A_T4&serviceDate={ZERO_MS}")["entry"]
    assert one["status"] == "CANCELED"


def test_headway_service_is_predicted_and_never_late(client: FlaskClient) -> None:
    row = calls(client, "S4")["A_H1"]
    assert row["predicted"] is True
    assert row["scheduledArrivalTime"] == row["predictedArrivalTime"] > NOW * 1000
    assert row["tripStatus"]["scheduleDeviation"] == 0
    (bands,) = [
        each["stopRouteDirectionSchedules"][0]
        for each in get(client, "schedule-for-stop/A_S3.json")["entry"]["stopRouteSchedules"]
        if each["routeId"] == "A_R2"
    ]
    assert (bands["scheduleStopTimes"], bands["scheduleFrequencies"][0]["headway"]) == ([], 600)


def test_a_loop_tells_its_end_apart_from_its_start(client: FlaskClient) -> None:
    row = calls(client, "S0")["A_L1"]
    assert (row["stopSequence"], row["departureEnabled"], row["arrivalEnabled"]) == (4, False, True)
    base = f"arrival-and-departure-for-stop/A_S0.json?tripId=A_L1&serviceDate={ZERO_MS}"
    assert get(client, base)["entry"]["stopSequence"] == 4  # the one to come
    assert get(client, f"{base}&stopSequence=4")["entry"]["predictedArrivalTime"] == row["predictedArrivalTime"]
    assert get(client, f"{base}&stopSequence=0")["entry"]["stopSequence"] == 0


def test_an_added_trip_is_found_in_the_references(client: FlaskClient) -> None:
    data = get(client, "arrivals-and-departures-for-stop/A_S3.json?minutesAfter=90")
    assert "A_N9" in {row["tripId"] for row in data["entry"]["arrivalsAndDepartures"]}
    (trip,) = [each for each in data["references"]["trips"] if each["id"] == "A_N9"]
    assert (trip["routeId"], trip["tripHeadsign"]) == ("A_R1", "Extra")
    assert get(client, "trip-details/A_N9.json")["entry"]["tripId"] == "A_N9"


@pytest.mark.parametrize(
    "path",
    [
        "arrivals-and-departures-for-stop/A_S0.json?minutesAfter=90&minutesBefore=20",
        "arrivals-and-departures-for-location.json?lat=14.56&lon=121.07&radius=5000",
        "trip-details/A_T1.json",
        "trips-for-route/A_R1.json",
        "trips-for-location.json?lat=14.56&lon=121.07&latSpan=1&lonSpan=1",
        "vehicles-for-agency/A.json",
        "schedule-for-stop/A_S0.json",
        "schedule-for-route/A_R1.json",
        "block/A_B1.json",
        "stops-for-location.json?lat=14.56&lon=121.07&radius=5000",
    ],
)
def test_every_id_is_in_the_references(client: FlaskClient, path: str) -> None:
    data = get(client, path)
    references = data.pop("references")
    known = {kind: {each["id"] for each in references[kind]} for kind in ("agencies", "routes", "stops", "trips")}
    known["situations"] = {each["id"] for each in references["situations"]}
    of_key = {
        "stopId": "stops",
        "closestStop": "stops",
        "nextStop": "stops",
        "stopIds": "stops",
        "routeId": "routes",
        "routeIds": "routes",
        "tripId": "trips",
        "activeTripId": "trips",
        "tripIds": "trips",
        "nextTripId": "trips",
        "situationIds": "situations",
    }
    seen = set[str]()

    def walk(part: Any) -> None:
        if isinstance(part, list):
            for each in part:
                walk(each)
        elif isinstance(part, dict):
            for key, value in part.items():
                if key in of_key:
                    wanted = value if isinstance(value, list) else [value]
                    seen.add(key)
                    missing = {each for each in wanted if each} - known[of_key[key]]
                    assert not missing, (key, missing)
                walk(value)

    walk(data)
    assert seen


def test_nothing_is_predicted_once_the_feed_is_stale(stale: FlaskClient) -> None:
    rows = calls(stale, "S3")
    assert "A_H1" not in rows  # no bus that is known, and no timetable: no words for it
    assert rows["A_T1"]["predicted"] is False
    assert (rows["A_T1"]["predictedArrivalTime"], rows["A_T4"]["status"]) == (0, "CANCELED")
    assert get(stale, "trip-details/A_T1.json")["entry"]["status"]["predicted"] is False


def test_long_after_the_timetable_alone_speaks(city: City) -> None:
    app = create_app(city.state, clock=lambda: NOW + 700)
    rows = calls(app.test_client(), "S3")
    app.extensions["passinfo-quota"].close()
    assert rows["A_T1"]["predicted"] is False
    assert rows["A_T1"]["scheduledArrivalTime"] > (NOW + 700) * 1000 - 300_000


def test_what_is_not_there_is_said_in_their_words(client: FlaskClient) -> None:
    for path in ("stop/A_none", "stop/S3", "agency/B", "route/A_none", "trip/A_none", "block/A_none", "nonsense"):
        answer = client.get(f"/api/where/{path}.json")
        body = answer.get_json()
        assert (answer.status_code, body["code"], body["version"]) == (404, 404, 2), path
        assert "not found" in body["text"]
    for query in ("minutesAfter=x", "minutesAfter=9999", "time=yesterday", "includeReferences=perhaps"):
        answer = client.get(f"/api/where/arrivals-and-departures-for-stop/A_S3.json?{query}")
        assert (answer.status_code, answer.get_json()["code"]) == (400, 400), query
    assert client.get("/api/where/arrival-and-departure-for-stop/A_S3.json").status_code == 400


def test_another_time_and_references_left_out(client: FlaskClient) -> None:
    later = calls(client, "S3", f"time={int((NOW + 1_500) * 1000)}&minutesBefore=0&minutesAfter=60")
    assert "A_T5" in later and "A_T1" not in later
    data = get(client, "stop/A_S3.json?includeReferences=false")
    assert data["references"]["routes"] == []


def test_a_bus_that_has_passed_early_is_told_as_it_was(tmp_path: Path) -> None:
    early = City(tmp_path, NOW, pace=1.65)
    early.tick(NOW)
    app = create_app(early.state, clock=lambda: NOW + 2)
    row = calls(app.test_client(), "S2", "minutesBefore=5&minutesAfter=35")["A_T1"]
    ahead = calls(app.test_client(), "S2", "minutesBefore=0&minutesAfter=35")
    app.extensions["passinfo-quota"].close()
    assert NOW - 60 < row["predictedArrivalTime"] / 1000 < NOW < row["scheduledArrivalTime"] / 1000
    assert (row["predicted"], row["numberOfStopsAway"]) == (True, -1)
    assert "A_T1" not in ahead


def test_places_are_found_around_and_by_words(client: FlaskClient) -> None:
    near = get(client, "stops-for-location.json?lat=14.56&lon=121.07784&radius=1100")
    assert [stop["id"] for stop in near["list"]] == ["A_S3", "A_S2", "A_S4"]
    assert (near["outOfRange"], near["limitExceeded"]) == (False, False)
    assert get(client, "stops-for-location.json?lat=0&lon=0")["outOfRange"] is True
    few = get(client, "stops-for-location.json?lat=14.56&lon=121.07&radius=5000&maxCount=2")
    assert (len(few["list"]), few["limitExceeded"]) == (2, True)
    assert get(client, "search/stop.json?input=park+1")["list"][0]["id"] == "A_P1"
    assert [route["id"] for route in get(client, "search/route.json?input=loop")["list"]] == ["A_R3"]
    assert get(client, "stop/A_S1.json")["entry"]["direction"] in ("E", "NE")
    ids = get(client, "stop-ids-for-agency/A.json")["list"]
    assert sorted(ids) == sorted(f"A_{stop}" for stop in ("S0", "S1", "S2", "S3", "S4", "P0", "P1"))


def test_the_clock_answers_and_the_key_does_not_matter(client: FlaskClient) -> None:
    assert get(client, "current-time.json?key=TEST")["entry"]["time"] == (NOW + 2) * 1000
    assert calls(client, "S3", "key=anything&minutesAfter=90") == calls(client, "S3")


def test_problem_reports_are_kept_and_listed(
    client: FlaskClient, city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    from api.__main__ import main

    said = "code=stop_name_wrong&userComment=The%20sign%0Ais%20gone&userLat=14.5612345&userLon=121.07"
    answer = client.get(f"/api/where/report-problem-with-stop/A_S3.json?{said}")
    assert answer.get_json()["code"] == 200
    assert answer.headers["Cache-Control"] == "no-store"
    trip = f"code=vehicle_never_came&stopID=A_S3&serviceDate={ZERO_MS}&userOnVehicle=false"
    assert client.get(f"/api/where/report-problem-with-trip/A_T1.json?{trip}").get_json()["code"] == 200
    assert client.get("/api/where/report-problem-with-stop/A_S3.json?code=nonsense").status_code == 400
    assert client.get("/api/where/report-problem-with-stop/A_none.json?code=other").status_code == 404
    assert main(["problems", "--state", str(city.state)]) == 0
    listed = capsys.readouterr().out
    assert "stop_name_wrong" in listed and "The sign is gone" in listed and "trip T1 stop S3" in listed
    assert main(["problems", "--json", "--state", str(city.state)]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines()[-2:])
    assert (first["lat_deg"], first["stop_id"]) == (14.5612, "S3")
    assert (second["start_date"], second["on_vehicle"], second["trip_id"]) == (20261128, False, "T1")
