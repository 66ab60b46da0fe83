"""What the plan says of a stop: timetable calls that no bus has taken on yet, cancelled ones, and headways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from api.board import View, run_key
from api.freshness import Source
from api.search import KeptHeadways
from api.values import iso
from passinfo.network.departures import Promised, dates_between
from passinfo.network.network import Network
from passinfo.snapshot import RunRelationship
from passinfo.times import format_service_time, service_day_zero_s


def planned_at(
    view: View, stop_ix: int, now: float, *, limit: int, horizon_s: float, source: Source = Source.LIVE
) -> list[dict[str, Any]]:
    """Timetable calls to come that are in no run of the snapshot, soonest first.

    Once the snapshot is too old to tell arrivals from, only what it says is cancelled is left out.
    """
    known = view.known_runs
    if source is Source.TIMETABLE:
        known = {call: told for call, told in known.items() if told in _GONE}
    return _calls(view, stop_ix, now, horizon_s, lambda call: call not in known, limit)


def cancelled_at(view: View, stop_ix: int, now: float, *, limit: int, horizon_s: float) -> list[dict[str, Any]]:
    """Timetable calls to come of cancelled runs, soonest first."""
    cancelled = view.cancelled_runs
    if not cancelled:
        return []
    found = _calls(view, stop_ix, now, horizon_s, cancelled.__contains__, limit)
    return [told | {"relationship": "CANCELED"} for told in found]


def planned_call(network: Network, trip_ix: int, stop_row: int, date: int, now: float) -> dict[str, Any]:
    """One call by timetable, whether it is to come or not."""
    pattern = int(network.trips.pattern_ix[trip_ix])
    after_s = int(network.trip_times(trip_ix)[1][stop_row - network.pattern_stops(pattern).start])
    at = service_day_zero_s(date, network.timezone) + int(network.trips.start_service_s[trip_ix]) + after_s
    return _of_trip(network, trip_ix, stop_row) | _of_time(network, trip_ix, date, at, now)


def ends_at(view: View, stop_ix: int, now: float) -> dict[tuple[str, int | None], tuple[float, float]]:
    """First and last planned departure by route and service day (route, NUL, date) and direction."""
    network, found = view.network, {}
    for date in dates_between(network, now, now + DAY_S):
        for (route, direction), ends in view.places.plans.ends(stop_ix, date).items():
            found[f"{network.routes.route_id[route]}\0{date}", direction if direction >= 0 else None] = ends
    return found


DAY_S = 24 * 3_600.0
_GONE = (RunRelationship.CANCELED, RunRelationship.DELETED)


def _calls(
    view: View, stop_ix: int, now: float, horizon_s: float, wanted: Callable[[int], bool], limit: int
) -> list[dict[str, Any]]:
    network, rows = view.network, list[dict[str, Any]]()
    found = view.places.plans.calls(stop_ix, now, now + horizon_s)
    for at, trip, date, stop_row in zip(
        found.at.tolist(), found.trip_ix.tolist(), found.start_date.tolist(), found.stop_row.tolist(), strict=True
    ):
        if not wanted(run_key(trip, date)):
            continue
        if len(rows) == limit:
            break
        rows.append(_of_trip(network, trip, stop_row) | _of_time(network, trip, date, at, now))
    return rows


def headways_at(view: View, stop_ix: int, now: float) -> list[dict[str, Any]]:
    """Headway service at a stop: how often, and from when until when."""
    found: list[dict[str, Any]] = orjson.loads(b"[%b]" % headways_json(view, stop_ix, now))
    return found


def headways_json(view: View, stop_ix: int, now: float) -> bytes:
    """The same as JSON without its brackets. It is kept, for it is the same until a band begins or ends."""
    plans, kept = view.places.plans, view.places.headways.get(stop_ix)
    today = plans.day_of(now)
    if kept is None or kept.day != today or not kept.since <= now < kept.until:
        promises = plans.promises(stop_ix, now)
        data = orjson.dumps([_of_promise(view.network, told) for told in promises.told])[1:-1]
        kept = view.places.headways[stop_ix] = KeptHeadways(today, promises.since, promises.until, data)
    return kept.data


def _of_promise(network: Network, promised: Promised) -> dict[str, Any]:
    return {
        **_of_trip(network, promised.trip_ix, promised.stop_row),
        "headway_s": promised.headway_s,
        "runs_now": promised.runs_now,
        "first_at": iso(round(promised.first_at)),
        "last_at": iso(round(promised.last_at)),
        "basis": "HEADWAY",
    }


def _of_trip(network: Network, trip: int, stop_row: int) -> dict[str, Any]:
    pattern = network.trips.pattern_ix.item(trip)
    route, direction = network.patterns.route_ix.item(pattern), network.patterns.direction_id.item(pattern)
    return {
        "route_id": network.routes.route_id[route],
        "route_short_name": network.routes.short_name[route],
        "headsign": network.trips.headsign[trip] or network.patterns.headsign[pattern],
        "direction_id": direction if direction >= 0 else None,
        "trip_id": network.trips.trip_id[trip],
        "stop_sequence": network.patterns.stop_sequence.item(stop_row),
    }


def _of_time(network: Network, trip: int, date: int, at: float, now: float) -> dict[str, Any]:
    return {
        "start_date": str(date),
        "start_time": format_service_time(network.trips.start_service_s.item(trip)),
        "scheduled_at": iso(round(at)),
        "minutes": max(int((at - now) // 60), 0),
        "basis": "TIMETABLE",
        "relationship": "SCHEDULED",
    }
