"""Alarms ring at a real receiver: signed or encrypted, once, again when it must be, never for ever."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid.jwt import decode

from api.alarms.records import Alarm, Way
from api.alarms.store import AlarmStore
from api.alarms.vapid import make_vapid
from api.board import Board
from api.push.delivery import Delivery, Tally
from api.push.ringing import Ringer
from tests.unit.api.conftest import NOW
from tests.unit.api.push.receiver import receiving

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
SOON = Alarm(
    *("a1", "key 1", "S4", None, None, None, None, 60, 1, "fil", Way.WEBHOOK, "", SECRET),
    made_at=NOW - 10,
    expires_at=NOW + 600,
)


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSINFO_ALARM_HOSTS", "127.0.0.1")


def ring(state: Path, *alarms: Alarm, looks: int = 1, now: float = NOW, tries: int = 3) -> Tally:
    """Look some times, as the server does."""
    store = AlarmStore(state)
    for alarm in alarms:
        store.add(alarm, 99)

    async def run() -> Tally:
        ringer = Ringer(state, Board(state), lambda: now, Delivery(state, lambda: now, pauses_s=(0.01,) * (tries - 1)))
        for _ in range(looks):
            await ringer.look()
            await ringer.settle()
        ringer.delivery.close()
        return ringer.delivery.tally

    return asyncio.run(run())


def test_a_webhook_is_signed_and_told_once(state: Path) -> None:
    with receiving() as receiver:
        tally = ring(state, dataclasses.replace(SOON, url=receiver.url), looks=3)
    assert tally == Tally(told=1)
    ((_, headers, body),) = receiver.came
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = base64.b64encode(hmac.new(b"k" * 32, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mark}" and headers["webhook-timestamp"] == str(int(NOW))
    told = json.loads(body)
    assert told["type"] == "arrival.near" and told["data"]["arrival"]["stop_id"] == "S4"
    assert told["data"]["text"] == told["data"]["arrival"]["sentence"]["fil"] and told["data"]["simulated"] is True
    assert "driver" not in body.decode()
    assert AlarmStore(state).all() == []


def test_each_bus_once_until_all_are_told(state: Path) -> None:
    with receiving() as receiver:
        ring(state, dataclasses.replace(SOON, url=receiver.url, times=9), looks=3)
    ids = [headers["webhook-id"] for _, headers, _ in receiver.came]
    assert len(ids) == len(set(ids)) >= 1
    assert len(AlarmStore(state).all()[0].told) == len(ids)


def test_only_the_run_that_was_asked_for(state: Path) -> None:
    wanted = dataclasses.replace(SOON, trip_id="T1")
    with receiving() as receiver:
        ring(state, *(dataclasses.replace(each, url=receiver.url) for each in (wanted,)))
        ring(state, dataclasses.replace(SOON, alarm_id="a2", trip_id="none", url=receiver.url))
    assert [json.loads(body)["data"]["arrival"]["trip_id"] for _, _, body in receiver.came] == ["T1"]


def test_tried_again_under_the_same_id(state: Path) -> None:
    with receiving((503, {}), (429, {"Retry-After": "0"})) as receiver:
        assert ring(state, dataclasses.replace(SOON, url=receiver.url)) == Tally(told=1, tries_again=2)
    assert len({headers["webhook-id"] for _, headers, _ in receiver.came}) == 1 and len(receiver.came) == 3


def test_given_up_after_some_tries(state: Path) -> None:
    with receiving(*[(500, {})] * 9) as receiver:
        assert ring(state, dataclasses.replace(SOON, url=receiver.url), looks=3) == Tally(given_up=1, tries_again=2)
    assert len(receiver.came) == 3 and AlarmStore(state).all() == []


@pytest.mark.parametrize(("status", "kept"), [(400, 1), (302, 1), (410, 0), (404, 0)])
def test_refused_for_good(state: Path, status: int, kept: int) -> None:
    """A subscription that is gone takes its alarm with it; another fault only this bus."""
    with receiving(*[(status, {})] * 9) as receiver:
        ring(state, dataclasses.replace(SOON, url=receiver.url, times=9, trip_id="T1"), looks=2)
    assert len(receiver.came) == 1 and len(AlarmStore(state).all()) == kept


def test_a_host_no_longer_named_is_not_called(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PASSINFO_ALARM_HOSTS")
    with receiving() as receiver:
        assert ring(state, dataclasses.replace(SOON, url=receiver.url)) == Tally(given_up=1)
    assert not receiver.came


def test_silence_is_told_when_the_time_is_over(state: Path) -> None:
    """Who waits for an alarm must know that it did not ring. Mutation: drop what is over."""
    over = dataclasses.replace(SOON, trip_id="none", expires_at=NOW - 1)
    with receiving() as receiver:
        ring(state, dataclasses.replace(over, url=receiver.url), looks=2)
        ring(state, dataclasses.replace(over, alarm_id="a2", url=receiver.url, expires_at=NOW - 9_999))
    ((_, _, body),) = receiver.came
    told = json.loads(body)
    assert told["type"] == "alarm.over" and told["data"]["arrival"] is None and "Walang bus" in told["data"]["text"]
    assert AlarmStore(state).all() == []


def test_web_push_is_read_by_the_browser_alone(state: Path) -> None:
    vapid = make_vapid(state, "mailto:ops@city.example")
    browser, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    point = browser.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = " ".join(base64.urlsafe_b64encode(each).decode().rstrip("=") for each in (point, auth))
    with receiving((201, {})) as receiver:
        alarm = dataclasses.replace(SOON, url=receiver.url, way=Way.WEB_PUSH, secret=keys, language="ko")
        assert ring(state, alarm).told == 1
    ((_, headers, body),) = receiver.came
    told = json.loads(http_ece.decrypt(body, private_key=browser, auth_secret=auth, version="aes128gcm"))
    assert told["stop"] == "S4" and "도착" in told["body"] and told["lang"] == "ko"
    assert headers["content-encoding"] == "aes128gcm" and int(headers["ttl"]) >= 60 and headers["urgency"] == "high"
    assert b"S4" not in body
    token, key = (part.split("=", 1)[1] for part in headers["authorization"].removeprefix("vapid ").split(","))
    claims: dict[str, Any] = decode(token, key)
    assert key == vapid.public_key and claims["sub"] == vapid.contact
    assert claims["aud"] == f"http://127.0.0.1:{receiver.port}" and NOW < claims["exp"] <= NOW + 86_400


def test_keys_that_are_none_are_given_up(state: Path) -> None:
    make_vapid(state, "mailto:ops@city.example")
    keys = " ".join(base64.urlsafe_b64encode(each).decode() for each in (b"\4" + bytes(64), bytes(16)))
    with receiving() as receiver:
        alarm = dataclasses.replace(SOON, url=receiver.url, way=Way.WEB_PUSH, secret=keys)
        assert ring(state, alarm) == Tally(given_up=1)
    assert not receiver.came


def test_one_of_two_servers_rings(state: Path) -> None:
    """Both run over one state directory; the receiver hears of it once."""

    async def both() -> None:
        ringers = [Ringer(state, Board(state), lambda: NOW) for _ in range(2)]
        tasks = [asyncio.create_task(ringer.run()) for ringer in ringers]
        await asyncio.sleep(0.3)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    with receiving() as receiver:
        AlarmStore(state).add(dataclasses.replace(SOON, url=receiver.url, times=9, trip_id="T1"), 1)
        asyncio.run(both())
    assert len(receiver.came) == 1
