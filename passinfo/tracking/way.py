"""Which run a report belongs to: the one under way, a variant of it, or a new one; and when a run is over."""

from __future__ import annotations

from dataclasses import replace

from passinfo.columns import Floats
from passinfo.tracking.assign import none_because
from passinfo.tracking.choice import Choice
from passinfo.tracking.columns import MatchReason
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.phases import STAND_S, Standing
from passinfo.tracking.runs import Instance, Passed, Run, begin_run

FINISH_M = 250.0
"""This near to the last stop a run is over when the bus stands (terminal bays lie aside) or is said to run another."""


def stops_of(index: TrackingIndex, pattern_ix: int) -> Floats:
    """Distances of the stops of a pattern."""
    return index.network.patterns.stop_dist_m[index.network.pattern_stops(pattern_ix)]


def run_on(index: TrackingIndex, run: Run | None, choice: Choice, at: float) -> Run:
    """The run this report belongs to: the one under way, its variant, or a new one."""
    stops = stops_of(index, choice.pattern_ix)
    unnamed = none_because(MatchReason.NO_TRIP_NOW)
    if run is None:
        return begin_run(choice.pattern_ix, unnamed, choice.dist_m, at, stops)
    if run.pattern_ix == choice.pattern_ix:
        back_at_start = run.finished and choice.dist_m < 0.5 * float(stops[-1])
        if back_at_start:
            return begin_run(choice.pattern_ix, unnamed, choice.dist_m, at, stops)
        return run
    patterns = index.network.patterns
    new = begin_run(choice.pattern_ix, unnamed, choice.dist_m, at, stops)
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


def on_variant(index: TrackingIndex, run: Run, pattern_ix: int, choice: Choice) -> Run:
    """The same run on the variant that its trip serves."""
    if pattern_ix == run.pattern_ix:
        return run
    place = next(place for place in choice.variants if place.pattern_ix == pattern_ix)
    new = begin_run(pattern_ix, run.instance, place.dist_m, place.at, stops_of(index, pattern_ix))
    return replace(new, begun=True, passed=_carried(index, run, new))


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


def is_over(index: TrackingIndex, run: Run, hinted: Instance | None, standing: Standing, at: float) -> bool:
    """Whether a run near its last stop has ended short of it."""
    if not run.begun or run.finished or run.dist_m < float(stops_of(index, run.pattern_ix)[-1]) - FINISH_M:
        return False
    renamed = hinted is not None and hinted.trip_id is not None and hinted.key != run.instance.key
    return (renamed and run.instance.trip_id is not None) or at - standing.since >= STAND_S
