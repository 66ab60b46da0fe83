"""One vehicle, one report: from what was believed before to what is believed now.

The belief (where on which pattern) is turned into a run (progress, visits) and the run into a trip instance; each may
stay open, and then says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from passinfo.columns import Floats
from passinfo.settings import CitySettings, Hints
from passinfo.tracking.assign import (
    InstanceKey,
    Place,
    by_headway,
    by_hint,
    by_timetable,
    none_because,
)
from passinfo.tracking.belief import NOTHING, Belief, advance
from passinfo.tracking.columns import MatchReason, PhaseCode
from passinfo.tracking.index import Near, TrackingIndex
from passinfo.tracking.phases import STAND_S, Standing, at_depot, phase_of, stand
from passinfo.tracking.runs import Instance, Passed, Run, StopSeen, begin_run, proceed

FORGOTTEN_S = 1_800.0
"""After half an hour of silence a vehicle begins anew: it may be anywhere."""
SURE_GROUP = 0.8
"""Route and direction are sure from this probability on."""
KEEP_GROUP = 0.3
"""A run under way is kept down to this one: doubt alone does not end a trip."""
KEEP_PATTERN = 0.3
"""A run under way keeps its pattern while no variant of it is three times likelier."""
NO_SERVICE = 0.05
"""Weight of a pattern without a trip today, against one trip: calendars are wrong now and then."""
FINISH_M = 250.0
"""This near to the last stop a run is over when the bus stands (terminal bays lie aside) or is said to run another."""
DISTRUST_S = 600.0
"""A trip named for ten minutes that lies elsewhere is a slip of the BMS: the road decides."""
TRIP_HINT, ROUTE_HINT, DIRECTION_HINT = 6.0, 3.0, 2.0
"""Log-likelihood that an id of the BMS adds: right far more often than not, yet the road outvotes a wrong one
(entering a pattern anywhere costs 8, at its first stop 4)."""


@dataclass(frozen=True, slots=True)
class Fix:
    """One accepted report, with its place in the plane."""

    observed_at: float
    received_at: float
    lat_deg: float
    lon_deg: float
    x_m: float
    y_m: float
    speed_mps: float
    heading_deg: float
    odometer_m: float
    occupancy: str | None
    route_id: str | None = None
    direction_id: int = -1
    trip_id: str | None = None
    start_date: int = 0
    start_service_s: int = -1
    block_id: str | None = None


@dataclass(frozen=True, slots=True)
class VehicleTrack:
    """What is remembered of a vehicle."""

    vehicle_id: str
    fix: Fix
    belief: Belief
    run: Run | None
    phase: PhaseCode
    dist_m: float
    offset_m: float
    reason: str
    """MatchReason of the last report."""
    standing: Standing
    off_since: float
    """Since when no confirmed place of the run's pattern; NaN = on it."""
    block_id: str | None
    """Block of the last timetable trip it ran."""
    contradicted_since: float
    """Since when the trip its reports name lies elsewhere; NaN = it does not."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The pattern chosen for a report: place on it, probability of its route and direction."""

    pattern_ix: int
    dist_m: float
    offset_m: float
    probability: float
    variants: tuple[Place, ...]
    """The place on every pattern of this route and direction it may be on; probabilities sum to ``probability``."""


