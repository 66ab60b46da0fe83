"""Runs that are there because somebody ordered them: cancelled, deleted, added, duplicated, replaced, cut short."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.network.network import Network
from passinfo.publishing.drafts import NAN, RunDraft
from passinfo.snapshot import RunRelationship
from passinfo.times import service_day_zero_s

FORGOTTEN_S = 3_600.0
"""An ordered run leaves the feeds an hour after its planned end."""
SAME_RUN_S = 1_200.0
"""The bus named by an order runs it if it would have begun within so long of the planned start: not the run before."""
_RELATIONSHIPS = {
    ChangeKind.ADD: RunRelationship.NEW,
    ChangeKind.DUPLICATE: RunRelationship.DUPLICATED,
    ChangeKind.REPLACE: RunRelationship.REPLACEMENT,
}

Instance = tuple[str | None, int, int]


def instance_of(change: ServiceChange) -> Instance:
    """(trip_id, start_date, start_service_s) of the run an order is about."""
    return change.trip_id, change.start_date or 0, change.start_service_s or 0


def planned_run(
    network: Network, change: ServiceChange, trip_ix: int, relationship: RunRelationship, now: float
) -> RunDraft | None:
    """A run as the plan has it, no bus known; None once it is long over."""
    key = instance_of(change)
    start_at = service_day_zero_s(key[1], network.timezone) + key[2]
    arrival_s, _ = network.trip_times(trip_ix)
    if now > start_at + float(arrival_s[-1]) + FORGOTTEN_S:
        return None
    return RunDraft(
        key[0],
        trip_ix,
        key[1],
        key[2],
        int(network.trips.pattern_ix[trip_ix]),
        relationship,
        -1,
        change.made_at,
        look_ahead=False,
        predicted=False,
        first_position=0,
        dist_m=NAN,
        departs_at=start_at,
        start_at=start_at,
        on_timetable=True,
    )


def extra_run(
    network: Network, change: ServiceChange, drafts: Iterable[RunDraft], now: float
) -> tuple[RunDraft, RunDraft | None] | None:
    """A run that is added, duplicated or replaced, and the draft of the bus that was found to run it.

    It is timed like the trip it copies, or the one of its pattern that starts nearest to it. None once it is long
    over, or if the network does not know what it runs along.
    """
    model = _model(network, change)
    if model is None or change.start_date is None or change.start_service_s is None:
        return None
    run = planned_run(network, change, model, _RELATIONSHIPS[change.kind], now)
    if run is None:
        return None
    run = replace(run, headsign=change.headsign or str(network.patterns.headsign[run.pattern_ix]))
    bus = next((draft for draft in drafts if _runs(network, draft, run, change)), None)
    if bus is None:
        return run, None
    return replace(
        run,
        vehicle_row=bus.vehicle_row,
        vehicle_id=bus.vehicle_id,
        measured_at=bus.measured_at,
        predicted=bus.predicted,
        first_position=bus.first_position,
        dist_m=bus.dist_m,
        departs_at=bus.departs_at,
        passed=bus.passed,
    ), bus


def _model(network: Network, change: ServiceChange) -> int | None:
    """Trip whose running times the run has."""
    if change.kind is ChangeKind.DUPLICATE:
        return network.trip_rows.get(change.original_trip_id or "")
    found = np.flatnonzero(network.patterns.pattern_id == change.pattern_id)
    if len(found) == 0 or change.start_service_s is None:
        return None
    trips = network.trips_of_pattern[int(found[0])]
    away = np.abs(network.trips.start_service_s[trips] - change.start_service_s)
    return int(trips[int(np.argmin(away))])


def _runs(network: Network, draft: RunDraft, run: RunDraft, change: ServiceChange) -> bool:
    """Whether this is the bus that was ordered to run it, on its pattern and about when it should be there."""
    ordered = change.vehicle_id is not None and draft.vehicle_id == change.vehicle_id
    if not (ordered or draft.instance() == run.instance()) or draft.look_ahead or draft.pattern_ix != run.pattern_ix:
        return False
    arrival_s, _ = network.trip_times(run.trip_ix)
    next_s = float(arrival_s[min(draft.first_position, len(arrival_s) - 1)])
    return abs(draft.measured_at - next_s - run.start_at) <= SAME_RUN_S
