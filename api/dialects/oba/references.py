"""What an answer refers to, each thing once: every id that an answer names is found here, or clients fall over."""

from __future__ import annotations

from typing import Any

from api.board import View
from api.dialects.concerning import concerning
from api.dialects.lookups import lookups
from api.dialects.oba.elements import (
    added_element,
    agency_element,
    route_element,
    stop_element,
    trip_element,
)
from api.dialects.oba.ids import of_agency
from api.dialects.oba.situations import situation_element


class References:
    """Collects what an answer names."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._agencies: set[str] = set()
        self._routes: set[int] = set()
        self._stops: set[int] = set()
        self._trips: dict[str, dict[str, Any]] = {}
        self._situations: set[int] = set()

    def agency(self, agency_id: str) -> str:
        """An agency."""
        self._agencies.add(agency_id)
        return agency_id

    def route(self, row: int) -> None:
        """A route, with its agency."""
        self._routes.add(row)
        self._agencies.add(lookups(self.view.network).agency_of_route(row))

    def stop(self, row: int) -> None:
        """A stop, with its station and its routes."""
        if row in self._stops:
            return
        self._stops.add(row)
        self._agencies.add(lookups(self.view.network).agency_ids[0])
        for route in self.view.places.routes_of_stop.get(row, []):
            self.route(route)
        parent = int(self.view.network.stops.parent_ix[row])
        if parent >= 0:
            self.stop(parent)

    def trip(self, trip_ix: int, run: int) -> None:
        """A trip, with its route: of the network, or one that was added today."""
        network = self.view.network
        if trip_ix >= 0:
            element = trip_element(self.view, trip_ix)
            self.route(int(network.patterns.route_ix[network.trips.pattern_ix[trip_ix]]))
        else:
            element = added_element(self.view, run)
            self.route(int(self.view.snapshot.runs.route_ix[run]))
        self._trips[element["id"]] = element

    def situations(
        self, *, stop_ix: int | None = None, route_ix: int | None = None, trip_id: str | None = None
    ) -> list[str]:
        """Ids of the alerts that concern a stop, a route or a trip."""
        found = concerning(self.view, stop_ix=stop_ix, route_ix=route_ix, trip_id=trip_id)
        self._situations.update(found)
        return [of_agency(self.view, self.view.snapshot.alerts[row].alert_id) for row in found]

    def body(self) -> dict[str, Any]:
        """The references, in a fixed order."""
        view = self.view
        return {
            "agencies": [agency_element(view, agency) for agency in sorted(self._agencies)],
            "routes": [route_element(view, row) for row in sorted(self._routes)],
            "situations": [situation_element(view, view.snapshot.alerts[row]) for row in sorted(self._situations)],
            "stops": [stop_element(view, row) for row in sorted(self._stops)],
            "stopTimes": [],
            "trips": [self._trips[trip] for trip in sorted(self._trips)],
        }
