"""One trip: its plan, and where its runs are now."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.answers import view_answer
from api.arrivals import arrival_record
from api.board import View
from api.errors import NotFound
from api.freshness import moment_of
from api.state import counter, view
from api.views.v1.blueprint import bp, meta
from passinfo.times import format_service_time


@bp.get("/trips/<path:trip_id>")
@bp.doc(
    summary="One trip",
    description="Its stop times by plan (none for headway service), and the calls to come of each of its runs.",
)
def trip(trip_id: str) -> Response:
    """One trip."""
    shown = view()
    row = shown.network.trip_rows.get(trip_id)
    if row is None:
        raise NotFound(f"no trip has the id {trip_id!r} in feed {shown.network.feed_version or shown.network.hash}")
    return view_answer(shown, lambda: {"meta": meta(shown), "trip": _trip(shown, row)})


def _trip(shown: View, row: int) -> dict[str, Any]:
    network = shown.network
    trips, patterns, pattern = network.trips, network.patterns, int(network.trips.pattern_ix[row])
    arrival_s, departure_s = network.trip_times(row)
    start_s, plain = int(trips.start_service_s[row]), not trips.is_headway[row]
    return {
        "trip_id": trips.trip_id[row],
        "route_id": network.routes.route_id[patterns.route_ix[pattern]],
        "pattern_id": patterns.pattern_id[pattern],
        "headsign": trips.headsign[row] or patterns.headsign[pattern],
        "block_id": trips.block_id[row],
        "service_id": network.calendar.service_id[trips.service_ix[row]],
        "headway_service": not plain,
        "stops": [
            {
                "stop_id": network.stops.stop_id[stop],
                "stop_sequence": int(sequence),
                "arrival_time": format_service_time(start_s + int(arrives)) if plain else None,
                "departure_time": format_service_time(start_s + int(leaves)) if plain else None,
            }
            for stop, sequence, arrives, leaves in zip(
                patterns.stop_ix[network.pattern_stops(pattern)],
                patterns.stop_sequence[network.pattern_stops(pattern)],
                arrival_s,
                departure_s,
                strict=True,
            )
        ],
        "runs": _runs(shown, row),
    }


def _runs(shown: View, trip_ix: int) -> list[dict[str, Any]]:
    runs, calls, now = shown.snapshot.runs, shown.snapshot.calls, moment_of(shown, counter().clock())
    stop_id = shown.network.stops.stop_id
    return [
        {
            "start_date": str(runs.start_date[run]),
            "start_time": format_service_time(int(runs.start_service_s[run])),
            "calls": [
                {"stop_id": stop_id[calls.stop_ix[row]]} | arrival_record(shown, row, now)
                for row in range(int(runs.call_ptr[run]), int(runs.call_ptr[run + 1]))
                if not calls.observed[row]
            ],
        }
        for run in (runs.trip_ix == trip_ix).nonzero()[0].tolist()
        if runs.published[run]
    ]
