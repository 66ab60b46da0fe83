"""Text on an image: Latin and Hangul from two fonts, measured, cut to fit, drawn on one baseline."""

from __future__ import annotations

import itertools
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).parent.parent / "fonts"
DOTS = "…"
Edge = Literal["left", "right"]


@lru_cache(maxsize=128)
def _font(script: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FOLDER / f"passinfo-{script}.ttf"), size, layout_engine=ImageFont.Layout.BASIC)


def _script(letter: str) -> str:
    return "hangul" if letter >= "ᄀ" and not "Ḁ" <= letter < "⺀" else "latin"


def _parts(text: str) -> list[tuple[str, str]]:
    return [(script, "".join(letters)) for script, letters in itertools.groupby(text, _script)]


@lru_cache(maxsize=4_096)
def width_of(text: str, size: int) -> int:
    """Pixels that a text takes in a row."""
    return round(sum(_font(script, size).getlength(part) for script, part in _parts(text)))


def fitted(text: str, size: int, room: int) -> str:
    """The text, or as much of it as there is room for, with dots."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + DOTS, size) > room:
        text = text[:-1].rstrip()
    return text + DOTS if text else ""


def write(draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, ink: int, edge: Edge = "left") -> None:
    """Draw a text that begins, or ends, at a point of its baseline."""
    x, y = at
    if edge == "right":
        x -= width_of(text, size)
    for script, part in _parts(text):
        stamp, left, top, on = _stamp(script, part, size)
        if stamp is not None:
            draw.bitmap((x + left, y + top), stamp, fill=ink)
        x += on


@lru_cache(maxsize=1_024)
def _stamp(script: str, part: str, size: int) -> tuple[Image.Image | None, int, int, int]:
    """A word drawn once, in hard edges: the same words come again each minute, and drawing hinted letters is slow.

    Image, where it stands from the pen, and how far the pen goes.
    """
    font = _font(script, size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(part, mode="1", anchor="ls"))
    on = round(font.getlength(part))
    if right <= left or bottom <= top:
        return None, 0, 0, on
    stamp = Image.new("1", (right - left, bottom - top))
    pen = ImageDraw.Draw(stamp)
    pen.fontmode = "1"
    pen.text((-left, -top), part, fill=1, font=font, anchor="ls")
    return stamp, left, top, on
