"""The map: our own lines and stops as ground, buses in few bytes, no foreign host but the one that is set."""

import gzip
from pathlib import Path

import polyline
import pytest
from flask.testing import FlaskClient

from api.map import ground
from api.map.words import MAP_WORDS

ROOT = Path(__file__).parents[4]


def test_the_ground_is_the_network(client: FlaskClient) -> None:
    found = client.get("/map/ground.json").get_json()
    stops = client.get("/v1/stops").get_json()["stops"]
    by_id = {stop["stop_id"]: stop for stop in stops if stop["route_ids"]}
    assert {each[0] for each in found["stops"]} == set(by_id)
    for stop_id, name, lat, lon, routes in found["stops"]:
        assert (name, round(by_id[stop_id]["lat"], 5), round(by_id[stop_id]["lon"], 5)) == (name, lat, lon)
        assert [found["routes"][row]["id"] for row in routes] == by_id[stop_id]["route_ids"]
    patterns = client.get("/v1/routes/R1/patterns").get_json()["patterns"]
    (r1,) = [row for row, route in enumerate(found["routes"]) if route["id"] == "R1"]
    drawn = [polyline.decode(line) for route, line in found["lines"] if route == r1]
    assert drawn[0][0] == pytest.approx(polyline.decode(patterns[0]["polyline"])[0], abs=2e-5)
    again = client.get("/map/ground.json", headers={"If-None-Match": client.get("/map/ground.json").headers["ETag"]})
    assert again.status_code == 304


def test_a_large_network_asks_for_stops_by_box(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "MOST_STOPS", 1)
    ground._kept.cache_clear()
    assert client.get("/map/ground.json").get_json()["stops"] is None
    ground._kept.cache_clear()


def test_buses_are_those_of_v1(client: FlaskClient) -> None:
    found = client.get("/map/vehicles.json").get_json()
    told = {each["vehicle_id"]: each for each in client.get("/v1/vehicles").get_json()["vehicles"]}
    assert {each[0] for each in found["vehicles"]} == set(told) != set()
    for vehicle_id, lat, lon, *_ in found["vehicles"]:
        assert (lat, lon) == pytest.approx((told[vehicle_id]["lat"], told[vehicle_id]["lon"]), abs=1e-5)
    assert "driver-9" not in client.get("/map/vehicles.json").get_data(as_text=True)
    one = found["vehicles"][0]
    box = f"{one[1] - 1e-4},{one[2] - 1e-4},{one[1] + 1e-4},{one[2] + 1e-4}"
    assert one[0] in [each[0] for each in client.get(f"/map/vehicles.json?box={box}").get_json()["vehicles"]]
    assert client.get("/map/vehicles.json?box=1,2").status_code == 400
    assert client.get("/map/vehicles.json?box=0,0,1,1").get_json()["vehicles"] == []
    assert client.get("/map/vehicles.json?route_id=none").status_code == 404


def test_the_page_knows_no_host_but_the_tiles(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    page = client.get("/map")
    assert "http" not in page.get_data(as_text=True).replace("http-equiv", "")
    assert "http" not in page.headers["Content-Security-Policy"]
    monkeypatch.setenv("PASSINFO_TILES", "https://{s}.tiles.example.org/{z}/{x}/{y}.png")
    assert "https://*.tiles.example.org" in client.get("/map").headers["Content-Security-Policy"]
    assert '<html lang="ko">' in client.get("/map?lang=ko").get_data(as_text=True)


def test_scripts_come_packed(client: FlaskClient) -> None:
    plain = client.get("/static/leaflet/leaflet.js")
    packed = client.get("/static/leaflet/leaflet.js", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data == (ROOT / "api/static/leaflet/leaflet.js").read_bytes()
    assert "javascript" in packed.mimetype
    assert client.get("/static/style.css").mimetype == "text/css"
    for odd in ("../app.py", "none.js", "leaflet", "%2e%2e/app.py"):
        assert client.get(f"/static/{odd}").status_code == 404


def test_every_language_of_the_map_says_everything() -> None:
    (english, *others) = MAP_WORDS.values()
    assert all(other.keys() == english.keys() for other in others)
