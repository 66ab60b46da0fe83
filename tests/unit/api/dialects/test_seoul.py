"""Seoul's names: the next two buses of each route, positions, stops of a route, in XML and JSON alike."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree

from tests.unit.api.dialects.conftest import NOW
from tests.unit.api.dialects.documented import is_empty, listed

METHODS = {
    "getStationByUid": "stationinfo/getStationByUid?arsId=S3",
    "getArrInfoByRouteAll": "arrive/getArrInfoByRouteAll?busRouteId=R1",
    "getBusPosByRtid": "buspos/getBusPosByRtid?busRouteId=R1",
    "getStaionByRoute": "busRouteInfo/getStaionByRoute?busRouteId=R1",
}
TWICE = {"getStationByUid", "getArrInfoByRouteAll"}


def items(client: FlaskClient, question: str) -> list[dict[str, str]]:
    answer = client.get(f"/api/rest/{question}&resultType=json").get_json()
    assert answer["msgHeader"]["headerCd"] == "0", answer
    found: list[dict[str, str]] = answer["msgBody"]["itemList"]
    assert len(found) == answer["msgHeader"]["itemCount"]
    return found


def code(client: FlaskClient, question: str) -> str:
    answer = client.get(f"/api/rest/{question}")
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    return etree.fromstring(answer.data).findtext("msgHeader/headerCd") or ""


def ours(client: FlaskClient, stop: str, trip: str) -> dict[str, Any]:
    found = client.get(f"/v1/stops/{stop}/arrivals").get_json()["arrivals"]
    return next(each for each in found if each["trip_id"] == trip)


def left_s(instant: str) -> int:
    return round(dt.datetime.fromisoformat(instant).timestamp() - NOW)


@pytest.mark.parametrize("question", METHODS.values())
def test_xml_and_json_hold_the_same(client: FlaskClient, question: str) -> None:
    root = etree.fromstring(client.get(f"/api/rest/{question}&serviceKey=x").data)
    assert root.tag == "ServiceResult" and root.find("comMsgHeader") is not None
    told = [{each.tag: each.text or "" for each in item} for item in root.findall("msgBody/itemList")]
    assert told == items(client, question)


def test_the_next_bus_is_told_as_v1_tells_it(client: FlaskClient) -> None:
    (row,) = [each for each in items(client, METHODS["getStationByUid"]) if each["busRouteId"] == "R1"]
    bus = ours(client, "S3", "T1")
    assert row["traTime1"] == str(left_s(bus["p50_at"]))
    shown = left_s(bus["display_at"])
    assert row["arrmsg1"] == f"{shown // 60}분{shown % 60}초후[{bus['stops_away'] + 1}번째 전]"
    assert (row["vehId1"], row["staOrd"], row["sectOrd1"], row["stationNm1"]) == ("b1", "4", "2", "Stop 1")
    assert (row["vehId2"], row["arrmsg2"]) == ("0", "출발대기")
    assert (row["deTourAt"], row["adirection"], row["nxtStn"]) == ("11", "East", "Stop 4")
    assert row["firstTm"] == "20261128100820"


def test_headway_service_has_its_interval(client: FlaskClient) -> None:
    (row,) = [each for each in items(client, METHODS["getStationByUid"]) if each["busRouteId"] == "R2"]
    assert (row["term"], row["vehId1"], row["deTourAt"]) == ("10", "h1", "00")
    assert row["traTime1"] == str(left_s(ours(client, "S3", "H1")["p50_at"]))
    assert re.fullmatch(r"\d+분\d+초후\[\d+번째 전\]", row["arrmsg1"])


def test_a_loop_has_two_places_at_one_stop(client: FlaskClient) -> None:
    rows = items(client, "arrive/getArrInfoByRouteAll?busRouteId=R3")
    assert [row["stId"] for row in rows] == ["S0", "S1", "P1", "P0", "S0"]
    assert [row["staOrd"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert (rows[0]["vehId1"], rows[4]["vehId1"]) == ("0", "l1")
    assert rows[4]["exps1"] == rows[4]["kals1"] == rows[4]["traTime1"] == rows[4]["goal1"]
    (at_stop, *_) = [row for row in items(client, "stationinfo/getStationByUid?arsId=S0") if row["busRouteId"] == "R3"]
    assert at_stop["staOrd"] == "1"


def test_a_cancelled_trip_comes_nowhere(client: FlaskClient) -> None:
    rows = items(client, METHODS["getArrInfoByRouteAll"])
    assert {row["vehId1"] for row in rows} == {"0", "b1"}
    assert {row["vehId2"] for row in rows} == {"0"}


def test_positions_and_stops_of_a_route(client: FlaskClient) -> None:
    (bus,) = items(client, METHODS["getBusPosByRtid"])
    assert (bus["vehId"], bus["sectOrd"], bus["nextStId"], bus["lastStnId"]) == ("b1", "2", "S2", "S4")
    assert 0 < float(bus["sectDist"]) < float(bus["fullSectDist"]) < 1.1
    assert bus["dataTm"] == "20261128100000"
    stops = items(client, METHODS["getStaionByRoute"])
    assert [stop["seq"] for stop in stops] == ["1", "2", "3", "4", "5"]
    assert [stop["transYn"] for stop in stops] == ["N", "N", "N", "N", "Y"]
    assert stops[1]["fullSectDist"] == "999"


def test_what_is_not_there_has_a_code(client: FlaskClient) -> None:
    assert code(client, "stationinfo/getStationByUid?arsId=none") == "3"
    assert code(client, "stationinfo/getStationByUid") == "2"
    assert code(client, "buspos/getBusPosByRtid?busRouteId=none") == "4"
    assert code(client, "buspos/getNothing") == "4"
    answer = client.get("/api/rest/stationinfo/getStationByUid?arsId=none&resultType=json").get_json()
    assert answer["msgBody"]["itemList"] is None


def test_no_low_floor_bus_is_none(client: FlaskClient) -> None:
    rows = items(client, "stationinfo/getLowStationByUid?arsId=S3")
    assert {row["vehId1"] for row in rows} == {"0"}


def test_a_stale_feed_has_a_code(stale: FlaskClient) -> None:
    assert code(stale, METHODS["getStationByUid"]) == "6"
    assert code(stale, METHODS["getArrInfoByRouteAll"]) == "6"
    assert code(stale, METHODS["getBusPosByRtid"]) == "6"
    assert code(stale, METHODS["getStaionByRoute"]) == "0"


@pytest.mark.parametrize("method", METHODS)
def test_every_field_is_listed_and_what_is_absent_says_nothing(client: FlaskClient, method: str) -> None:
    filled, absent = listed("fields of seoul")[method], listed("absent in seoul")[method]
    for row in items(client, METHODS[method]):
        told = {re.sub(r"[12]$", "", name) if method in TWICE else name for name in row}
        assert told == filled | absent
        empty = [value for name, value in row.items() if re.sub(r"[12]$", "", name) in absent - filled]
        assert all(value in ("", "0") or is_empty(value) for value in empty)
