"""What comes next: at a stop, around a place, and one call of one trip."""

from __future__ import annotations

from typing import Any

import numpy as np
from flask import Response

from api.board import View
from api.dialects.calls import Call, Window, calls_at, calls_of_run, run_row, timetable_call
from api.dialects.oba.blueprint import bp, entry
from api.dialects.oba.departures import departure_element, tellable
from api.dialects.oba.ids import entity_of, of_agency, stop_of
from api.dialects.oba.query import (
    EARLIEST_MS,
    LATEST_MS,
    MOST_MINUTES,
    Around,
    around,
    flag,
    now_of,
    number,
    text,
    time_of,
    whole,
)
from api.dialects.oba.references import References
from api.dialects.oba.views.places import RADIUS_M, near
from api.errors import BadRequest, NotFound
from api.freshness import source_of
from api.state import counter, view
from passinfo.times import service_date_of

BEFORE, AFTER = 5, 35
"""Minutes, as the reference server has them."""
NEARBY_M = 100.0
SLACK_S = 7_200.0
"""A client that counts a service day from midnight is an hour beside it when the clocks change."""


@bp.get("/arrivals-and-departures-for-stop/<path:stop_id>.json")
def arrivals_for_stop(stop_id: str) -> Response:
    """Calls at a stop."""
    shown = view()
    row = stop_of(shown, stop_id)
    window = _window(shown)

    def build(references: References) -> dict[str, Any]:
        references.stop(row)
        stops = shown.network.stops
        place = Around(float(stops.lat_deg[row]), float(stops.lon_deg[row]), NEARBY_M, 0.0, 0.0)
        nearby = [each for each in near(shown, place, list(shown.places.routes_of_stop)) if each != row]
        for each in nearby:
            references.stop(each)
        return {
            "stopId": of_agency(shown, stops.stop_id[row]),
            "arrivalsAndDepartures": _told(shown, references, calls_at(shown, row, window), window),
            "nearbyStopIds": [of_agency(shown, stops.stop_id[each]) for each in nearby],
            "situationIds": references.situations(stop_ix=row),
        }

    return entry(shown, build)


@bp.get("/arrivals-and-departures-for-location.json")
def arrivals_for_location() -> Response:
    """Calls at the stops around a place, soonest first."""
    shown = view()
    if number("lat", -90, 90) is None or number("lon", -180, 180) is None:
        raise BadRequest("lat and lon: degrees")
    place, most, window = around(shown, RADIUS_M), whole("maxCount", 1, 1_000, 250), _window(shown)
    types = _route_types()
    stops = near(shown, place, list(shown.places.routes_of_stop))
    if not stops and flag("emptyReturnsNotFound", default=False):
        raise NotFound("no stop lies there")

    def build(references: References) -> dict[str, Any]:
        table = shown.network.stops
        calls = sorted(
            (call for row in stops[:most] for call in calls_at(shown, row, window) if _of_type(shown, call, types)),
            key=lambda call: call.best_at,
        )
        away = place.away_m(np.asarray(table.lat_deg)[stops], np.asarray(table.lon_deg)[stops]).tolist()
        for row in stops:
            references.stop(row)
        return {
            "arrivalsAndDepartures": _told(shown, references, calls[:most], window),
            "stopIds": [of_agency(shown, table.stop_id[row]) for row in stops],
            "nearbyStopIds": [
                {"stopId": of_agency(shown, table.stop_id[row]), "distanceFromQuery": round(far, 1)}
                for row, far in zip(stops, away, strict=True)
            ],
            "limitExceeded": len(calls) > most or len(stops) > most,
            "situationIds": sorted({each for row in stops for each in references.situations(stop_ix=row)}),
        }

    return entry(shown, build)


@bp.get("/arrival-and-departure-for-stop/<path:stop_id>.json")
def arrival_for_stop(stop_id: str) -> Response:
    """One trip's call at a stop; of a stop that it calls at twice, the one of ``stopSequence``."""
    shown = view()
    row = stop_of(shown, stop_id)
    trip_id, day_ms = text("tripId"), number("serviceDate", EARLIEST_MS, LATEST_MS)
    if not trip_id or day_ms is None:
        raise BadRequest("tripId and serviceDate: which trip of which day")
    date = service_date_of(day_ms / 1000 + SLACK_S, shown.network.timezone)
    position = whole("stopSequence", 0, 10_000, -1)
    call = _call(shown, entity_of(shown, trip_id), date, row, position)
    if not tellable(call):
        raise NotFound("this trip has neither a bus nor a timetable")
    return entry(
        shown,
        lambda references: departure_element(
            shown, references, call, now_of(shown), source_of(shown, counter().clock())
        ),
    )


def _call(view: View, trip_id: str, date: int, stop_ix: int, position: int) -> Call:
    """A trip's call at a stop: as its run tells it, else by timetable."""
    now, network = now_of(view), view.network
    run = run_row(view, trip_id, date)
    calls = calls_of_run(view, run, now, source_of(view, counter().clock())) if run >= 0 else []
    mine = [call for call in calls if call.stop_ix == stop_ix and position in (-1, call.position)]
    if mine:
        return next((call for call in mine if not call.observed), mine[-1])
    trip = network.trip_rows.get(trip_id)
    if trip is None or not network.calendar.active_services(date)[network.trips.service_ix[trip]]:
        raise NotFound(f"trip {trip_id!r} does not run on {date}")
    stops = network.patterns.stop_ix[network.pattern_stops(int(network.trips.pattern_ix[trip]))]
    places = [each for each in np.flatnonzero(stops == stop_ix).tolist() if position in (-1, each)]
    if not places or network.trips.is_headway[trip]:
        raise NotFound(f"trip {trip_id!r} has no such call to come")
    return timetable_call(view, trip, places[0], date, now)


def _window(view: View) -> Window:
    at, now = time_of(view), now_of(view)
    before, after = (
        whole(name, 0, MOST_MINUTES, default) for name, default in (("minutesBefore", BEFORE), ("minutesAfter", AFTER))
    )
    return Window(now, at - before * 60, at + after * 60, source_of(view, counter().clock()))


def _told(view: View, references: References, calls: list[Call], window: Window) -> list[dict[str, Any]]:
    return [departure_element(view, references, call, window.now, window.source) for call in calls if tellable(call)]


def _route_types() -> set[int] | None:
    given = text("routeType")
    if not given:
        return None
    if not all(each.strip().isdigit() for each in given.split(",")):
        raise BadRequest("routeType: GTFS route types, commas between")
    return {int(each) for each in given.split(",")}


def _of_type(view: View, call: Call, types: set[int] | None) -> bool:
    route = view.network.route_rows[call.told["route_id"]]
    return types is None or int(view.network.routes.route_type[route]) in types
