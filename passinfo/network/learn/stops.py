"""The stops of all patterns: each pattern by itself, then the ways there and back of a route against each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from passinfo.columns import Floats
from passinfo.network.learn.chain import street_width_m, together
from passinfo.network.learn.learned import Doubt, Learned, LearnedPattern, Problem, ServedStop
from passinfo.network.learn.near_stops import REACH_M, Nearby, nearby
from passinfo.network.learn.serve import driving_side, odds, one_way_side, served
from passinfo.network.learn.standing import standing
from passinfo.network.learn.stands import END, START, put_at_end, terminal
from passinfo.network.learn.stop_lists import RouteStops, StopLists

OPPOSED = -0.5
"""Cosine between the ways there and back of one road: beyond 120°."""
ALIKE = 0.5
END_ZONE_M = 250.0
"""About its ends a line and the way back serve the same stops."""
HERE_M, BARELY = 25.0, 0.3
"""A listed stop so near, on a line that is the only one, is served whatever its side; 57 % sure, so it is named."""
STANDS = 3.0
"""Log odds of the stop that buses stand at (wmata: the nearest one was the terminal at 30 of 30 ends told)."""
RIGHT = 1
"""Two thirds of mankind keep right: taken where nothing tells."""
MOST_PASSES = 80
"""More make the time that buses stand no surer."""
UNSURE = 0.85
"""A stop less sure than this is named."""


def with_stops(learned: Learned, lists: StopLists, *, side: int | None = None) -> Learned:
    """The same patterns with the stops they serve, and what is doubtful about them.

    Parameters
    ----------
    learned
        Lines without stops (:func:`~passinfo.network.learn.learn.learn_patterns`).
    lists
        Which stops each route serves, in any direction.
    side
        Where buses drive: 1 right, -1 left; None: learned.
    """
    of_route = {pattern.route_id for pattern in learned.patterns}
    stops = {route_id: lists.of_route(route_id, learned.projection) for route_id in sorted(of_route)}
    near = [nearby(pattern.x_m, pattern.y_m, stops[pattern.route_id]) for pattern in learned.patterns]
    terminals: list[list[int]] = [[] for _ in near]
    if not lists.ordered:
        for row, pattern in enumerate(learned.patterns):
            near[row], terminals[row] = _terminals(learned, row, near[row], stops[pattern.route_id])
    if side is None:
        side = driving_side(near) or one_way_side(_by_route(learned.patterns, near)) or RIGHT
    width_m = street_width_m(np.concatenate([side * each.right_m for each in near]) if near else np.empty(0))
    log_odds = [odds(each, side, width_m) + _standing(learned, row, each) for row, each in enumerate(near)]
    if not lists.ordered:
        log_odds = [_chained(each, alone, side, width_m) for each, alone in zip(near, log_odds, strict=True)]
    patterns: list[LearnedPattern] = []
    problems: list[Problem] = list(learned.problems)
    for route_id, mine in _rows_by_route(learned.patterns).items():
        places = [near[row] for row in mine]
        settled = _settled(places, [log_odds[row] for row in mine], learned, mine)
        settled = _ends(places, settled, [terminals[row] for row in mine]) if not lists.ordered else settled
        for row, sure in zip(mine, settled, strict=True):
            found = served(near[row], sure, stops[route_id])
            pattern = dataclasses.replace(learned.patterns[row], stops=found)
            patterns.append(pattern)
            problems += _doubts(pattern, stops[route_id])
        problems += _unserved(route_id, stops[route_id], patterns[-len(mine) :])
    return dataclasses.replace(learned, patterns=tuple(patterns), problems=tuple(problems))


def _terminals(learned: Learned, row: int, near: Nearby, stops: RouteStops) -> tuple[Nearby, list[int]]:
    """The places with the terminals that a pattern's passes stand at moved to its ends; and which these are."""
    passes = learned.passes(np.flatnonzero(learned.pass_pattern == row))
    first, last = terminal(passes, stops, START), terminal(passes, stops, END)
    found: list[int] = []
    for stop, which in ((first, START), (last, END)):
        if stop is not None and first != last:
            near, place = put_at_end(near, stop, which)
            found += [] if place is None else [place]
    return near, found


