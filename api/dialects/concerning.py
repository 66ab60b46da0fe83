"""Which alerts concern a stop, a route or a trip."""

from __future__ import annotations

from api.board import View
from passinfo.snapshot import InformedEntity


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