def follow(
    index: TrackingIndex,
    settings: CitySettings,
    before: VehicleTrack | None,
    vehicle_id: str,
    fix: Fix,
    near: Near,
    taken: dict[InstanceKey, str],
    firm: Callable[[str, InstanceKey], bool],
) -> tuple[VehicleTrack, list[StopSeen]]:
    """The vehicle after one more report, and the stop visits it proves.

    ``taken`` is changed: the caller's own copy. ``firm(vehicle_id, key)``: whether that vehicle holds the instance so
    firmly that another vehicle's hint does not take it away.
    """
    if before is not None and fix.observed_at - before.fix.observed_at > FORGOTTEN_S:
        before = None
    favour = _favour(index, settings.hints, fix)
    belief = advance(
        index,
        before.belief if before else NOTHING,
        near,
        x_m=fix.x_m,
        y_m=fix.y_m,
        at=fix.observed_at,
        heading_rad=float(np.radians(fix.heading_deg)),
        speed_mps=fix.speed_mps,
    )
    run = before.run if before else None
    choice = choose(index, belief, run, fix.observed_at, favour)
    standing = stand(before.standing if before else None, fix.x_m, fix.y_m, fix.observed_at)
    block = (fix.block_id if settings.hints.block else None) or (before.block_id if before else None)
    seen: list[StopSeen] = []
    off_since = float("nan")
    contradicted = float("nan")
    reason = MatchReason.OFF_ALL_PATTERNS.value
    if choice is None:
        if not _confirmed(belief, fix.observed_at):
            off_since = before.off_since if before and before.off_since == before.off_since else fix.observed_at
        else:
            reason = MatchReason.AMBIGUOUS_PATTERN.value
            run = run if run and run.finished else None
    else:
        run = _run_on(index, run, choice, fix)
        run, seen = proceed(run, choice.dist_m, fix.observed_at, stops_of(index, run.pattern_ix))
        hinted = _hinted(index, settings.hints, fix, Place(run.pattern_ix, choice.dist_m, fix.observed_at, 1.0))
        if _over(index, run, hinted, standing, fix.observed_at):
            run = replace(run, finished=True, next_position=len(stops_of(index, run.pattern_ix)))
        elsewhere = hinted is not None and not _fits(index, hinted, run)
        if elsewhere:
            known = before is not None and before.contradicted_since == before.contradicted_since
            contradicted = before.contradicted_since if before is not None and known else fix.observed_at
        trust = not fix.observed_at - contradicted >= DISTRUST_S
        run = _named(index, run, choice, hinted if trust else None, _Desk(taken, firm, vehicle_id, block))
        reason = run.instance.reason
        if run.instance.trip_ix >= 0 and run.begun:
            block = str(index.network.trips.block_id[run.instance.trip_ix]) or None
    phase = phase_of(
        run,
        standing,
        fix.observed_at,
        off_since,
        terminal_gap_m=_terminal_gap(index, run, fix),
        in_depot=at_depot(settings.depots, index.network.projection, fix.x_m, fix.y_m),
        on_some_pattern=bool(_confirmed(belief, fix.observed_at)),
    )
    track = VehicleTrack(
        vehicle_id,
        fix,
        belief,
        run,
        phase,
        choice.dist_m if choice else float("nan"),
        choice.offset_m if choice else float("nan"),
        reason,
        standing,
        off_since,
        block,
        contradicted,
    )
    return track, seen


def stops_of(index: TrackingIndex, pattern_ix: int) -> Floats:
    """Distances of the stops of a pattern."""
    return index.network.patterns.stop_dist_m[index.network.pattern_stops(pattern_ix)]


def choose(index: TrackingIndex, belief: Belief, run: Run | None, at: float, favour: Floats | None) -> Choice | None:
    """The pattern the vehicle is on, if its route and direction are sure enough."""
    if not _confirmed(belief, at):
        return None
    patterns = index.network.patterns
    weights = np.where(belief.at == at, belief.weights(), 0.0)
    today = index.dates_around(at)[1]
    weights = weights * (NO_SERVICE + index.service_of_day(today)[belief.pattern_ix])
    if favour is not None:
        weights = weights * np.exp(favour[belief.pattern_ix])
    weights = weights / max(float(weights.sum()), 1e-300)
    group = patterns.route_ix[belief.pattern_ix] * 4 + patterns.direction_id[belief.pattern_ix]
    groups, inverse = np.unique(group, return_inverse=True)
    share = np.bincount(inverse, weights=weights)
    best = int(np.argmax(share))
    if run is not None and not run.finished:
        own = np.flatnonzero(groups == patterns.route_ix[run.pattern_ix] * 4 + patterns.direction_id[run.pattern_ix])
        if len(own) and share[own[0]] >= KEEP_GROUP and run.begun:
            best = int(own[0])
        elif share[best] < SURE_GROUP:
            return None
    elif share[best] < SURE_GROUP:
        return None
    inside = np.flatnonzero((inverse == best) & (weights > 0))
    row = int(inside[np.argmax(weights[inside])])
    if run is not None and belief.pattern_ix[row] != run.pattern_ix:
        own = inside[belief.pattern_ix[inside] == run.pattern_ix]
        if len(own) and weights[own].max() >= KEEP_PATTERN * weights[row]:
            row = int(own[np.argmax(weights[own])])
    variants: dict[int, Place] = {}
    for each in inside[np.argsort(-weights[inside], kind="stable")].tolist():
        pattern = int(belief.pattern_ix[each])
        variants.setdefault(pattern, Place(pattern, float(belief.dist_m[each]), at, float(weights[each])))
    return Choice(
        int(belief.pattern_ix[row]),
        float(belief.dist_m[row]),
        float(belief.offset_m[row]),
        float(share[best]),
        tuple(variants.values()),
    )


