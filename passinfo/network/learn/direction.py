"""Which way a pattern goes: what the tag says, else against the route's main pattern."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from passinfo.network.learn.follow import following
from passinfo.network.learn.learned import Learned, LearnedPattern
from passinfo.network.learn.line import resampled
from passinfo.network.learn.passes import Passes, directions

STEP_M = 60.0
"""Farther apart than a direction needs (``passes.HEADING_M``)."""


def with_directions(learned: Learned, told: Mapping[str, int] | None = None) -> Learned:
    """The same patterns with a ``direction_id`` each.

    A tag's own direction counts; where none is told, the pattern with most passes is 0 and so are those that drive its
    roads its way, and the others are 1.

    Parameters
    ----------
    learned
        Patterns.
    told
        0 or 1 by tag.
    """
    told = told or {}
    first: dict[str, LearnedPattern] = {}
    for pattern in sorted(learned.patterns, key=lambda each: (-each.evidence.passes, each.pattern_id)):
        first.setdefault(pattern.route_id, pattern)
    patterns = []
    for pattern in learned.patterns:
        said = told.get(pattern.tag or "", -1)
        patterns.append(dataclasses.replace(pattern, direction_id=said if said >= 0 else _against(pattern, first)))
    return dataclasses.replace(learned, patterns=tuple(patterns))


def _against(pattern: LearnedPattern, first: Mapping[str, LearnedPattern]) -> int:
    main = first[pattern.route_id]
    if pattern is main:
        return 0
    there = _share(main, pattern)
    back = _share(dataclasses.replace(main, x_m=main.x_m[::-1], y_m=main.y_m[::-1]), pattern)
    if max(there, back) > 0:
        return int(back > there)
    return int(_heading(main) @ _heading(pattern) < 0)  # they share no road


def _share(main: LearnedPattern, pattern: LearnedPattern) -> float:
    """How much of a pattern lies on the main one, driven its way."""
    x_m, y_m = resampled(pattern.x_m, pattern.y_m, STEP_M)
    whole = np.array([0]), np.array([len(x_m)])
    ux, uy = directions(x_m, y_m, *whole)
    rows = np.arange(len(x_m), dtype=float)
    one = Passes(x_m, y_m, ux, uy, rows, rows, *whole, whole[0], whole[0])
    return float(following(*resampled(main.x_m, main.y_m), one).share[0])


def _heading(pattern: LearnedPattern) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([pattern.x_m[-1] - pattern.x_m[0], pattern.y_m[-1] - pattern.y_m[0]])