def _standing(learned: Learned, row: int, near: Nearby) -> Floats:
    """What the time that a pattern's passes spend at the places says; past its ends nothing."""
    mine = np.flatnonzero(learned.pass_pattern == row)
    mine = mine[np.unique(np.linspace(0, len(mine) - 1, min(len(mine), MOST_PASSES)).astype(np.intp))]
    pattern = learned.patterns[row]
    told = standing(pattern.x_m, pattern.y_m, learned.passes(mine), near.dist_m)
    return np.where(near.beyond, 0.0, told)


def _rows_by_route(patterns: Sequence[LearnedPattern]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, pattern in enumerate(patterns):
        rows.setdefault(pattern.route_id, []).append(row)
    return rows


def _by_route(patterns: Sequence[LearnedPattern], near: Sequence[Nearby]) -> list[list[Nearby]]:
    return [[near[row] for row in rows] for rows in _rows_by_route(patterns).values()]


def _chained(near: Nearby, unary: Floats, side: int, width_m: float) -> Floats:
    """Log odds of each place, its neighbours along the line considered."""
    order = np.argsort(near.dist_m, kind="stable")
    kerb = np.where(near.beyond, np.nan, side * near.right_m)
    made = np.empty(len(order))
    made[order] = together(unary[order], near.dist_m[order], kerb[order], width_m)
    return made


def _settled(near: list[Nearby], log_odds: list[Floats], learned: Learned, rows: list[int]) -> list[Floats]:
    """Log odds after the ways there and back have been set against each other, stop by stop."""
    if not near:
        return []
    which = np.concatenate([np.full(len(each.row), number) for number, each in enumerate(near)])
    row, ux, uy = (np.concatenate([getattr(each, name) for each in near]) for name in ("row", "ux", "uy"))
    length = np.array([float(learned.patterns[number].dist_m[-1]) for number in rows])[which]
    at = np.concatenate([each.dist_m for each in near])
    inner = ~np.concatenate([each.beyond for each in near]) & (at > END_ZONE_M) & (at < length - END_ZONE_M)
    own = np.concatenate(log_odds)
    off, vote = (np.concatenate([getattr(each, name) for each in near]) for name in ("off_m", "vote"))
    made = own.copy()
    for stop in np.unique(row[inner]).tolist():
        places = np.flatnonzero((row == stop) & inner)
        cosine = ux[places, None] * ux[places] + uy[places, None] * uy[places]
        alike, opposed = (cosine > ALIKE) | np.eye(len(places), dtype=bool), cosine < OPPOSED
        forth = (alike @ own[places]) / alike.sum(axis=1)
        count = opposed.sum(axis=1)
        back = (opposed @ own[places]) / np.maximum(count, 1)
        both = np.where(count > 0, forth - back, forth)
        against = vote[places] <= -1  # all list neighbours: then it is not this line's because it is not another's
        made[places] = np.where(against, np.minimum(both, own[places]), both)
        close = places[(off[places] < HERE_M) & (vote[places] >= 0)]
        at_an_end = (row == stop) & ~inner & (own > 0)
        if len(close) and made[places].max() <= 0 and not at_an_end.any():
            made[close[np.argmax(made[close])]] = BARELY  # the list says that some pattern serves it
    return np.split(made, np.cumsum([len(each.row) for each in near])[:-1])


def _ends(near: list[Nearby], log_odds: list[Floats], terminals: list[list[int]]) -> list[Floats]:
    """Without a list's order: what lines serve at their ends.

    Where buses stand is the terminal, and the line serves it nowhere else. A stop that another line of the route comes
    by on its way, and more surely, is that line's. Past an end a line serves the nearest stop that is left, unless it
    has one at its end. The way back begins at the terminal: the first and the last stop of a line are nobody's alone.
    """
    made = [each.copy() for each in log_odds]
    for number, (each, mine) in enumerate(zip(near, made, strict=True)):
        best = _by_others(number, near, log_odds)
        told = terminals[number]
        for end_m in (0.0, each.length_m):
            zone = np.flatnonzero(np.abs(each.dist_m - end_m) <= END_ZONE_M + REACH_M * each.beyond)
            mine[zone[best[each.row[zone]] > np.where(each.beyond, 0.0, mine)[zone]]] = -1.0
            at_end = np.abs(each.dist_m - end_m) <= REACH_M
            has = (~each.beyond & (mine > 0) & at_end).any() or bool((each.dist_m[told] == end_m).any())
            open_ = zone[(each.beyond | at_end)[zone]]
            mine[open_[each.beyond[open_]]] = -1.0
            free = open_[best[each.row[open_]] <= 0]
            if len(free) and not has:
                mine[free[np.argmin(each.off_m[free])]] = 1.0
        mine[np.isin(each.row, each.row[told])] = -1.0
        mine[told] = STANDS
    return made


def _by_others(number: int, near: list[Nearby], log_odds: list[Floats]) -> Floats:
    """Of each row of the list: best odds on another line's way, its first and last stop left out."""
    best = np.full(1 + max((int(each.row.max(initial=0)) for each in near), default=0), -np.inf)
    for other, (each, sure) in enumerate(zip(near, log_odds, strict=True)):
        way = np.flatnonzero(~each.beyond & (sure > 0))
        if other != number and len(way) > 2:
            way = way[np.argsort(each.dist_m[way], kind="stable")][1:-1]
            np.maximum.at(best, each.row[way], sure[way])
    return best


def _doubts(pattern: LearnedPattern, stops: RouteStops) -> list[Problem]:
    def problem(doubt: Doubt, said: str, count: int) -> Problem:
        return Problem(doubt, pattern.route_id, pattern.tag, pattern.pattern_id, said, count)

    if not pattern.stops:
        return [problem(Doubt.NO_STOPS, f"no stop of the route's list lies within {REACH_M:.0f} m of its line", 0)]
    found = [
        problem(Doubt.STOP_UNSURE, f"stop {stop.stop_id} at {stop.dist_m:.0f} m, {_beside(stop)}: {_sure(stop)}", 1)
        for stop in pattern.stops
        if stop.confidence < UNSURE
    ]
    rows = np.array([stop.list_row for stop in pattern.stops])
    back = int((np.diff(rows) < 0).sum())
    if stops.ordered and 4 * back > len(rows):
        found.append(problem(Doubt.LIST_ORDER, f"{back} of {len(rows)} stops come before their list neighbour", back))
    return found


def _beside(stop: ServedStop) -> str:
    return f"{abs(stop.offset_m):.0f} m {'right' if stop.offset_m >= 0 else 'left'} of the line"


def _sure(stop: ServedStop) -> str:
    return f"{100 * stop.confidence:.0f} % sure that it is served"


def _unserved(route_id: str, stops: RouteStops, patterns: Sequence[LearnedPattern]) -> list[Problem]:
    """Stops of the list that no pattern of the route serves."""
    known = {stop.stop_id for pattern in patterns for stop in pattern.stops}
    found = []
    for stop_id, x, y in zip(stops.stop_id.tolist(), stops.x_m.tolist(), stops.y_m.tolist(), strict=True):
        if stop_id not in known:
            known.add(stop_id)
            off = min(float(np.hypot(pattern.x_m - x, pattern.y_m - y).min()) for pattern in patterns)
            said = f"no pattern of the route serves it; the nearest line's nearest point is {off:.0f} m off"
            found.append(Problem(Doubt.STOP_FAR, route_id, None, stop_id, said, 1))
    return found
