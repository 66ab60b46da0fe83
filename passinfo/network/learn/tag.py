"""The lines of one route and tag: what most passes drive, then what enough of the rest drive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.geo import along
from passinfo.network.learn.average import averaged, polished
from passinfo.network.learn.follow import Following, following
from passinfo.network.learn.leaps import without_leaps
from passinfo.network.learn.learned import Doubt, Problem
from passinfo.network.learn.line import resampled
from passinfo.network.learn.medoid import SHARED, medoid
from passinfo.network.learn.passes import Passes
from passinfo.network.learn.roads import Roads
from passinfo.network.learn.traces import Indices

MIN_PASSES = 3
"""A median needs three."""
VARIANT_SHARE = 0.1
"""A way that fewer of the passes drive is stray, unless nothing else is known."""
FEW_PASSES = 20
"""With fewer, what other routes drive on the same roads makes a line better (kingston: 95 % within 11 m, not 20)."""
MOST_PASSES = 80
"""More passes make no better line: with 80 each 20 m of it is passed by about eight places of 20 to 30 s positions."""
MOST_VARIANTS = 4
OPPOSITE_SHARE = 0.3
"""Under a tag that tells directions apart, fewer passes the other way are ways back with a tag that lagged."""
OPPOSITE_LENGTH = 0.5
"""So is a way back that is short beside the way."""
WIDE_M = 15.0
"""Median distance of good GPS from a good line is 3 to 5 m (kingston, ttc)."""


@dataclass(frozen=True, slots=True)
class TagLine:
    """One line of a route and tag."""

    x_m: Floats
    y_m: Floats
    on: Following
    """Of all passes of the route and tag."""
    mine: Indices
    """Passes that follow this line, and none before it."""


@dataclass(frozen=True, slots=True)
class TagWays:
    """What was learned of one route and tag."""

    lines: tuple[TagLine, ...]
    problems: tuple[Problem, ...]


def learn_tag(route_id: str, tag: str | None, passes: Passes, roads: Roads) -> TagWays:
    """The lines that the passes of one route and tag drive; where these are few, all that drives there mends them."""
    if len(passes) < MIN_PASSES:
        said = f"{len(passes)} passes; a line needs {MIN_PASSES}"
        return TagWays((), (Problem(Doubt.TOO_FEW_PASSES, route_id, tag, "", said, len(passes)),))
    lines: list[TagLine] = []
    problems: list[Problem] = []
    left = np.arange(len(passes))
    while len(left) >= max(MIN_PASSES, VARIANT_SHARE * len(passes)) and len(lines) < MOST_VARIANTS:
        found = _line(passes.chosen(_spread(left)))
        if found is None:
            break
        on = following(*found, passes)
        mine = left[on.follows[left]]
        if len(mine) < max(MIN_PASSES, VARIANT_SHARE * len(passes)):
            break
        if len(mine) < FEW_PASSES:
            found = polished(*found, roads)
            on = following(*found, passes)
        plain = without_leaps(*found, on, mine, passes)
        if plain[0] is not found[0]:
            found = averaged(*plain, passes.chosen(_spread(mine)))
            on = following(*found, passes)
        way = TagLine(*_trimmed(*found, on, mine), on, mine)
        way = TagLine(way.x_m, way.y_m, following(way.x_m, way.y_m, passes), mine)
        left = np.setdiff1d(left, mine)
        if tag is not None and lines and _opposed(way, lines[0], passes):
            said = f"{len(mine)} of {len(passes)} passes drive the other way"
            problems.append(Problem(Doubt.MIXED_DIRECTIONS, route_id, tag, "", said, len(mine)))
            short = way.on.length_m < OPPOSITE_LENGTH * lines[0].on.length_m
            if short or len(mine) < OPPOSITE_SHARE * len(passes):
                continue
        lines.append(way)
    if not lines:
        said = f"no way that {MIN_PASSES} of {len(passes)} passes share"
        problems.append(Problem(Doubt.NO_COMMON_WAY, route_id, tag, "", said, len(passes)))
    elif len(left):
        said = f"{len(left)} of {len(passes)} passes follow no pattern"
        problems.append(Problem(Doubt.STRAY_PASSES, route_id, tag, "", said, len(left)))
    return TagWays(tuple(lines), tuple(problems))


def _spread(left: Indices) -> Indices:
    return left[np.unique(np.linspace(0, len(left) - 1, min(len(left), MOST_PASSES)).astype(np.intp))]


def _line(passes: Passes) -> tuple[Floats, Floats] | None:
    start = medoid(passes)
    return None if start is None else averaged(*start, passes)


def _trimmed(x_m: Floats, y_m: Floats, on: Following, mine: Indices) -> tuple[Floats, Floats]:
    """The line without ends that few of its passes drive."""
    dist = along(x_m, y_m)
    low, high = np.sort(on.low_m[mine]), np.sort(on.high_m[mine])
    driven = np.searchsorted(low, dist, side="right") - np.searchsorted(high, dist, side="left")
    kept = np.flatnonzero(driven >= SHARED * driven.max())
    part = slice(int(kept[0]), int(kept[-1]) + 1)
    return resampled(x_m[part], y_m[part]) if part.stop - part.start >= 3 else (x_m, y_m)


def _opposed(way: TagLine, first: TagLine, passes: Passes) -> bool:
    """Whether the passes of a way lie on the first line, the other way round."""
    chosen = passes.chosen(way.mine)
    back = following(first.x_m[::-1], first.y_m[::-1], chosen)
    return bool(np.median(back.share) > np.median(following(first.x_m, first.y_m, chosen).share) + SHARED)
