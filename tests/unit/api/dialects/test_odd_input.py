"""Whatever is asked, a dialect answers in its own words and never with a defect."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

OBA = (
    "agency/{}",
    "stop/{}",
    "route/{}",
    "trip/{}",
    "block/{}",
    "shape/{}",
    "trip-details/{}",
    "trip-for-vehicle/{}",
    "trips-for-route/{}",
    "stops-for-route/{}",
    "schedule-for-stop/{}",
    "schedule-for-route/{}",
    "arrivals-and-departures-for-stop/{}",
    "arrival-and-departure-for-stop/{}",
    "report-problem-with-stop/{}",
    "report-problem-with-trip/{}",
    "stops-for-location",
    "routes-for-location",
    "trips-for-location",
    "arrivals-and-departures-for-location",
    "search/stop",
    "search/route",
    "vehicles-for-agency/{}",
)
PATHS = (
    *(f"/api/where/{path}.json" for path in OBA),
    "/siri-lite/stop-monitoring.xml",
    "/siri-lite/vehicle-monitoring.xml",
    "/siri-lite/stoppoints-discovery.json",
    "/siri-lite/{}",
    "/api/rest/stationinfo/getStationByUid",
    "/api/rest/arrive/getArrInfoByRouteAll",
    "/api/rest/buspos/getBusPosByRtid",
    "/api/rest/{}",
)
NAMES = (
    *("lat", "lon", "radius", "latSpan", "lonSpan", "query", "input", "maxCount", "time", "date", "serviceDate"),
    *("tripId", "stopSequence", "minutesBefore", "minutesAfter", "routeType", "includePolylines", "code", "userLat"),
    *("userComment", "stopId", "vehicleId", "userOnVehicle", "key", "MonitoringRef", "LineRef", "StartTime"),
    *("PreviewInterval", "MaximumStopVisits", "VehicleRef", "DirectionRef", "MessageIdentifier", "arsId", "busRouteId"),
)
WORDS = st.one_of(
    st.sampled_from(("A_S3", "A_R1", "A_T1", "A_H1", "A_L1", "A_b1", "A_", "S3", "R3", "A", "-1", "0", "1e400", "nan")),
    st.sampled_from(("PT99999H", "P1Y", "2026-11-28", "9999-12-31", "1795795200000", "9" * 40, "٣", "²", "_x110000_")),
    st.text(max_size=12),
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(PATHS), WORDS, st.dictionaries(st.sampled_from(NAMES), WORDS, max_size=6), st.booleans())
def test_odd_questions_have_answers(
    client: FlaskClient, path: str, entity: str, query: dict[str, str], as_json: bool
) -> None:
    asked = urlencode(query | ({"resultType": "json"} if as_json else {}))
    answer = client.get(f"{path.format(quote(entity, safe=''))}?{asked}")
    assert answer.status_code in (200, 400, 404), answer.data
    if answer.mimetype == "application/xml":
        etree.fromstring(answer.data)
    elif answer.mimetype == "application/json":
        assert answer.get_json() is not None
