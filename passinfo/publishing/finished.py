"""Runs that are over ahead of their plan: told until the plan is over too, whatever their bus does by then.

Who hears nothing more of a run believes the timetable again, and waits for a bus that has come and gone. As long as
the bus stands at the terminal tracking knows its last run; from when it begins another one, this memory does.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.network.network import Network
from passinfo.publishing.drafts import NAN, Passed, RunDraft, planned_at
from passinfo.snapshot import RunRelationship
from passinfo.times import service_day_zero_s
from passinfo.tracking.columns import Visits


@dataclass(frozen=True, slots=True)
class Finished:
    """A timetable run whose last stop has been seen to be reached, ahead of the plan."""

    trip_id: str
    start_date: int
    start_service_s: int
    arrived_at: float
    measured_at: float
    """The report that showed it."""


def finished_to_json(finished: Sequence[Finished]) -> str:
    """What a checkpoint keeps."""
    return json.dumps([dataclasses.asdict(run) for run in finished])


def finished_from_json(text: str) -> tuple[Finished, ...]:
    """What a checkpoint kept."""
    return tuple(Finished(**run) for run in json.loads(text))


def still_planned(network: Network, before: Sequence[Finished], visits: Visits, now: float) -> tuple[Finished, ...]:
    """The finished runs whose plan is still ahead: those known before, and those that ``visits`` show."""
    runs = {(run.trip_id, run.start_date, run.start_service_s): run for run in before}
    for row in np.flatnonzero(np.isfinite(visits.arrived_at)).tolist():
        trip_ix = _timetable_trip(network, visits.trip_id[row])
        if trip_ix < 0:
            continue
        last = network.pattern_stops(int(network.trips.pattern_ix[trip_ix])).stop - 1
        if int(visits.stop_sequence[row]) != int(network.patterns.stop_sequence[last]):
            continue
        arrived_at, proven_at = float(visits.arrived_at[row]), float(visits.latest_at[row])
        run = Finished(
            str(visits.trip_id[row]),
            int(visits.start_date[row]),
            int(visits.start_service_s[row]),
            arrived_at,
            proven_at if np.isfinite(proven_at) else arrived_at,
        )
        runs.setdefault((run.trip_id, run.start_date, run.start_service_s), run)
    return tuple(run for run in runs.values() if _planned_until(network, run) > now)


def with_finished(network: Network, drafts: Sequence[RunDraft], finished: Sequence[Finished]) -> list[RunDraft]:
    """The drafts, and the finished runs that no bus is on any more: their last stop, as it was seen."""
    known = {draft.instance() for draft in drafts}
    gone = [run for run in finished if (run.trip_id, run.start_date, run.start_service_s) not in known]
    return [*drafts, *(_draft(network, run) for run in gone if _timetable_trip(network, run.trip_id) >= 0)]


def _draft(network: Network, run: Finished) -> RunDraft:
    trip_ix = network.trip_rows[run.trip_id]
    pattern_ix = int(network.trips.pattern_ix[trip_ix])
    stops = network.pattern_stops(pattern_ix)
    n_stops = stops.stop - stops.start
    return RunDraft(
        run.trip_id,
        trip_ix,
        run.start_date,
        run.start_service_s,
        pattern_ix,
        RunRelationship.SCHEDULED,
        -1,
        run.measured_at,
        look_ahead=False,
        predicted=False,
        first_position=n_stops,
        dist_m=NAN,
        departs_at=NAN,
        start_at=service_day_zero_s(run.start_date, network.timezone) + run.start_service_s,
        on_timetable=True,
        passed=(Passed(n_stops - 1, run.arrived_at, NAN),),
    )


def _planned_until(network: Network, run: Finished) -> float:
    """Planned arrival at the last stop; nothing of a trip that the network does not know (any more)."""
    if _timetable_trip(network, run.trip_id) < 0:
        return -np.inf
    return float(planned_at(network, _draft(network, run))[-1])


def _timetable_trip(network: Network, trip_id: str | None) -> int:
    """Row of a trip that runs by timetable, -1 if it does not."""
    trip_ix = network.trip_rows.get(trip_id or "", -1)
    return -1 if trip_ix < 0 or network.trips.is_headway[trip_ix] else trip_ix
