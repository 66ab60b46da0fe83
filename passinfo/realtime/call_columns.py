"""The calls of a snapshot as TripUpdates tells them: whole seconds, outgoing relationships, what has an update."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Ints
from passinfo.prediction.protocol import Basis
from passinfo.realtime.event_times import NO_TIME, Seconds, event_times
from passinfo.snapshot import CallRelationship, RunRelationship, Snapshot

NO_OCCUPANCY_DATA = 7
"""OccupancyStatus NO_DATA_AVAILABLE."""
WITHOUT_STOPS = (RunRelationship.CANCELED, RunRelationship.DELETED)
WITH_SCHEDULED_TIME = (RunRelationship.NEW, RunRelationship.REPLACEMENT, RunRelationship.DUPLICATED)


@dataclass(frozen=True, slots=True)
class CallColumns:
    """One row per call of the snapshot; ``NO_TIME`` and ``NO_UNCERTAINTY`` (both -1) where there is none."""

    stop_ix: Ints
    stop_sequence: Ints
    relationship: Seconds
    arrival: Seconds
    departure: Seconds
    arrival_uncertainty: Seconds
    departure_uncertainty: Seconds
    scheduled: Seconds
    """Told only of runs that no static feed has so, ``NO_TIME`` on all others."""
    updated: Bools
    """True: the call has an update."""
    occupancy: Seconds
    """OccupancyStatus that the bus will leave with, as far as it is known; -1 where it is not."""


def call_columns(snapshot: Snapshot) -> CallColumns:
    """The calls as they go out."""
    calls = snapshot.calls
    events = event_times(snapshot)
    of_run = snapshot.runs.relationship[calls.run_row]
    headway = np.asarray(of_run == RunRelationship.UNSCHEDULED)
    # trips of their own tell both times at every stop: no static feed fills in the other
    both = np.isin(of_run, WITH_SCHEDULED_TIME)
    first, last = both & (events.arrival == NO_TIME), both & (events.departure == NO_TIME)
    relationship = _relationships(snapshot, headway, events.arrival, events.departure)
    return CallColumns(
        calls.stop_ix,
        calls.stop_sequence,
        relationship,
        np.where(first, events.departure, events.arrival),
        np.where(last, events.arrival, events.departure),
        np.where(first, events.departure_uncertainty, events.arrival_uncertainty),
        np.where(last, events.arrival_uncertainty, events.departure_uncertainty),
        np.where(both, events.scheduled, NO_TIME),
        ~np.isin(of_run, WITHOUT_STOPS) & (~headway | (relationship == CallRelationship.UNSCHEDULED)),
        _leaves_with(snapshot, events.departure),
    )


def _leaves_with(snapshot: Snapshot, departure: Seconds) -> Seconds:
    """How full a bus leaves its next stop: as full as it was last seen. Farther on nobody knows."""
    calls, vehicle = snapshot.calls, snapshot.runs.vehicle_row[snapshot.calls.run_row]
    seen = np.append(snapshot.vehicles.occupancy, -1)[vehicle].astype(np.int64)
    known = (seen >= 0) & (seen != NO_OCCUPANCY_DATA) & (vehicle >= 0)
    next_stop = (calls.stops_away == 0) & (calls.basis == Basis.TRACKED) & (departure != NO_TIME)
    return np.where(known & next_stop, seen, -1)


def _relationships(snapshot: Snapshot, headway: Bools, arrival: Seconds, departure: Seconds) -> Seconds:
    """Stop-level relationships as they go out: a call that promises a time and has none is NO_DATA."""
    given = snapshot.calls.relationship.astype(np.int64)
    timeless = (arrival == NO_TIME) & (departure == NO_TIME) & (given != CallRelationship.SKIPPED)
    given[timeless] = CallRelationship.NO_DATA
    given[headway & (given == CallRelationship.SCHEDULED)] = CallRelationship.UNSCHEDULED
    return given
