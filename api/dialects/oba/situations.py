"""Service alerts as OneBusAway's situations."""

from __future__ import annotations

from typing import Any

from api.board import View
from api.dialects.lookups import lookups
from api.dialects.oba.ids import ms, of_agency
from passinfo.snapshot import Alert, InformedEntity

_SEVERITY = {"INFO": "slight", "WARNING": "normal", "SEVERE": "severe"}
"""GTFS-Realtime's severity in the words of SIRI, which OneBusAway uses."""


def concerning(view: View, *, stop_ix: int | None, route_ix: int | None, trip_id: str | None) -> list[int]:
    """Rows of the snapshot's alerts that concern a stop, a route or a trip: each that names what is asked."""
    network = view.network
    stop_id = None if stop_ix is None else network.stops.stop_id[stop_ix]
    route_id = None if route_ix is None else network.routes.route_id[route_ix]

    def names(each: InformedEntity) -> bool:
        pairs = ((each.stop_id, stop_id), (each.route_id, route_id), (each.trip_id, trip_id))
        given = [(wanted, asked) for wanted, asked in pairs if wanted is not None]
        if not given:
            return each.agency_id is not None
        return all(asked == wanted for wanted, asked in given)

    return [row for row, alert in enumerate(view.snapshot.alerts) if any(map(names, alert.informed))]


def situation_element(view: View, alert: Alert) -> dict[str, Any]:
    """One situation."""
    starts = [start for start, _ in alert.communication if start is not None]
    windows = [{"from": ms(start or 0.0), "to": ms(end or 0.0)} for start, end in (alert.impact or alert.communication)]
    return {
        "id": of_agency(view, alert.alert_id),
        "creationTime": ms(min(starts, default=view.snapshot.made_at)),
        "activeWindows": windows,
        "publicationWindows": [{"from": ms(start or 0.0), "to": ms(end or 0.0)} for start, end in alert.communication],
        "allAffects": [_affects(view, each) for each in alert.informed],
        "consequences": [{"condition": alert.effect, "conditionDetails": None}],
        "consequenceMessage": "",
        "reason": alert.cause,
        "severity": _SEVERITY.get(alert.severity, "unknown"),
        "summary": _words(alert.header),
        "description": _words(alert.description),
        "url": _words(alert.url),
    }


def _affects(view: View, each: InformedEntity) -> dict[str, Any]:
    def named(entity: str | None) -> str:
        return of_agency(view, entity) if entity is not None else ""

    route = view.network.route_rows.get(each.route_id or "")
    agency = lookups(view.network).agency_of_route(route) if route is not None else None
    return {
        "agencyId": each.agency_id or "",
        "applicationId": "",
        "directionId": "" if each.direction_id is None else str(each.direction_id),
        "routeId": f"{agency}_{each.route_id}" if agency is not None else named(each.route_id),
        "stopId": named(each.stop_id),
        "tripId": f"{agency}_{each.trip_id}" if agency and each.trip_id else named(each.trip_id),
    }


def _words(texts: tuple[tuple[str, str], ...]) -> dict[str, str] | None:
    """The first language given: the city's own; the others stand in /v1/alerts."""
    return {"lang": texts[0][0], "value": texts[0][1]} if texts else None
