"""Service alerts as OneBusAway's situations."""

from __future__ import annotations

from typing import Any

from api.board import View
from api.dialects.lookups import lookups
from api.dialects.oba.ids import ms, of_agency
from passinfo.snapshot import Alert, InformedEntity

_SEVERITY = {"INFO": "slight", "WARNING": "normal", "SEVERE": "severe"}
"""GTFS-Realtime's severity in the words of SIRI, which OneBusAway uses."""


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
