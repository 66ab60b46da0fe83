"""Trips, their vehicles and their blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
from flask import Response

from api.board import View
from api.dialects.calls import run_row
from api.dialects.lookups import lookups
from api.dialects.oba.blueprint import bp, entry, listed
from api.dialects.oba.elements import added_element, trip_element
from api.dialects.oba.ids import agency_of, entity_of, ms, of_agency, of_route, route_of, service_date_ms
from api.dialects.oba.query import EARLIEST_MS, LATEST_MS, around, flag, now_of, number, out_of_range, whole
from api.dialects.oba.references import References
from api.dialects.oba.schedule import trip_schedule
from api.dialects.oba.status import UNKNOWN_COUNT, trip_status
from api.dialects.oba.views.arrivals import SLACK_S
from api.dialects.oba.views.places import RADIUS_M
from api.dialects.told import told_vehicle
from api.errors import NotFound
from api.freshness import source_of
from api.state import counter, view
from passinfo.times import service_date_of

MOST = 250


@bp.get("/trip/<path:trip_id>.json")
def trip(trip_id: str) -> Response:
    """One trip."""
    shown = view()
    row, run = _trip(shown, entity_of(shown, trip_id))

    def build(references: References) -> dict[str, Any]:
        element = trip_element(shown, row) if row >= 0 else added_element(shown, run)
        references.trip(row, run)
        return element

    return entry(shown, build)


@bp.get("/trip-details/<path:trip_id>.json")
def trip_details(trip_id: str) -> Response:
    """One trip with its schedule and where its bus is; of ``serviceDate``, else of the run that is nearest to now."""
    shown = view()
    day_ms = number("serviceDate", EARLIEST_MS, LATEST_MS)
    date = None if day_ms is None else service_date_of(day_ms / 1000 + SLACK_S, shown.network.timezone)
    row, run = _trip(shown, entity_of(shown, trip_id), date)
    return entry(shown, lambda references: _details(shown, references, row, run, date))


@bp.get("/trip-for-vehicle/<path:vehicle_id>.json")
def trip_for_vehicle(vehicle_id: str) -> Response:
    """The trip that a vehicle serves."""
    shown = view()
    rows = np.flatnonzero(shown.snapshot.vehicles.vehicle_id == entity_of(shown, vehicle_id))
    if not len(rows) or not told_vehicle(shown, int(rows[0])):
        raise NotFound(f"no vehicle {vehicle_id!r} is in service")
    run = int(shown.snapshot.vehicles.run_row[rows[0]])
    if run < 0 or shown.snapshot.runs.trip_id[run] is None:
        raise NotFound(f"which trip vehicle {vehicle_id!r} serves is not sure")
    trip_ix = int(shown.snapshot.runs.trip_ix[run])
    return entry(shown, lambda references: _details(shown, references, trip_ix, run, None))


@bp.get("/trips-for-route/<path:route_id>.json")
def trips_for_route(route_id: str) -> Response:
    """Trips of a route that have a bus."""
    shown = view()
    route = route_of(shown, route_id)
    runs = [run for run in _under_way(shown) if int(shown.snapshot.runs.route_ix[run]) == route]
    return listed(shown, lambda references: _several(shown, references, runs))


@bp.get("/trips-for-location.json")
def trips_for_location() -> Response:
    """Trips whose bus is in a box, or in a circle, around a place."""
    shown = view()
    place, most = around(shown, RADIUS_M), whole("maxCount", 1, 1_000, MOST)
    table = shown.snapshot.vehicles
    inside = place.holds(np.asarray(table.lat_deg), np.asarray(table.lon_deg))
    runs = [run for run in _under_way(shown) if inside[shown.snapshot.runs.vehicle_row[run]]]

    def build(references: References) -> dict[str, Any]:
        told = {"list": _several(shown, references, runs[:most])}
        return told | {"limitExceeded": len(runs) > most, "outOfRange": out_of_range(shown, place)}

    return listed(shown, build)


@bp.get("/vehicles-for-agency/<path:agency_id>.json")
def vehicles_for_agency(agency_id: str) -> Response:
    """Buses in public service."""
    shown = view()
    agency_of(shown, agency_id)
    known, table = lookups(shown.network), shown.snapshot.vehicles
    rows = [
        row
        for row in range(len(table.vehicle_id))
        if told_vehicle(shown, row)
        and agency_id
        == (known.agency_of_route(int(table.route_ix[row])) if table.route_ix[row] >= 0 else known.agency_ids[0])
    ]
    return listed(shown, lambda references: [_vehicle(shown, references, row) for row in rows])


@bp.get("/block/<path:block_id>.json")
def block(block_id: str) -> Response:
    """The trips that one bus runs, for each service that they run on."""
    shown = view()
    trips = lookups(shown.network).trips_of_block.get(entity_of(shown, block_id))
    if trips is None:
        raise NotFound(f"no block {block_id!r}")

    def build(references: References) -> dict[str, Any]:
        table = shown.network.trips
        services = list(dict.fromkeys(table.service_ix[trips].tolist()))
        return {
            "id": block_id,
            "configurations": [
                {
                    "activeServiceIds": [of_agency(shown, shown.network.calendar.service_id[service])],
                    "inactiveServiceIds": [],
                    "trips": _block_trips(
                        shown, references, [row for row in trips if int(table.service_ix[row]) == service]
                    ),
                }
                for service in services
            ],
        }

    return entry(shown, build)


def _trip(view: View, trip_id: str, date: int | None = None) -> tuple[int, int]:
    """Rows of a trip and of its run, either may be -1."""
    row, run = view.network.trip_rows.get(trip_id, -1), run_row(view, trip_id, date)
    if row < 0 and run < 0:
        raise NotFound(f"no trip {trip_id!r}")
    return row, run


def _under_way(view: View) -> list[int]:
    """Runs that have a bus which the public may see."""
    runs, vehicles = view.snapshot.runs, view.snapshot.vehicles
    return [
        run
        for row, run in enumerate(vehicles.run_row.tolist())
        if run >= 0 and runs.trip_id[run] is not None and told_vehicle(view, row)
    ]


def _several(view: View, references: References, runs: list[int]) -> list[dict[str, Any]]:
    return [_details(view, references, int(view.snapshot.runs.trip_ix[run]), run, None) for run in runs]


def _details(view: View, references: References, trip_ix: int, run: int, date: int | None) -> dict[str, Any]:
    runs, network, now = view.snapshot.runs, view.network, now_of(view)
    route = int(runs.route_ix[run]) if run >= 0 else int(network.patterns.route_ix[network.trips.pattern_ix[trip_ix]])
    trip_id = str(runs.trip_id[run] if run >= 0 else network.trips.trip_id[trip_ix])
    if run >= 0:
        date = int(runs.start_date[run])
    day = service_date_of(now, network.timezone) if date is None else date
    if flag("includeTrip", default=True):
        references.trip(trip_ix, run)
    status = schedule = None
    if run >= 0 and flag("includeStatus", default=True):
        status = trip_status(view, references, run, now, source_of(view, counter().clock()))
    if flag("includeSchedule", default=True):
        schedule = trip_schedule(view, references, trip_ix, run, day)
    return {
        "tripId": of_route(view, route, trip_id),
        "serviceDate": service_date_ms(view, day),
        "frequency": None,
        "status": status,
        "schedule": schedule,
        "situationIds": references.situations(route_ix=route, trip_id=trip_id),
    }


def _vehicle(view: View, references: References, row: int) -> dict[str, Any]:
    table, runs, now = view.snapshot.vehicles, view.snapshot.runs, now_of(view)
    run = int(table.run_row[row])
    named = run >= 0 and runs.trip_id[run] is not None
    status = trip_status(view, references, run, now, source_of(view, counter().clock())) if named else None
    return {
        "vehicleId": of_agency(view, table.vehicle_id[row]),
        "lastUpdateTime": ms(float(table.observed_at[row])),
        "lastLocationUpdateTime": ms(float(table.observed_at[row])),
        "location": {"lat": round(float(table.lat_deg[row]), 6), "lon": round(float(table.lon_deg[row]), 6)},
        "tripId": of_route(view, int(runs.route_ix[run]), runs.trip_id[run]) if named else "",
        "tripStatus": status,
        "phase": status["phase"] if status else "",
        "status": status["status"] if status else "default",
        "occupancyStatus": status["occupancyStatus"] if status else "",
        "occupancyCount": UNKNOWN_COUNT,
        "occupancyCapacity": status["occupancyCapacity"] if status else UNKNOWN_COUNT,
    }


def _block_trips(view: View, references: References, trips: list[int]) -> list[dict[str, Any]]:
    network, told = view.network, []
    along_m, slack_s, sequence = 0.0, 0, 0
    for row in trips:
        references.trip(row, -1)
        pattern = int(network.trips.pattern_ix[row])
        stops, start_s = network.pattern_stops(pattern), int(network.trips.start_service_s[row])
        arrivals, departures = network.trip_times(row)
        begun_m, begun_s, calls = along_m, slack_s, []
        for stop, dist_m, arrives_s, leaves_s, no_pickup, no_drop_off in zip(
            network.patterns.stop_ix[stops].tolist(),
            network.patterns.stop_dist_m[stops].tolist(),
            arrivals.tolist(),
            departures.tolist(),
            network.patterns.no_pickup[stops].tolist(),
            network.patterns.no_drop_off[stops].tolist(),
            strict=True,
        ):
            references.stop(stop)
            calls.append(
                {
                    "blockSequence": sequence,
                    "distanceAlongBlock": round(begun_m + dist_m, 1),
                    "accumulatedSlackTime": float(slack_s),
                    "stopTime": {
                        "stopId": of_agency(view, network.stops.stop_id[stop]),
                        "arrivalTime": start_s + arrives_s,
                        "departureTime": start_s + leaves_s,
                        "pickupType": int(no_pickup),
                        "dropOffType": int(no_drop_off),
                    },
                }
            )
            slack_s, sequence = slack_s + leaves_s - arrives_s, sequence + 1
        along_m = begun_m + network.pattern_length_m(pattern)
        told.append(
            {
                "tripId": of_route(view, int(network.patterns.route_ix[pattern]), network.trips.trip_id[row]),
                "distanceAlongBlock": round(begun_m, 1),
                "accumulatedSlackTime": float(begun_s),
                "blockStopTimes": calls,
            }
        )
    return told
