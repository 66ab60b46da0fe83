"""Problem reports of passengers: kept in the state store, listed by ``python -m api problems``."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.answers import plain_answer
from api.board import View
from api.dialects.oba.blueprint import bp, envelope
from api.dialects.oba.ids import entity_of, stop_of
from api.dialects.oba.query import EARLIEST_MS, LATEST_MS, flag, number, text
from api.errors import BadRequest, NotFound
from api.state import counter, view
from passinfo.bms.problems import LONGEST_COMMENT, Problem
from passinfo.times import service_date_of

STOP_CODES = ("stop_name_wrong", "stop_number_wrong", "stop_location_wrong", "route_or_trip_missing", "other")
TRIP_CODES = (
    "vehicle_never_came",
    "vehicle_came_early",
    "vehicle_came_late",
    "wrong_headsign",
    "vehicle_does_not_stop_here",
    "other",
)
DIGITS = 4
"""Ten metres: where something is amiss, not on whose balcony the passenger stands."""


@bp.get("/report-problem-with-stop/<path:stop_id>.json")
def with_stop(stop_id: str) -> Response:
    """A passenger says that a stop is wrong."""
    shown = view()
    row = stop_of(shown, stop_id)
    return _keep(_problem("stop", STOP_CODES, stop_id=str(shown.network.stops.stop_id[row])))


@bp.get("/report-problem-with-trip/<path:trip_id>.json")
def with_trip(trip_id: str) -> Response:
    """A passenger says that a trip was wrong."""
    shown = view()
    trip, day_ms = entity_of(shown, trip_id), number("serviceDate", EARLIEST_MS, LATEST_MS)
    if trip not in shown.network.trip_rows and not (shown.snapshot.runs.trip_id == trip).any():
        raise NotFound(f"no trip {trip_id!r}")
    problem = _problem(
        "trip",
        TRIP_CODES,
        trip_id=trip,
        stop_id=_entity(shown, text("stopId") or text("stopID")),
        start_date=None if day_ms is None else service_date_of(day_ms / 1000, shown.network.timezone),
        vehicle_id=_entity(shown, text("vehicleId") or text("vehicleID")),
        on_vehicle=flag("userOnVehicle", default=False) if text("userOnVehicle") is not None else None,
        vehicle_number=text("userVehicleNumber", 60),
    )
    return _keep(problem)


def _problem(kind: str, codes: tuple[str, ...], **named: Any) -> Problem:
    code = text("code") or "other"
    if code not in codes:
        raise BadRequest(f"code: one of {', '.join(codes)}")
    lat, lon = number("userLat", -90, 90), number("userLon", -180, 180)
    return Problem(
        kind=kind,
        code=code,
        made_at=counter().clock(),
        comment=text("userComment", LONGEST_COMMENT),
        lat_deg=None if lat is None else round(lat, DIGITS),
        lon_deg=None if lon is None else round(lon, DIGITS),
        accuracy_m=number("userLocationAccuracy", 0, 1e6),
        **named,
    )


def _entity(view: View, combined: str | None) -> str | None:
    return None if not combined else entity_of(view, combined)


def _keep(problem: Problem) -> Response:
    counter().state_store().put_problem(problem)
    response = plain_answer(envelope(None, problem.made_at), problem.made_at, 0)
    response.headers["Cache-Control"] = "no-store"
    return response
