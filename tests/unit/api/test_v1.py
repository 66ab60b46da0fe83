"""Resources of /v1 beyond the first: places, patterns, trips, groups, roadsides, plan and age."""

from __future__ import annotations

import dataclasses
import gzip
import json
import re
from pathlib import Path

import numpy as np
import polyline
import pytest
import zstandard
from flask.testing import FlaskClient

from api.app import create_app
from api.vehicles import vehicle_record
from passinfo.snapshot import Alert, InformedEntity
from tests.unit.api.conftest import NOW, TOKEN, publish


def test_a_slip_still_finds_the_stop(client: FlaskClient) -> None:
    found = client.get("/v1/stops?q=stpo").get_json()["stops"]
    assert "S3" in [stop["stop_id"] for stop in found[:5]]
    assert client.get("/v1/stops?q=qqqqqqqq").get_json()["stops"] == []


def test_a_box_holds_what_lies_in_it(client: FlaskClient) -> None:
    everything = client.get("/v1/stops").get_json()["stops"]
    first = everything[0]
    box = f"{first['lat'] - 1e-5},{first['lon'] - 1e-5},{first['lat'] + 1e-5},{first['lon'] + 1e-5}"
    assert [stop["stop_id"] for stop in client.get(f"/v1/stops?box={box}").get_json()["stops"]] == [first["stop_id"]]
    assert client.get("/v1/stops?box=1,2,3").status_code == 400
    assert client.get("/v1/stops?box=nan,0,1,1").status_code == 400


def test_a_line_is_the_same_as_geojson_and_as_polyline(client: FlaskClient) -> None:
    (pattern, *_) = client.get("/v1/routes/R1/patterns").get_json()["patterns"]
    decoded = [(lon, lat) for lat, lon in polyline.decode(pattern["polyline"])]
    drawn = np.array(pattern["geometry"]["coordinates"])
    assert np.array(decoded) == pytest.approx(drawn, abs=2e-5)
    alone = client.get(f"/v1/patterns/{pattern['pattern_id']}").get_json()["pattern"]
    assert alone == pattern
    distances = [stop["distance_m"] for stop in pattern["stops"]]
    assert distances == sorted(distances)


def test_a_trip_tells_its_plan_and_its_runs(client: FlaskClient) -> None:
    trip = client.get("/v1/trips/T1").get_json()["trip"]
    assert trip["stops"][0]["departure_time"] == "08:00:00"
    assert trip["runs"][0]["calls"]
    assert client.get("/v1/trips/H1").get_json()["trip"]["stops"][0]["departure_time"] is None
    assert client.get("/v1/trips/none").status_code == 404


def test_several_stops_at_once(client: FlaskClient, state: Path) -> None:
    answer = client.get("/v1/arrivals?stop_ids=S3,S4").get_json()
    assert [each["stop"]["stop_id"] for each in answer["stops"]] == ["S3", "S4"]
    assert answer["stops"][1]["arrivals"] == client.get("/v1/stops/S4/arrivals").get_json()["arrivals"]
    assert client.get("/v1/arrivals").status_code == 400
    assert client.get(f"/v1/arrivals?stop_ids={','.join(f'x{k}' for k in range(101))}").status_code == 400
    (state / "city.json").write_text(json.dumps({"stop_groups": {"school": ["S4", "S2"]}}))
    grouped = create_app(state, clock=lambda: NOW + 2).test_client().get("/v1/groups/school/arrivals").get_json()
    assert [each["stop"]["stop_id"] for each in grouped["stops"]] == ["S4", "S2"]


def test_a_bus_passes_between_the_calls_before_and_after(client: FlaskClient) -> None:
    before, after = (client.get(f"/v1/stops/{stop}").get_json()["stop"] for stop in ("S3", "S4"))
    times = []
    for share in (0.0, 0.5, 1.0):
        lat, lon = (before[k] + share * (after[k] - before[k]) for k in ("lat", "lon"))
        found = client.get(f"/v1/arrivals/at?lat={lat}&lon={lon}&route_id=R1").get_json()["arrivals"]
        times.append(found[0]["p50_at"])
    assert times == sorted(times) and len(set(times)) == 3
    assert client.get("/v1/arrivals/at?lat=0&lon=0&route_id=R1").get_json()["arrivals"] == []


def test_the_plan_stands_beside_the_buses(client: FlaskClient) -> None:
    answer = client.get("/v1/stops/S1/arrivals?horizon_s=14400").get_json()
    running = {each["trip_id"] for each in answer["arrivals"]}
    assert not running & {each["trip_id"] for each in answer["planned"]}
    assert [each["headway_s"] > 0 for each in answer["headways"]]


@pytest.mark.parametrize(("age_s", "source"), [(5, "live"), (120, "last_known"), (3_000, "timetable")])
def test_old_answers_say_so(state: Path, age_s: int, source: str) -> None:
    late = create_app(state, clock=lambda: NOW + age_s).test_client()
    answer = late.get("/v1/stops/S4/arrivals").get_json()
    assert answer["meta"]["source"] == source
    assert answer["meta"]["live"] is (source == "live")
    tracked = [each["tracked"] for each in answer["arrivals"]]
    assert all(tracked) if source == "live" else not any(tracked)
    if source == "timetable":
        assert answer["arrivals"] == []
    assert answer["meta"]["age_s"] <= age_s


