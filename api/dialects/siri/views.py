"""The four services."""

from __future__ import annotations

from typing import Any

import numpy as np
from flask import Response

from api.board import View
from api.dialects.calls import Call, Window, calls_at, calls_of_run
from api.dialects.lookups import lookups
from api.dialects.siri.blueprint import bp, delivered, discovered
from api.dialects.siri.errors import InvalidRef
from api.dialects.siri.journeys import journey
from api.dialects.siri.query import interval_s, most, one_of, ref, route_ref, start_of
from api.dialects.siri.refs import to_ref
from api.dialects.told import told_vehicle
from api.dialects.trees import Node
from api.errors import BadRequest, NotFound
from api.freshness import moment_of, source_of
from api.state import counter, view
from api.values import iso

AHEAD_S = 5_400
"""How far ahead, unless PreviewInterval says otherwise: what /v1 takes."""
KEPT_S = 90
"""A position holds as long as it stays in GTFS-Realtime."""
EVERY = 1_000
"""Calls to come of a run: all it has."""
MOST, MOST_WITH_CALLS = 10_000, 500
"""Vehicles in one answer."""
CALLS = ("normal", "minimum", "basic", "calls", "full")


@bp.get("/stop-monitoring")
@bp.get("/stop-monitoring.json")
@bp.get("/stop-monitoring.xml")
def stop_monitoring() -> Response:
    """Calls at a stop, or at all stops of a station."""
    shown = view()
    stop_id = ref("MonitoringRef")
    if stop_id is None:
        raise BadRequest("MonitoringRef: which stop")
    row = shown.network.stop_rows.get(stop_id)
    if row is None:
        raise InvalidRef("MonitoringRef", stop_id)
    route_id, direction, destination = route_ref(shown), ref("DirectionRef"), ref("DestinationRef")
    limit, ahead_s = most("MaximumStopVisits", 50), interval_s(AHEAD_S)
    kind = one_of("StopVisitTypes", ("all", "arrivals", "departures"))
    onward = one_of("StopMonitoringDetailLevel", CALLS) in ("calls", "full")
    now, source = moment_of(shown, counter().clock()), source_of(shown, counter().clock())
    start = start_of(now)

    def wanted(call: Call) -> bool:
        told = call.told
        return (
            (route_id is None or told["route_id"] == route_id)
            and (direction is None or str(told["direction_id"]) == direction)
            and (destination is None or _destination(shown, call) == destination)
            and (kind != "arrivals" or call.position != 0)
            and (kind != "departures" or not _is_last(shown, call))
        )

    def build() -> list[Node]:
        calls = [call for call in calls_at(shown, row, Window(now, start, start + ahead_s, source)) if wanted(call)]
        visits: list[Node] = [
            ("MonitoredStopVisit", _visit(shown, call, stop_id, now, onward=onward)) for call in calls[:limit]
        ]
        return [("MonitoringRef", to_ref(stop_id)), *visits]

    return delivered(shown, "StopMonitoringDelivery", build)


@bp.get("/vehicle-monitoring")
@bp.get("/vehicle-monitoring.json")
@bp.get("/vehicle-monitoring.xml")
def vehicle_monitoring() -> Response:
    """Buses in public service with their next call."""
    shown = view()
    route_id, direction, vehicle_id = route_ref(shown), ref("DirectionRef"), ref("VehicleRef")
    onward = one_of("VehicleMonitoringDetailLevel", CALLS) in ("calls", "full")
    limit = most("MaximumVehicles", MOST_WITH_CALLS if onward else MOST, MOST_WITH_CALLS if onward else MOST)
    table, now = shown.snapshot.vehicles, moment_of(shown, counter().clock())
    if vehicle_id is not None and not (table.vehicle_id == vehicle_id).any():
        raise InvalidRef("VehicleRef", vehicle_id)
    route = -1 if route_id is None else shown.network.route_rows[route_id]
    rows = [
        row
        for row in range(len(table.vehicle_id))
        if told_vehicle(shown, row)
        and int(table.run_row[row]) >= 0
        and (vehicle_id is None or table.vehicle_id[row] == vehicle_id)
        and (route < 0 or int(table.route_ix[row]) == route)
        and (direction is None or str(int(table.direction_id[row])) == direction)
    ]

    def build() -> list[Node]:
        told = [_activity(shown, row, now, onward=onward) for row in rows[:limit]]
        return [("VehicleActivity", each) for each in told if each is not None]

    return delivered(shown, "VehicleMonitoringDelivery", build)


@bp.get("/stoppoints-discovery")
@bp.get("/stoppoints-discovery.json")
@bp.get("/stoppoints-discovery.xml")
def stoppoints_discovery() -> Response:
    """All stops, or those of a line, with their lines."""
    shown = view()
    route_id = route_ref(shown)
    stops, network = shown.network.stops, shown.network
    route = None if route_id is None else network.route_rows[route_id]

    def build() -> list[Node]:
        served = shown.places.routes_of_stop
        rows = sorted(served) if route is None else sorted(stop for stop in served if route in served[stop])
        return [
            (
                "AnnotatedStopPointRef",
                [
                    ("StopPointRef", to_ref(stops.stop_id[row])),
                    ("Monitored", True),
                    ("StopName", stops.name[row] or str(stops.stop_id[row])),
                    ("StopAreaRef", _station(shown, row)),
                    ("Lines", [("LineRef", to_ref(network.routes.route_id[each])) for each in served[row]]),
                    (
                        "Location",
                        [
                            ("Longitude", round(float(stops.lon_deg[row]), 6)),
                            ("Latitude", round(float(stops.lat_deg[row]), 6)),
                        ],
                    ),
                ],
            )
            for row in rows
        ]

    return discovered(shown, "StopPointsDelivery", build)


