"""Detours that alerts tell: whose buses may be off their line with their trip, and which trips an alert must name then.

A bus off its line goes out with its trip only if an alert names that trip (E029). People write of routes; the trips of
the buses that are off the line right now are added to what they wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from passinfo.network.network import Network
from passinfo.publishing.drafts import RunDraft
from passinfo.publishing.vehicles import BESIDE_SHAPE_M
from passinfo.snapshot import Alert, InformedEntity, Vehicles

DETOUR = "DETOUR"


def told_detours(alerts: Sequence[Alert]) -> frozenset[tuple[str | None, int]]:
    """(trip_id, start_date) of runs, (route_id, 0) of routes whose detour an alert tells."""
    informed = (each for alert in alerts if alert.effect == DETOUR for each in alert.informed)
    return frozenset(
        (each.trip_id, each.start_date or 0) if each.trip_id is not None else (each.route_id, 0)
        for each in informed
        if each.trip_id is not None or each.route_id is not None
    )


def name_detoured(
    alerts: Sequence[Alert], network: Network, drafts: Sequence[RunDraft], vehicles: Vehicles
) -> tuple[Alert, ...]:
    """The alerts, those that tell a detour of a route with the trips of its buses that are off their line."""
    with np.errstate(invalid="ignore"):
        off = vehicles.public & vehicles.trip_public & ~(vehicles.offset_m <= BESIDE_SHAPE_M)  # NaN: beside all lines
    by_route: dict[str, list[InformedEntity]] = {}
    for run_row in vehicles.run_row[off].tolist():
        draft = drafts[run_row]
        route_id = str(network.routes.route_id[network.patterns.route_ix[draft.pattern_ix]])
        named = InformedEntity(None, route_id, None, draft.trip_id, draft.start_date, draft.start_service_s)
        by_route.setdefault(route_id, []).append(named)
    return tuple(_naming(alert, by_route) for alert in alerts) if by_route else tuple(alerts)


def _naming(alert: Alert, by_route: dict[str, list[InformedEntity]]) -> Alert:
    if alert.effect != DETOUR:
        return alert
    routes = {each.route_id for each in alert.informed if each.trip_id is None}
    more = [each for route_id, found in sorted(by_route.items()) if route_id in routes for each in found]
    return replace(alert, informed=(*alert.informed, *more)) if more else alert
