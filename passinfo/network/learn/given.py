"""Lines that a feed gives against what its buses drove: where passes leave them, and what that looks like.

Every pass is held against the line of the trip that its bus tells; of a bus that tells none, against the line of its
route that it lies nearest to, driven its way (and against those alike).
Along that line, 50 m by 50 m, it agrees or it does not; stretches where many do not are told apart: a *shifted* line
fits once it is moved as a whole, a *wrong* one is left by most passes, a *detour* by some. A diversion that lasts as
long as the traces looks like a wrong line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.geo import Projection
from passinfo.network.learn.disagree import Stretch, profile_of, stretches_of
from passinfo.network.learn.line import Places, placed, resampled
from passinfo.network.learn.passes import Passes, passes_of
from passinfo.network.learn.runs import Runs, cut_runs
from passinfo.network.learn.traces import Traces
from passinfo.network.network import Network

MIN_PLACES = 6
"""A pass of fewer places is a moment, not a way (as in learning)."""
REACH_M = 250.0
"""Farther off, a place says nothing of the line: it is on another street."""
BELONGS_SHARE, AHEAD_SHARE = 0.6, 0.7
"""A pass with fewer places in reach, or fewer steps ahead along the line, drives something else."""
ALIKE_M = 2.0
"""Lines that a pass lies so equally near to are the same where it drove: it speaks for each."""
LEAVES_M = 40.0
"""Off the line: a wide street, and three times the error of GPS (kingston: 9 m at 90 %)."""


@dataclass(frozen=True, slots=True)
class GivenLine:
    """One line of a route as the feed draws it, in the plane of the traces."""

    pattern_id: str
    route_id: str
    x_m: Floats
    y_m: Floats
    stop_id: tuple[str, ...]
    stop_name: tuple[str, ...]
    stop_m: Floats
    """Of each stop, along the line."""
    alike: tuple[str, ...] = ()
    """All patterns of the route and direction that have this line."""


@dataclass(frozen=True, slots=True)
class LineCheck:
    """What the passes of one given line say of it."""

    given: GivenLine
    passes: int
    leaving: int
    """Passes that somewhere disagree for a whole bin."""
    at_m: Floats
    """Middles of the bins along the line."""
    seen: Ints
    """Passes seen in each bin."""
    off: Ints
    """Of these, passes that leave the line by more than 40 m there, or leap over it."""
    side_m: Floats
    """Median offset of the places in each bin, left positive; NaN: none."""
    shift_m: tuple[float, float]
    """(east, north) by which the line fits best; (0, 0) unless that mends it."""
    stretches: tuple[Stretch, ...]
    drawn: Passes
    """The passes, for a map."""


@dataclass(frozen=True, slots=True)
class GivenChecked:
    """All lines that were driven, and what was not held against any."""

    lines: tuple[LineCheck, ...]
    unseen: tuple[str, ...]
    """Patterns that no pass lies nearest to."""
    strays: dict[str, int]
    """Passes by route that lie on no line of it."""


def given_lines(network: Network, projection: Projection) -> tuple[GivenLine, ...]:
    """The lines that a feed draws, each once for a route and direction, in another plane; none from stop to stop."""
    patterns = network.patterns
    rows: dict[tuple[int, int, bytes], list[int]] = {}
    for row in np.flatnonzero(patterns.shape_known).tolist():
        line = slice(int(patterns.shape_ptr[row]), int(patterns.shape_ptr[row + 1]))
        drawn = patterns.shape_x_m[line].tobytes() + patterns.shape_y_m[line].tobytes()
        rows.setdefault((int(patterns.route_ix[row]), int(patterns.direction_id[row]), drawn), []).append(row)
    return tuple(_given(network, projection, alike) for alike in rows.values())


def _given(network: Network, projection: Projection, alike: list[int]) -> GivenLine:
    """The line of some patterns, with the stops of the longest of them."""
    patterns = network.patterns
    row = max(alike, key=lambda each: int(patterns.stop_ptr[each + 1] - patterns.stop_ptr[each]))
    line = slice(int(patterns.shape_ptr[row]), int(patterns.shape_ptr[row + 1]))
    stops = slice(int(patterns.stop_ptr[row]), int(patterns.stop_ptr[row + 1]))
    lat_deg, lon_deg = network.projection.to_lat_lon(patterns.shape_x_m[line], patterns.shape_y_m[line])
    at = patterns.stop_ix[stops]
    return GivenLine(
        str(patterns.pattern_id[row]),
        str(network.routes.route_id[patterns.route_ix[row]]),
        *projection.to_xy(lat_deg, lon_deg),
        tuple(str(stop) for stop in network.stops.stop_id[at]),
        tuple(str(name) for name in network.stops.name[at]),
        patterns.stop_dist_m[stops],
        tuple(str(patterns.pattern_id[each]) for each in alike),
    )


def lines_of_trips(network: Network, given: Sequence[GivenLine]) -> dict[str, str]:
    """Of each trip of a feed its line, by the line's first pattern."""
    line = {name: each.pattern_id for each in given for name in each.alike}
    pattern = network.patterns.pattern_id[network.trips.pattern_ix]
    pairs = zip(network.trips.trip_id.tolist(), pattern.tolist(), strict=True)
    return {str(trip): line[name] for trip, name in pairs if name in line}


