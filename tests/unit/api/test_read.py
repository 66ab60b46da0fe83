import dataclasses
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from passinfo.realtime.decode import decode
from passinfo.stores.snapshots import FileSnapshots
from tests.unit.api.conftest import NOW, publish

DOCS = Path(__file__).parents[3] / "docs" / "api.md"


def test_importing_the_counter_loads_nothing_heavy() -> None:
    code = "import sys, api.app; print([m for m in ('pandas', 'gtfs_kit', 'sklearn') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_arrivals_tell_when_how_sure_and_from_what(client: FlaskClient) -> None:
    answer = client.get("/v1/stops/S4/arrivals").get_json()
    first = answer["arrivals"][0]
    assert (first["route_id"], first["trip_id"], first["start_time"]) == ("R1", "T1", "08:00:00")
    assert first["p10_at"] <= first["display_at"] <= first["p50_at"] <= first["p90_at"]
    assert first["stops_away"] == 2
    assert first["tracked"] is True
    assert first["vehicle"]["vehicle_id"] == "bus <7>"
    assert answer["meta"]["live"] is True


def test_headway_arrivals_have_no_delay(client: FlaskClient) -> None:
    (arrival,) = client.get("/v1/stops/S4/arrivals?route_id=R2").get_json()["arrivals"]
    assert arrival["delay_s"] is arrival["scheduled_at"] is None
    assert arrival["relationship"] == "UNSCHEDULED"


def test_the_driver_is_nowhere(client: FlaskClient) -> None:
    paths = ["/", "/stops/S4", "/v1/vehicles", "/v1/stops/S4/arrivals", "/gtfs-rt/vehicle-positions.json"]
    assert all(b"driver-9" not in client.get(path).data for path in paths)


def test_health_tells_what_the_feeds_repaired(state: Path) -> None:
    store = FileSnapshots(state / "snapshots")
    newest = store.newest()
    assert newest is not None
    worse = dataclasses.replace(newest.snapshot, sequence=99, repaired=(("E029", 2),))
    store.publish(worse, dict(newest.feeds))
    client = create_app(state, clock=lambda: NOW).test_client()
    assert client.get("/health/ready").get_json()["repaired"] == {"E029": 2}


def test_not_found_is_not_could_not_look(client: FlaskClient, tmp_path: Path) -> None:
    assert client.get("/v1/stops/nowhere/arrivals").status_code == 404
    empty = create_app(tmp_path / "empty").test_client()
    answer = empty.get("/v1/stops/nowhere/arrivals")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "nothing_published")
    assert empty.get("/health/ready").status_code == 503
    assert empty.get("/health/live").status_code == 200
    assert empty.get("/").status_code == 503


@pytest.mark.parametrize(
    "path", ["/v1/stops", "/v1/stops/S1", "/v1/routes", "/v1/vehicles", "/gtfs-rt/alerts.pb", "/gtfs/schedule.zip"]
)
def test_an_answer_the_client_has_is_304(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    assert first.headers["Last-Modified"]
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_new_snapshot_is_served_within_a_tenth_of_a_second(state: Path) -> None:
    client = create_app(state, clock=lambda: NOW).test_client()
    before = client.get("/v1/routes").get_json()["meta"]["sequence"]
    publish(state, sequence_ticks=3)
    time.sleep(0.1)
    assert client.get("/v1/routes").get_json()["meta"]["sequence"] == before + 2


def test_a_torn_snapshot_does_not_silence_the_counter(state: Path) -> None:
    client = create_app(state, clock=lambda: NOW).test_client()
    assert client.get("/v1/routes").status_code == 200
    (state / "snapshots" / "000000000009.snapshot").write_bytes(b"torn")
    assert client.get("/v1/routes").status_code == 200


def test_a_dead_live_loop_is_told(state: Path) -> None:
    late = create_app(state, clock=lambda: NOW + 600).test_client()
    assert late.get("/health/ready").status_code == 503
    assert late.get("/v1/routes").get_json()["meta"]["live"] is False
    assert b"not live" in late.get("/").data


def test_stops_are_found_by_words_without_accents_and_by_place(client: FlaskClient) -> None:
    assert [stop["stop_id"] for stop in client.get("/v1/stops?q=STÓP 3").get_json()["stops"]] == ["S3"]
    near = client.get("/v1/stops?near=14.56,121.0593&radius_m=1100").get_json()["stops"]
    assert [stop["stop_id"] for stop in near] == ["S1", "S2", "S0"]
    page = client.get("/v1/stops?limit=2&offset=4").get_json()
    assert (page["meta"]["total"], len(page["stops"])) == (5, 1)


@pytest.mark.parametrize(
    "query",
    [
        "near=91,0",
        "near=nan,1",
        "near=1",
        "box=1,2,3",
        "box=0,0,95,0",
        "limit=0",
        "limit=99999",
        "limit=x",
        "offset=-1",
        "radius_m=0",
    ],
)
def test_wrong_queries_are_refused_in_one_form(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/v1/stops?{query}")
    assert answer.status_code == 400
    assert set(answer.get_json()) == {"type", "title", "status", "detail", "code", "errors"}


def test_feeds_are_what_the_library_encodes(client: FlaskClient) -> None:
    feed = decode(client.get("/gtfs-rt/trip-updates.pb").data)
    assert {row.run.trip_id for row in feed.trip_updates} == {"T1", "H1"}
    assert client.get("/gtfs-rt/trip-updates.json").get_json()["header"]["gtfs_realtime_version"] == "2.0"
    assert client.get("/gtfs-rt/drivers.pb").status_code == 404


def test_the_pages_escape_and_run_no_foreign_script(client: FlaskClient) -> None:
    page = client.get("/stops/S4")
    assert b"bus &lt;7&gt;" in page.data
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "unsafe" not in policy
    assert b"<script" not in client.get("/?q=<script>").data
    assert client.get("/stops/<b>").status_code == 404
    assert b"Simulated" in client.get("/").data


def test_every_endpoint_is_documented(client: FlaskClient) -> None:
    text = DOCS.read_text(encoding="utf-8") + DOCS.with_name("dialects.md").read_text(encoding="utf-8")
    for rule in client.application.url_map.iter_rules():
        path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule.rule).replace("{kind}.{form}", "{kind}.pb")
        if not path.startswith("/static"):
            assert f"{path}`" in text or f"{path}" in text, path


def test_a_wrong_parameter_is_told_by_name(client: FlaskClient) -> None:
    answer = client.get("/v1/stops?limit=many&near=91,0")
    assert answer.status_code == 400
    message = answer.get_json()["detail"]
    assert "limit: Not a valid integer." in message
    assert "near: latitude,longitude in degrees" in message
