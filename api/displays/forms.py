"""``/display/{stop}.png`` and ``.ssml``: the forms of a display that are made for an eye of paper or an ear."""

from __future__ import annotations

from typing import Any

from apiflask.fields import Boolean, Integer
from apiflask.validators import OneOf, Range
from flask import Response

from api.displays.lean import body_of
from api.displays.speech import to_ssml
from api.displays.views import DisplayQuery, answer, bp, languages_here

PNG, SSML = "image/png", "application/ssml+xml"
WIDTH, HEIGHT = 800, 480
"""The commonest e-paper panel, 7.5 inch."""
LEAST, MOST = 100, 2_400


class PanelQuery(DisplayQuery):
    """What the image takes beside."""

    w = Integer(load_default=WIDTH, validate=Range(LEAST, MOST), metadata={"description": "pixels across"})
    h = Integer(load_default=HEIGHT, validate=Range(LEAST, MOST), metadata={"description": "pixels down"})
    depth = Integer(load_default=1, validate=OneOf([1, 4, 8]), metadata={"description": "bits a pixel"})
    clock = Boolean(load_default=False, metadata={"description": "with the time; then it changes each minute"})
    rotate = Integer(load_default=0, validate=OneOf([0, 90, 180, 270]), metadata={"description": "anticlockwise"})


@bp.get("/<path:stop>.png")
@bp.input(PanelQuery, location="query", arg_name="query")
@bp.doc(
    summary="A display as an image",
    description="For e-paper: 1, 4 or 8 bits a pixel, hard edges, a few kB; identical bytes, and 304, while nothing "
    "that is seen has changed.",
)
def png(stop: str, query: dict[str, Any]) -> Response:
    """PNG for e-paper."""
    from api.displays.image import Panel, to_png  # drawing takes 30 ms to load, and few cities have such panels

    asked = ("w", "h", "depth", "clock", "rotate")
    width, height, depth, clock, rotate = (query[name] for name in asked)

    return answer(
        stop,
        "png",
        query,
        lambda minute, sign: body_of(
            to_png(
                sign,
                Panel(
                    width,
                    height,
                    depth,
                    languages_here(query)[0],
                    query["rows"],
                    clock,
                    rotate,
                ),
                minute.view.network.timezone,
            ),
            PNG,
            packs=False,
        ),
    )


@bp.get("/<path:stop>.ssml")
@bp.input(DisplayQuery, location="query", arg_name="query")
@bp.doc(
    summary="A display as speech",
    description="SSML 1.1 for a voice at the stop: numbers, routes and minutes in words, as people say them.",
)
def ssml(stop: str, query: dict[str, Any]) -> Response:
    """SSML for voices."""
    (language, *_) = languages_here(query)
    return answer(
        stop, "ssml", query, lambda _, sign: body_of(to_ssml(sign, language, query["rows"]), SSML, packs=True)
    )
