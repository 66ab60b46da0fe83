"""What a person corrects wins over learning: ``overrides.toml`` of a city folder (``docs/learning.md``)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.network.learn.learned import Doubt, Learned, LearnedPattern, Problem, ServedStop
from passinfo.network.learn.near_stops import nearby
from passinfo.network.learn.stop_lists import RouteStops, StopLists


@dataclass(frozen=True, slots=True)
class Override:
    """Corrections of one pattern."""

    pattern_id: str
    drop: bool = False
    """Leave the whole pattern out."""
    stop_ids: tuple[str, ...] | None = None
    """All its stops, in order, whatever was learned; None: as learned."""
    add_stops: tuple[str, ...] = ()
    drop_stops: tuple[str, ...] = ()
    headsign: str = ""
    direction_id: int = -1


def overridden(learned: Learned, overrides: Sequence[Override], lists: StopLists) -> Learned:
    """The patterns as corrected; an override that names what there is not is told as a problem."""
    by_id = {each.pattern_id: each for each in overrides}
    patterns: list[LearnedPattern] = []
    problems = list(learned.problems)
    gone: list[int] = []
    for row, pattern in enumerate(learned.patterns):
        override = by_id.pop(pattern.pattern_id, None)
        if override is None:
            patterns.append(pattern)
        elif override.drop:
            gone.append(row)
        else:
            made, unknown = _corrected(pattern, override, lists.anywhere(learned.projection))
            patterns.append(made)
            problems += [_unknown(pattern.pattern_id, f"there is no stop {stop_id}") for stop_id in unknown]
    problems += [_unknown(each, "there is no such pattern") for each in by_id]
    follow = learned.pass_pattern.copy()
    kept = np.full(len(learned.patterns) + 1, -1, dtype=np.intp)  # the last row: passes that follow none
    kept[np.setdiff1d(np.arange(len(learned.patterns)), gone)] = np.arange(len(patterns))
    return dataclasses.replace(learned, patterns=tuple(patterns), problems=tuple(problems), pass_pattern=kept[follow])


def _corrected(pattern: LearnedPattern, override: Override, stops: RouteStops) -> tuple[LearnedPattern, list[str]]:
    kept = tuple(stop for stop in pattern.stops if stop.stop_id not in override.drop_stops)
    wanted = override.add_stops
    if override.stop_ids is not None:
        kept, wanted = (), override.stop_ids
    known = set(stops.stop_id.tolist())
    unknown = [each for each in (*wanted, *override.drop_stops) if each not in known]
    added = _placed(pattern, [each for each in wanted if each in known], stops, in_order=override.stop_ids is not None)
    together = tuple(sorted((*kept, *added), key=lambda stop: stop.dist_m))
    made = dataclasses.replace(pattern, stops=together, headsign=override.headsign or pattern.headsign)
    if override.direction_id >= 0:
        made = dataclasses.replace(made, direction_id=override.direction_id)
    return made, unknown


def _placed(pattern: LearnedPattern, stop_ids: list[str], stops: RouteStops, *, in_order: bool) -> list[ServedStop]:
    """Where the stops lie along the line; ``in_order``: each past the one before."""
    length, found = float(pattern.dist_m[-1]), []
    low = 0.0
    for number, stop_id in enumerate(stop_ids):
        row = int(np.flatnonzero(stops.stop_id == stop_id)[0])
        one = RouteStops(
            stops.stop_id[row : row + 1], stops.x_m[row : row + 1], stops.y_m[row : row + 1], ordered=False
        )
        near = nearby(pattern.x_m, pattern.y_m, one)
        ahead = np.flatnonzero(near.dist_m > low) if in_order else np.arange(len(near.row))
        if len(ahead):
            place = ahead[np.argmin(near.dist_m[ahead] if in_order else near.off_m[ahead])]
            at, offset = float(np.clip(near.dist_m[place], 0, length)), float(near.right_m[place])
        else:  # a person says so though the line is elsewhere: evenly on what is left
            at, offset = low + (length - low) / (len(stop_ids) - number + 1), 0.0
        low = at
        found.append(ServedStop(stop_id, at, offset, row, 1.0))
    return found


def _unknown(pattern_id: str, said: str) -> Problem:
    return Problem(Doubt.OVERRIDE_UNKNOWN, "", None, pattern_id, f"overrides.toml: {said}", 1)
