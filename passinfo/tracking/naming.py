"""The trip instance of a run: named, kept, taken over or left open, with the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from passinfo.settings import Hints
from passinfo.tracking.assign import InstanceKey, Place, by_headway, by_hint, by_timetable, none_because
from passinfo.tracking.choice import Choice
from passinfo.tracking.columns import MatchReason
from passinfo.tracking.fix import Fix
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.runs import Instance, Run
from passinfo.tracking.way import on_variant


@dataclass(frozen=True, slots=True)
class Desk:
    """Who asks for an instance, and which are given out."""

    taken: dict[InstanceKey, str]
    firm: Callable[[str, InstanceKey], bool]
    vehicle_id: str
    block_id: str | None


def hinted_instance(index: TrackingIndex, hints: Hints, fix: Fix, place: Place) -> Instance | None:
    """The instance the report names; None if it names none, or must not."""
    if not hints.trip or not fix.trip_id:
        return None
    return by_hint(index, place, fix.trip_id, fix.start_date, fix.start_service_s, fix.observed_at)


def fits(index: TrackingIndex, instance: Instance, run: Run) -> bool:
    """Whether an instance runs on the pattern of the run."""
    return instance.trip_ix >= 0 and index.network.trips.pattern_ix[instance.trip_ix] == run.pattern_ix


def named(index: TrackingIndex, run: Run, choice: Choice, hinted: Instance | None, desk: Desk) -> Run:
    """The run with its trip instance, kept if it has one that nothing speaks against."""
    if run.finished:
        return run
    if hinted is not None and hinted.trip_id is not None:
        if not fits(index, hinted, run):
            return run.with_instance(none_because(MatchReason.HINT_CONTRADICTED))
        holder = desk.taken.get(hinted.key, desk.vehicle_id)
        if holder == desk.vehicle_id or not desk.firm(holder, hinted.key):
            return _take(run, hinted, desk)
        return run.with_instance(none_because(MatchReason.AMBIGUOUS_TRIP))
    if run.instance.trip_id is not None and (hinted is None or run.instance.reason != MatchReason.HINT.value):
        return run
    if not run.begun:
        return run.with_instance(none_because(MatchReason.STANDING))
    found = by_timetable(index, choice.variants, desk.taken, desk.vehicle_id, desk.block_id)
    if found is not None and found.trip_id is not None:
        return _take(on_variant(index, run, int(index.network.trips.pattern_ix[found.trip_ix]), choice), found, desk)
    place = Place(run.pattern_ix, choice.dist_m, run.at, choice.probability)
    by_band = by_headway(index, place, desk.taken, desk.vehicle_id)
    if by_band is not None:
        return _take(run, by_band, desk)
    return run.with_instance(hinted or found or none_because(MatchReason.NO_TRIP_NOW))


def _take(run: Run, instance: Instance, desk: Desk) -> Run:
    """The run under this instance; the one it had is free again."""
    held = run.instance.key
    if held != instance.key and desk.taken.get(held) == desk.vehicle_id:
        desk.taken.pop(held)
    desk.taken[instance.key] = desk.vehicle_id
    return run.with_instance(instance)
