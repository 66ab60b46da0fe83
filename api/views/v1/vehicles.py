"""Buses in public service."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length
from flask import Response

from api.answers import view_answer
from api.freshness import moment_of
from api.state import counter, view
from api.vehicles import vehicle_record
from api.views.v1.blueprint import bp, meta
from api.views.v1.rows import route_row
from passinfo.tracking.columns import PhaseCode


class VehiclesQuery(Schema):
    """Query of ``/v1/vehicles``."""

    route_id = String(validate=Length(max=255), metadata={"description": "only this route"})


@bp.get("/vehicles")
@bp.input(VehiclesQuery, location="query", arg_name="query")
@bp.doc(
    summary="Buses in public service",
    description="In service, in layover or off route. A bus that has fallen silent stays, with phase STALE, until it "
    "is forgotten; buses in depots and on their way home are not shown.",
)
def vehicles(query: dict[str, Any]) -> Response:
    """Vehicles the public may see."""
    shown = view()
    route = route_row(shown, query["route_id"]) if "route_id" in query else None

    def build() -> dict[str, Any]:
        table, now = shown.snapshot.vehicles, moment_of(shown, counter().clock())
        stale = (table.phase == PhaseCode.STALE) & (table.run_row >= 0)
        told = (table.public | stale) & ((table.route_ix == route) if route is not None else True)
        rows = told.nonzero()[0].tolist()
        return {"meta": meta(shown), "vehicles": [vehicle_record(shown, row, now) for row in rows]}

    return view_answer(shown, build)
