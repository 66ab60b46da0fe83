"""The methods, by Seoul's names and spellings."""

from __future__ import annotations

from flask import Response, request

from api.board import View
from api.dialects.seoul.blueprint import Item, bp, listed
from api.dialects.seoul.errors import NoStop, NotLive
from api.dialects.seoul.items import arrival_item, coming, of_place, position_item, route_item, stop_item
from api.dialects.seoul.ways import Place, turn_of, way
from api.dialects.told import told_vehicle
from api.errors import BadRequest, NotFound
from api.freshness import Source, moment_of, source_of
from api.state import counter, view
from api.views.v1.rows import route_row

LONGEST = 255


@bp.get("/stationinfo/getStationByUid")
def station_by_uid() -> Response:
    """The routes of a stop, each with its next two buses."""
    return _station(low=False)


@bp.get("/stationinfo/getLowStationByUid")
def low_station_by_uid() -> Response:
    """The same with low-floor buses only."""
    return _station(low=True)


@bp.get("/busRouteInfo/getStaionByRoute")
def stations_by_route() -> Response:
    """The stops of a route, out and back."""
    shown = view()
    places, now = way(shown, _route(shown)), _now(shown)
    turn = turn_of(places)
    return listed(shown, lambda: [stop_item(shown, place, turn, now) for place in places])


@bp.get("/arrive/getArrInfoByRouteAll")
def arrivals_by_route() -> Response:
    """All stops of a route, each with its next two buses."""
    shown = view()
    places, now = way(shown, _route(shown)), _now(shown)
    _live(shown)

    def build() -> list[Item]:
        calls = {place.stop_ix: coming(shown, place.stop_ix, now) for place in places}
        return [route_item(shown, place, of_place(calls[place.stop_ix], shown, place), now) for place in places]

    return listed(shown, build)


@bp.get("/buspos/getBusPosByRtid")
def positions_by_route() -> Response:
    """The buses on a route."""
    shown = view()
    route, now = _route(shown), _now(shown)
    _live(shown)
    vehicles = shown.snapshot.vehicles

    def build() -> list[Item]:
        places = way(shown, route)
        turn = turn_of(places)
        rows = [
            row
            for row in range(len(vehicles.vehicle_id))
            if int(vehicles.route_ix[row]) == route and told_vehicle(shown, row)
        ]
        items = (position_item(shown, row, places, turn, now) for row in rows)
        return [item for item in items if item is not None]

    return listed(shown, build)


@bp.get("/<path:method>")
def unknown(method: str) -> Response:
    """A method that this dialect does not have."""
    raise NotFound(method)


def _station(*, low: bool) -> Response:
    shown = view()
    stop, now = _stop(shown), _now(shown)
    _live(shown)

    def build() -> list[Item]:
        calls = coming(shown, stop, now)
        if low:
            calls = [call for call in calls if call.told["vehicle"] and call.told["vehicle"]["wheelchair"]]
        places = [place for route in shown.places.routes_of_stop.get(stop, []) for place in _at(shown, route, stop)]
        return [arrival_item(shown, place, of_place(calls, shown, place), now) for place in places]

    return listed(shown, build)


def _at(shown: View, route: int, stop_ix: int) -> list[Place]:
    return [place for place in way(shown, route) if place.stop_ix == stop_ix]


def _stop(shown: View) -> int:
    """Row of the stop that ``arsId`` names, by its code or by its id."""
    given = _given("arsId")
    stops = shown.network.stops
    rows = (stops.code == given).nonzero()[0]
    row = int(rows[0]) if len(rows) else shown.network.stop_rows.get(given)
    if row is None:
        raise NoStop(given)
    return row


def _route(shown: View) -> int:
    return route_row(shown, _given("busRouteId"))


def _given(name: str) -> str:
    given = request.args.get(name, "")
    if not given or len(given) > LONGEST:
        raise BadRequest(f"{name} is missing")
    return given


def _now(shown: View) -> float:
    return moment_of(shown, counter().clock())


def _live(shown: View) -> None:
    """Refuse to tell where buses are once the live loop stands still."""
    if source_of(shown, counter().clock()) is not Source.LIVE:
        raise NotLive
