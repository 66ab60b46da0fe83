"""SIRI-Lite and Seoul's names over HTTP, read by lxml and the standard library as a stranger would."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest
from lxml import etree

from tests.conftest import DATA

pytestmark = pytest.mark.clients

NS = {"s": "http://www.siri.org.uk/siri"}
XSD = DATA / "schemas" / "siri" / "siri.xsd"


def get(address: str, path: str) -> bytes:
    with urllib.request.urlopen(address + path, timeout=10) as answer:
        data: bytes = answer.read()
    return data


def journeys(address: str, stop: str) -> dict[str, etree._Element]:
    root = etree.fromstring(get(address, f"/siri-lite/stop-monitoring.xml?MonitoringRef={stop}"))
    found = root.findall(".//s:MonitoredVehicleJourney", NS)
    return {each.findtext(".//s:DatedVehicleJourneyRef", "", NS).split(":")[0]: each for each in found}


def items(address: str, path: str) -> list[dict[str, Any]]:
    answer = json.loads(get(address, f"/api/rest/{path}&resultType=json"))
    found: list[dict[str, Any]] = answer["msgBody"]["itemList"] or []
    return found


def test_siri_of_a_running_counter(live: str) -> None:
    found = journeys(live, "S3")
    assert found["T1"].findtext(".//s:ExpectedArrivalTime", None, NS)
    assert found["T4"].findtext(".//s:ArrivalStatus", None, NS) == "cancelled"
    assert found["H1"].findtext("s:HeadwayService", None, NS) == "true"
    assert journeys(live, "S0")["L1"].findtext(".//s:VisitNumber", None, NS) == "2"
    unknown = etree.fromstring(get(live, "/siri-lite/stop-monitoring.xml?MonitoringRef=none"))
    assert unknown.find(".//s:InvalidDataReferencesError", NS) is not None


def test_siri_of_a_counter_whose_loop_stands_still(stale: str) -> None:
    assert {each.findtext("s:Monitored", None, NS) for each in journeys(stale, "S3").values()} == {"false"}


@pytest.mark.realdata
def test_siri_is_valid_by_the_schemas(live: str, stale: str) -> None:
    schema = etree.XMLSchema(etree.parse(XSD))
    for address in (live, stale):
        for path in (
            *(f"stop-monitoring.xml?MonitoringRef={stop}" for stop in ("S0", "S1", "S2", "S3", "S4", "P0", "P1", "x")),
            "vehicle-monitoring.xml?VehicleMonitoringDetailLevel=calls",
            "stoppoints-discovery.xml",
            "lines-discovery.xml",
        ):
            assert schema.validate(etree.fromstring(get(address, f"/siri-lite/{path}"))), (path, schema.error_log)


def test_seoul_of_a_running_counter(live: str) -> None:
    rows = {row["busRouteId"]: row for row in items(live, "stationinfo/getStationByUid?arsId=S3")}
    assert (rows["R1"]["vehId1"], rows["R2"]["vehId1"], rows["R2"]["term"]) == ("b1", "h1", "10")
    assert rows["R1"]["vehId2"] == "0"  # the next trip is cancelled, the one after has no bus yet
    loop = items(live, "arrive/getArrInfoByRouteAll?busRouteId=R3")
    assert (loop[0]["vehId1"], loop[-1]["vehId1"]) == ("0", "l1")
    root = etree.fromstring(get(live, "/api/rest/stationinfo/getStationByUid?arsId=none"))
    assert root.findtext("msgHeader/headerCd") == "3"


def test_seoul_of_a_counter_whose_loop_stands_still(stale: str) -> None:
    root = etree.fromstring(get(stale, "/api/rest/buspos/getBusPosByRtid?busRouteId=R1"))
    assert root.findtext("msgHeader/headerCd") == "6"
