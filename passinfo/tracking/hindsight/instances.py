"""The runs of a vehicle's day with their trip instances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.bms.reports import Reports
from passinfo.columns import Floats
from passinfo.tracking.columns import Matches, MatchReason
from passinfo.tracking.headway import headway_instance
from passinfo.tracking.hindsight.paths import Stretch
from passinfo.tracking.hindsight.trips import Options
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.plan import Plan
from passinfo.tracking.ragged import Index
from passinfo.tracking.told import Hinted

SURE_DAY = 0.2
"""Below, the trip is left open: the auction had to give it to somebody."""


@dataclass(frozen=True, slots=True)
class Named:
    """One run: rows of its reports, places, trip instance. Rows without place are off the line."""

    rows: Index
    at: Floats
    pattern_ix: int
    dist_m: Floats
    offset_m: Floats
    left_at: float
    trip_ix: int
    start_date: int
    start_service_s: int
    confidence: float
    reason: MatchReason
    is_run: bool
    """False: a move at a terminal that belongs to the run after it."""


def named(
    index: TrackingIndex,
    plan: Plan,
    stretches: Sequence[Stretch],
    belongs: Sequence[int],
    options: Mapping[int, Options],
    picks: Mapping[int, tuple[int, float]],
    hinted: Hinted,
    live: Matches,
    reports: Reports,
) -> list[Named]:
    """The runs of one vehicle. ``picks``: of each stretch that is a run, the option chosen and how likely it is."""
    runs: dict[int, Named] = {}
    for number, (pick, likely) in picks.items():
        stretch, choices = stretches[number], options[number]
        way = stretch.ways[int(choices.way[pick])]
        run = Named(
            stretch.rows,
            stretch.at,
            way.pattern_ix,
            way.dist_m,
            way.offset_m,
            way.left_at,
            -1,
            0,
            -1,
            0.0,
            MatchReason.NO_TRIP_NOW,
            is_run=True,
        )
        row = int(choices.plan_row[pick])
        if row >= 0 and likely >= SURE_DAY:
            run = _planned(plan, run, row, likely, hinted)
        elif row >= 0:
            run = _with(run, -1, 0, -1, 0.0, MatchReason.AMBIGUOUS_TRIP)
        elif index.has_headway[way.pattern_ix]:
            run = _by_headway(index, run, likely, live, reports)
        runs[number] = run
    found = []
    for number, stretch in enumerate(stretches):
        head = runs.get(belongs[number])
        if head is None or belongs[number] == number:
            found.extend([head] if head is not None else [])
            continue
        nowhere = np.full(len(stretch.rows), np.nan)
        found.append(
            Named(
                stretch.rows,
                stretch.at,
                head.pattern_ix,
                nowhere,
                nowhere,
                float("nan"),
                head.trip_ix,
                head.start_date,
                head.start_service_s,
                head.confidence,
                head.reason,
                is_run=False,
            )
        )
    return found


def _with(run: Named, trip: int, date: int, start: int, confidence: float, reason: MatchReason) -> Named:
    return Named(
        run.rows,
        run.at,
        run.pattern_ix,
        run.dist_m,
        run.offset_m,
        run.left_at,
        trip,
        date,
        start,
        confidence,
        reason,
        is_run=True,
    )


def _planned(plan: Plan, run: Named, row: int, likely: float, hinted: Hinted) -> Named:
    trip = int(plan.trip_ix[row])
    said = (hinted.trip_ix[run.rows] == trip).mean() > 0.5
    reason = MatchReason.HINT if said else MatchReason.BLOCK if plan.block_ix[row] >= 0 else MatchReason.TIMETABLE
    return _with(run, trip, int(plan.date[row]), int(plan.start_service_s[row]), likely, reason)


def _by_headway(index: TrackingIndex, run: Named, likely: float, live: Matches, reports: Reports) -> Named:
    """The instance given live to most of these reports, else one made from the departure."""
    given = _given(index, run, live, reports)
    if given is not None:
        return _with(run, *given, likely, MatchReason.HEADWAY)
    there = np.flatnonzero(~np.isnan(run.dist_m))
    if len(there) == 0:
        return run
    first = int(there[np.searchsorted(run.at[there], run.left_at)]) if run.left_at == run.left_at else int(there[0])
    vehicle = str(reports.vehicle_id[run.rows[0]])
    made = headway_instance(index, run.pattern_ix, float(run.dist_m[first]), float(run.at[first]), {}, vehicle)
    if made is None:
        return run
    return _with(run, made.trip_ix, made.start_date, made.start_service_s, likely, MatchReason.HEADWAY)


def _given(index: TrackingIndex, run: Named, live: Matches, reports: Reports) -> tuple[int, int, int] | None:
    vehicle = reports.vehicle_id[run.rows[0]]
    mine = np.flatnonzero(
        (live.vehicle_id == vehicle) & (live.observed_at >= run.at[0]) & (live.observed_at <= run.at[-1])
    )
    said = Counter(
        (live.trip_id[row], int(live.start_date[row]), int(live.start_service_s[row]))
        for row in mine.tolist()
        if live.trip_id[row] is not None
    )
    for (trip_id, date, start), _ in said.most_common():
        trip = index.network.trip_rows.get(trip_id, -1)
        if (
            trip >= 0
            and index.network.trips.is_headway[trip]
            and index.network.trips.pattern_ix[trip] == run.pattern_ix
        ):
            return trip, date, start
    return None
