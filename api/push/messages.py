"""What an alarm says, and how each way carries it: encrypted for a browser, signed for a program."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from api.alarms.records import Alarm, Way
from api.alarms.targets import Target
from api.alarms.vapid import PRIVATE, known_vapid
from passinfo.times import to_iso

NEAR, OVER = "arrival.near", "alarm.over"
TOKEN_S = 12 * 3_600
"""A token is good for so long (RFC 8292: at most a day)."""
KEEP_S = 120
"""A push service holds the message for a phone that sleeps so long at least; after that, the bus has gone."""
SILENT = {
    "en": "No bus has come near {stop} within the time of your alarm.",
    "fil": "Walang bus na lumapit sa {stop} sa oras ng iyong alarma.",
    "ko": "알람 시간 동안 {stop}에 가까이 온 버스가 없습니다.",
}
WHEN = {"en": "Your bus alarm", "fil": "Alarma para sa bus", "ko": "버스 알람"}


@dataclass(frozen=True, slots=True)
class Message:
    """A body and the headers it goes with."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Ring:
    """One thing that an alarm has to tell."""

    alarm: Alarm
    run: str
    """Key of the run; of ``alarm.over``, empty."""
    kind: str
    record: Mapping[str, Any]
    stop_name: str
    simulated: bool

    @property
    def message_id(self) -> str:
        """The same whenever this is sent again, so that a receiver tells it once."""
        return "msg_" + hashlib.sha256(f"{self.alarm.alarm_id} {self.run}".encode()).hexdigest()[:32]


class Writer:
    """Writes messages; knows the key of this server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, ring: Ring, target: Target, now: float) -> Message:
        """The message of a ring.

        Raises
        ------
        ValueError
            If the browser's keys are none, or there is no key of this server any more.
        """
        return _signed(ring, now) if ring.alarm.way is Way.WEBHOOK else self._encrypted(ring, target, now)

    def _encrypted(self, ring: Ring, target: Target, now: float) -> Message:
        """RFC 8291 (what is sent) and RFC 8292 (who sends it)."""
        import http_ece
        from cryptography.hazmat.primitives.asymmetric import ec
        from py_vapid import Vapid02

        vapid = known_vapid(self._folder)
        if vapid is None:
            raise ValueError("the key of Web Push has gone: run python -m api vapid")
        told = {
            "title": WHEN[ring.alarm.language],
            "body": _sentence(ring),
            "lang": ring.alarm.language,
            "stop": ring.alarm.stop_id,
            "name": ring.stop_name,
            "tag": ring.message_id,
        }
        p256dh, auth = (_decoded(word) for word in ring.alarm.secret.split(" "))
        try:
            body = http_ece.encrypt(
                orjson.dumps(told),
                private_key=ec.generate_private_key(ec.SECP256R1()),
                dh=p256dh,
                auth_secret=auth,
                salt=os.urandom(16),
                version="aes128gcm",
            )
        except http_ece.ECEException as error:
            raise ValueError(f"the keys of the subscription are none: {error}") from error
        key = Vapid02.from_file(str(self._folder / PRIVATE))
        claims = {"aud": target.origin, "exp": int(now + TOKEN_S), "sub": vapid.contact}
        return Message(
            {
                **key.sign(claims),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(max(KEEP_S, ring.alarm.minutes * 60)),
                "Urgency": "high",
            },
            body,
        )


def _signed(ring: Ring, now: float) -> Message:
    """As the specification of Standard Webhooks has it: id, time and body, signed with HMAC-SHA256."""
    alarm = ring.alarm
    names = ("alarm_id", "stop_id", "route_id", "minutes", "language")
    data = {name: getattr(alarm, name) for name in names} | {
        "stop_name": ring.stop_name,
        "simulated": ring.simulated,
        "text": _sentence(ring),
        "arrival": ring.record or None,
    }
    body = orjson.dumps({"type": ring.kind, "timestamp": to_iso(now), "data": data})
    stamp = str(int(now))
    key = base64.b64decode(alarm.secret.removeprefix("whsec_"))
    mark = hmac.new(key, b".".join((ring.message_id.encode(), stamp.encode(), body)), hashlib.sha256).digest()
    return Message(
        {
            "Content-Type": "application/json",
            "webhook-id": ring.message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{base64.b64encode(mark).decode()}",
        },
        body,
    )


def _sentence(ring: Ring) -> str:
    language = ring.alarm.language
    if ring.kind == OVER:
        return SILENT[language].format(stop=ring.stop_name)
    said: str = ring.record["sentence"][language]
    return said


def _decoded(word: str) -> bytes:
    word = word.rstrip("=")
    return base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
