"""The display as an image for e-paper: drawn here, so that the panel needs no fonts and no wits.

Letters have hard edges at every depth: e-paper shows them crisp, and the image stays small. Equal signs give equal
bytes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from api.displays.letters import fitted, width_of, write
from api.displays.png import to_grey_png
from api.displays.sign import How, Row, Sign
from api.displays.words import WORDS
from api.freshness import Source

BLACK, WHITE = 0, 255
HEADER, FOOTER, CAPITAL = 0.12, 0.075, 0.72
"""Shares of the height; height of a capital in its font's size."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What kind of panel the image is for."""

    width: int
    height: int
    depth: int
    """Bits a pixel: 1, 4 or 8."""
    language: str
    rows: int
    clock: bool
    rotate: int


def to_png(sign: Sign, panel: Panel, timezone: str) -> bytes:
    """The sign as a PNG of the panel's size and depth."""
    turned = panel.rotate in (90, 270)
    width, height = (panel.height, panel.width) if turned else (panel.width, panel.height)
    image = Image.new("1", (width, height), WHITE)
    draw = ImageDraw.Draw(image)
    words = WORDS[panel.language]
    top, bottom = round(height * HEADER), height - round(height * FOOTER)
    _header(draw, sign, panel, (width, top), timezone)
    state = _state(sign, panel.language)
    said = [each.said(panel.language) for each in sign.notices]
    if sign.simulated:
        said.append(str(words["simulated"]))
    line = " · ".join(filter(None, (state, *said)))
    if line:
        _footer(draw, line, (width, height), bottom, inverted=bool(state))
    room = (bottom if line else height) - top
    rows = sign.rows[: panel.rows]
    if rows:
        step = room // max(panel.rows, 1)
        for n, row in enumerate(rows):
            _row(draw, row, panel, (width, top + n * step, step))
    else:
        size = max(round(height * 0.06), 8)
        write(draw, (width // 40, top + 2 * size), fitted(str(words["none"]), size, width * 19 // 20), size, BLACK)
        lines = [f"{each.route} {each.towards}: {str(words['every']).format(n=each.minutes)}" for each in sign.every]
        for n, text in enumerate(lines[: panel.rows]):
            write(draw, (width // 40, top + round((3.5 + 1.4 * n) * size)), fitted(text, size, width), size, BLACK)
    if panel.rotate:
        image = image.rotate(panel.rotate, expand=True)
    return to_grey_png(image, panel.depth)


def _header(draw: ImageDraw.ImageDraw, sign: Sign, panel: Panel, box: tuple[int, int], timezone: str) -> None:
    width, high = box
    draw.rectangle((0, 0, width, high - 1), fill=BLACK)
    size, margin = max(round(high * 0.6), 8), width // 40
    base = (high + round(size * CAPITAL)) // 2
    room = width - 2 * margin
    if panel.clock:
        clock = dt.datetime.fromtimestamp(sign.at, ZoneInfo(timezone)).strftime("%H:%M")
        write(draw, (width - margin, base), clock, size, WHITE, "right")
        room -= width_of(clock, size) + margin
    write(draw, (margin, base), fitted(sign.name, size, room), size, WHITE)


def _footer(draw: ImageDraw.ImageDraw, line: str, box: tuple[int, int], top: int, *, inverted: bool) -> None:
    width, height = box
    size = max(round((height - top) * 0.6), 8)
    if inverted:
        draw.rectangle((0, top, width, height), fill=BLACK)
    base = top + (height - top + round(size * CAPITAL)) // 2
    write(draw, (width // 40, base), fitted(line, size, width * 19 // 20), size, WHITE if inverted else BLACK)


def _row(draw: ImageDraw.ImageDraw, row: Row, panel: Panel, place: tuple[int, int, int]) -> None:
    """Route and minutes at the edges, as high as the row allows; where to and marks between."""
    width, top, high = place
    words, margin = WORDS[panel.language], width // 40
    draw.line((0, top + high - 1, width, top + high - 1), fill=BLACK)
    big = max(round(min(high * 0.8, width * 0.16)), 8)
    base = top + (high + round(big * CAPITAL)) // 2
    small, middle = max(round(big * 0.38), 8), max(round(big * 0.5), 8)
    route = fitted(row.route, big, width * 2 // 5)
    write(draw, (margin, base), route, big, BLACK)
    if row.minutes:
        unit = str(words["min"])
        write(draw, (width - margin, base), unit, small, BLACK, "right")
        end = width - margin - width_of(unit, small) - margin // 3
        minutes = str(row.minutes)
    else:
        end, minutes = width - margin, str(words["now"])
    write(draw, (end, base), minutes, big, BLACK, "right")
    left = max(2 * margin + width_of(route, big), width * 11 // 50)
    room = end - width_of(minutes, big) - margin - left
    marks = _marks(row, panel.language)
    first = top + round(high * (0.5 if marks else 0.62))
    write(draw, (left, first), fitted(row.towards, middle, room), middle, BLACK)
    if marks:
        tiny = max(round(small * 0.85), 8)
        write(draw, (left, top + round(high * 0.85)), fitted(marks, tiny, room), tiny, BLACK)


def _marks(row: Row, language: str) -> str:
    words = WORDS[language]
    found = [
        str(words["last"]) if row.last else "",
        str(words["plan"]) if row.how is How.TIMETABLE else "",
        str(words["crowd"][row.crowd]) if row.crowd is not None else "",
        str(words["low"]) if row.low_floor else "",
    ]
    return " · ".join(filter(None, found))


def _state(sign: Sign, language: str) -> str:
    words = WORDS[language]
    if sign.source is Source.LIVE:
        return ""
    said = words["by_plan"] if sign.source is Source.TIMETABLE else words["old"]
    return str(said).format(n=sign.age_min)
