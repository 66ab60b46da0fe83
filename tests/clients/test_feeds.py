"""GTFS and GTFS-Realtime as clients of other projects read them: gtfs-rt-kit, npm gtfs, npm gtfs-realtime-bindings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.conftest import by_node, by_python

pytestmark = pytest.mark.clients

BUSES = {"b1": "T1", "h1": "H1", "l1": "L1"}


@pytest.fixture(scope="module")
def kit(live: str) -> dict[str, Any]:
    answer: dict[str, Any] = by_python("gtfs-rt-kit", "rt_kit.py", live)
    return answer


@pytest.fixture(scope="module")
def imported(live: str) -> dict[str, Any]:
    answer: dict[str, Any] = by_node("gtfs.mjs", live)
    return answer


@pytest.fixture(scope="module")
def decoded(live: str) -> dict[str, Any]:
    answer: dict[str, Any] = by_node("bindings.mjs", live)
    return answer


def test_gtfs_rt_kit_matches_every_bus_with_the_static_feed(kit: dict[str, Any]) -> None:
    assert kit["matched"] == BUSES
    assert kit["routes"] == ["R1", "R2", "R3"]
    assert len(kit["stops"]) == 7
    (alert,) = kit["alerts"]
    assert alert["header_text"]["translations"][0]["text"] == "Works at <Stop 3> & around"
    assert kit["unknown"] == 404
    assert kit["asynchronous"] == len(kit["updates"])


def test_gtfs_rt_kit_reads_delays_a_loop_and_headway(kit: dict[str, Any]) -> None:
    relationships = {each["trip"]["trip_id"]: each["trip"]["schedule_relationship"] for each in kit["updates"]}
    assert relationships == {
        "T1": "SCHEDULED",
        "T4": "CANCELED",
        "L1": "SCHEDULED",
        "H1": "UNSCHEDULED",
        "N9": "NEW",
    }
    assert all(abs(each["delay"]) < 180 for each in kit["delays"]["T1"])
    end = kit["delays"]["L1"][-1]
    assert (end["stop_id"], end["stop_sequence"]) == ("S0", 20)
    (headway,) = [each for each in kit["updates"] if each["trip"]["trip_id"] == "H1"]
    assert all(each["arrival"]["delay"] is None for each in headway["stop_time_updates"])


def test_npm_gtfs_imports_the_static_feed(imported: dict[str, Any]) -> None:
    assert [agency["agency_name"] for agency in imported["agencies"]] == ["Tiny"]
    assert {trip["trip_id"] for trip in imported["trips"]} == {"T1", "T4", "T5", "H1", "L1"}
    assert [row["stop_id"] for row in imported["stop_times"]] == ["S0", "S1", "P1", "P0", "S0"]
    assert imported["frequencies"][0]["headway_secs"] == 600


def test_npm_gtfs_imports_the_realtime_feeds(imported: dict[str, Any]) -> None:
    assert {row["vehicle_id"]: row["trip_id"] for row in imported["vehicle_positions"]} == BUSES
    updates = {row["trip_id"]: row["schedule_relationship"] for row in imported["trip_updates"]}
    assert (updates["T4"], updates["H1"], updates["N9"]) == ("CANCELED", "UNSCHEDULED", "NEW")
    stops = [(row["trip_id"], row["stop_id"]) for row in imported["stop_time_updates"]]
    assert ("T1", "S4") in stops and ("L1", "S0") in stops
    assert not [trip for trip, _ in stops if trip == "T4"]
    assert [row["effect"] for row in imported["service_alerts"]] == ["DETOUR"]
    assert [row["route_id"] for row in imported["informed"]] == ["R1"]


def test_npm_bindings_decode_what_is_there(decoded: dict[str, Any]) -> None:
    vehicles = {each["id"]: each["vehicle"] for each in decoded["vehicle-positions"]["entity"]}
    assert {name: vehicle["trip"]["tripId"] for name, vehicle in vehicles.items()} == BUSES
    updates = {each["tripUpdate"]["trip"]["tripId"]: each["tripUpdate"] for each in decoded["trip-updates"]["entity"]}
    assert updates["T4"]["trip"]["scheduleRelationship"] == "CANCELED"
    made_at = decoded["trip-updates"]["header"]["timestamp"]
    for trip in ("T1", "H1", "L1"):
        times = [each["arrival"]["time"] for each in updates[trip]["stopTimeUpdate"] if "arrival" in each]
        assert times == sorted(times) and times[-1] > made_at
    assert decoded["alerts"]["entity"][0]["alert"]["effect"] == "DETOUR"


def test_a_feed_that_stands_still_says_since_when(live: str, stale: str) -> None:
    now, then = (by_node("bindings.mjs", each)["trip-updates"]["header"]["timestamp"] for each in (live, stale))
    assert now - then > 120
    assert by_python("gtfs-rt-kit", "rt_kit.py", stale)["matched"] == BUSES
