"""A pattern as a picture: its line, its stops, and the passes it was learned from, in metres."""

from __future__ import annotations

from html import escape

import numpy as np

from passinfo.columns import Floats
from passinfo.geo import along
from passinfo.network.learn.given import LineCheck
from passinfo.network.learn.learned import Learned, LearnedPattern
from passinfo.network.learn.passes import Passes
from passinfo.network.learn.traces import Indices

PASSES = 25
"""More drawn passes make a picture darker, not clearer."""
MARGIN_M = 150.0


def drawing(pattern: LearnedPattern, learned: Learned, mine: Indices, names: dict[str, str]) -> str:
    """An SVG; north is up, one unit is a metre. ``mine``: the passes that follow the pattern."""
    low_x, high_x = float(pattern.x_m.min()) - MARGIN_M, float(pattern.x_m.max()) + MARGIN_M
    low_y, high_y = float(pattern.y_m.min()) - MARGIN_M, float(pattern.y_m.max()) + MARGIN_M
    width, height = high_x - low_x, high_y - low_y
    unit = max(width, height) / 900  # about a screen's pixel
    shown = mine[np.unique(np.linspace(0, len(mine) - 1, min(len(mine), PASSES)).astype(np.intp))]
    parts = [_opened(width, height, pattern.pattern_id), *_passes(learned.passes(shown), low_x, high_y, unit)]
    points = _points(pattern.x_m, pattern.y_m, low_x, high_y)
    parts.append(f'<polyline class="line" stroke-width="{2 * unit:.1f}" points="{points}"/>')
    parts += _stops(pattern, low_x, high_y, unit, names)
    parts.append(_scale(width, height, unit))
    parts.append("</svg>")
    return "\n".join(parts)


def drawing_of_check(check: LineCheck) -> str:
    """An SVG of a given line, the passes of it, and, broad, where they leave it."""
    given = check.given
    low_x, high_x = float(given.x_m.min()) - MARGIN_M, float(given.x_m.max()) + MARGIN_M
    low_y, high_y = float(given.y_m.min()) - MARGIN_M, float(given.y_m.max()) + MARGIN_M
    width, height = high_x - low_x, high_y - low_y
    unit = max(width, height) / 900
    dist = along(given.x_m, given.y_m)
    parts = [_opened(width, height, given.pattern_id)]
    for stretch in check.stretches:
        at = np.union1d(dist[(dist > stretch.from_m) & (dist < stretch.to_m)], [stretch.from_m, stretch.to_m])
        points = _points(np.interp(at, dist, given.x_m), np.interp(at, dist, given.y_m), low_x, high_y)
        parts.append(f'<polyline class="stretch" stroke-width="{10 * unit:.1f}" points="{points}"/>')
    shown = np.unique(np.linspace(0, check.passes - 1, min(check.passes, PASSES)).astype(np.intp))
    parts += _passes(check.drawn.chosen(shown), low_x, high_y, unit)
    points = _points(given.x_m, given.y_m, low_x, high_y)
    parts.append(f'<polyline class="line" stroke-width="{2 * unit:.1f}" points="{points}"/>')
    for name, at_m in zip(given.stop_name, given.stop_m.tolist(), strict=True):
        x, y = float(np.interp(at_m, dist, given.x_m)), float(np.interp(at_m, dist, given.y_m))
        parts.append(
            f'<circle cx="{x - low_x:.0f}" cy="{high_y - y:.0f}" r="{3 * unit:.1f}">'
            f"<title>{escape(name)}</title></circle>"
        )
    parts.append(_scale(width, height, unit))
    parts.append("</svg>")
    return "\n".join(parts)


def _opened(width: float, height: float, label: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{escape(label)}">'
    )


def _passes(passes: Passes, low_x: float, high_y: float, unit: float) -> list[str]:
    return [
        f'<polyline class="pass" stroke-width="{unit:.1f}" '
        f'points="{_points(passes.x_m[start:end], passes.y_m[start:end], low_x, high_y)}"/>'
        for start, end in zip(passes.start.tolist(), passes.end.tolist(), strict=True)
    ]


def _points(x_m: Floats, y_m: Floats, low_x: float, high_y: float) -> str:
    return " ".join(f"{x - low_x:.0f},{high_y - y:.0f}" for x, y in zip(x_m.tolist(), y_m.tolist(), strict=True))


def _stops(pattern: LearnedPattern, low_x: float, high_y: float, unit: float, names: dict[str, str]) -> list[str]:
    """Each stop where it stands, off the line as far as it is; the first is green, the last is blue."""
    parts = []
    for number, stop in enumerate(pattern.stops):
        x, y = _beside(pattern, stop.dist_m, stop.offset_m)
        kind = {0: "first", len(pattern.stops) - 1: "last"}.get(number, "unsure" if stop.confidence < 0.85 else "stop")
        name = names.get(stop.stop_id, stop.stop_id)
        said = escape(f"{number + 1}. {name} ({stop.stop_id}), {100 * stop.confidence:.0f} % sure")
        parts.append(
            f'<circle class="{kind}" cx="{x - low_x:.0f}" cy="{high_y - y:.0f}" r="{4 * unit:.1f}">'
            f"<title>{said}</title></circle>"
        )
        if number % 5 == 0 or number == len(pattern.stops) - 1:
            at = f'x="{x - low_x + 6 * unit:.0f}" y="{high_y - y + 4 * unit:.0f}"'
            parts.append(f'<text {at} font-size="{12 * unit:.0f}">{number + 1}</text>')
    return parts


def _beside(pattern: LearnedPattern, dist_m: float, right_m: float) -> tuple[float, float]:
    x, y = (float(np.interp(dist_m, pattern.dist_m, values)) for values in (pattern.x_m, pattern.y_m))
    ahead = min(dist_m + 5.0, float(pattern.dist_m[-1]))
    behind = max(ahead - 10.0, 0.0)
    dx, dy = (
        float(np.diff(np.interp([behind, ahead], pattern.dist_m, values))[0]) for values in (pattern.x_m, pattern.y_m)
    )
    size = max(float(np.hypot(dx, dy)), 1e-9)
    return x + right_m * dy / size, y - right_m * dx / size


def _scale(width: float, height: float, unit: float) -> str:
    size = 10 ** int(np.log10(max(width / 4, 10)))
    y = height - 12 * unit
    return (
        f'<path class="scale" stroke-width="{2 * unit:.1f}" d="M{12 * unit:.0f} {y:.0f}h{size}"/>'
        f'<text x="{12 * unit:.0f}" y="{y - 5 * unit:.0f}" font-size="{12 * unit:.0f}">{size} m</text>'
    )
