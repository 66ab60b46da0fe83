"""Lines drawn to their first and last stop, where passes end short of them."""

from __future__ import annotations

import dataclasses

import numpy as np

from passinfo.columns import Floats
from passinfo.geo import along
from passinfo.network.learn.learned import Learned, LearnedPattern
from passinfo.network.learn.stop_lists import StopLists

APART_M = 1.0
"""Stops have places of their own along a line, however close they stand."""


def to_terminals(learned: Learned, lists: StopLists) -> Learned:
    """Each line from its first to its last stop, straight where no pass was seen; stops strictly in order along it.

    What sticks out beyond a terminal is cut: there buses turn, wait, and go home.
    """
    stops = lists.anywhere(learned.projection)
    place = {
        stop_id: (x, y)
        for stop_id, x, y in zip(stops.stop_id.tolist(), stops.x_m.tolist(), stops.y_m.tolist(), strict=True)
    }
    patterns = tuple(_drawn(each, place, learned) if len(each.stops) > 1 else each for each in learned.patterns)
    return dataclasses.replace(learned, patterns=patterns)


def _drawn(pattern: LearnedPattern, place: dict[str, tuple[float, float]], learned: Learned) -> LearnedPattern:
    first, last = pattern.stops[0], pattern.stops[-1]
    x_m, y_m, shift = pattern.x_m, pattern.y_m, 0.0
    if first.dist_m < 0:
        x, y = place[first.stop_id]
        shift = float(np.hypot(x - x_m[0], y - y_m[0]))
        x_m, y_m = np.concatenate(([x], x_m)), np.concatenate(([y], y_m))
    if last.dist_m > pattern.dist_m[-1]:
        x, y = place[last.stop_id]
        x_m, y_m = np.append(x_m, x), np.append(y_m, y)
    fresh = np.concatenate(([True], np.hypot(np.diff(x_m), np.diff(y_m)) > 0))
    x_m, y_m = x_m[fresh], y_m[fresh]
    dist_m = along(x_m, y_m)
    at = np.clip([stop.dist_m + shift for stop in pattern.stops], 0.0, dist_m[-1])
    if first.dist_m < 0:
        at[0] = 0.0
    if last.dist_m > pattern.dist_m[-1]:
        at[-1] = dist_m[-1]
    at = in_order(at, float(dist_m[-1]))
    x_m, y_m, dist_m, at = _cut(x_m, y_m, dist_m, at)
    lat_deg, lon_deg = learned.projection.to_lat_lon(x_m, y_m)
    stops = tuple(
        dataclasses.replace(stop, dist_m=float(where)) for stop, where in zip(pattern.stops, at.tolist(), strict=True)
    )
    return dataclasses.replace(pattern, lat_deg=lat_deg, lon_deg=lon_deg, x_m=x_m, y_m=y_m, dist_m=dist_m, stops=stops)


def in_order(at_m: Floats, length_m: float) -> Floats:
    """Places at least a metre apart, moved as little as that needs.

    Examples
    --------
    >>> in_order(np.array([0.0, 0.0, 5.0, 5.0]), 5.0)
    array([0., 1., 4., 5.])
    """
    steps = np.arange(len(at_m)) * APART_M
    made = np.maximum.accumulate(at_m - steps) + steps
    most = length_m - steps[::-1]
    return np.asarray(np.minimum(made, most))


def _cut(x_m: Floats, y_m: Floats, dist_m: Floats, at_m: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """The part of a line between its first and its last stop."""
    low, high = float(at_m[0]), float(at_m[-1])
    inner = (dist_m > low + APART_M / 2) & (dist_m < high - APART_M / 2)
    ends = np.interp([low, high], dist_m, x_m), np.interp([low, high], dist_m, y_m)
    x, y = (np.concatenate(([end[0]], values[inner], [end[1]])) for end, values in zip(ends, (x_m, y_m), strict=True))
    return x, y, np.concatenate(([0.0], dist_m[inner] - low, [high - low])), at_m - low
