"""One tick's snapshot: runs under way, about to begin, cancelled or added, their calls, the vehicles, the alerts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from passinfo.bms.changes import ServiceChange
from passinfo.columns import Ints
from passinfo.network.network import Network
from passinfo.prediction.display import display_at
from passinfo.prediction.protocol import Basis, Method, Predictions, Predictor
from passinfo.publishing.calls import Horizon, make_calls, runs_ahead
from passinfo.publishing.detoured import name_detoured, told_detours
from passinfo.publishing.drafts import RunDraft, draft_runs
from passinfo.publishing.finished import Finished, with_finished
from passinfo.publishing.modifications import modifications_of
from passinfo.publishing.orders import apply_orders
from passinfo.publishing.vehicles import make_vehicles
from passinfo.settings import CitySettings
from passinfo.snapshot import Alert, CallRelationship, Calls, RunRelationship, Runs, Snapshot
from passinfo.tracking.tracked import Tracked

_METHODS = np.array([method.name for method in Method], dtype=object)
_BASES = np.array([basis.name for basis in Basis], dtype=object)


def publish(
    network: Network,
    settings: CitySettings,
    tracked: Tracked,
    predictor: Predictor,
    changes: Sequence[ServiceChange],
    alerts: Sequence[Alert],
    now: float,
    sequence: int,
    finished: Sequence[Finished] = (),
) -> Snapshot:
    """The snapshot of the tick ``now``; the same inputs give the same snapshot.

    ``changes`` are the orders in force, ``finished`` the runs that are over ahead of their plan.
    """
    drafted = with_finished(network, draft_runs(network, settings, tracked, now), finished)
    ordered = apply_orders(network, drafted, changes, now)
    drafts = ordered.drafts
    ahead, rows = runs_ahead(drafts)
    predicted = predictor.predict(network, ahead, now)
    calls, ptr = make_calls(network, drafts, predicted, rows, ordered.not_served, Horizon(now, settings.stale_after_s))
    order, stop_ptr = _by_stop(calls, len(network.stops.stop_id), now)
    told = sorted((a for a in (*alerts, *ordered.alerts) if not _is_over(a, now)), key=lambda alert: alert.alert_id)
    vehicles = make_vehicles(network, settings, tracked, drafts, told_detours(told), now)
    return Snapshot(
        sequence,
        now,
        network.hash,
        settings.city_id,
        vehicles,
        _runs(network, drafts, ptr),
        calls,
        order,
        stop_ptr,
        name_detoured(told, network, drafts, vehicles),
        modifications_of(network, changes, now) if settings.trip_modifications else (),
    )


def _is_over(alert: Alert, now: float) -> bool:
    """Whether all the times at which it is to be told have passed."""
    ends = [end for _, end in alert.communication]
    return bool(ends) and all(end is not None and end <= now for end in ends)


def predictions_of(snapshot: Snapshot, network: Network) -> Predictions:
    """The snapshot's predictions as the file of predictions keeps them, by vehicle, then stop_sequence."""
    calls, runs = snapshot.calls, snapshot.runs
    vehicle = runs.vehicle_row[calls.run_row]
    kept = np.flatnonzero(~calls.observed & ~np.isnan(calls.p50_at) & (vehicle >= 0))
    order = kept[np.lexsort((calls.stop_sequence[kept], calls.run_row[kept], vehicle[kept]))]
    run = calls.run_row[order]
    return Predictions(
        np.full(len(order), snapshot.made_at),
        snapshot.vehicles.vehicle_id[runs.vehicle_row[run]],
        network.routes.route_id[runs.route_ix[run]],
        runs.direction_id[run],
        runs.trip_id[run],
        runs.start_date[run],
        runs.start_service_s[run],
        network.stops.stop_id[calls.stop_ix[order]],
        calls.stop_sequence[order],
        calls.p10_at[order],
        calls.p50_at[order],
        calls.p90_at[order],
        _METHODS[calls.method[order]],
        _BASES[calls.basis[order]],
        display_at(calls.p10_at[order], calls.p50_at[order]),
    )


def _runs(network: Network, drafts: Sequence[RunDraft], ptr: Ints) -> Runs:
    pattern = np.array([draft.pattern_ix for draft in drafts], dtype=np.int32)
    trip_id = np.empty(len(drafts), dtype=object)
    trip_id[:] = [draft.trip_id for draft in drafts]
    headsign = np.empty(len(drafts), dtype=object)
    headsign[:] = [_headsign(network, draft) for draft in drafts]
    patterns = network.patterns
    return Runs(
        trip_id,
        np.array([_trip_row(network, draft) for draft in drafts], dtype=np.int32),
        np.array([draft.start_date for draft in drafts], dtype=np.int32),
        np.array([draft.start_service_s for draft in drafts], dtype=np.int32),
        np.asarray(patterns.route_ix[pattern], dtype=np.int32),
        np.asarray(patterns.direction_id[pattern], dtype=np.int32),
        pattern,
        headsign,
        np.array([draft.relationship for draft in drafts], dtype=np.uint8),
        np.array([draft.vehicle_row for draft in drafts], dtype=np.int32),
        np.array([draft.measured_at for draft in drafts], dtype=np.float64),
        np.array([draft.look_ahead for draft in drafts], dtype=bool),
        np.array([draft.trip_id is not None for draft in drafts], dtype=bool),
        ptr,
    )


def _trip_row(network: Network, draft: RunDraft) -> int:
    """Row of the trip, of a duplicate that of its original."""
    if draft.relationship == RunRelationship.DUPLICATED:
        return draft.trip_ix
    return network.trip_rows.get(draft.trip_id or "", -1)


def _headsign(network: Network, draft: RunDraft) -> str:
    own = str(network.trips.headsign[draft.trip_ix]) if draft.trip_ix >= 0 else ""
    return draft.headsign or own or str(network.patterns.headsign[draft.pattern_ix])


def _by_stop(calls: Calls, n_stops: int, now: float) -> tuple[Ints, Ints]:
    """Calls still to come by stop, soonest first; skipped ones too, at the instant they were planned for."""
    soon = np.where(np.isnan(calls.p50_at), calls.scheduled_at, calls.p50_at)
    told = (calls.relationship == CallRelationship.SKIPPED) | ~np.isnan(calls.p50_at)
    kept = np.flatnonzero(told & ~calls.observed & (soon >= now))
    order = kept[np.lexsort((kept, soon[kept], calls.stop_ix[kept]))].astype(np.int32)
    ptr = np.searchsorted(calls.stop_ix[order], np.arange(n_stops + 1)).astype(np.int32)
    return order, ptr
