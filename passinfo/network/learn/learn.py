"""Patterns from traces: the whole of learning, route by route and tag by tag."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from passinfo.geo import along
from passinfo.network.learn.follow import common_ends, detours
from passinfo.network.learn.learned import Doubt, Evidence, Learned, LearnedPattern, Problem
from passinfo.network.learn.line import simplified
from passinfo.network.learn.passes import Passes, passes_of
from passinfo.network.learn.roads import Roads
from passinfo.network.learn.runs import cut_runs
from passinfo.network.learn.tag import VARIANT_SHARE, WIDE_M, TagLine, learn_tag
from passinfo.network.learn.traces import Indices, Traces

MIN_PLACES = 6
"""A pass of fewer places is a moment, not a way."""
TOLERANCE_M = 2.0
"""A learned line is simplified to this: below what the passes tell."""
DAY_S = 86_400


def learn_patterns(
    traces: Traces,
    *,
    tolerance_m: float = TOLERANCE_M,
    day_begins_s: float = 0.0,
    tell: Callable[[float], None] | None = None,
) -> Learned:
    """Patterns of every route and tag that buses drove.

    Parameters
    ----------
    traces
        What buses reported (:func:`~passinfo.network.learn.traces.traces_of`).
    tolerance_m
        How far the lines given back may be from what was learned.
    day_begins_s
        When service days change, seconds after midnight UTC.
    tell
        Called with the share done (0..1), now and then.
    """
    runs = cut_runs(traces)
    order = np.argsort(runs.key_ix, kind="stable")
    edges = np.searchsorted(runs.key_ix[order], np.arange(len(traces.tag) + 1))
    patterns: list[LearnedPattern] = []
    problems: list[Problem] = []
    starts, ends, follow = [], [], []
    roads = Roads(passes_of(runs, np.flatnonzero(runs.end - runs.start >= MIN_PLACES), split=False))
    for key, (route_id, tag) in enumerate(zip(traces.route_id.tolist(), traces.tag.tolist(), strict=True)):
        if tell is not None:
            tell(key / len(traces.tag))
        mine = order[edges[key] : edges[key + 1]]
        passes = passes_of(runs, mine[runs.end[mine] - runs.start[mine] >= MIN_PLACES])
        passes = passes.chosen(np.flatnonzero(passes.end - passes.start >= MIN_PLACES))
        ways = learn_tag(route_id, tag, passes, roads)
        problems += ways.problems
        pattern_of = np.full(len(passes), -1, dtype=np.intp)
        for variant, way in enumerate(ways.lines):
            pattern_of[way.mine] = len(patterns)
            pattern = _pattern(traces, route_id, tag, variant, way, passes, len(mine), tolerance_m, day_begins_s)
            patterns.append(pattern)
            problems += _doubts(pattern, way, passes)
        starts.append(passes.first_row)
        ends.append(passes.first_row + passes.end - passes.start)
        follow.append(pattern_of)
    return Learned(
        traces.projection,
        tuple(patterns),
        tuple(problems),
        runs,
        _joined(starts),
        _joined(ends),
        _joined(follow),
    )


def _pattern(
    traces: Traces,
    route_id: str,
    tag: str | None,
    variant: int,
    way: TagLine,
    passes: Passes,
    runs: int,
    tolerance_m: float,
    day_begins_s: float,
) -> LearnedPattern:
    x_m, y_m = simplified(way.x_m, way.y_m, tolerance_m)
    lat_deg, lon_deg = traces.projection.to_lat_lon(x_m, y_m)
    name = f"{route_id}:{tag or ''}:{variant}"
    return LearnedPattern(
        name,
        route_id,
        tag,
        variant,
        lat_deg,
        lon_deg,
        x_m,
        y_m,
        along(x_m, y_m),
        (),
        _evidence(way, passes, runs, day_begins_s),
    )


def _evidence(way: TagLine, passes: Passes, runs: int, day_begins_s: float) -> Evidence:
    mine = np.zeros(len(passes), dtype=bool)
    mine[way.mine] = True
    rows = way.on.near & mine[passes.of_pass()]
    return Evidence(
        runs,
        len(way.mine),
        len(way.mine) / len(passes),
        int(way.on.spans[way.mine].sum()),
        len(np.unique((passes.at[passes.start[way.mine]] - day_begins_s) // DAY_S)),
        float(np.median(way.on.places.off_m[rows])) if rows.any() else float("nan"),
    )


def _doubts(pattern: LearnedPattern, way: TagLine, passes: Passes) -> list[Problem]:
    """What is doubtful about one pattern's line."""
    evidence, found = pattern.evidence, []

    def name(doubt: Doubt, said: str, count: int) -> None:
        found.append(Problem(doubt, pattern.route_id, pattern.tag, pattern.pattern_id, said, count))

    if evidence.days == 1:
        name(Doubt.ONE_DAY, f"{evidence.passes} passes, all of one day", evidence.passes)
    if evidence.spread_m > WIDE_M:
        name(Doubt.WIDE_LINE, f"half of the places lie {evidence.spread_m:.0f} m or more beside", evidence.passes)
    for leave, rejoin, count in detours(passes, way.on):
        name(Doubt.DETOUR, f"{count} passes off the line from {leave:.0f} m to {rejoin:.0f} m", count)
    enough = max(2, VARIANT_SHARE * len(way.mine))
    for word, ends in (("begin", way.on.low_m[way.mine]), ("end", way.on.high_m[way.mine])):
        for at, count in common_ends(ends, way.on.length_m):
            if count >= enough:
                name(Doubt.SHORT_TURN, f"{count} of {len(way.mine)} passes {word} at {at:.0f} m", count)
    return found


def _joined(parts: list[Indices]) -> Indices:
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.intp)
