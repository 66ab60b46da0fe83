"""What buses and dispatchers send: positions and service changes. Keyed; acknowledged when it is on disk."""

from __future__ import annotations

import dataclasses
import secrets
from typing import Any

import orjson
from apiflask import APIBlueprint, Schema
from apiflask.fields import Float, Integer, List, String
from apiflask.validators import Length, OneOf, Regexp
from flask import Response, request

from api.answers import plain_answer
from api.errors import BadRequest, NotFound
from api.intake import log_records
from api.state import counter, require_key, view
from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.operations.orders import order_fault
from passinfo.times import parse_service_time

bp = APIBlueprint("bms", __name__, url_prefix="/bms/v1", tag="BMS")

WRITE_REPORTS, WRITE_ORDERS = "bms:write", "ops:write"
MAX_REPORTS = 5_000
"""Reports per request: what fits the limit of a body."""


@bp.before_request
def guard() -> None:
    """Ask for the key before looking at the body; and refuse bodies that the parser of the framework trips over."""
    if request.endpoint == f"{bp.name}.{positions.__name__}" or request.endpoint == f"{bp.name}.{osmand.__name__}":
        require_key(WRITE_REPORTS)
        if request.content_encoding not in (None, "", "identity"):
            raise BadRequest(f"Content-Encoding {request.content_encoding}: send the body as it is, not compressed")
        return
    require_key(WRITE_ORDERS)
    if request.method == "POST":
        if not request.is_json:
            raise BadRequest("send JSON, with the header Content-Type: application/json")
        _json(request.get_data())


@bp.post("/positions")
@bp.doc(
    summary="Hand in position reports",
    description='JSON `{"reports": [{…}, …]}`, a list, one report, or JSON Lines; fields as in docs/bms.md. '
    "Needs a key with the scope `bms:write`. 202 when every accepted report is on disk; refused rows come back with "
    "their reason.",
    security="key",
    responses={202: "accepted and on disk"},
)
def positions() -> Response:
    """Keep reports."""
    records = _records(request.get_data(cache=False))
    return _logged(records)


@bp.route("/osmand", methods=["GET", "POST"])
@bp.doc(
    summary="One report from a phone or tracker",
    description="The OsmAnd protocol, as Traccar Client speaks it: id, timestamp, lat, lon, speed (knots), bearing, "
    "accuracy as parameters; `key` may be one of them.",
    security="key",
    responses={202: "accepted and on disk"},
)
def osmand() -> Response:
    """Keep one report of a phone."""
    return _logged([dict(request.values.items())], mapping="traccar")


class ChangeBody(Schema):
    """A service change."""

    kind = String(required=True, validate=OneOf([kind.value for kind in ChangeKind]))
    trip_id = String(validate=Length(1, 255))
    start_date = String(validate=Regexp(r"^\d{8}$"), metadata={"description": "service day, YYYYMMDD"})
    start_time = String(metadata={"description": "HH:MM:SS of the service day; 25:10:00 is ten past one at night"})
    vehicle_id = String(validate=Length(1, 255))
    route_id = String(validate=Length(1, 255))
    direction_id = Integer(validate=OneOf([0, 1]))
    pattern_id = String(validate=Length(1, 255))
    headsign = String(validate=Length(max=255))
    last_stop_id = String(validate=Length(1, 255))
    from_stop_id = String(validate=Length(1, 255))
    to_stop_id = String(validate=Length(1, 255))
    original_trip_id = String(validate=Length(1, 255), metadata={"description": "trip that is duplicated"})
    ends_at = Float(allow_nan=False, metadata={"description": "epoch seconds; open if left out"})
    text = List(List(String(validate=Length(max=2_000)), validate=Length(equal=2)), validate=Length(max=20))


NEEDS: dict[ChangeKind, tuple[str, ...]] = {
    ChangeKind.CANCEL: ("trip_id", "start_date", "start_time"),
    ChangeKind.ADD: ("trip_id", "start_date", "start_time", "pattern_id"),
    ChangeKind.DELETE: ("trip_id", "start_date", "start_time"),
    ChangeKind.DUPLICATE: ("trip_id", "start_date", "start_time", "original_trip_id"),
    ChangeKind.REPLACE: ("trip_id", "start_date", "start_time", "pattern_id"),
    ChangeKind.SKIP: ("trip_id", "start_date", "start_time", "from_stop_id"),
    ChangeKind.REASSIGN: ("trip_id", "start_date", "start_time", "vehicle_id"),
    ChangeKind.SHORT_TURN: ("trip_id", "start_date", "start_time", "last_stop_id"),
    ChangeKind.DETOUR: (),
}