def check_lines(
    given: Sequence[GivenLine], traces: Traces, *, line_of: Mapping[str, str] | None = None
) -> GivenChecked:
    """Hold given lines against traces.

    Parameters
    ----------
    given
        The lines (:func:`given_lines`).
    traces
        What buses reported, in the same plane.
    line_of
        Line (its ``pattern_id``) that a tag tells (:func:`lines_of_trips`); passes of other tags, and all if it is not
        given, are held against the line nearest to them.

    Examples
    --------
    See ``tests/unit/network/learn/test_given.py``.
    """
    runs = cut_runs(traces)
    long = runs.end - runs.start >= MIN_PLACES
    checks: list[LineCheck] = []
    unseen: list[str] = []
    strays: dict[str, int] = {}
    for route_id in sorted({each.route_id for each in given}):
        lines = [each for each in given if each.route_id == route_id]
        mine = np.flatnonzero(long & (traces.route_id[runs.key_ix] == route_id))
        passes = passes_of(runs, mine)
        passes = passes.chosen(np.flatnonzero(passes.end - passes.start >= MIN_PLACES))
        even = [resampled(each.x_m, each.y_m) for each in lines]
        on = [placed(*line, passes.x_m, passes.y_m, passes.ux, passes.uy) for line in even]
        cost = np.array([_cost(each, passes) for each in on]).reshape(len(lines), len(passes))
        cost = np.where(_told(lines, passes, runs, traces, line_of or {}), cost, np.inf)
        best = cost.min(axis=0, initial=np.inf)
        fits = np.isfinite(best)
        if (~fits).any():
            strays[route_id] = int((~fits).sum())
        for number, line in enumerate(lines):
            which = np.flatnonzero(fits & (cost[number] <= best + ALIKE_M))
            if len(which):
                checks.append(_check(line, *even[number], passes.chosen(which)))
            else:
                unseen.append(line.pattern_id)
    return GivenChecked(tuple(checks), tuple(unseen), strays)


def _told(lines: Sequence[GivenLine], passes: Passes, runs: Runs, traces: Traces, line_of: Mapping[str, str]) -> Bools:
    """(lines, passes): whether a pass may be of a line; of the one its tag tells, else of any."""
    tags = traces.tag[runs.key_ix[passes.run_ix]].tolist()
    told = [line_of.get(tag) if tag is not None else None for tag in tags]
    made = np.ones((len(lines), len(passes)), dtype=bool)
    for number, line in enumerate(lines):
        made[number] = [name is None or name == line.pattern_id for name in told]
    return made


def _cost(on: Places, passes: Passes) -> Floats:
    """How far each pass lies from a line, in the mean; inf if it drives something else."""
    owner, count = passes.of_pass(), np.maximum(passes.end - passes.start, 1)
    mean = np.bincount(owner, np.minimum(on.cost_m, REACH_M), len(passes)) / count
    belongs = np.bincount(owner, on.off_m < REACH_M, len(passes)) / count >= BELONGS_SHARE
    step, same = np.diff(on.dist_m), np.diff(owner) == 0
    moved = same & (np.abs(step) > LEAVES_M)
    ahead = np.bincount(owner[1:][moved & (step > 0)], minlength=len(passes))
    both = np.bincount(owner[1:][moved], minlength=len(passes))
    return np.where(belongs & (both > 0) & (ahead >= AHEAD_SHARE * both), mean, np.inf)


def _check(line: GivenLine, x_m: Floats, y_m: Floats, passes: Passes) -> LineCheck:
    on = placed(x_m, y_m, passes.x_m, passes.y_m, passes.ux, passes.uy)
    profile = profile_of(x_m, y_m, on, passes, reach_m=REACH_M, leaves_m=LEAVES_M)
    return LineCheck(
        line,
        len(passes),
        int(profile.left.sum()),
        profile.at_m,
        profile.seen,
        profile.off,
        profile.side_m,
        profile.shift_m,
        stretches_of(profile, line.stop_m, line.stop_name, leaves_m=LEAVES_M),
        passes,
    )
