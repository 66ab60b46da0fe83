"""SIRI-Lite: the same calls in XML and JSON, valid by the schemas, failures as SIRI has them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from api.app import create_app
from api.dialects.siri.refs import from_ref, to_ref
from tests.conftest import DATA
from tests.unit.api.dialects.city import City
from tests.unit.api.dialects.conftest import NOW

NS = {"s": "http://www.siri.org.uk/siri"}
QUESTIONS = (
    "stop-monitoring.xml?MonitoringRef=S0&StopMonitoringDetailLevel=calls&StartTime=2026-11-28T01:40:00Z",
    "stop-monitoring.xml?MonitoringRef=S3&MessageIdentifier=asked%201&PreviewInterval=PT1H30M",
    "stop-monitoring.xml?MonitoringRef=S4&StopVisitTypes=arrivals&MaximumStopVisits=1",
    "stop-monitoring.xml?MonitoringRef=none",
    "stop-monitoring.xml?MonitoringRef=S3&LineRef=none",
    "stop-monitoring.xml",
    "stop-monitoring.xml?MonitoringRef=S3&PreviewInterval=soon",
    "vehicle-monitoring.xml?VehicleMonitoringDetailLevel=calls",
    "vehicle-monitoring.xml?LineRef=R3",
    "vehicle-monitoring.xml?VehicleRef=none",
    "stoppoints-discovery.xml",
    "stoppoints-discovery.xml?LineRef=none",
    "lines-discovery.xml",
    "estimated-timetable.xml",
)


def xml(client: FlaskClient, question: str) -> etree._Element:
    answer = client.get(f"/siri-lite/{question}")
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    return etree.fromstring(answer.data)


def visits(client: FlaskClient, stop: str, query: str = "") -> dict[str, etree._Element]:
    """MonitoredVehicleJourney by DatedVehicleJourneyRef."""
    root = xml(client, f"stop-monitoring.xml?MonitoringRef={stop}{query}")
    found = root.findall(".//s:MonitoredVehicleJourney", NS)
    return {each.findtext(".//s:DatedVehicleJourneyRef", "", NS): each for each in found}


def of(element: etree._Element, path: str) -> str | None:
    return element.findtext("/".join(f"s:{part}" for part in path.split("/")), None, NS)


def delivery(client: FlaskClient, question: str) -> dict[str, Any]:
    siri = client.get(f"/siri-lite/{question}").get_json()["Siri"]
    found: dict[str, Any] = siri["ServiceDelivery"]["StopMonitoringDelivery"][0]
    return found


@pytest.mark.realdata
@pytest.mark.parametrize("later_s", [2, 180, 900])
def test_every_answer_is_valid_by_the_schemas(city: City, later_s: int) -> None:
    schema = etree.XMLSchema(etree.parse(DATA / "schemas" / "siri" / "siri.xsd"))
    app = create_app(city.state, clock=lambda: NOW + later_s)
    client = app.test_client()
    for question in QUESTIONS:
        document = xml(client, question)
        assert schema.validate(document), (question, schema.error_log)
    app.extensions["passinfo-quota"].close()


@pytest.mark.realdata
def test_the_schemas_would_notice(client: FlaskClient) -> None:
    schema = etree.XMLSchema(etree.parse(DATA / "schemas" / "siri" / "siri.xsd"))
    document = xml(client, "stop-monitoring.xml?MonitoringRef=S3")
    call = document.find(".//s:MonitoredCall", NS)
    assert call is not None
    call.append(call[0])  # StopPointRef after everything else
    assert not schema.validate(document)


def test_a_tracked_bus_is_told_as_v1_tells_it(client: FlaskClient) -> None:
    (ours,) = [each for each in client.get("/v1/stops/S3/arrivals").get_json()["arrivals"] if each["trip_id"] == "T1"]
    theirs = visits(client, "S3")["T1"]
    assert of(theirs, "MonitoredCall/ExpectedArrivalTime") == ours["arrival_at"]
    assert of(theirs, "MonitoredCall/ExpectedDepartureTime") == ours["departure_at"]
    assert of(theirs, "MonitoredCall/AimedArrivalTime") == ours["scheduled_at"]
    quality = "MonitoredCall/Extensions/ExpectedArrivalPredictionQuality"
    assert of(theirs, f"{quality}/LowerTimeLimit") == ours["p10_at"]
    assert of(theirs, f"{quality}/HigherTimeLimit") == ours["p90_at"]
    assert of(theirs, "MonitoredCall/LatestExpectedArrivalTime") == ours["p90_at"]
    assert of(theirs, "MonitoredCall/NumberOfStopsAway") == str(ours["stops_away"])
    assert (of(theirs, "Monitored"), of(theirs, "VehicleRef")) == ("true", "b1")
    assert of(theirs, "FramedVehicleJourneyRef/DataFrameRef") == "2026-11-28"
    assert of(theirs, "SituationRef/SituationSimpleRef") == "a1"


def test_cancelled_planned_and_headway_journeys(client: FlaskClient) -> None:
    found = visits(client, "S3")
    assert of(found["T4"], "MonitoredCall/ArrivalStatus") == "cancelled"
    assert of(found["T4"], "MonitoredCall/ExpectedArrivalTime") is None
    assert (of(found["T4"], "Monitored"), of(found["T5"], "Monitored")) == ("false", "false")
    assert of(found["T5"], "MonitoredCall/ArrivalStatus") == "noReport"
    assert of(found["T5"], "MonitoredCall/AimedArrivalTime") is not None
    assert of(found["T5"], "MonitoredCall/ExpectedArrivalTime") is None
    (headway,) = [journey for name, journey in found.items() if name.startswith("H1:")]
    assert of(headway, "HeadwayService") == "true"
    assert of(headway, "MonitoredCall/AimedArrivalTime") is None
    assert of(headway, "MonitoredCall/AimedHeadwayInterval") == "PT600S"
    assert of(found["N9"], "DestinationName") == "Extra"


def test_a_loop_is_at_its_second_visit(client: FlaskClient) -> None:
    loop = visits(client, "S0")["L1"]
    assert (of(loop, "MonitoredCall/VisitNumber"), of(loop, "MonitoredCall/Order")) == ("2", "5")
    assert of(loop, "MonitoredCall/DepartureStatus") is None
    assert (of(loop, "OriginRef"), of(loop, "DestinationRef")) == ("S0", "S0")


def test_a_stale_feed_says_so(stale: FlaskClient) -> None:
    found = visits(stale, "S3")
    assert {of(each, "Monitored") for each in found.values()} == {"false"}
    bus = found["T1"]
    assert (of(bus, "PredictionInaccurate"), of(bus, "PredictionInaccurateReason")) == ("true", "missingUpdate")
    assert of(bus, "MonitoredCall/ArrivalStatus") == "noReport"


def test_what_is_not_there_is_an_error_condition(client: FlaskClient) -> None:
    told = delivery(client, "stop-monitoring.json?MonitoringRef=none")
    assert told["Status"] == "false"
    assert "'none'" in told["ErrorCondition"]["InvalidDataReferencesError"]["ErrorText"]
    for question in ("stop-monitoring", "stop-monitoring?MonitoringRef=S3&MaximumStopVisits=x"):
        assert delivery(client, question)["ErrorCondition"]["OtherError"]["ErrorText"]


def test_json_is_the_same_tree_in_the_profile_of_paris(client: FlaskClient) -> None:
    told = delivery(client, "stop-monitoring.json?MonitoringRef=S3&MaximumStopVisits=1")
    (visit,) = told["MonitoredStopVisit"]
    journey = visit["MonitoredVehicleJourney"]
    assert (told["Version"], told["Status"]) == ("2.0", "true")
    assert visit["MonitoringRef"] == {"value": "S3"}
    assert journey["LineRef"] == {"value": "R1"}
    assert journey["DestinationName"] == [{"value": "East"}]
    assert journey["FramedVehicleJourneyRef"] == {
        "DataFrameRef": {"value": "2026-11-28"},
        "DatedVehicleJourneyRef": "T1",
    }
    assert journey["MonitoredCall"]["VehicleAtStop"] is False
    same = visits(client, "S3")["T1"]
    assert journey["MonitoredCall"]["ExpectedArrivalTime"] == of(same, "MonitoredCall/ExpectedArrivalTime")
    assert delivery(client, "stop-monitoring?MonitoringRef=S3&MaximumStopVisits=1") == told


def test_vehicles_and_their_next_calls(client: FlaskClient) -> None:
    root = xml(client, "vehicle-monitoring.xml?VehicleMonitoringDetailLevel=calls")
    found = {each.findtext(".//s:VehicleRef", "", NS): each for each in root.findall(".//s:VehicleActivity", NS)}
    assert set(found) == {"b1", "h1", "l1"}
    bus = found["b1"]
    assert of(bus, "MonitoredVehicleJourney/MonitoredCall/StopPointRef") == "S2"
    onward = bus.findall(".//s:OnwardCall", NS)
    assert [of(each, "StopPointRef") for each in onward] == ["S3", "S4"]
    assert of(onward[0], "ExpectedArrivalPredictionQuality/LowerTimeLimit") is not None
    percentage = float(of(bus, "ProgressBetweenStops/Percentage") or "nan")
    assert 30 < percentage < 37
    only = xml(client, "vehicle-monitoring.xml?LineRef=R3").findall(".//s:VehicleRef", NS)
    assert [each.text for each in only] == ["l1"]


def test_stops_and_lines_are_discovered(client: FlaskClient) -> None:
    stops = client.get("/siri-lite/stoppoints-discovery.json").get_json()["Siri"]["StopPointsDelivery"]
    names = {each["StopPointRef"]["value"]: each["StopName"][0]["value"] for each in stops["AnnotatedStopPointRef"]}
    assert names["P1"] == "Park 1" and len(names) == 7
    of_loop = client.get("/siri-lite/stoppoints-discovery.json?LineRef=R3").get_json()["Siri"]["StopPointsDelivery"]
    assert len(of_loop["AnnotatedStopPointRef"]) == 4
    lines = client.get("/siri-lite/lines-discovery.json").get_json()["Siri"]["LinesDelivery"]
    assert [each["LineRef"]["value"] for each in lines["AnnotatedLineRef"]] == ["R1", "R2", "R3"]


@given(st.text())
@example("")
@example("\0")
@example("_x110000_")
def test_a_reference_is_a_name_token_and_comes_back(entity: str) -> None:
    ref = to_ref(entity)
    assert re.fullmatch(r"[A-Za-z0-9_.:-]+", ref)
    assert from_ref(ref) == entity
