"""Ids of OneBusAway: ``agency_entity``; and its times: milliseconds, 0 for none."""

from __future__ import annotations

import math

from api.board import View
from api.dialects.lookups import lookups
from api.errors import NotFound
from passinfo.times import service_day_zero_s


def ms(at: float) -> int:
    """Milliseconds of epoch seconds, 0 for none.

    Examples
    --------
    >>> ms(1.5), ms(float("nan"))
    (1500, 0)
    """
    return 0 if math.isnan(at) else round(at * 1000)


def service_date_ms(view: View, date: int) -> int:
    """The zero of a service day (noon less twelve hours) in milliseconds."""
    return ms(service_day_zero_s(date, view.network.timezone))


def of_agency(view: View, entity: object) -> str:
    """A stop, trip, vehicle, block or alert: entities without an agency of their own bear the first one's."""
    return f"{lookups(view.network).agency_ids[0]}_{entity}"


def of_route(view: View, route_ix: int, entity: object | None = None) -> str:
    """A route, or an entity of a route such as its trip: they bear the route's agency."""
    known = lookups(view.network)
    name = view.network.routes.route_id[route_ix] if entity is None else entity
    return f"{known.agency_of_route(route_ix)}_{name}"


def entity_of(view: View, combined: str) -> str:
    """The entity of an id; an agency's own underscores are no matter.

    Raises
    ------
    NotFound
        If the id bears no agency of this network.
    """
    for agency in sorted(lookups(view.network).agency_ids, key=len, reverse=True):
        if combined.startswith(f"{agency}_"):
            return combined[len(agency) + 1 :]
    raise NotFound(f"{combined!r}: ids are agency_entity (agencies-with-coverage lists the agencies)")


def stop_of(view: View, combined: str) -> int:
    """Row of a stop."""
    return _row(view.network.stop_rows.get(entity_of(view, combined)), "stop", combined)


def route_of(view: View, combined: str) -> int:
    """Row of a route."""
    return _row(view.network.route_rows.get(entity_of(view, combined)), "route", combined)


def agency_of(view: View, agency_id: str) -> str:
    """An agency, if there is such."""
    if agency_id not in lookups(view.network).agency_ids:
        raise NotFound(f"no agency {agency_id!r}")
    return agency_id


def _row(row: int | None, kind: str, combined: str) -> int:
    if row is None:
        raise NotFound(f"no {kind} {combined!r}")
    return row