def _confirmed(belief: Belief, at: float) -> bool:
    """Whether the likeliest place is one near this report."""
    return len(belief.at) > 0 and float(belief.weights()[belief.at == at].sum()) >= 0.5


def _favour(index: TrackingIndex, hints: Hints, fix: Fix) -> Floats | None:
    """Log-likelihood that the permitted ids of a report add to each pattern."""
    patterns = index.network.patterns
    favour = np.zeros(len(patterns.pattern_id))
    trip = index.network.trip_rows.get(fix.trip_id) if hints.trip and fix.trip_id else None
    if trip is not None:
        favour[index.network.trips.pattern_ix[trip]] += TRIP_HINT
    if hints.block and fix.block_id in index.trips_of_block:
        rows = index.network.trips.pattern_ix[index.trips_of_block[fix.block_id]]
        favour[np.unique(rows)] += ROUTE_HINT
    route = index.network.route_rows.get(fix.route_id) if hints.route and fix.route_id else None
    if route is not None:
        favour[patterns.route_ix == route] += ROUTE_HINT
    if hints.direction and fix.direction_id >= 0:
        favour[patterns.direction_id == fix.direction_id] += DIRECTION_HINT
    return favour if favour.any() else None


def _run_on(index: TrackingIndex, run: Run | None, choice: Choice, fix: Fix) -> Run:
    """The run this report belongs to: the one under way, its variant, or a new one."""
    stops = stops_of(index, choice.pattern_ix)
    unnamed = none_because(MatchReason.NO_TRIP_NOW)
    if run is None:
        return begin_run(choice.pattern_ix, unnamed, choice.dist_m, fix.observed_at, stops)
    if run.pattern_ix == choice.pattern_ix:
        back_at_start = run.finished and choice.dist_m < 0.5 * float(stops[-1])
        if back_at_start:
            return begin_run(choice.pattern_ix, unnamed, choice.dist_m, fix.observed_at, stops)
        return run
    patterns = index.network.patterns
    new = begin_run(choice.pattern_ix, unnamed, choice.dist_m, fix.observed_at, stops)
    same_group = (
        patterns.route_ix[run.pattern_ix] == patterns.route_ix[choice.pattern_ix]
        and patterns.direction_id[run.pattern_ix] == patterns.direction_id[choice.pattern_ix]
    )
    if same_group and run.begun:
        if run.finished and choice.dist_m > 0.5 * float(stops[-1]):
            return run  # the end of a shorter variant: still the run that has just ended
        if not run.finished:
            return replace(new, passed=_carried(index, run, new))
    return new


