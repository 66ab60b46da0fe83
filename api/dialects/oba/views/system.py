"""What a client asks first: agencies, what they cover, the configuration, the clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from flask import Response

from api.answers import plain_answer
from api.dialects.lookups import lookups
from api.dialects.oba.blueprint import bp, entry, envelope, listed
from api.dialects.oba.elements import agency_element
from api.dialects.oba.ids import agency_of, ms, service_date_ms
from api.dialects.oba.references import References
from api.state import counter, view
from passinfo.times import shift_date, to_iso


@bp.get("/agency/<path:agency_id>.json")
def agency(agency_id: str) -> Response:
    """One agency."""
    shown = view()
    known = agency_of(shown, agency_id)
    return entry(shown, lambda references: agency_element(shown, known))


@bp.get("/agencies-with-coverage.json")
def coverage() -> Response:
    """Agencies with the middle and the extent of their stops."""
    shown = view()
    known, network = lookups(shown.network), shown.network

    def build(references: References) -> list[Any]:
        rows = []
        for agency_id in known.agency_ids:
            references.agency(agency_id)
            stops = [
                stop
                for stop, routes in shown.places.routes_of_stop.items()
                if any(known.agency_of_route(route) == agency_id for route in routes)
            ] or list(range(len(network.stops.stop_id)))
            lat, lon = network.stops.lat_deg[stops], network.stops.lon_deg[stops]
            rows.append(
                {
                    "agencyId": agency_id,
                    "lat": round(float(lat.min() + lat.max()) / 2, 6),
                    "lon": round(float(lon.min() + lon.max()) / 2, 6),
                    "latSpan": round(float(np.ptp(lat)), 6),
                    "lonSpan": round(float(np.ptp(lon)), 6),
                }
            )
        return rows

    return listed(shown, build)


@bp.get("/config.json")
def config() -> Response:
    """Which feed is served, and for which days."""
    shown = view()
    calendar, zone = shown.network.calendar, shown.network.timezone

    def build(references: References) -> dict[str, Any]:
        days = int(calendar.active.shape[1]) if calendar.first_date else 0
        last = shift_date(calendar.first_date, days - 1) if days else 0
        return {
            "id": shown.network.feed_version or str(shown.network.hash),
            "name": shown.city.get("name") or shown.network.agency_name,
            "serviceDateFrom": str(service_date_ms(shown, calendar.first_date)) if days else "",
            "serviceDateTo": str(service_date_ms(shown, last)) if days else "",
            "gitProperties": None,
            "timeZone": zone,
        }

    return entry(shown, build)


@bp.get("/current-time.json")
def current_time() -> Response:
    """Our clock: it answers even while nothing is published."""
    now = counter().clock()
    body = {"entry": {"time": ms(now), "readableTime": to_iso(now)}, "references": _NOTHING}
    response = plain_answer(envelope(body, now), dt.datetime.fromtimestamp(now, dt.UTC).timestamp(), 0)
    response.headers["Cache-Control"] = "no-store"
    return response


_NOTHING: dict[str, list[Any]] = {
    "agencies": [],
    "routes": [],
    "situations": [],
    "stops": [],
    "stopTimes": [],
    "trips": [],
}
