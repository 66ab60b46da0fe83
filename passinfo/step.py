"""The whole live pipeline as one pure function.

``step(world, reports, now)`` accepts or rejects reports, matches and tracks them, predicts the road ahead and publishes
one snapshot. It changes nothing it was given: the same world, reports and now give the same result, so replaying a
log is the end-to-end test, the maker of training sets and the live system at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from passinfo.bms.changes import ServiceChange
from passinfo.bms.intake import Last, accept
from passinfo.bms.reports import Reports
from passinfo.network.area import area_of
from passinfo.network.network import Network
from passinfo.network.service.seen import places_of
from passinfo.operations.orders import standing_orders
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.traffic import Sights, Traffic
from passinfo.prediction.departure.terminals import Stands, Terminals
from passinfo.prediction.margins import Margined, Margins, no_margins
from passinfo.prediction.protocol import Predictions, Predictor
from passinfo.prediction.steady import Steady, Told, nothing_told
from passinfo.prediction.watching import KnowingTheRoad, Watching, WatchingTerminals
from passinfo.publishing.finished import Finished, still_planned
from passinfo.publishing.publish import predictions_of, publish
from passinfo.realtime.checked import checked
from passinfo.rejections import Rejection
from passinfo.settings import Area, CitySettings
from passinfo.snapshot import Alert, Snapshot
from passinfo.tracking.columns import Matches, PhaseCode, Visits
from passinfo.tracking.crossing import ARRIVAL_REACH_M
from passinfo.tracking.state import TrackingState
from passinfo.tracking.track import Tracking, track
from passinfo.tracking.track import begin as begin_tracking


@dataclass(frozen=True, slots=True)
class World:
    """All that the next tick depends on."""

    network: Network
    settings: CitySettings
    predictor: Predictor
    tracking: TrackingState
    area: Area
    changes: tuple[ServiceChange, ...] = ()
    """Orders, oldest first, withdrawn and past ones too; the live loop replaces them before a tick."""
    alerts: tuple[Alert, ...] = ()
    """Alerts authored by people."""
    last: Mapping[str, Last] = field(default_factory=dict)
    """Newest accepted report of each vehicle."""
    sequence: int = 0
    """Sequence number of the last snapshot."""
    traffic: Traffic | None = None
    """What buses have just met, for predictors that watch it; forgotten with the network."""
    terminals: Terminals | None = None
    """Who waits at which first stop, likewise."""
    finished: tuple[Finished, ...] = ()
    """Runs that are over ahead of their plan."""
    told: Told = field(default_factory=nothing_told)
    """What the last snapshot said of each run under way: predictions move no more than they must."""
    margins: Margins = field(default_factory=no_margins)
    """What the day has taught about untrained intervals."""


@dataclass(frozen=True, slots=True)
class TickResult:
    """What one tick published and what became known in it."""

    snapshot: Snapshot
    matches: Matches
    visits: Visits
    predictions: Predictions
    rejections: tuple[Rejection, ...]
    status: dict[str, int | float | str]
    """Flat counts of the tick (reports, accepted, rejected.<reason>, vehicles.<phase>, runs, calls …)."""


def begin(network: Network, settings: CitySettings, predictor: Predictor) -> World:
    """The world before any report."""
    return World(network, settings, predictor, begin_tracking(network), area_of(network, settings))


def rebase(world: World, network: Network, predictor: Predictor) -> World:
    """The world on a new network: vehicles are found again by their next report; instances and margins stay."""
    fresh = begin(network, world.settings, predictor)
    tracking = replace(fresh.tracking, issued=world.tracking.issued)
    return replace(
        fresh,
        tracking=tracking,
        changes=world.changes,
        alerts=world.alerts,
        last=world.last,
        sequence=world.sequence,
        finished=world.finished,
        margins=replace(no_margins(), log=world.margins.log),
    )


def with_orders(world: World, changes: Sequence[ServiceChange], alerts: Sequence[Alert]) -> World:
    """The world with these orders and authored alerts in force."""
    return replace(world, changes=tuple(changes), alerts=tuple(alerts))


def step(world: World, reports: Reports, now: float) -> tuple[World, TickResult]:
    """One tick.

    Parameters
    ----------
    world
        What the tick depends on; left as it is.
    reports
        What was received since the last tick, in order of reception.
    now
        The instant of the tick (epoch seconds); nothing received later may be among the reports.
    """
    fleet_ids = frozenset(world.network.fleet_rows) or None
    taken = accept(reports, now, area=world.area, settings=world.settings, fleet_ids=fleet_ids, last=world.last)
    changes = standing_orders(world.network, world.changes, now)
    tracking, found = track(world.settings, world.tracking, taken.reports, changes, now)
    traffic, terminals = _watched(world, found, now), _seen_at_terminals(world, found, now)
    reached = reached_of(world.network, found.visits)
    margined = Margined(_knowing(world.predictor, traffic, terminals), world.margins, reached)
    predictor = Steady(margined, world.told)
    sequence = world.sequence + 1
    finished = still_planned(world.network, world.finished, found.visits, now)
    drafted = publish(
        world.network, world.settings, found.tracked, predictor, changes, world.alerts, now, sequence, finished
    )
    gate = checked(world.network, _on_the_road(world, drafted, traffic))
    snapshot = gate.snapshot
    result = TickResult(
        snapshot,
        found.matches,
        found.visits,
        predictions_of(snapshot, world.network),
        taken.rejections,
        _status(len(reports.vehicle_id), found, taken.rejections, snapshot)
        | {f"repaired.{rule}": count for rule, count in gate.repaired.items()},
    )
    kept = {key: last for key, last in taken.last.items() if now - last.observed_at <= world.settings.max_report_age_s}
    after = replace(world, tracking=tracking, last=kept, sequence=sequence, traffic=traffic, terminals=terminals)
    return replace(after, finished=finished, told=predictor.told, margins=margined.margins), result


def _watched(world: World, found: Tracking, now: float) -> Traffic | None:
    """The traffic after the matches and visits of a tick."""
    if not isinstance(world.predictor, Watching):
        return None
    network, matches = world.network, found.matches
    pattern = np.array([network.pattern_rows.get(each, -1) for each in matches.pattern_id.tolist()], dtype=np.int64)
    pattern[matches.phase != PhaseCode.IN_SERVICE.name] = -1
    rows = np.flatnonzero((pattern >= 0) & np.isfinite(matches.dist_m))
    sights = Sights(matches.vehicle_id[rows], pattern[rows], matches.dist_m[rows], matches.observed_at[rows])
    return world.predictor.watched(network, world.traffic, reached_of(network, found.visits), sights, now)


def _seen_at_terminals(world: World, found: Tracking, now: float) -> Terminals | None:
    """The terminals after the matches and visits of a tick."""
    if not isinstance(world.predictor, WatchingTerminals):
        return None
    network, reached = world.network, reached_of(world.network, found.visits)
    return world.predictor.seen_at_terminals(network, world.terminals, reached, stands_of(network, found.matches), now)


def _on_the_road(world: World, snapshot: Snapshot, traffic: Traffic | None) -> Snapshot:
    """The snapshot with how the road flows where buses in service are, if the predictor knows it from history."""
    vehicles = snapshot.vehicles
    rows = np.flatnonzero((vehicles.phase == PhaseCode.IN_SERVICE) & (vehicles.run_row >= 0))
    if traffic is None or not len(rows) or not isinstance(world.predictor, KnowingTheRoad):
        return snapshot
    pattern, now = vehicles.pattern_ix[rows].astype(np.int64), snapshot.made_at
    congestion = vehicles.congestion.copy()
    congestion[rows] = world.predictor.congestion(world.network, traffic, pattern, vehicles.dist_m[rows], now)
    return replace(snapshot, vehicles=replace(vehicles, congestion=congestion))


def _knowing(predictor: Predictor, traffic: Traffic | None, terminals: Terminals | None) -> Predictor:
    """The predictor of this tick."""
    if terminals is not None and isinstance(predictor, WatchingTerminals):
        return predictor.expecting(traffic, terminals)
    return predictor.informed(traffic) if isinstance(predictor, Watching) else predictor


def stands_of(network: Network, matches: Matches) -> Stands:
    """Reports as terminals see them: who is in service waits too until it has left its first stop."""
    pattern = np.array([network.pattern_rows.get(each, -1) for each in matches.pattern_id.tolist()], dtype=np.int64)
    with np.errstate(invalid="ignore"):
        at_start = matches.dist_m <= ARRIVAL_REACH_M
    idle = (matches.phase != PhaseCode.IN_SERVICE.name) | at_start
    where = (matches.dist_m, matches.lat_deg, matches.lon_deg)
    return Stands(matches.vehicle_id, matches.observed_at, pattern, *where, idle)


def reached_of(network: Network, visits: Visits) -> Reached:
    """Stops reached: arrivals; departures at first stops."""
    at = np.where(np.isfinite(visits.arrived_at), visits.arrived_at, visits.departed_at)
    return Reached(visits.vehicle_id, places_of(network, visits).astype(np.int64), at, visits.known_at)


def _status(
    n_reports: int, found: Tracking, rejections: Sequence[Rejection], snapshot: Snapshot
) -> dict[str, int | float | str]:
    """Flat counts of the tick."""
    phases = Counter(PhaseCode(int(code)).name for code in snapshot.vehicles.phase)
    reasons = Counter(refused.reason.value for refused in rejections)
    matched = Counter(found.matches.reason.tolist())
    return {
        "made_at": snapshot.made_at,
        "sequence": snapshot.sequence,
        "network": str(snapshot.network_hash),
        "reports": n_reports,
        "accepted": len(found.matches.vehicle_id),
        "vehicles": len(snapshot.vehicles.vehicle_id),
        "vehicles.public": int(snapshot.vehicles.public.sum()),
        "runs": len(snapshot.runs.trip_id),
        "runs.published": int(snapshot.runs.published.sum()),
        "calls": len(snapshot.calls.run_row),
        "alerts": len(snapshot.alerts),
        **{f"vehicles.{name}": phases[name] for name in sorted(phases)},
        **{f"matched.{name}": matched[name] for name in sorted(matched)},
        **{f"hints.{name}": found.wrong_hints[name] for name in sorted(found.wrong_hints)},
        **{f"rejected.{name}": reasons[name] for name in sorted(reasons)},
    }