def test_how_full_a_bus_is_and_how_its_road_runs_is_told_where_it_is_known(state: Path) -> None:
    shown = create_app(state, clock=lambda: NOW + 2).extensions["passinfo"].board.view()
    nothing = vehicle_record(shown, 0, NOW)
    assert (nothing["occupancy_percent"], nothing["congestion"]) == (None, None)
    table = shown.snapshot.vehicles
    known = dataclasses.replace(
        table,
        occupancy_percent=np.full_like(table.occupancy_percent, 40),
        congestion=np.full_like(table.congestion, 2),
    )
    told = vehicle_record(
        dataclasses.replace(shown, snapshot=dataclasses.replace(shown.snapshot, vehicles=known)), 0, NOW
    )
    assert (told["occupancy_percent"], told["congestion"]) == (40, "STOP_AND_GO")


def test_sentences_are_in_three_languages(client: FlaskClient) -> None:
    sentence = client.get("/v1/stops/S4/arrivals").get_json()["arrivals"][0]["sentence"]
    assert set(sentence) == {"en", "fil", "ko"} and all(sentence.values())


def test_what_is_spoken_holds_nothing_to_be_spelt_out(client: FlaskClient) -> None:
    told = client.get("/v1/stops/S4/arrivals").get_json()
    rows = told["arrivals"] + told["planned"]
    assert told["arrivals"] and told["planned"]
    for each in rows:
        assert set(each["spoken"]) == {"en", "fil", "ko"}
        for said in each["spoken"].values():
            assert not re.search(r"\d", said.replace(each["headsign"] or "\0", "")), said


def test_alerts_tell_what_is_spoken_and_shown(tmp_path: Path) -> None:
    text = (("en", "St. Paul closed."), ("fil", "Sarado ang St. Paul."))
    closed = Alert(
        *("a1", "CONSTRUCTION", "DETOUR", "WARNING", ((None, None),), ((None, None),)),
        informed=(InformedEntity(stop_id="S4"),),
        header=text,
        tts_header=(("en", "Saint Paul Street is closed."),),
        image=(("en", "https://city.example/a.png", "image/png"),),
    )
    publish(tmp_path, alerts=(closed,))
    client = create_app(tmp_path, clock=lambda: NOW + 2).test_client()
    (alert,) = client.get("/v1/alerts").get_json()["alerts"]
    assert alert["tts_header"] == {"en": "Saint Paul Street is closed."}
    assert alert["tts_description"] == {} and alert["image_text"] == {}
    assert alert["image"] == [{"language": "en", "url": "https://city.example/a.png", "media_type": "image/png"}]
    said = client.get("/display/S4.ssml?lang=en").text
    assert "Saint Paul Street is closed." in said and "St. Paul" not in said
    assert "Sarado ang St. Paul." in client.get("/display/S4.ssml?lang=fil").text  # nobody has given it a voice


def test_bodies_are_packed_for_who_asks(client: FlaskClient) -> None:
    plain = client.get("/v1/stops/S4/arrivals")
    assert "Content-Encoding" not in plain.headers
    for name, unpack in (("gzip", gzip.decompress), ("zstd", zstandard.ZstdDecompressor().decompress)):
        packed = client.get("/v1/stops/S4/arrivals", headers={"Accept-Encoding": name})
        assert packed.headers["Content-Encoding"] == name
        assert unpack(packed.data) == plain.data
        assert packed.headers["ETag"] != plain.headers["ETag"]
        again = {"Accept-Encoding": name, "If-None-Match": packed.headers["ETag"]}
        assert client.get("/v1/stops/S4/arrivals", headers=again).status_code == 304


def test_freshness_ends_with_the_tick(state: Path) -> None:
    def age(seconds: float) -> str:
        return create_app(state, clock=lambda: NOW + seconds).test_client().get("/v1/routes").headers["Cache-Control"]

    assert age(1.0) == "public, max-age=4"
    assert age(4.9) == "public, max-age=1"
    assert age(30.0) == "public, max-age=1"


def test_any_page_may_ask(client: FlaskClient) -> None:
    asked = client.options("/v1/routes", headers={"Origin": "https://example.org"})
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]
    assert client.head("/v1/routes").headers["ETag"] == client.get("/v1/routes").headers["ETag"]


def test_a_quota_holds_over_workers(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSINFO_QUOTA", "10")
    monkeypatch.setenv("PASSINFO_QUOTA_KEYED", "25")
    workers = [create_app(state, clock=lambda: NOW).test_client() for _ in range(2)]
    codes = [workers[k % 2].get("/v1/routes").status_code for k in range(14)]
    assert codes.count(200) == 10 and codes.count(429) == 4
    keyed = {"Authorization": f"Bearer {TOKEN}"}
    codes = [workers[k % 2].get("/v1/routes", headers=keyed).status_code for k in range(30)]
    assert codes.count(200) == 25
    refused = workers[0].get("/v1/routes")
    assert refused.mimetype == "application/problem+json"
    assert int(refused.headers["Retry-After"]) <= 61
    assert workers[0].get("/health/live").status_code == 200
    invented = {"Authorization": "Bearer invented"}
    assert workers[0].get("/v1/routes", headers=invented).status_code == 429
    for worker in workers:
        worker.application.extensions["passinfo"].state_store().close()


def test_accuracy_is_told_once_a_night_has_scored(client: FlaskClient, state: Path) -> None:
    assert client.get("/v1/accuracy").status_code == 404
    (state / "accuracy.json").write_text(json.dumps({"date": 20261118}))
    assert client.get("/v1/accuracy").get_json()["accuracy"]["date"] == 20261118


def test_the_docs_name_no_foreign_host(client: FlaskClient) -> None:
    page = client.get("/docs").get_data(as_text=True)
    assert "/v1/stops/{stop_id}/arrivals" in page
    assert "http://" not in page and "https://" not in page
    assert client.get("/openapi.json").get_json()["openapi"].startswith("3.1")
