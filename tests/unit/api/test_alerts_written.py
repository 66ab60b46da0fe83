"""Alerts that people write: kept, told by the live loop's next tick, refused with a reason, over by themselves."""

import pytest
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.prediction.stack import default_predictor
from passinfo.realtime.encode import encode_feeds
from passinfo.settings import CitySettings
from passinfo.step import begin, step, with_orders
from passinfo.stores.state import StateStore
from tests.unit.api.conftest import NETWORK, NOW, TOKEN
from tests.unit.tracking.drives import none

KEY = {"Authorization": f"Bearer {TOKEN}"}
ALERT = {
    "cause": "CONSTRUCTION",
    "effect": "DETOUR",
    "severity": "WARNING",
    "communication": [{"start": NOW - 60, "end": NOW + 600}],
    "impact": [{"start": NOW, "end": NOW + 600}],
    "informed": [{"route_id": "R1", "direction_id": 0}, {"stop_id": "S2"}],
    "header": [["en", "Road works"], ["ko", "공사"]],
    "description": [["en", "Buses go around Shaw Blvd."]],
    "url": [["en", "https://example.org/works"]],
    "tts_header": [["en", "Road works on Shaw boulevard"]],
    "image": [["en", "https://example.org/map.png", "image/png"]],
    "image_text": [["en", "a map of the detour"]],
}
WRONG = {
    "cause": {"cause": "BAD_MOOD"},
    "nobody": {"informed": []},
    "nothing": {"informed": [{}]},
    "unknown route": {"informed": [{"route_id": "R9"}]},
    "unknown agency": {"informed": [{"agency_id": "none"}]},
    "other route's trip": {"informed": [{"route_id": "R2", "trip_id": "T1"}]},
    "direction alone": {"informed": [{"direction_id": 1}]},
    "no header": {"header": []},
    "one language twice": {"header": [["en", "a"], ["en", "b"]]},
    "no language": {"header": [["english please", "a"]]},
    "half a character": {"header": [["en", "\ud800"]]},
    "script": {"url": [["en", "javascript:alert(1)"]]},
    "no image": {"image": [["en", "https://example.org/a", "text/html"]]},
    "impact outside": {"impact": [{"start": NOW, "end": NOW + 900}]},
    "over": {"communication": [{"start": NOW - 60, "end": NOW - 1}], "impact": []},
    "backwards": {"communication": [{"start": NOW, "end": NOW - 1}], "impact": []},
    "no period": {"communication": [{}]},
    "milliseconds": {"communication": [{"start": NOW * 1000}], "impact": []},
    "start time": {"informed": [{"trip_id": "T1", "start_time": "noon"}]},
}


def feed(store: StateStore, now: float) -> list[pb.FeedEntity]:
    world = with_orders(begin(NETWORK, CitySettings(), default_predictor(NETWORK)), store.changes(), store.alerts())
    _, result = step(world, none(), now)
    return list(pb.FeedMessage.FromString(encode_feeds(result.snapshot, NETWORK).alerts).entity)


def test_an_alert_is_told_until_it_is_over(client, state) -> None:
    answer = client.post("/bms/v1/alerts", headers=KEY, json=ALERT)
    assert answer.status_code == 201
    alert_id = answer.get_json()["alert"]["alert_id"]
    store = StateStore(state / "state.sqlite")
    (entity,) = feed(store, NOW)
    told = entity.alert
    assert (entity.id, told.effect, told.cause) == (alert_id, pb.Alert.DETOUR, pb.Alert.CONSTRUCTION)
    assert told.tts_header_text.translation[0].text == "Road works on Shaw boulevard"
    assert told.image.localized_image[0].media_type == "image/png"
    assert told.image_alternative_text.translation[0].text == "a map of the detour"
    assert [text.language for text in told.header_text.translation] == ["en", "ko"]
    assert told.impact_period[0].end == int(NOW) + 600
    assert feed(store, NOW + 600) == []
    assert client.delete(f"/bms/v1/alerts/{alert_id}", headers=KEY).status_code == 200
    assert feed(store, NOW) == []
    store.close()


def test_an_alert_is_rewritten_under_its_id(client) -> None:
    alert_id = client.post("/bms/v1/alerts", headers=KEY, json=ALERT).get_json()["alert"]["alert_id"]
    again = client.put(f"/bms/v1/alerts/{alert_id}", headers=KEY, json={**ALERT, "severity": "SEVERE"})
    assert again.status_code == 200
    (kept,) = client.get("/bms/v1/alerts", headers=KEY).get_json()["alerts"]
    assert (kept["alert_id"], kept["severity"]) == (alert_id, "SEVERE")
    assert client.put("/bms/v1/alerts/none", headers=KEY, json=ALERT).status_code == 404
    assert client.delete("/bms/v1/alerts/none", headers=KEY).status_code == 404


@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
def test_a_wrong_alert_is_refused_with_a_reason(client, wrong) -> None:
    answer = client.post("/bms/v1/alerts", headers=KEY, json={**ALERT, **wrong})
    assert answer.status_code in (400, 422)
    assert client.get("/bms/v1/alerts", headers=KEY).get_json() == {"alerts": []}


def test_without_a_key_nothing_is_written_or_read(client) -> None:
    assert client.post("/bms/v1/alerts", json=ALERT).status_code == 401
    assert client.get("/bms/v1/alerts").status_code == 401