@bp.get("/lines-discovery")
@bp.get("/lines-discovery.json")
@bp.get("/lines-discovery.xml")
def lines_discovery() -> Response:
    """All lines with their destinations."""
    shown = view()
    routes, patterns = shown.network.routes, shown.network.patterns

    def build() -> list[Node]:
        told: list[Node] = []
        for row in range(len(routes.route_id)):
            ends = dict[int, str]()
            for pattern in lookups(shown.network).patterns_of_route.get(row, []):
                last = int(patterns.stop_ix[shown.network.pattern_stops(pattern)][-1])
                ends.setdefault(last, str(patterns.headsign[pattern] or shown.network.stops.name[last]))
            destinations: list[Node] = [
                (
                    "Destination",
                    [("DestinationRef", to_ref(shown.network.stops.stop_id[stop])), ("PlaceName", name)],
                )
                for stop, name in ends.items()
            ]
            told.append(
                (
                    "AnnotatedLineRef",
                    [
                        ("LineRef", to_ref(routes.route_id[row])),
                        ("LineName", routes.short_name[row] or routes.long_name[row] or str(routes.route_id[row])),
                        ("Monitored", True),
                        ("Destinations", destinations or None),
                    ],
                )
            )
        return told

    return discovered(shown, "LinesDelivery", build)


@bp.get("/<path:service>")
def unknown(service: str) -> Response:
    """A service that this dialect does not have."""
    raise NotFound(
        f"no service {service[:100]!r}: stop-monitoring, vehicle-monitoring, stoppoints- and lines-discovery"
    )


def _visit(view: View, call: Call, stop_id: str, now: float, *, onward: bool) -> list[Node]:
    told = call.told
    vehicle = told.get("vehicle")
    recorded_at = vehicle["observed_at"] if vehicle else iso(round(view.snapshot.made_at))
    named = told["trip_id"] or (f"vehicle:{vehicle['vehicle_id']}" if vehicle else "")
    parts = (told["stop_id"], named, told["start_date"] or "", told["start_time"] or "", told["stop_sequence"])
    return [
        ("RecordedAtTime", recorded_at),
        ("ItemIdentifier", to_ref(":".join(map(str, parts)))),
        ("MonitoringRef", to_ref(stop_id)),
        ("MonitoredVehicleJourney", journey(view, call, now, _onward(view, call, now) if onward else [])),
    ]


def _activity(view: View, row: int, now: float, *, onward: bool) -> list[Node] | None:
    table = view.snapshot.vehicles
    run, source = int(table.run_row[row]), source_of(view, counter().clock())
    to_come = calls_of_run(view, run, now, source, most=EVERY if onward else 1)
    if not to_come:
        return None
    call, observed_at = to_come[0], float(table.observed_at[row])
    return [
        ("RecordedAtTime", iso(round(observed_at))),
        ("ItemIdentifier", to_ref(f"vehicle:{table.vehicle_id[row]}")),
        ("ValidUntilTime", iso(round(max(observed_at + KEPT_S, now)))),
        ("ProgressBetweenStops", _progress(view, row, call)),
        ("MonitoredVehicleJourney", journey(view, call, now, to_come[1:] if onward else [])),
    ]


def _progress(view: View, row: int, call: Call) -> list[Node] | None:
    """How far the bus is between the stop before and the one ahead."""
    dist_m = float(view.snapshot.vehicles.dist_m[row])
    if call.pattern_ix < 0 or call.position < 1 or np.isnan(dist_m):
        return None
    along = view.network.patterns.stop_dist_m[view.network.pattern_stops(call.pattern_ix)]
    before, ahead = float(along[call.position - 1]), float(along[call.position])
    share = min(max((dist_m - before) / max(ahead - before, 1.0), 0.0), 1.0)
    return [("LinkDistance", round(ahead - before)), ("Percentage", round(100 * share, 1))]


def _onward(view: View, call: Call, now: float) -> list[Call]:
    if call.run < 0:
        return []
    source = source_of(view, counter().clock())
    return [each for each in calls_of_run(view, call.run, now, source) if each.position > call.position]


def _destination(view: View, call: Call) -> Any:
    if call.pattern_ix < 0:
        return None
    stops = view.network.patterns.stop_ix[view.network.pattern_stops(call.pattern_ix)]
    return view.network.stops.stop_id[int(stops[-1])]


def _is_last(view: View, call: Call) -> bool:
    stops = view.network.pattern_stops(call.pattern_ix) if call.pattern_ix >= 0 else slice(0, 0)
    return call.pattern_ix >= 0 and call.position == stops.stop - stops.start - 1


def _station(view: View, row: int) -> str | None:
    parent = int(view.network.stops.parent_ix[row])
    return to_ref(view.network.stops.stop_id[parent]) if parent >= 0 else None