@bp.post("/service-changes")
@bp.input(ChangeBody, location="json", arg_name="body")
@bp.doc(
    summary="Order a service change",
    description="Cancel, delete, add, duplicate, replace, reassign, short_turn, skip or detour. Needs a key with the "
    "scope `ops:write`.",
    security="key",
    responses={201: "in force from the next tick on"},
)
def order(body: dict[str, Any]) -> Response:
    """Keep an order."""
    change = _change(body)
    counter().state_store().put_change(change)
    response = plain_answer({"change": dataclasses.asdict(change)}, change.made_at, 0)
    response.status_code = 201
    return response


@bp.delete("/service-changes/<change_id>")
@bp.doc(
    summary="Withdraw a service change", description="From the next tick on it is as if never ordered.", security="key"
)
def withdraw(change_id: str) -> Response:
    """Take an order back."""
    if not counter().state_store().withdraw_change(change_id):
        raise NotFound(f"no service change has the id {change_id!r}")
    return plain_answer({"withdrawn": change_id}, counter().clock(), 0)


@bp.get("/service-changes")
@bp.doc(summary="All service changes", description="Oldest first, withdrawn ones too.", security="key")
def orders() -> Response:
    """All orders."""
    changes = [dataclasses.asdict(change) for change in counter().state_store().changes()]
    return plain_answer({"changes": changes}, counter().clock(), 0)


def _change(body: dict[str, Any]) -> ServiceChange:
    """The order a body means, checked against the network."""
    kind = ChangeKind(body.pop("kind"))
    missing = [name for name in NEEDS[kind] if name not in body]
    if missing:
        raise BadRequest(f"{kind.value} needs {', '.join(missing)}")
    start_time = body.pop("start_time", None)
    try:
        start_service_s = parse_service_time(start_time) if start_time is not None else None
    except ValueError as error:
        raise BadRequest(f"start_time: {error}") from error
    date = body.pop("start_date", None)
    texts = tuple((language, text) for language, text in body.pop("text", ()))
    change = ServiceChange(
        secrets.token_hex(8),
        kind,
        counter().clock(),
        start_date=int(date) if date else None,
        start_service_s=start_service_s,
        text=texts,
        **body,
    )
    fault = order_fault(view().network, change)
    if fault is not None:
        raise BadRequest(fault)
    return change


def _json(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"not JSON: {error}") from error


def _records(data: bytes) -> list[dict[str, Any]]:
    """The records of a body: an object, a list, ``{"reports": […]}`` or JSON Lines."""
    if not data.strip():
        raise BadRequest('the body is empty: send {"reports": [{…}, …]}')
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        body = _lines(data) if b"\n" in data.strip() else None
        if body is None:
            raise BadRequest(f"not JSON: {error}") from error
    if isinstance(body, dict):
        body = body.get("reports", [body])
    if not isinstance(body, list) or not all(isinstance(record, dict) for record in body):
        raise BadRequest('send {"reports": [{…}, …]}')
    if len(body) > MAX_REPORTS:
        raise BadRequest(f"{len(body)} reports in one request: send {MAX_REPORTS} at most")
    return body


def _lines(data: bytes) -> list[Any] | None:
    """The values of JSON Lines; None if not even the first line is one."""
    found: list[Any] = []
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            try:
                found.append(orjson.loads(line))
            except orjson.JSONDecodeError as error:
                if not found:
                    return None
                raise BadRequest(f"line {number} is not JSON: {str(error).partition(': line ')[0]}") from error
    return found


def _logged(records: list[dict[str, Any]], mapping: str = "passinfo") -> Response:
    """Keep the good records; say what was refused."""
    payloads, rejections = log_records(records, mapping, counter().clock())
    offset = counter().report_log().append(payloads) if payloads else None
    refused = [
        {"row": each.row, "reason": each.reason.value, "field": each.field, "value": each.value} for each in rejections
    ]
    response = plain_answer({"accepted": len(payloads), "rejected": refused, "offset": offset}, counter().clock(), 0)
    response.status_code = 202
    response.headers["Cache-Control"] = "no-store"
    return response
