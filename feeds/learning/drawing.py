"""A pattern as a picture: its line, its stops, and the passes it was learned from, in metres."""

from __future__ import annotations

from html import escape

import numpy as np

from passinfo.columns import Floats
from passinfo.network.learn.learned import Learned, LearnedPattern
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
    passes = learned.passes(shown)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{escape(pattern.pattern_id)}">'
    ]
    for start, end in zip(passes.start.tolist(), passes.end.tolist(), strict=True):
        points = _points(passes.x_m[start:end], passes.y_m[start:end], low_x, high_y)
        parts.append(f'<polyline class="pass" stroke-width="{unit:.1f}" points="{points}"/>')
    points = _points(pattern.x_m, pattern.y_m, low_x, high_y)
    parts.append(f'<polyline class="line" stroke-width="{2 * unit:.1f}" points="{points}"/>')
    parts += _stops(pattern, low_x, high_y, unit, names)
    parts.append(_scale(width, height, unit))
    parts.append("</svg>")
    return "\n".join(parts)


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
