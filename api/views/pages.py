"""The page that shows a newcomer what runs: plain HTML, no script, useful at a glance."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import Response, make_response, render_template, request

from api.alarms.vapid import push_key
from api.arrivals import arrivals_of
from api.board import NothingPublished, View
from api.errors import NotFound
from api.freshness import LIVE_S, moment_of, source_of
from api.places import route_record, stop_record
from api.state import counter, view
from api.views.v1.rows import stop_row
from passinfo.tracking.columns import PhaseCode

bp = APIBlueprint("pages", __name__, enable_openapi=False)

FOUND, SHOWN = 30, 12
"""Stops a search lists; arrivals a stop shows."""
HORIZON_S = 5_400.0
BUSIEST = 8


@bp.get("/")
def home() -> Response:
    """What runs: the city, its routes, a stop search, the feeds."""
    try:
        shown = view()
    except NothingPublished as error:
        response = make_response(render_template("waiting.html", reason=str(error)), 503)
        response.headers["Retry-After"] = "5"
        return response
    words = request.args.get("q", "").strip()[:100]
    found = [stop_record(shown, row) for row in shown.places.search(words)[:FOUND]] if words else []
    return _page(
        "home.html",
        shown,
        words=words,
        found=found,
        busiest=[] if words else _busiest(shown),
        routes=[route_record(shown, row) for row in _route_order(shown)],
        phases=_phases(shown),
    )


@bp.get("/stops/<path:stop_id>")
def stop(stop_id: str) -> Response:
    """What comes next at a stop."""
    shown = view()
    try:
        row = stop_row(shown, stop_id)
    except NotFound:
        return _page("missing.html", shown, status=404, stop_id=stop_id)
    clock_at = counter().clock()
    now, source = moment_of(shown, clock_at), source_of(shown, clock_at)
    found = arrivals_of(shown, row, now, source=source, limit=SHOWN, route_ix=None, horizon_s=HORIZON_S)
    clock = ZoneInfo(shown.network.timezone)
    rows = [
        arrival
        | {
            "clock": _clock(arrival["display_at"] or arrival["scheduled_at"], clock),
            "span": _span(arrival["p10_at"], arrival["p90_at"], now),
        }
        for arrival in found
    ]
    return _page("stop.html", shown, stop=stop_record(shown, row), arrivals=rows, push_key=push_key(counter().folder))


def _page(template: str, shown: View, *, status: int = 200, **values: Any) -> Response:
    age_s = max(counter().clock() - shown.snapshot.made_at, 0.0)
    made = dt.datetime.fromtimestamp(shown.snapshot.made_at, ZoneInfo(shown.network.timezone))
    html = render_template(
        template,
        city=shown.city.get("name") or shown.network.agency_name,
        notes=list(shown.network.notes),
        simulated=bool(shown.city.get("simulated")),
        live=age_s <= LIVE_S,
        age_s=round(age_s),
        made=made.strftime("%H:%M:%S"),
        alerts=[alert for alert in shown.snapshot.alerts if alert.header],
        **values,
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _route_order(shown: View) -> list[int]:
    table = shown.network.routes
    return sorted(range(len(table.route_id)), key=lambda row: (int(table.sort_order[row]), table.route_id[row]))


def _phases(shown: View) -> list[tuple[str, int]]:
    phases = shown.snapshot.vehicles.phase
    return [(code.name.replace("_", " ").lower(), n) for code in PhaseCode if (n := int((phases == code).sum())) > 0]


def _busiest(shown: View) -> list[dict[str, Any]]:
    """Stops with most arrivals to come: a good place to look first."""
    waiting = shown.snapshot.stop_ptr[1:] - shown.snapshot.stop_ptr[:-1]
    rows = sorted(range(len(waiting)), key=lambda row: (-int(waiting[row]), shown.network.stops.stop_id[row]))
    return [stop_record(shown, row) | {"coming": int(waiting[row])} for row in rows[:BUSIEST] if waiting[row] > 0]


def _clock(instant: str | None, zone: ZoneInfo) -> str:
    return dt.datetime.fromisoformat(instant).astimezone(zone).strftime("%H:%M") if instant else ""


def _span(p10_at: str | None, p90_at: str | None, now: float) -> str:
    """The interval in minutes from now, e.g. 3–6."""
    if p10_at is None or p90_at is None:
        return ""
    low, high = (max(int((dt.datetime.fromisoformat(at).timestamp() - now) // 60), 0) for at in (p10_at, p90_at))
    return f"{low}" if low == high else f"{low}–{high}"
