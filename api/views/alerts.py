"""Alerts that people write: kept for the live loop, told from the next tick on until they are over. Keyed."""

from __future__ import annotations

import dataclasses
import secrets
from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Float, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Regexp
from flask import Response, request

from api.answers import plain_answer
from api.errors import BadRequest, NotFound
from api.state import counter, require_key, view
from passinfo.operations.alerts import alert_fault
from passinfo.snapshot import Alert, InformedEntity
from passinfo.times import parse_service_time

bp = APIBlueprint("alerts_written", __name__, url_prefix="/bms/v1", tag="BMS")

WRITE_ORDERS = "ops:write"
LONGEST, MOST = 10_000, 50
"""Characters of a text; entries of a list."""
_SECONDS = {"description": "epoch seconds; null = open"}


@bp.before_request
def guard() -> None:
    """Ask for the key before looking at the body."""
    require_key(WRITE_ORDERS)
    if request.method == "POST" and not request.is_json:
        raise BadRequest("send JSON, with the header Content-Type: application/json")


def _texts() -> List[Any]:
    pair = List(String(validate=Length(max=LONGEST)), validate=Length(equal=2))
    return List(pair, validate=Length(max=MOST), metadata={"description": "[language, text] pairs"})


class PeriodBody(Schema):
    """From when until when."""

    start = Float(allow_nan=False, allow_none=True, load_default=None, metadata=_SECONDS)
    end = Float(allow_nan=False, allow_none=True, load_default=None, metadata=_SECONDS)


class InformedBody(Schema):
    """Whom it concerns: all that is given must hold."""

    agency_id = String(validate=Length(1, 255))
    route_id = String(validate=Length(1, 255))
    direction_id = Integer(validate=OneOf([0, 1]))
    stop_id = String(validate=Length(1, 255))
    trip_id = String(validate=Length(1, 255))
    start_date = String(validate=Regexp(r"^\d{8}$"))
    start_time = String(validate=Length(max=12))


class AlertBody(Schema):
    """An alert."""

    cause = String(load_default="UNKNOWN_CAUSE", metadata={"description": "Cause of GTFS-Realtime"})
    effect = String(load_default="UNKNOWN_EFFECT", metadata={"description": "Effect of GTFS-Realtime"})
    severity = String(load_default="UNKNOWN_SEVERITY", metadata={"description": "INFO, WARNING or SEVERE"})
    communication = List(Nested(PeriodBody), load_default=list, validate=Length(max=MOST))
    impact = List(Nested(PeriodBody), load_default=list, validate=Length(max=MOST))
    informed = List(Nested(InformedBody), required=True, validate=Length(1, MOST))
    header = _texts()
    description = _texts()
    url = _texts()
    tts_header = _texts()
    tts_description = _texts()
    image_text = _texts()
    image = List(
        List(String(validate=Length(max=2_000)), validate=Length(equal=3)),
        validate=Length(max=MOST),
        metadata={"description": "[language, url, media type]"},
    )


@bp.post("/alerts")
@bp.input(AlertBody, location="json", arg_name="body")
@bp.doc(
    summary="Write an alert",
    description="Told from the next tick on until its last communication period is over. Needs a key with the scope "
    "`ops:write`.",
    security="key",
    responses={201: "told from the next tick on"},
)
def write(body: dict[str, Any]) -> Response:
    """Keep a new alert."""
    return _kept(f"alert-{secrets.token_hex(8)}", body, 201)


@bp.put("/alerts/<alert_id>")
@bp.input(AlertBody, location="json", arg_name="body")
@bp.doc(summary="Rewrite an alert", description="The whole alert, under the id it has.", security="key")
def rewrite(alert_id: str, body: dict[str, Any]) -> Response:
    """Replace an alert."""
    if all(alert.alert_id != alert_id for alert in counter().state_store().alerts()):
        raise NotFound(f"no alert has the id {alert_id!r}")
    return _kept(alert_id, body, 200)


@bp.delete("/alerts/<alert_id>")
@bp.doc(summary="Take an alert back", description="It is not told from the next tick on.", security="key")
def remove(alert_id: str) -> Response:
    """Remove an alert."""
    if not counter().state_store().remove_alert(alert_id):
        raise NotFound(f"no alert has the id {alert_id!r}")
    return plain_answer({"removed": alert_id}, counter().clock(), 0)


@bp.get("/alerts")
@bp.doc(summary="All alerts written", description="By id; also those that are over.", security="key")
def written() -> Response:
    """All alerts."""
    alerts = [dataclasses.asdict(alert) for alert in counter().state_store().alerts()]
    return plain_answer({"alerts": alerts}, counter().clock(), 0)


def _kept(alert_id: str, body: dict[str, Any], code: int) -> Response:
    now = counter().clock()

    def told(name: str) -> tuple[Any, ...]:
        return tuple(tuple(entry) for entry in body.get(name, ()))

    alert = Alert(
        alert_id,
        body["cause"],
        body["effect"],
        body["severity"],
        tuple((period["start"], period["end"]) for period in body["communication"]),
        tuple((period["start"], period["end"]) for period in body["impact"]),
        tuple(_informed(each) for each in body["informed"]),
        told("header"),
        told("description"),
        told("url"),
        told("tts_header"),
        told("tts_description"),
        told("image"),
        told("image_text"),
    )
    fault = alert_fault(view().network, alert)
    if fault is not None:
        raise BadRequest(fault)
    if all(end is not None and end <= now for _, end in alert.communication) and alert.communication:
        raise BadRequest("communication: is over already")
    counter().state_store().put_alert(alert)
    response = plain_answer({"alert": dataclasses.asdict(alert)}, now, 0)
    response.status_code = code
    return response


def _informed(body: dict[str, Any]) -> InformedEntity:
    start_time, date = body.pop("start_time", None), body.pop("start_date", None)
    try:
        start_s = parse_service_time(start_time) if start_time is not None else None
    except ValueError as error:
        raise BadRequest(f"informed.start_time: {error}") from error
    return InformedEntity(**body, start_date=int(date) if date else None, start_service_s=start_s)
