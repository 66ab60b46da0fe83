"""Routes and their patterns with geometry."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.answers import view_answer
from api.errors import NotFound
from api.places import pattern_record, route_record
from api.state import view
from api.views.v1.blueprint import bp, meta
from api.views.v1.rows import route_row


@bp.get("/routes")
@bp.doc(summary="All routes", description="In the feed's sort order, with the number of buses on each now.")
def routes() -> Response:
    """All routes."""
    shown = view()

    def build() -> dict[str, Any]:
        table = shown.network.routes
        order = sorted(range(len(table.route_id)), key=lambda row: (int(table.sort_order[row]), table.route_id[row]))
        return {"meta": meta(shown), "routes": [route_record(shown, row) for row in order]}

    return view_answer(shown, build)


@bp.get("/routes/<path:route_id>/patterns")
@bp.doc(
    summary="The patterns of a route",
    description="Each ordered list of stops with its line, as GeoJSON (`geometry`) and as an encoded polyline.",
)
def patterns(route_id: str) -> Response:
    """The patterns of a route."""
    shown = view()
    route = route_row(shown, route_id)

    def build() -> dict[str, Any]:
        rows = (shown.network.patterns.route_ix == route).nonzero()[0].tolist()
        return {"meta": meta(shown), "patterns": [pattern_record(shown.network, row, geometry=True) for row in rows]}

    return view_answer(shown, build)


@bp.get("/routes/<path:route_id>")
@bp.doc(summary="One route", description="404 if the feed has no such route.")
def route(route_id: str) -> Response:
    """One route."""
    shown = view()
    row = route_row(shown, route_id)
    return view_answer(shown, lambda: {"meta": meta(shown), "route": route_record(shown, row)})


@bp.get("/patterns/<path:pattern_id>")
@bp.doc(summary="One pattern", description="Its stops in order and its line.")
def pattern(pattern_id: str) -> Response:
    """One pattern."""
    shown = view()
    row = shown.network.pattern_rows.get(pattern_id)
    if row is None:
        raise NotFound(f"no pattern has the id {pattern_id!r}; /v1/routes/{{route_id}}/patterns lists them")
    return view_answer(
        shown, lambda: {"meta": meta(shown), "pattern": pattern_record(shown.network, row, geometry=True)}
    )
