"""Which trips a stretch may have been: every timetable run near each of its ways, weighed with all its reports."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats, Ints
from passinfo.tracking.hindsight.paths import Stretch, Way
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.plan import Plan
from passinfo.tracking.ragged import Index
from passinfo.tracking.terminals import BEGUN_M
from passinfo.tracking.trip_prices import (
    EARLY_SCALE_S,
    LATE_SCALE_S,
    LEAVING_WEIGHT,
    MOST_EARLY_S,
    MOST_LATE_S,
    PROFILE_SLACK_S,
    RUNNING_WEIGHT,
    UNPLANNED_HEADWAY,
    USUAL_LATE_S,
)
from passinfo.tracking.weigh_numpy import leaving, tailed

LOOKS = 12
"""Lateness is read at so many reports of a stretch, evenly spread."""
KEPT = 16
"""Candidates kept of a stretch."""
UNPLANNED_DAY = -9.0
"""A whole run that no timetable tells of is rarer than a report that fits none."""
MANOEUVRE = 2.0
"""… and named so: what a trip costs on a stretch of no length."""
SHORT_M = 2_000.0
"""A stretch shorter than this is as likely a manoeuvre as a run …"""
FEW = 8
"""… and one of fewer reports tells less."""


@dataclass(frozen=True, slots=True)
class Options:
    """Candidates of one stretch, the likeliest first; ``plan_row`` -1 = a run that no timetable tells of."""

    way: Ints
    """Which of the stretch's ways."""
    plan_row: Ints
    score: Floats
    from_at: float = 0.0
    to_at: float = 0.0
    """First and last report of the stretch."""


def options(
    index: TrackingIndex, plan: Plan, stretch: Stretch, ended_at: float, hinted_row: int, favour: Floats
) -> Options:
    """Candidates of a stretch.

    ``ended_at``: when the vehicle's stretch before ended (NaN = unknown); ``hinted_row``: the run most of its reports
    name (-1 = none), ``favour``: what their other ids add to each pattern.
    """
    way, row, score = [], [], []
    for number, each in enumerate(stretch.ways):
        there = np.flatnonzero(~np.isnan(each.dist_m))
        if len(there) == 0:
            continue
        base = each.log_weight + float(favour[each.pattern_ix])
        moved = float(each.dist_m[there[-1]] - each.dist_m[there[0]])
        found, timely = _timely(index, plan, stretch, each, there, ended_at)
        weight = min(max(moved, 0.0) / SHORT_M, 1.0) * min(len(there) / FEW, 1.0)
        way.append(np.full(len(found) + 1, number))
        row.append(np.append(found, -1))
        rare = UNPLANNED_HEADWAY if index.has_headway[each.pattern_ix] else UNPLANNED_DAY * weight
        score.append(np.append(base + timely * weight - MANOEUVRE * (1.0 - weight), base + rare))
    if not way:
        return Options(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32), np.empty(0))
    all_way, all_row, all_score = np.concatenate(way), np.concatenate(row), np.concatenate(score)
    all_score = all_score + np.where((all_row == hinted_row) & (all_row >= 0), HINTED, 0.0)
    best = np.argsort(-all_score, kind="stable")[:KEPT]
    return Options(
        all_way[best].astype(np.int32),
        all_row[best].astype(np.int32),
        all_score[best],
        float(stretch.at[0]),
        float(stretch.at[-1]),
    )


HINTED = 8.0
"""Log-likelihood of the trip that most reports of a stretch name: a slip of the BMS lasts a few reports."""


def _timely(
    index: TrackingIndex, plan: Plan, stretch: Stretch, way: Way, there: Index, ended_at: float
) -> tuple[Ints, Floats]:
    """Runs of the way's pattern that could be there, and how well the times of the stretch fit each."""
    on_road = there[stretch.at[there] >= np.nan_to_num(way.left_at, nan=-np.inf)]
    looks = on_road[np.unique(np.linspace(0, len(on_road) - 1, LOOKS).astype(int))] if len(on_road) else there[-1:]
    at, dist = stretch.at[looks], way.dist_m[looks]
    pattern = np.full(len(looks), way.pattern_ix, dtype=np.int32)
    position, share = index.between_stops(pattern, dist)
    typical = int(index.typical_profile[way.pattern_ix])
    usual = (
        index.planned_s(np.full(len(looks), max(typical, 0)), position, share) if typical >= 0 else np.zeros(len(at))
    )
    from_at = np.array([(at - usual).min() - MOST_LATE_S - PROFILE_SLACK_S])
    to_at = np.array([(at - usual).max() + MOST_EARLY_S + PROFILE_SLACK_S])
    first, end = plan.between(pattern[:1], from_at, to_at)
    rows = np.arange(int(first[0]), int(end[0]))
    profile = index.network.trips.profile_ix[plan.trip_ix[rows]]
    shape = (len(rows), len(looks))
    planned = index.planned_s(
        np.repeat(profile, len(looks)), np.tile(position, len(rows)), np.tile(share, len(rows))
    ).reshape(shape)
    late = at[None, :] - plan.start_at[rows][:, None] - planned
    fits = (np.median(late, axis=1) >= -MOST_EARLY_S) & (np.median(late, axis=1) <= MOST_LATE_S)
    rows, late = rows[fits], late[fits]
    fit = tailed(late - USUAL_LATE_S, EARLY_SCALE_S, LATE_SCALE_S).mean(axis=1)
    left = way.left_at if np.nanmax(way.dist_m) > index.first_m[way.pattern_ix] + BEGUN_M else np.nan
    departed = leaving(np.full(len(rows), left), plan.start_at[rows], np.full(len(rows), ended_at))
    return rows.astype(np.int32), RUNNING_WEIGHT * fit + LEAVING_WEIGHT * departed
