"""TripUpdates: one entity per published run, one update per call.

Rules, each from the GTFS-Realtime reference:

- Relationships are explicit on the trip and on every stop.
- Headway service (trip UNSCHEDULED): every stop UNSCHEDULED with ``time`` only; a call without a time has no update,
  because SKIPPED and NO_DATA are errors there.
- CANCELED and DELETED have no stop updates; any other run without one is left out (E041).
- SKIPPED and NO_DATA carry no times; ``scheduled_time`` stands only on NEW, REPLACEMENT and DUPLICATED.
- The next stop of a bus tells how full it will leave, where its occupancy is known.
- Whole-second times strictly increase from stop to stop (E022, E025).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.columns import Ints
from passinfo.network.network import Network
from passinfo.realtime.call_columns import WITHOUT_STOPS, CallColumns, call_columns
from passinfo.realtime.descriptors import describe_updated_run, describe_vehicle, run_id
from passinfo.realtime.event_times import NO_TIME, NO_UNCERTAINTY
from passinfo.realtime.header import begin_message, posix_seconds
from passinfo.realtime.modifications import modification_entities
from passinfo.snapshot import RunRelationship, Snapshot


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
    occupancy: list[Any]


def trip_updates(snapshot: Snapshot, network: Network) -> pb.FeedMessage:
    """The TripUpdates message of a snapshot: the runs in their order, then what a detour modifies."""
    message = begin_message(snapshot.made_at, network.feed_version)
    columns = call_columns(snapshot)
    calls = _lists(columns, network)
    first = snapshot.runs.call_ptr.tolist()
    updated = columns.updated.tolist()
    rows = updated_runs(snapshot, columns)
    for row in rows.tolist():
        entity = message.entity.add()
        entity.id = run_id(snapshot, row)
        fill_run(entity.trip_update, snapshot, network, row)
        _fill_stops(entity.trip_update, calls, [c for c in range(first[row], first[row + 1]) if updated[c]])
    plain = list(message.entity)
    message.entity.extend(modification_entities(snapshot, network, rows, plain.__getitem__))
    return message


def updated_runs(snapshot: Snapshot, columns: CallColumns) -> Ints:
    """Rows of the runs that have an entity."""
    runs = snapshot.runs
    told = np.concatenate(([0], np.cumsum(columns.updated)))
    some = told[runs.call_ptr[1:]] > told[runs.call_ptr[:-1]]
    named = np.array([trip_id is not None for trip_id in runs.trip_id.tolist()], dtype=bool)
    return np.flatnonzero(runs.published & named & (some | np.isin(runs.relationship, WITHOUT_STOPS))).astype(np.int32)


def fill_run(update: pb.TripUpdate, snapshot: Snapshot, network: Network, row: int) -> None:
    """All of a TripUpdate but its stops."""
    runs = snapshot.runs
    describe_updated_run(update, network, runs, row)
    if vehicle_may_be_said(snapshot, row):
        describe_vehicle(update.vehicle, snapshot.vehicles, int(runs.vehicle_row[row]))
    if not np.isnan(runs.measured_at[row]):
        update.timestamp = posix_seconds(float(runs.measured_at[row]), snapshot.made_at)


def vehicle_may_be_said(snapshot: Snapshot, row: int) -> bool:
    """A headway run names its vehicle only while VehiclePositions pairs the two: its trip_id alone names many runs."""
    vehicle_row = int(snapshot.runs.vehicle_row[row])
    if vehicle_row < 0 or snapshot.runs.relationship[row] != RunRelationship.UNSCHEDULED:
        return vehicle_row >= 0
    vehicles = snapshot.vehicles
    return bool(vehicles.public[vehicle_row] and vehicles.trip_public[vehicle_row])


def _fill_stops(update: pb.TripUpdate, calls: _CallLists, rows: list[int]) -> None:
    add = update.stop_time_update.add
    for row in rows:
        stop = add()
        stop.stop_sequence = calls.stop_sequence[row]
        stop.stop_id = calls.stop_id[row]
        stop.schedule_relationship = calls.relationship[row]
        if calls.occupancy[row] >= 0:
            stop.departure_occupancy_status = calls.occupancy[row]
        if calls.arrival[row] != NO_TIME:
            _fill_event(stop.arrival, calls.arrival[row], calls.arrival_uncertainty[row], calls.scheduled[row])
        if calls.departure[row] != NO_TIME:
            _fill_event(stop.departure, calls.departure[row], calls.departure_uncertainty[row], calls.scheduled[row])


def _fill_event(event: pb.TripUpdate.StopTimeEvent, time: int, uncertainty: int, scheduled: int) -> None:
    event.time = time
    if uncertainty != NO_UNCERTAINTY:
        event.uncertainty = uncertainty
    if scheduled != NO_TIME:
        event.scheduled_time = scheduled


def _lists(columns: CallColumns, network: Network) -> _CallLists:
    return _CallLists(
        network.stops.stop_id[columns.stop_ix].tolist(),
        columns.stop_sequence.tolist(),
        columns.relationship.tolist(),
        columns.arrival.tolist(),
        columns.departure.tolist(),
        columns.arrival_uncertainty.tolist(),
        columns.departure_uncertainty.tolist(),
        columns.scheduled.tolist(),
        columns.occupancy.tolist(),
    )
