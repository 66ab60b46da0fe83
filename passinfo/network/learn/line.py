"""Lines: a polyline with direction, and where directed places lie on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from passinfo.columns import Floats
from passinfo.geo import along

STEP_M = 20.0
"""Learning moves a line point by point, this far apart: what 20 to 30 s positions of many passes resolve."""
TURN_WEIGHT_M = 40.0
"""What a wrong direction of travel costs: the opposite way of a road counts as 80 m off."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where directed places lie on a line."""

    dist_m: Floats
    side_m: Floats
    """Beside the line, left of it positive."""
    off_m: Floats
    """Distance from the line."""
    cost_m: Floats
    """Distance with what the direction differs."""


def resampled(x_m: Floats, y_m: Floats, step_m: float = STEP_M) -> tuple[Floats, Floats]:
    """Points at equal steps along a polyline, both ends included."""
    dist = along(x_m, y_m)
    count = max(int(np.ceil(dist[-1] / step_m)), 1) + 1
    at = np.linspace(0.0, dist[-1], count)
    fresh = np.concatenate(([True], np.diff(dist) > 0))
    return np.interp(at, dist[fresh], x_m[fresh]), np.interp(at, dist[fresh], y_m[fresh])


def tangents(x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
    """Unit vectors along a polyline at its points."""
    dx, dy = np.gradient(x_m), np.gradient(y_m)
    size = np.maximum(np.hypot(dx, dy), 1e-9)
    return dx / size, dy / size


def placed(x_m: Floats, y_m: Floats, px: Floats, py: Floats, ux: Floats, uy: Floats) -> Places:
    """Where places with directions lie on an evenly sampled line."""
    tx, ty = tangents(x_m, y_m)
    tree = cKDTree(np.column_stack((x_m, y_m, TURN_WEIGHT_M * tx, TURN_WEIGHT_M * ty)))
    _, near = tree.query(np.column_stack((px, py, TURN_WEIGHT_M * ux, TURN_WEIGHT_M * uy)))
    dist = along(x_m, y_m)
    best = _beside(x_m, y_m, dist, np.maximum(near - 1, 0), px, py)
    other = _beside(x_m, y_m, dist, np.minimum(near, len(x_m) - 2), px, py)
    better = other[2] < best[2]
    at, side, off = (np.where(better, b, a) for a, b in zip(best, other, strict=True))
    turned = np.hypot(ux - tx[near], uy - ty[near]) * TURN_WEIGHT_M
    return Places(at, side, off, np.hypot(off, turned))


def _beside(
    x: Floats, y: Floats, dist: Floats, segment: np.ndarray[tuple[int], np.dtype[np.intp]], px: Floats, py: Floats
) -> tuple[Floats, Floats, Floats]:
    dx, dy = x[segment + 1] - x[segment], y[segment + 1] - y[segment]
    size = np.maximum(np.hypot(dx, dy), 1e-9)
    rx, ry = px - x[segment], py - y[segment]
    t = np.clip((rx * dx + ry * dy) / size**2, 0.0, 1.0)
    cross = (dx * ry - dy * rx) / size
    return dist[segment] + t * size, cross, np.hypot(rx - t * dx, ry - t * dy)


def simplified(x_m: Floats, y_m: Floats, tolerance_m: float) -> tuple[Floats, Floats]:
    """The line with fewer points, never farther than the tolerance from itself."""
    points = shapely.get_coordinates(shapely.simplify(shapely.linestrings(np.column_stack((x_m, y_m))), tolerance_m))
    return points[:, 0], points[:, 1]
