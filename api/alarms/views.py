"""``/v1/alarms``: make an alarm, look at it, take it back."""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from dataclasses import dataclass
from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, Nested, String
from apiflask.validators import Length, OneOf, Range, Regexp
from flask import Response, request
from marshmallow import EXCLUDE

from api.alarms.records import Alarm, Way
from api.alarms.store import AlarmStore, TooManyAlarms
from api.alarms.targets import BadTarget, Target, is_push_service, named_hosts, target_of
from api.alarms.vapid import known_vapid
from api.answers import plain_answer
from api.errors import BadRequest, NotFound, TooMany
from api.sentences import LANGUAGES
from api.state import counter, require_key, view
from api.views.v1.blueprint import bp
from api.views.v1.rows import route_row, stop_row
from passinfo.times import to_iso

SCOPE = "alarms:write"
MOST_SETTING, KEYED_SETTING = "PASSINFO_ALARMS_EACH", "PASSINFO_ALARMS_KEYED"
MOST, KEYED = 20, 1_000
"""Alarms at once of one address (a family, a bus full of pupils behind one provider), and of one key."""
LONGEST_S, USUAL_S = 4 * 3_600, 2 * 3_600
"""Who waits longer than four hours makes a new one."""
MOST_TIMES = 20
_POINT, _AUTH = 65, 16
"""Bytes of the two keys of a subscription (RFC 8291)."""


class KeysBody(Schema):
    """The keys of a subscription."""

    p256dh = String(required=True, validate=Length(max=120))
    auth = String(required=True, validate=Length(max=40))


class WebPushBody(Schema):
    """What ``JSON.stringify(subscription)`` gives in a browser."""

    class Meta:
        """Browsers add fields, such as ``expirationTime``."""

        unknown = EXCLUDE

    endpoint = String(required=True, validate=Length(1, 1_000))
    keys = Nested(KeysBody, required=True)


class WebhookBody(Schema):
    """A program's address."""

    url = String(required=True, validate=Length(1, 1_000), metadata={"example": "https://example.org/my-bus"})


class AlarmBody(Schema):
    """An alarm."""

    stop_id = String(required=True, validate=Length(1, 255))
    route_id = String(validate=Length(1, 255), metadata={"description": "only buses of this route"})
    trip_id = String(validate=Length(1, 255), metadata={"description": "only this trip"})
    start_date = String(validate=Regexp(r"^\d{8}$"), metadata={"description": "of this service day, YYYYMMDD"})
    start_time = String(validate=Regexp(r"^\d{1,2}:\d\d:\d\d$"), metadata={"description": "begun at this time"})
    minutes = Integer(load_default=5, validate=Range(1, 60), metadata={"description": "how long before"})
    times = Integer(load_default=1, validate=Range(1, MOST_TIMES), metadata={"description": "buses to be told"})
    expires_in_s = Integer(load_default=USUAL_S, validate=Range(60, LONGEST_S))
    language = String(load_default="en", validate=OneOf(LANGUAGES), metadata={"description": "of what is said"})
    web_push = Nested(WebPushBody)
    webhook = Nested(WebhookBody)


@bp.get("/alarms")
@bp.doc(
    summary="What alarms there can be",
    description="`web_push` is null unless the operator has set it up (`python -m api vapid`).",
    tags=["Alarms"],
)
def settings() -> Response:
    """What a page needs to offer alarms."""
    vapid = known_vapid(counter().folder)
    body = {
        "web_push": None if vapid is None else {"public_key": vapid.public_key},
        "webhook": {"scope": SCOPE},
        "most": {"of_address": _most_of_address(), "of_key": _most_of_key()},
        "longest_s": LONGEST_S,
    }
    return plain_answer(body, counter().clock(), 60)


