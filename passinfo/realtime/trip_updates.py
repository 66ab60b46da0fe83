"""TripUpdates: one entity per published run, one update per call.

Rules, each from the GTFS-Realtime reference:

- Relationships are explicit on the trip and on every stop.
- Headway service (trip UNSCHEDULED): every stop UNSCHEDULED with ``time`` only; a call without a time has no update,
  because SKIPPED and NO_DATA are errors there.
- CANCELED and DELETED have no stop updates; any other run without one is left out (E041).
- SKIPPED and NO_DATA carry no times; ``scheduled_time`` stands only on NEW, REPLACEMENT and DUPLICATED.
- Whole-second times strictly increase from stop to stop (E022, E025).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.network.network import Network
from passinfo.realtime.descriptors import describe_updated_run, describe_vehicle, run_id
from passinfo.realtime.event_times import NO_TIME, NO_UNCERTAINTY, event_times
from passinfo.realtime.header import begin_message, posix_seconds
from passinfo.snapshot import CallRelationship, RunRelationship, Snapshot

_WITHOUT_STOPS = (RunRelationship.CANCELED, RunRelationship.DELETED)
_WITH_SCHEDULED_TIME = (RunRelationship.NEW, RunRelationship.REPLACEMENT, RunRelationship.DUPLICATED)


@dataclass(frozen=True, slots=True)
class _CallLists:
    """The calls as plain lists: reading a list is ten times faster than reading single elements of an array."""

    stop_id: list[str]
    stop_sequence: list[int]
    relationship: list[Any]
    arrival: list[int]
    departure: list[int]
    arrival_uncertainty: list[int]
    departure_uncertainty: list[int]
    scheduled: list[int]


def trip_updates(snapshot: Snapshot, network: Network) -> pb.FeedMessage:
    """The TripUpdates message of a snapshot; entities stand in the order of the runs."""
    message = begin_message(snapshot.made_at, network.feed_version)
    calls = _lists(snapshot, network)
    runs = snapshot.runs
    first = runs.call_ptr.tolist()
    updated = _calls_with_update(snapshot, calls)
    for row in np.flatnonzero(runs.published).tolist():
        if runs.trip_id[row] is None:
            continue
        relationship = int(runs.relationship[row])
        rows = [] if relationship in _WITHOUT_STOPS else [c for c in range(first[row], first[row + 1]) if updated[c]]
        if not rows and relationship not in _WITHOUT_STOPS:
            continue
        entity = message.entity.add()
        entity.id = run_id(snapshot, row)
        update = entity.trip_update
        describe_updated_run(update, network, runs, row)
        if _vehicle_may_be_said(snapshot, row):
            describe_vehicle(update.vehicle, snapshot.vehicles, int(runs.vehicle_row[row]))
        if not np.isnan(runs.measured_at[row]):
            update.timestamp = posix_seconds(float(runs.measured_at[row]), snapshot.made_at)
        _fill_stops(update, calls, rows, relationship)
    return message


def _vehicle_may_be_said(snapshot: Snapshot, row: int) -> bool:
    """A headway run names its vehicle only while VehiclePositions pairs the two: its trip_id alone names many runs."""
    vehicle_row = int(snapshot.runs.vehicle_row[row])
    if vehicle_row < 0 or snapshot.runs.relationship[row] != RunRelationship.UNSCHEDULED:
        return vehicle_row >= 0
    vehicles = snapshot.vehicles
    return bool(vehicles.public[vehicle_row] and vehicles.trip_public[vehicle_row])


def _fill_stops(update: pb.TripUpdate, calls: _CallLists, rows: list[int], run_relationship: int) -> None:
    with_scheduled_time = run_relationship in _WITH_SCHEDULED_TIME
    add = update.stop_time_update.add
    for row in rows:
        stop = add()
        stop.stop_sequence = calls.stop_sequence[row]
        stop.stop_id = calls.stop_id[row]
        stop.schedule_relationship = calls.relationship[row]
        time = calls.arrival[row]
        if time != NO_TIME:
            event = stop.arrival
            event.time = time
            if calls.arrival_uncertainty[row] != NO_UNCERTAINTY:
                event.uncertainty = calls.arrival_uncertainty[row]
            if with_scheduled_time and calls.scheduled[row] != NO_TIME:
                event.scheduled_time = calls.scheduled[row]
        time = calls.departure[row]
        if time != NO_TIME:
            event = stop.departure
            event.time = time
            if calls.departure_uncertainty[row] != NO_UNCERTAINTY:
                event.uncertainty = calls.departure_uncertainty[row]
            if with_scheduled_time and calls.scheduled[row] != NO_TIME:
                event.scheduled_time = calls.scheduled[row]


def _lists(snapshot: Snapshot, network: Network) -> _CallLists:
    calls = snapshot.calls
    events = event_times(snapshot)
    # trips of their own tell both times at every stop: no static feed fills in the other
    both = np.isin(snapshot.runs.relationship[calls.run_row], _WITH_SCHEDULED_TIME)
    first, last = both & (events.arrival == NO_TIME), both & (events.departure == NO_TIME)
    return _CallLists(
        network.stops.stop_id[calls.stop_ix].tolist(),
        calls.stop_sequence.tolist(),
        _relationships(snapshot, events.arrival, events.departure).tolist(),
        np.where(first, events.departure, events.arrival).tolist(),
        np.where(last, events.arrival, events.departure).tolist(),
        np.where(first, events.departure_uncertainty, events.arrival_uncertainty).tolist(),
        np.where(last, events.arrival_uncertainty, events.departure_uncertainty).tolist(),
        events.scheduled.tolist(),
    )


def _relationships(
    snapshot: Snapshot, arrival: npt.NDArray[np.int64], departure: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Stop-level relationships as they go out: a call that promises a time and has none is NO_DATA."""
    given = snapshot.calls.relationship.astype(np.int64)
    timeless = (arrival == NO_TIME) & (departure == NO_TIME) & (given != CallRelationship.SKIPPED)
    given[timeless] = CallRelationship.NO_DATA
    headway = _of_headway_run(snapshot)
    given[headway & (given == CallRelationship.SCHEDULED)] = CallRelationship.UNSCHEDULED
    return given


def _calls_with_update(snapshot: Snapshot, calls: _CallLists) -> list[bool]:
    unscheduled = np.asarray(calls.relationship, dtype=np.int64) == CallRelationship.UNSCHEDULED
    updated: list[bool] = (~_of_headway_run(snapshot) | unscheduled).tolist()
    return updated


def _of_headway_run(snapshot: Snapshot) -> npt.NDArray[np.bool_]:
    return np.asarray(snapshot.runs.relationship[snapshot.calls.run_row] == RunRelationship.UNSCHEDULED)
