"""``/v1/alarms``: who may make which."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.alarms.store import AlarmStore
from api.alarms.vapid import make_vapid
from passinfo.stores.state import StateStore
from tests.unit.api.conftest import NOW

KEY = "another-token-of-the-tests-that-is-long-enough-to-be-random"
HEADERS = {"Authorization": f"Bearer {KEY}"}
WEBHOOK = {"webhook": {"url": "https://receiver.example/bus"}}
PUSH = {
    "web_push": {
        "endpoint": "https://fcm.googleapis.com/fcm/send/x",
        "expirationTime": None,
        "keys": {
            "p256dh": base64.urlsafe_b64encode(b"\4" + bytes(64)).decode().rstrip("="),
            "auth": base64.urlsafe_b64encode(bytes(16)).decode().rstrip("="),
        },
    }
}


@pytest.fixture(autouse=True)
def key(state: Path) -> None:
    store = StateStore(state / "state.sqlite")
    store.add_key("alarms", frozenset({"alarms:write"}), KEY, NOW)
    store.close()


def ask(client: FlaskClient, body: dict[str, Any], **options: Any) -> Any:
    return client.post("/v1/alarms", json={"stop_id": "S4", **body}, **options)


def test_a_webhook_is_made_looked_at_and_taken_back(client: FlaskClient, state: Path) -> None:
    made = ask(client, {**WEBHOOK, "minutes": 7, "route_id": "R1"}, headers=HEADERS)
    assert made.status_code == 201 and made.headers["Cache-Control"] == "no-store"
    told = made.json
    assert told["secret"].startswith("whsec_") and told["minutes"] == 7 and told["told"] == 0
    (kept,) = AlarmStore(state).all()
    assert kept.secret == told["secret"] and kept.client.startswith("key ")
    address = f"/v1/alarms/{told['alarm_id']}"
    again = client.get(address)
    assert again.status_code == 200 and "secret" not in again.json and again.json["route_id"] == "R1"
    assert client.delete(address).status_code == 200
    assert client.get(address).status_code == 404 and client.delete(address).status_code == 404


def test_a_webhook_needs_a_key(client: FlaskClient) -> None:
    assert ask(client, WEBHOOK).status_code == 401
    other = {"Authorization": "Bearer a-token-of-the-tests-that-is-long-enough-to-be-random"}
    assert ask(client, WEBHOOK, headers=other).status_code == 401


def test_web_push_needs_to_be_set_up(client: FlaskClient, state: Path) -> None:
    assert client.get("/v1/alarms").json["web_push"] is None
    assert ask(client, PUSH).status_code == 404
    vapid = make_vapid(state, "mailto:ops@city.example")
    assert client.get("/v1/alarms").json["web_push"] == {"public_key": vapid.public_key}
    made = ask(client, PUSH)
    assert made.status_code == 201 and "secret" not in made.json
    assert AlarmStore(state).all()[0].client == "address 127.0.0.1"


def test_limit_of_an_address(client: FlaskClient, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSINFO_ALARMS_EACH", "2")
    make_vapid(state, "mailto:ops@city.example")
    assert [ask(client, PUSH).status_code for _ in range(3)] == [201, 201, 429]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({**WEBHOOK, **PUSH}, 400),
        ({**WEBHOOK, "stop_id": "none"}, 404),
        ({**WEBHOOK, "route_id": "none"}, 404),
        ({**WEBHOOK, "minutes": 0}, 400),
        ({**WEBHOOK, "expires_in_s": 10**6}, 400),
        ({**WEBHOOK, "language": "xx"}, 400),
        ({**WEBHOOK, "odd": 1}, 400),
        ({"webhook": {"url": "https://10.0.0.1/"}}, 400),
        ({"webhook": {"url": "http://127.0.0.1/"}}, 400),
        ({"web_push": {**PUSH["web_push"], "endpoint": "https://receiver.example/"}}, 400),
        ({"web_push": {**PUSH["web_push"], "keys": {"p256dh": "AAAA", "auth": "AAAA"}}}, 400),
        ({"web_push": {**PUSH["web_push"], "keys": {"p256dh": "?", "auth": "!"}}}, 400),
    ],
)
def test_odd_wishes_are_refused(client: FlaskClient, state: Path, body: dict[str, Any], status: int) -> None:
    make_vapid(state, "mailto:ops@city.example")
    answer = ask(client, body, headers=HEADERS)
    assert answer.status_code == status, answer.json
    assert answer.json["detail"] and not AlarmStore(state).all()


def test_pages_offer_it_once_it_is_set_up(client: FlaskClient, state: Path) -> None:
    assert b"alarm.js" not in client.get("/map").data and b"alarm.js" not in client.get("/stops/S4").data
    vapid = make_vapid(state, "mailto:ops@city.example")
    for page in ("/map", "/stops/S4"):
        text = client.get(page).text
        assert "alarm/alarm.js" in text and vapid.public_key in text
    assert "showNotification" in client.get("/static/alarm/worker.js").text