@bp.post("/alarms")
@bp.input(AlarmBody, location="json", arg_name="body")
@bp.doc(
    summary="Make an alarm",
    description="Told once a bus is so near, `times` times, by Web Push (anybody) or by a signed call of your webhook "
    "(key with the scope `alarms:write`). One of `web_push` and `webhook` must be given. What is told, and how a call "
    "is verified: docs/streams.md. If no bus has come near when the alarm ends, that is told too.",
    tags=["Alarms"],
    responses={201: "it will be told"},
)
def make(body: dict[str, Any]) -> Response:
    """Keep an alarm."""
    shown, now = view(), counter().clock()
    if ("web_push" in body) == ("webhook" in body):
        raise BadRequest("say how to tell: web_push or webhook, one of them")
    stop_row(shown, body["stop_id"])
    if "route_id" in body:
        route_row(shown, body["route_id"])
    wanted = _webhook(body) if "webhook" in body else _web_push(body)
    alarm = Alarm(
        secrets.token_urlsafe(16),
        wanted.client,
        body["stop_id"],
        body.get("route_id"),
        body.get("trip_id"),
        body.get("start_date"),
        body.get("start_time"),
        body["minutes"],
        body["times"],
        body["language"],
        wanted.way,
        wanted.url,
        wanted.secret,
        now,
        now + body["expires_in_s"],
    )
    try:
        store().add(alarm, wanted.most)
    except TooManyAlarms as error:
        raise TooMany(str(error)) from error
    told = _record(alarm) | ({"secret": alarm.secret} if alarm.way is Way.WEBHOOK else {})
    return _answer(told, 201)


@bp.get("/alarms/<alarm_id>")
@bp.doc(summary="One alarm", description="404 when it is over.", tags=["Alarms"])
def one(alarm_id: str) -> Response:
    """An alarm that is not over."""
    found = store().find(alarm_id, counter().clock())
    if found is None:
        raise NotFound("no such alarm: it has rung, is over, or was taken back")
    return _answer(_record(found), 200)


@bp.delete("/alarms/<alarm_id>")
@bp.doc(summary="Take an alarm back", tags=["Alarms"])
def remove(alarm_id: str) -> Response:
    """Remove an alarm."""
    if not store().remove(alarm_id):
        raise NotFound("no such alarm: it has rung, is over, or was taken back")
    return _answer({"removed": alarm_id}, 200)


def store() -> AlarmStore:
    """The alarms of the running app."""
    return AlarmStore(counter().folder)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an alarm is to be told, as far as it has been looked at."""

    way: Way
    client: str
    most: int
    """Alarms that the client may have."""
    url: str
    secret: str


def _webhook(body: dict[str, Any]) -> Wanted:
    key, url = require_key(SCOPE), body["webhook"]["url"]
    _target("webhook.url", url)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    return Wanted(Way.WEBHOOK, f"key {key.key_id}", _most_of_key(), url, secret)


def _web_push(body: dict[str, Any]) -> Wanted:
    if known_vapid(counter().folder) is None:
        raise NotFound("web_push: not set up here (the operator runs python -m api vapid once)")
    url, keys = body["web_push"]["endpoint"], body["web_push"]["keys"]
    if not is_push_service(_target("web_push.endpoint", url)):
        raise BadRequest("web_push.endpoint: not a push service we know; its host can be named by the operator")
    for name, size in (("p256dh", _POINT), ("auth", _AUTH)):
        if _bytes_of(keys[name]) != size:
            raise BadRequest(f"web_push.keys.{name}: {size} bytes in base64url")
    client = f"address {request.remote_addr}"
    return Wanted(Way.WEB_PUSH, client, _most_of_address(), url, f"{keys['p256dh']} {keys['auth']}")


def _target(name: str, url: str) -> Target:
    try:
        return target_of(url, named_hosts())
    except BadTarget as error:
        raise BadRequest(f"{name}: {error}") from error


def _bytes_of(word: str) -> int:
    if not re.fullmatch(r"[A-Za-z0-9_-]+={0,2}", word):
        return -1
    try:
        return len(base64.urlsafe_b64decode(word.rstrip("=") + "=" * (-len(word.rstrip("=")) % 4)))
    except binascii.Error:
        return -1


def _most_of_address() -> int:
    return int(os.environ.get(MOST_SETTING, MOST))


def _most_of_key() -> int:
    return int(os.environ.get(KEYED_SETTING, KEYED))


def _record(alarm: Alarm) -> dict[str, Any]:
    names = ("alarm_id", "stop_id", "route_id", "trip_id", "start_date", "start_time", "minutes", "times", "language")
    return {name: getattr(alarm, name) for name in names} | {
        "way": alarm.way.value,
        "told": len(alarm.told),
        "expires_at": to_iso(alarm.expires_at),
    }


def _answer(body: dict[str, Any], code: int) -> Response:
    response = plain_answer(body, counter().clock(), 0)
    response.headers["Cache-Control"] = "no-store"
    response.status_code = code
    return response
