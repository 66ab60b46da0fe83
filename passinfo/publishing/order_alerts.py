"""Alerts that tell of orders: named like them, so that they are the same at every tick."""

from __future__ import annotations

from collections.abc import Sequence

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.network.network import Network
from passinfo.publishing.order_words import description_of, header_of
from passinfo.snapshot import Alert, InformedEntity

_EFFECTS = {
    ChangeKind.CANCEL: "NO_SERVICE",
    ChangeKind.SHORT_TURN: "REDUCED_SERVICE",
    ChangeKind.SKIP: "MODIFIED_SERVICE",
    ChangeKind.DETOUR: "DETOUR",
}


def alert_id_of(change: ServiceChange) -> str:
    """The alert of an order."""
    return f"order-{change.change_id}"


def alert_of(network: Network, change: ServiceChange, stop_ids: Sequence[str] = ()) -> Alert:
    """The alert that tells of an order; ``stop_ids``: where the run does not call."""
    trip_ix = network.trip_rows.get(change.trip_id or "", -1)
    route_id = change.route_id
    if route_id is None and trip_ix >= 0:
        route_id = str(network.routes.route_id[network.patterns.route_ix[network.trips.pattern_ix[trip_ix]]])
    informed = tuple(_informed(change, route_id, stop_id) for stop_id in stop_ids or (None,))
    route_ix = network.route_rows.get(route_id or "", -1)
    route = str(network.routes.short_name[route_ix] or route_id) if route_ix >= 0 else ""
    header = header_of(change, route)
    period = ((change.made_at, change.ends_at),)
    return Alert(
        alert_id_of(change),
        "OTHER_CAUSE",
        _EFFECTS[change.kind],
        "WARNING",
        period,
        period,
        informed,
        header,
        description_of(network, change, route, header, stop_ids),
    )


def _informed(change: ServiceChange, route_id: str | None, stop_id: str | None) -> InformedEntity:
    if change.trip_id is None:
        return InformedEntity(route_id=route_id, direction_id=change.direction_id, stop_id=stop_id)
    return InformedEntity(
        route_id=route_id,
        trip_id=change.trip_id,
        start_date=change.start_date,
        start_service_s=change.start_service_s,
        stop_id=stop_id,
    )
