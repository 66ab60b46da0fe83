"""From traces and what a city knows of its stops and routes to the service that a feed tells: the whole of learning."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.bms.master import Master
from passinfo.gtfs.from_traces import service_of
from passinfo.gtfs.learned import LearnedService
from passinfo.network.learn.direction import with_directions
from passinfo.network.learn.learn import learn_patterns
from passinfo.network.learn.learned import Doubt, Learned, Problem
from passinfo.network.learn.overrides import Override, overridden
from passinfo.network.learn.stop_lists import StopLists
from passinfo.network.learn.stops import with_stops
from passinfo.network.learn.terminals import to_terminals
from passinfo.network.learn.traces import Traces, chosen
from passinfo.network.service.day_types import WEEKDAYS
from passinfo.network.service.seen_days import NEW_DAY_S, SeenDay, seen_days
from passinfo.times import service_date_of, service_day_zero_s, to_date

Tell = Callable[[str, float], None]
"""Takes what is being done and which share of it is (0..1)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was learned, with the evidence, and the service made of it."""

    learned: Learned
    service: LearnedService


def learn_service(
    master: Master,
    traces: Traces,
    *,
    directions: Mapping[str, int] | None = None,
    overrides: Sequence[Override] = (),
    tell: Tell = lambda _stage, _share: None,
) -> Found:
    """Learn patterns, their stops, running times and headways from what buses reported.

    Parameters
    ----------
    master
        Stops, routes, and which stops each route serves (``served``, else ``route_stops``, in their order).
    traces
        What buses reported.
    directions
        GTFS direction that each tag tells, if it does.
    overrides
        A person's corrections; they win.
    tell
        Told how far it is.

    Examples
    --------
    See ``docs/learning.md``.
    """
    lists = lists_of(master)
    known, strangers = _known_routes(master, traces)
    timezone = master.agency.timezone
    learned = learn_patterns(
        known, day_begins_s=_day_begins_s(known, timezone), tell=lambda share: tell("lines", share)
    )
    tell("stops", 0.0)
    learned = with_stops(learned, lists)
    learned = with_directions(learned, directions)
    learned = to_terminals(overridden(learned, overrides, lists), lists)
    tell("service", 0.0)
    seen = seen_days(traces.vehicle_ix, traces.observed_at, timezone)
    service = service_of(
        learned,
        agency=master.agency,
        publisher=master.publisher,
        stops=master.stops,
        routes=master.routes,
        holidays=master.holidays,
        valid_days=master.valid_days,
        seen=seen,
    )
    tell("service", 1.0)
    days = (*_unseen_days(service), *_part_days(seen))
    problems = (*learned.problems, *strangers, *_without_service(learned, service), *days)
    return Found(dataclasses.replace(learned, problems=problems), service)


def lists_of(master: Master) -> StopLists:
    """Which stops each route serves: as listed, else all patterns known of it, one after the other."""
    listed = {served.route_id for served in master.served}
    rows = [(served.route_id, stop_id) for served in master.served for stop_id in served.stop_ids]
    rows += [
        (pattern.key.route_id, stop_id)
        for pattern in master.route_stops
        if pattern.key.route_id not in listed
        for stop_id in pattern.stop_ids
    ]
    at = {stop.stop_id: (stop.lat_deg, stop.lon_deg) for stop in master.stops}
    route_id, stop_id = (np.array([row[k] for row in rows], dtype=object) for k in (0, 1))
    lat_deg, lon_deg = (np.array([at[row[1]][k] for row in rows], dtype=float) for k in (0, 1))
    return StopLists(route_id, stop_id, lat_deg, lon_deg, all(served.ordered for served in master.served))


def _known_routes(master: Master, traces: Traces) -> tuple[Traces, list[Problem]]:
    """The traces of routes that the city knows, and the others by name."""
    routes = {route.route_id for route in master.routes}
    strange = np.array([route_id not in routes for route_id in traces.route_id], dtype=bool)
    if not strange.any():
        return traces, []
    out = (traces.key_ix >= 0) & strange[traces.key_ix]
    problems = []
    for route_id in sorted({str(each) for each in traces.route_id[strange]}):
        count = int((out & (traces.route_id[traces.key_ix] == route_id)).sum())
        said = f"{count} reports of a route that routes.csv does not have"
        problems.append(Problem(Doubt.UNKNOWN_ROUTE, route_id, None, "", said, count))
    return chosen(traces, ~out), problems


def _without_service(learned: Learned, service: LearnedService) -> list[Problem]:
    runs = {pattern.pattern_id for pattern in service.patterns if pattern.bands}
    return [
        Problem(Doubt.NO_SERVICE, each.route_id, each.tag, each.pattern_id, _why(each.evidence.passes), 1)
        for each in learned.patterns
        if each.pattern_id not in runs
    ]


def _why(passes: int) -> str:
    return f"{passes} passes, but no headway to be learned from them: it is not in the feed"


def _day_begins_s(traces: Traces, timezone: str) -> float:
    """When service days change, seconds after midnight UTC, at the time of the traces."""
    if not len(traces.observed_at):
        return 0.0
    date = service_date_of(float(traces.observed_at.min()), timezone)
    return (service_day_zero_s(date, timezone) + NEW_DAY_S) % 86_400


def _part_days(seen: Mapping[int, SeenDay]) -> list[Problem]:
    return [
        Problem(Doubt.PART_DAY, "", None, to_date(date).isoformat(), _part(day), 1)
        for date, day in sorted(seen.items())
    ]


def _part(day: SeenDay) -> str:
    told = [name for name, whole in (("first", day.from_start), ("last", day.to_end)) if not whole]
    lacks = f": it does not tell the {' and the '.join(told)} bus" if told else ""
    return f"reports only from {day.said()}{lacks}"


def _unseen_days(service: LearnedService) -> list[Problem]:
    seen = {day.day_type for day in service.day_types}
    return [
        Problem(Doubt.UNSEEN_DAY, "", None, kind, f"no report is of a {kind}: the feed has no service then", 1)
        for kind in WEEKDAYS
        if kind not in seen
    ]
