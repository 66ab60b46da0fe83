"""What tracking found, as the rows of matches and visits."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Ints, Texts, concat, take
from passinfo.tracking.columns import Matches, MatchReason, PhaseCode, Visits
from passinfo.tracking.crossing import LAST_REACH_M, Seen
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.ragged import Index
from passinfo.tracking.vehicles import REASON_CODE, REASONS, Vehicles

PHASE_NAMES = np.array([phase.name for phase in PhaseCode], dtype=object)
REASON_NAMES = np.array([reason.value for reason in REASONS], dtype=object)
AMBIGUOUS = REASON_CODE[MatchReason.AMBIGUOUS_PATTERN]
STAYS_S = 60.0
"""A bus that stands a minute after its run ended is still at the terminal."""
HOW = np.array(["interpolated", "observed"], dtype=object)


def match_rows(index: TrackingIndex, vehicles: Vehicles, rows: Index) -> Matches:
    """One row per vehicle's last report."""
    network = index.network
    stayed = vehicles.stand_since[rows] <= vehicles.ended_at[rows] + STAYS_S
    moves_on = (vehicles.reason[rows] == AMBIGUOUS) & ~stayed
    waits = (vehicles.phase[rows] == PhaseCode.LAYOVER) & ~moves_on
    last_m = index.last_m[vehicles.pattern_ix[rows]] if len(index.last_m) else vehicles.begun_m[rows]
    driven = ~(vehicles.begun_m[rows] >= last_m - LAST_REACH_M)
    at_end = waits & driven  # the run is over, and no other one known yet
    run = (vehicles.pattern_ix[rows] >= 0) & (~vehicles.finished[rows] | at_end)
    pattern = np.where(run, vehicles.pattern_ix[rows], -1).astype(np.int32)
    route = np.where(run, network.patterns.route_ix[pattern], -1) if run.any() else pattern
    return Matches(
        vehicles.vehicle_id[rows],
        vehicles.observed_at[rows],
        vehicles.received_at[rows],
        vehicles.lat_deg[rows],
        vehicles.lon_deg[rows],
        _named(network.routes.route_id, route),
        np.where(run, network.patterns.direction_id[pattern], -1).astype(np.int32) if run.any() else pattern,
        _named(network.patterns.pattern_id, pattern),
        np.where(run, vehicles.trip_id[rows], np.full(len(rows), None, dtype=object)),
        np.where(run, vehicles.start_date[rows], 0).astype(np.int32),
        np.where(run, vehicles.start_service_s[rows], -1).astype(np.int32),
        vehicles.match_m[rows],
        vehicles.offset_m[rows],
        PHASE_NAMES[vehicles.phase[rows]],
        np.where(run, vehicles.confidence[rows], 0.0),
        REASON_NAMES[vehicles.reason[rows]],
    )


def visit_rows(index: TrackingIndex, vehicles: Vehicles, seen: Seen) -> Visits:
    """One row per visit that has become known with the vehicles' last reports."""
    network, rows = index.network, seen.row
    pattern = vehicles.pattern_ix[rows]
    stop = network.patterns.stop_ptr[pattern] + seen.position
    return Visits(
        vehicles.vehicle_id[rows],
        _named(network.routes.route_id, network.patterns.route_ix[pattern] if len(pattern) else pattern),
        network.patterns.direction_id[pattern] if len(pattern) else pattern,
        _named(network.patterns.pattern_id, pattern),
        vehicles.trip_id[rows],
        vehicles.start_date[rows],
        vehicles.start_service_s[rows],
        _named(network.stops.stop_id, network.patterns.stop_ix[stop] if len(stop) else stop),
        network.patterns.stop_sequence[stop] if len(stop) else seen.position,
        seen.arrived_at,
        seen.departed_at,
        seen.earliest_at,
        seen.latest_at,
        vehicles.received_at[rows],
        HOW[seen.observed.astype(np.intp)],
    )


def in_order(matches: list[Matches], match_row: list[Index]) -> Matches:
    """Matches by received_at, vehicle, observed_at."""
    table = concat(Matches, matches)
    if not matches:
        return table
    return take(table, np.lexsort((table.observed_at, np.concatenate(match_row), table.received_at)))


def visits_in_order(visits: list[Visits], visit_row: list[Index]) -> Visits:
    """Visits by known_at, vehicle, stop_sequence."""
    table = concat(Visits, visits)
    if not visits:
        return table
    return take(table, np.lexsort((table.stop_sequence, np.concatenate(visit_row), table.known_at)))


def _named(names: Texts, rows: Ints | Index) -> Texts:
    """Names of these rows; None where the row is -1."""
    if len(names) == 0:
        return np.full(len(rows), None, dtype=object)
    with_none = np.concatenate((names, np.array([None], dtype=object)))
    return np.asarray(with_none[rows])
