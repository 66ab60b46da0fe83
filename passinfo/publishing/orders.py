"""Service changes applied to the drafts: what is cancelled, added, cut short; and the alerts that tell of it.

Headway runs may be neither CANCELED nor SKIPPED (GTFS-Realtime reference, *frequencies with exact_times 0*): they are
withdrawn, or end early, and an alert says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.network.network import Network
from passinfo.publishing.drafts import RunDraft
from passinfo.publishing.modifications import concerns, left_out
from passinfo.publishing.order_alerts import alert_of
from passinfo.publishing.ordered_runs import Instance, extra_run, instance_of, planned_run
from passinfo.snapshot import Alert, RunRelationship

_EXTRA = (ChangeKind.ADD, ChangeKind.DUPLICATE, ChangeKind.REPLACE)
_WITHDRAWN = {ChangeKind.CANCEL: RunRelationship.CANCELED, ChangeKind.DELETE: RunRelationship.DELETED}

_ON_THEIR_WAY = (RunRelationship.SCHEDULED, RunRelationship.UNSCHEDULED)


@dataclass(frozen=True, slots=True)
class Ordered:
    """Drafts after the orders, and what else they mean."""

    drafts: list[RunDraft]
    not_served: dict[Instance, frozenset[int]]
    """Positions in the pattern at which a run does not call, by instance."""
    alerts: tuple[Alert, ...]


@dataclass(slots=True)
class _Draft:
    """What the orders obeyed so far have made of the drafts."""

    runs: dict[Instance, RunDraft]
    others: list[RunDraft]
    """Abstained runs."""
    not_served: dict[Instance, frozenset[int]] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)


def apply_orders(network: Network, drafts: list[RunDraft], changes: Sequence[ServiceChange], now: float) -> Ordered:
    """The drafts as the orders in force want them."""
    made = _Draft(
        {draft.instance(): draft for draft in drafts if draft.trip_id is not None},
        [draft for draft in drafts if draft.trip_id is None],
    )
    for change in changes:
        if change.kind in _WITHDRAWN:
            _withdraw(network, made, change, now)
        elif change.kind in _EXTRA:
            _add(network, made, change, now)
        elif change.kind in (ChangeKind.SHORT_TURN, ChangeKind.SKIP):
            _cut(network, made, change, now)
        elif change.kind is ChangeKind.DETOUR:
            made.alerts.append(alert_of(network, change))
            _divert(network, made, change)
    ordered = [*made.runs.values(), *made.others]
    ordered.sort(key=RunDraft.sort_key)
    return Ordered(ordered, made.not_served, tuple(made.alerts))


def _withdraw(network: Network, made: _Draft, change: ServiceChange, now: float) -> None:
    """The run is CANCELED or DELETED whatever its bus does; headway runs leave the feed, and an alert tells it."""
    key = instance_of(change)
    trip_ix = network.trip_rows.get(change.trip_id or "", -1)
    if trip_ix < 0:
        return
    if network.trips.is_headway[trip_ix]:
        made.runs.pop(key, None)
        if change.kind is ChangeKind.CANCEL:
            made.alerts.append(alert_of(network, change))
        return
    run = planned_run(network, change, trip_ix, _WITHDRAWN[change.kind], now)
    if run is not None:
        made.runs[key] = run


def _add(network: Network, made: _Draft, change: ServiceChange, now: float) -> None:
    """The run is there, with its bus where that is found; the bus runs nothing else then."""
    found = extra_run(network, change, [*made.runs.values(), *made.others], now)
    if found is None:
        return
    run, bus = found
    if bus is not None:
        made.runs.pop(bus.instance(), None)
        made.others = [draft for draft in made.others if draft is not bus]
    made.runs[run.instance()] = run


def _cut(network: Network, made: _Draft, change: ServiceChange, now: float) -> None:
    """Stops are skipped, and an alert tells it; told before the bus is known, too."""
    key = instance_of(change)
    trip_ix = network.trip_rows.get(change.trip_id or "", -1)
    run = made.runs.get(key)
    if run is None and trip_ix >= 0 and not network.trips.is_headway[trip_ix]:
        run = planned_run(network, change, trip_ix, RunRelationship.SCHEDULED, now)
    if run is None:
        return
    places = _not_served(network, run.pattern_ix, change)
    if places:
        made.runs.setdefault(key, run)
        made.not_served[key] = made.not_served.get(key, frozenset()) | places
        stop_ids = _stop_ids(network, run.pattern_ix)
        told = [stop_ids[place] for place in sorted(places)] if change.kind is ChangeKind.SKIP else ()
        made.alerts.append(alert_of(network, change, told))


def _divert(network: Network, made: _Draft, change: ServiceChange) -> None:
    """Runs that leave their road between two stops serve none between them."""
    spans: dict[int, tuple[int, int] | None] = {}
    for key, run in made.runs.items():
        if run.relationship not in _ON_THEIR_WAY or (change.trip_id and key != instance_of(change)):
            continue
        if run.pattern_ix not in spans:
            meant = change.trip_id is not None or concerns(network, change, run.pattern_ix)
            spans[run.pattern_ix] = left_out(network, change, run.pattern_ix) if meant else None
        span = spans[run.pattern_ix]
        if span is not None:
            made.not_served[key] = made.not_served.get(key, frozenset()) | frozenset(range(span[0], span[1] + 1))


def _not_served(network: Network, pattern_ix: int, change: ServiceChange) -> frozenset[int]:
    """Positions at which the order lets nobody on or off."""
    stop_ids = _stop_ids(network, pattern_ix)
    if change.kind is ChangeKind.SHORT_TURN:
        last = _last(stop_ids, change.last_stop_id)
        return frozenset(range(last + 1, len(stop_ids))) if last is not None else frozenset()
    last = _last(stop_ids, change.to_stop_id or change.from_stop_id)
    first = _last(stop_ids[: last + 1], change.from_stop_id) if last is not None else None
    return frozenset(range(first, last + 1)) if first is not None and last is not None else frozenset()


def _stop_ids(network: Network, pattern_ix: int) -> list[str]:
    found: list[str] = network.stops.stop_id[network.patterns.stop_ix[network.pattern_stops(pattern_ix)]].tolist()
    return found


def _last(stop_ids: Sequence[str], stop_id: str | None) -> int | None:
    found = np.flatnonzero(np.array(stop_ids, dtype=object) == stop_id)
    return int(found[-1]) if len(found) else None
