"""Plots as inline SVG: bars with whiskers, stacked shares, lines. Colours are CSS variables of the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 12, 34
_PLOT_W, _PLOT_H = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Series:
    """One method: a value for each group, and where they are known the ends of its whisker."""

    name: str
    values: tuple[float, ...]
    whiskers: tuple[tuple[float, float], ...] = ()


def bars(title: str, groups: Sequence[str], series: Sequence[Series], unit: str) -> str:
    """Groups of bars beside each other; unknown values are left out."""
    top = _top([*(v for s in series for v in s.values), *(high for s in series for _, high in s.whiskers)])
    step = _PLOT_W / max(len(groups), 1)
    each = 0.7 * step / max(len(series), 1)
    parts = [_axis(top, unit)]
    for i, group in enumerate(groups):
        parts.append(_text(LEFT + (i + 0.5) * step, HEIGHT - 18, group))
        for k, one in enumerate(series):
            value = one.values[i]
            if not math.isfinite(value):
                continue
            x, y = LEFT + (i + 0.15) * step + k * each, _y(value, top)
            parts.append(
                f'<rect class="s{k % 6}" x="{x:.1f}" y="{y:.1f}" width="{each - 2:.1f}"'
                f' height="{max(TOP + _PLOT_H - y, 0):.1f}"><title>{escape(one.name)}, {escape(group)}: {value:.3g}'
                f" {escape(unit)}</title></rect>"
            )
            if one.whiskers and all(map(math.isfinite, one.whiskers[i])):
                low, high = (_y(end, top) for end in one.whiskers[i])
                parts.append(f'<path class="whisker" d="M{x + each / 2 - 1:.1f} {low:.1f}V{high:.1f}"/>')
    return _svg(title, parts)


def stacked(title: str, groups: Sequence[str], shares: Sequence[tuple[float, ...]], marks: Sequence[float]) -> str:
    """Shares of each group that add up to 1, from below; dashed lines at ``marks``."""
    step = _PLOT_W / max(len(groups), 1)
    parts = [_axis(1.0, "")]
    for i, (group, own) in enumerate(zip(groups, shares, strict=True)):
        parts.append(_text(LEFT + (i + 0.5) * step, HEIGHT - 18, group))
        begin = 0.0
        for k, share in enumerate(own):
            if not math.isfinite(share):
                continue
            y, until = _y(begin + share, 1.0), _y(begin, 1.0)
            parts.append(
                f'<rect class="p{k}" x="{LEFT + (i + 0.2) * step:.1f}" y="{y:.1f}" width="{0.6 * step:.1f}"'
                f' height="{until - y:.1f}"><title>{escape(group)}: {100 * share:.1f} %</title></rect>'
            )
            begin += share
    parts += [f'<path class="mark" d="M{LEFT} {_y(mark, 1.0):.1f}H{WIDTH - RIGHT}"/>' for mark in marks]
    return _svg(title, parts)


def lines(title: str, groups: Sequence[str], series: Sequence[Series], unit: str) -> str:
    """A line for each series; broken where a value is not known."""
    top = _top([v for s in series for v in s.values])
    step = _PLOT_W / max(len(groups), 1)
    parts = [_axis(top, unit)]
    every = max(1, len(groups) // 12)
    parts += [_text(LEFT + (i + 0.5) * step, HEIGHT - 18, g) for i, g in enumerate(groups) if i % every == 0]
    for k, one in enumerate(series):
        path, pen = [], "M"
        for i, value in enumerate(one.values):
            if not math.isfinite(value):
                pen = "M"
                continue
            x, y = LEFT + (i + 0.5) * step, _y(value, top)
            path.append(f"{pen}{x:.1f} {y:.1f}")
            pen = "L"
            parts.append(f'<circle class="s{k % 6}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>')
        parts.append(f'<path class="line l{k % 6}" d="{"".join(path)}"><title>{escape(one.name)}</title></path>')
    return _svg(title, parts)


def _svg(title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def _axis(top: float, unit: str) -> str:
    parts = []
    for tick in range(_TICKS):
        value = top * tick / (_TICKS - 1)
        parts.append(f'<path class="grid" d="M{LEFT} {_y(value, top):.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{_y(value, top) + 4:.1f}" text-anchor="end">{value:.3g}</text>')
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{TOP + 4}" text-anchor="end">{escape(unit)}</text>')
    return "".join(parts)


def _text(x: float, y: float, words: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(words)}</text>'


def _y(value: float, top: float) -> float:
    return TOP + _PLOT_H * (1.0 - min(max(value / top, 0.0), 1.0))


def _top(values: Sequence[float]) -> float:
    """A round number not below any of them."""
    most = max((value for value in values if math.isfinite(value)), default=1.0)
    if most <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(most))
    return next(unit * k for k in (1, 2, 4, 5, 8, 10) if unit * k >= most)
