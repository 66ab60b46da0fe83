"""Service changes applied to the drafts: what is cancelled, added, cut short; and the alerts that tell of it.

Headway runs may be neither CANCELED nor SKIPPED (GTFS-Realtime reference, *frequencies with exact_times 0*): they are
withdrawn, or end early, and an alert says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.network.network import Network
from passinfo.publishing.drafts import NAN, RunDraft
from passinfo.snapshot import Alert, InformedEntity, RunRelationship
from passinfo.times import service_day_zero_s

FORGOTTEN_S = 3_600.0
"""A cancelled or added run leaves the feeds an hour after its planned end."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Drafts after the orders, and what else they mean."""

    drafts: list[RunDraft]
    last_position: dict[tuple[str | None, int, int], int]
    """Last stop served of runs cut short, by instance."""
    alerts: tuple[Alert, ...]
    detoured: frozenset[tuple[str | None, int]]
    """(trip_id, start_date) of runs whose detour an alert names; (route_id, 0) where the whole route is detoured."""


def apply_orders(network: Network, drafts: list[RunDraft], changes: Sequence[ServiceChange], now: float) -> Ordered:
    """The drafts as the orders in force want them."""
    runs = {draft.instance(): draft for draft in drafts}
    others = [draft for draft in drafts if draft.trip_id is None]
    cut: dict[tuple[str | None, int, int], int] = {}
    alerts: list[Alert] = []
    detoured: set[tuple[str | None, int]] = set()
    for change in changes:
        key = (change.trip_id, change.start_date or 0, change.start_service_s or 0)
        if change.kind is ChangeKind.CANCEL and change.trip_id is not None:
            trip_ix = network.trip_rows.get(change.trip_id, -1)
            if trip_ix >= 0 and network.trips.is_headway[trip_ix]:
                runs.pop(key, None)
                alerts.append(_alert(network, change, "NO_SERVICE"))
            elif trip_ix >= 0 and _recent(network, trip_ix, key, now):
                runs[key] = _cancelled(network, trip_ix, key)
        elif change.kind is ChangeKind.ADD and change.pattern_id is not None and change.trip_id is not None:
            added = _added(network, change, now)
            if added is not None:
                runs[key] = added
        elif change.kind is ChangeKind.SHORT_TURN and key in runs and change.last_stop_id is not None:
            position = _position(network, runs[key].pattern_ix, change.last_stop_id)
            if position is not None:
                cut[key] = position
                alerts.append(_alert(network, change, "REDUCED_SERVICE"))
        elif change.kind is ChangeKind.DETOUR:
            alerts.append(_alert(network, change, "DETOUR"))
            detoured.add((change.trip_id, change.start_date or 0) if change.trip_id else (change.route_id, 0))
    ordered = [draft for key, draft in runs.items() if key[0] is not None] + others
    ordered.sort(key=RunDraft.sort_key)
    return Ordered(ordered, cut, tuple(alerts), frozenset(detoured))


def _recent(network: Network, trip_ix: int, key: tuple[str | None, int, int], now: float) -> bool:
    arrival_s, _ = network.trip_times(trip_ix)
    return now <= _start(network, key) + float(arrival_s[-1]) + FORGOTTEN_S


def _start(network: Network, key: tuple[str | None, int, int]) -> float:
    return service_day_zero_s(key[1], network.timezone) + key[2]


def _cancelled(network: Network, trip_ix: int, key: tuple[str | None, int, int]) -> RunDraft:
    return RunDraft(
        key[0],
        trip_ix,
        key[1],
        key[2],
        int(network.trips.pattern_ix[trip_ix]),
        RunRelationship.CANCELED,
        -1,
        NAN,
        look_ahead=False,
        predicted=False,
        first_position=0,
        dist_m=NAN,
        departs_at=NAN,
        start_at=_start(network, key),
        on_timetable=True,
    )


def _added(network: Network, change: ServiceChange, now: float) -> RunDraft | None:
    """A NEW run, timed like the trip of its pattern that starts nearest to it; None once it is long over."""
    found = np.flatnonzero(network.patterns.pattern_id == change.pattern_id)
    if len(found) == 0 or change.start_date is None or change.start_service_s is None:
        return None
    pattern_ix = int(found[0])
    trips = network.trips_of_pattern[pattern_ix]
    away = np.abs(network.trips.start_service_s[trips] - change.start_service_s)
    model = int(trips[int(np.argmin(away))])
    key = (change.trip_id, change.start_date, change.start_service_s)
    if not _recent(network, model, key, now):
        return None
    start_at = _start(network, key)
    return RunDraft(
        change.trip_id,
        model,
        change.start_date,
        change.start_service_s,
        pattern_ix,
        RunRelationship.NEW,
        -1,
        change.made_at,
        look_ahead=False,
        predicted=False,
        first_position=0,
        dist_m=NAN,
        departs_at=start_at,
        start_at=start_at,
        on_timetable=True,
        headsign=change.headsign or str(network.patterns.headsign[pattern_ix]),
    )


def _position(network: Network, pattern_ix: int, stop_id: str) -> int | None:
    rows = network.pattern_stops(pattern_ix)
    stop_ids = network.stops.stop_id[network.patterns.stop_ix[rows]]
    found = np.flatnonzero(stop_ids == stop_id)
    return int(found[-1]) if len(found) else None


def _alert(network: Network, change: ServiceChange, effect: str) -> Alert:
    """The alert that tells of an order; named like it, so that it is the same at every tick."""
    trip_ix = network.trip_rows.get(change.trip_id or "", -1)
    route_id = change.route_id
    if route_id is None and trip_ix >= 0:
        route_id = str(network.routes.route_id[network.patterns.route_ix[network.trips.pattern_ix[trip_ix]]])
    informed = InformedEntity(route_id=route_id, direction_id=change.direction_id)
    if change.trip_id is not None:
        informed = replace(
            informed,
            direction_id=None,
            trip_id=change.trip_id,
            start_date=change.start_date,
            start_service_s=change.start_service_s,
        )
    words = {"NO_SERVICE": "A bus does not run", "REDUCED_SERVICE": "A bus ends early", "DETOUR": "Detour"}
    text = change.text or (("en", f"{words[effect]}: {route_id or ''}".rstrip(": ")),)
    return Alert(
        f"order-{change.change_id}",
        "OTHER_CAUSE",
        effect,
        "WARNING",
        ((change.made_at, change.ends_at),),
        ((change.made_at, change.ends_at),),
        (informed,),
        text,
    )
