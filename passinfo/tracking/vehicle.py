"""One vehicle, one report: from what was believed before to what is believed now.

The belief (where on which pattern) is turned into a run (progress, visits) and the run into a trip instance; each may
stay open, and then says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from passinfo.settings import CitySettings
from passinfo.tracking.assign import InstanceKey, Place
from passinfo.tracking.belief import NOTHING, Belief, advance
from passinfo.tracking.choice import choose, confirmed, favour_of
from passinfo.tracking.columns import MatchReason, PhaseCode
from passinfo.tracking.fix import Fix
from passinfo.tracking.index import Near, TrackingIndex
from passinfo.tracking.naming import Desk, fits, hinted_instance, named
from passinfo.tracking.phases import Standing, at_depot, phase_of, stand
from passinfo.tracking.runs import Run, StopSeen, proceed
from passinfo.tracking.way import is_over, run_on, stops_of

FORGOTTEN_S = 1_800.0
"""After half an hour of silence a vehicle begins anew: it may be anywhere."""
DISTRUST_S = 600.0
"""A trip named for ten minutes that lies elsewhere is a slip of the BMS: the road decides."""


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
    favour = favour_of(index, settings.hints, fix)
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
        if not confirmed(belief, fix.observed_at):
            off_since = before.off_since if before and before.off_since == before.off_since else fix.observed_at
        else:
            reason = MatchReason.AMBIGUOUS_PATTERN.value
            run = run if run and run.finished else None
    else:
        run = run_on(index, run, choice, fix.observed_at)
        run, seen = proceed(run, choice.dist_m, fix.observed_at, stops_of(index, run.pattern_ix))
        hinted = hinted_instance(index, settings.hints, fix, Place(run.pattern_ix, choice.dist_m, fix.observed_at, 1.0))
        if is_over(index, run, hinted, standing, fix.observed_at):
            run = replace(run, finished=True, next_position=len(stops_of(index, run.pattern_ix)))
        elsewhere = hinted is not None and not fits(index, hinted, run)
        if elsewhere:
            known = before is not None and before.contradicted_since == before.contradicted_since
            contradicted = before.contradicted_since if before is not None and known else fix.observed_at
        trust = not fix.observed_at - contradicted >= DISTRUST_S
        run = named(index, run, choice, hinted if trust else None, Desk(taken, firm, vehicle_id, block))
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
        on_some_pattern=bool(confirmed(belief, fix.observed_at)),
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


def _terminal_gap(index: TrackingIndex, run: Run | None, fix: Fix) -> float:
    """Metres from the last stop of a finished run; infinity else."""
    if run is None or not run.finished:
        return float("inf")
    patterns = index.network.patterns
    end = index.network.pattern_line(run.pattern_ix).stop - 1
    return float(np.hypot(patterns.shape_x_m[end] - fix.x_m, patterns.shape_y_m[end] - fix.y_m))