def _carried(index: TrackingIndex, run: Run, new: Run) -> tuple[Passed, ...]:
    """Visits of the old pattern at stops that the variant has too, before the place it is at."""
    stop_ix = index.network.patterns.stop_ix
    old_rows, new_rows = index.network.pattern_stops(run.pattern_ix), index.network.pattern_stops(new.pattern_ix)
    places = {int(stop): position for position, stop in enumerate(stop_ix[new_rows]) if position < new.next_position}
    carried = {}
    for passed in run.passed:
        position = places.get(int(stop_ix[old_rows][passed.position]))
        if position is not None:
            carried[position] = Passed(position, passed.arrived_at, passed.departed_at)
    return tuple(carried[position] for position in sorted(carried))


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who asks for an instance, and which are given out."""

    taken: dict[InstanceKey, str]
    firm: Callable[[str, InstanceKey], bool]
    vehicle_id: str
    block_id: str | None


def _hinted(index: TrackingIndex, hints: Hints, fix: Fix, place: Place) -> Instance | None:
    """The instance the report names; None if it names none, or must not."""
    if not hints.trip or not fix.trip_id:
        return None
    return by_hint(index, place, fix.trip_id, fix.start_date, fix.start_service_s, fix.observed_at)


def _fits(index: TrackingIndex, instance: Instance, run: Run) -> bool:
    return instance.trip_ix >= 0 and index.network.trips.pattern_ix[instance.trip_ix] == run.pattern_ix


def _over(index: TrackingIndex, run: Run, hinted: Instance | None, standing: Standing, at: float) -> bool:
    """Whether a run near its last stop has ended short of it."""
    if not run.begun or run.finished or run.dist_m < float(stops_of(index, run.pattern_ix)[-1]) - FINISH_M:
        return False
    renamed = hinted is not None and hinted.trip_id is not None and _key(hinted) != _key(run.instance)
    return (renamed and run.instance.trip_id is not None) or at - standing.since >= STAND_S


def _named(index: TrackingIndex, run: Run, choice: Choice, hinted: Instance | None, desk: _Desk) -> Run:
    """The run with its trip instance, kept if it has one that nothing speaks against."""
    if run.finished:
        return run
    if hinted is not None and hinted.trip_id is not None:
        if not _fits(index, hinted, run):
            return run.with_instance(none_because(MatchReason.HINT_CONTRADICTED))
        holder = desk.taken.get(_key(hinted), desk.vehicle_id)
        if holder == desk.vehicle_id or not desk.firm(holder, _key(hinted)):
            return _take(run, hinted, desk)
        return run.with_instance(none_because(MatchReason.AMBIGUOUS_TRIP))
    if run.instance.trip_id is not None and (hinted is None or run.instance.reason != MatchReason.HINT.value):
        return run
    if not run.begun:
        return run.with_instance(none_because(MatchReason.STANDING))
    found = by_timetable(index, choice.variants, desk.taken, desk.vehicle_id, desk.block_id)
    if found is not None and found.trip_id is not None:
        return _take(_on_variant(index, run, int(index.network.trips.pattern_ix[found.trip_ix]), choice), found, desk)
    place = Place(run.pattern_ix, choice.dist_m, run.at, choice.probability)
    by_band = by_headway(index, place, desk.taken, desk.vehicle_id)
    if by_band is not None:
        return _take(run, by_band, desk)
    return run.with_instance(hinted or found or none_because(MatchReason.NO_TRIP_NOW))


def _on_variant(index: TrackingIndex, run: Run, pattern_ix: int, choice: Choice) -> Run:
    """The same run on the variant that its trip serves."""
    if pattern_ix == run.pattern_ix:
        return run
    place = next(place for place in choice.variants if place.pattern_ix == pattern_ix)
    new = begin_run(pattern_ix, run.instance, place.dist_m, place.at, stops_of(index, pattern_ix))
    return replace(new, begun=True, passed=_carried(index, run, new))


def _key(instance: Instance) -> InstanceKey:
    return instance.trip_id or "", instance.start_date, instance.start_service_s


def _take(run: Run, instance: Instance, desk: _Desk) -> Run:
    """The run under this instance; the one it had is free again."""
    held = _key(run.instance)
    if held != _key(instance) and desk.taken.get(held) == desk.vehicle_id:
        desk.taken.pop(held)
    desk.taken[_key(instance)] = desk.vehicle_id
    return run.with_instance(instance)


def _terminal_gap(index: TrackingIndex, run: Run | None, fix: Fix) -> float:
    """Metres from the last stop of a finished run; infinity else."""
    if run is None or not run.finished:
        return float("inf")
    patterns = index.network.patterns
    end = index.network.pattern_line(run.pattern_ix).stop - 1
    return float(np.hypot(patterns.shape_x_m[end] - fix.x_m, patterns.shape_y_m[end] - fix.y_m))
