"""``/display/…``: the stop's screen as a page, as text and as JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean, Integer, String
from apiflask.validators import Length, Range, Regexp
from flask import Response, current_app, make_response, render_template, request

from api.displays.lean import Body, body_of, lean_answer
from api.displays.minute import Minute, Minutes
from api.displays.payload import payload_of
from api.displays.seen import SeenDisplays
from api.displays.sign import Sign, sign_of
from api.displays.text import Wish, to_json, to_text
from api.displays.where import stops_named
from api.displays.words import WORDS, languages_of
from api.state import counter

bp = APIBlueprint("displays", __name__, url_prefix="/display", tag="Displays")

EXTENSION, SEEN = "passinfo-minutes", "passinfo-displays"
ROWS, MOST_ROWS = 5, 12
"""Rows of a screen: five leave each a sixth of the height."""
JSON, TEXT, HTML = "application/json", "text/plain", "text/html"
STATIC = Path(__file__).parent.parent / "static" / "display"
PAGE_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; frame-ancestors *"
)
"""A screen's software may hold the page in a frame; nothing on it can be clicked."""


class DisplayQuery(Schema):
    """What every form of a display takes."""

    lang = String(
        load_default="",
        validate=Regexp("^[a-z,]{0,20}$", error="languages such as en or en,fil"),
        metadata={"description": f"of {', '.join(WORDS)}; default: the city's", "example": "en,fil"},
    )
    rows = Integer(load_default=ROWS, validate=Range(1, MOST_ROWS), metadata={"description": "buses at most"})
    id = String(
        validate=[Length(1, 40), Regexp("^[A-Za-z0-9._-]+$", error="letters, digits, . _ -")],
        metadata={"description": "the display's own name: the operator sees when it was last heard of"},
    )


class TextQuery(DisplayQuery):
    """What the small forms take beside."""

    cols = Integer(
        load_default=0, validate=Range(0, 200), metadata={"description": "letters of a line; 0: fields with tabs"}
    )
    ascii = Boolean(load_default=False, metadata={"description": "no accents, for plain LED fonts"})


class PageQuery(DisplayQuery):
    """What the page takes beside."""

    theme = String(
        load_default="auto",
        validate=Regexp("^(auto|day|night)$", error="auto, day or night"),
        metadata={"description": "auto: dark from sunset to sunrise"},
    )


@bp.get("/<path:stop>.txt")
@bp.input(TextQuery, location="query", arg_name="query")
@bp.doc(
    summary="A display as text",
    description="At most 512 bytes, never compressed: `live`, `old N` or `plan` and `poll SECONDS`, then a line per "
    "bus: route, minutes, where to, flags, with tabs between; or lines of `cols` letters. Changes on the whole minute.",
)
def text(stop: str, query: dict[str, Any]) -> Response:
    """Text for LED matrices."""
    return answer(stop, "txt", query, lambda _, sign: body_of(to_text(sign, _wish(query)), TEXT, packs=False))


@bp.get("/<path:stop>.full.json")
@bp.input(DisplayQuery, location="query", arg_name="query")
@bp.doc(
    summary="What the page of a display polls",
    description="Buses and timetable in minutes since 1970, so that a display counts down without network. Changes on "
    "the whole minute only.",
)
def full(stop: str, query: dict[str, Any]) -> Response:
    """All a page needs."""
    return answer(
        stop,
        "page",
        query,
        lambda minute, sign: body_of(orjson.dumps(payload_of(minute, sign, page_version())), JSON, packs=True),
    )


@bp.get("/<path:stop>.json")
@bp.input(TextQuery, location="query", arg_name="query")
@bp.doc(
    summary="A display as little JSON",
    description="At most 512 bytes, never compressed, for microcontrollers: `s` state, `age` in minutes, `poll` in "
    "seconds, `n` name, `r` rows of route, minutes, where to, flags. Changes on the whole minute only.",
)
def little(stop: str, query: dict[str, Any]) -> Response:
    """JSON for microcontrollers."""
    return answer(stop, "json", query, lambda _, sign: body_of(to_json(sign, _wish(query)), JSON, packs=False))


@bp.get("/<path:stop>")
@bp.input(PageQuery, location="query", arg_name="query")
@bp.doc(summary="A display as a page", description="For a screen at the stop: a browser of 2016 will do.", hide=True)
def page(stop: str, query: dict[str, Any]) -> Response:
    """The page, filled already: it says something before its script runs."""
    minute = minute_now()
    title, rows = stops_named(minute.view, stop)
    sign = sign_of(minute, title, rows)
    city = minute.view.city.get("languages") or ()
    languages = languages_of(query["lang"], city)
    html = render_template(
        "display.html",
        sign=sign,
        languages=languages,
        words=WORDS[languages[0]],
        all_words=orjson.dumps({language: WORDS[language] for language in languages}).decode(),
        data=orjson.dumps(payload_of(minute, sign, page_version())).decode(),
        source=f"{request.path}.full.json",
        display_id=query.get("id", ""),
        theme=query["theme"],
        n_rows=query["rows"],
        server_at=int(counter().clock()),
    )
    response = make_response(html)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = PAGE_CSP
    return response


def answer(stop: str, form: str, query: dict[str, Any], build: Callable[[Minute, Sign], Body]) -> Response:
    """A lean answer about a display, and a note that the display lives."""
    minute, clock = minute_now(), counter().clock()
    title, rows = stops_named(minute.view, stop)
    if "id" in query:
        seen().note(query["id"], stop, form, request.user_agent.string, clock)
    asked = {name: value for name, value in query.items() if name != "id"}
    key = ("display", form, stop, *sorted(asked.items()))
    return lean_answer(minute, clock, key, lambda: build(minute, sign_of(minute, title, rows)))


def minute_now() -> Minute:
    """The minute that runs."""
    held = current_app.extensions
    if EXTENSION not in held:
        held[EXTENSION] = Minutes(counter().board)
    minutes: Minutes = held[EXTENSION]
    return minutes.at(counter().clock())


def seen() -> SeenDisplays:
    """The list of displays that live."""
    held = current_app.extensions
    if SEEN not in held:
        held[SEEN] = SeenDisplays(counter().folder / "displays.sqlite")
    displays: SeenDisplays = held[SEEN]
    return displays


@cache
def page_version() -> str:
    """Hash of the page's script and style: a screen that runs for months takes up a new one by itself."""
    digest = hashlib.blake2b(digest_size=4)
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def languages_here(query: dict[str, Any]) -> tuple[str, ...]:
    """Languages asked for, else the city's."""
    return languages_of(query["lang"], minute_now().view.city.get("languages") or ())


def _wish(query: dict[str, Any]) -> Wish:
    (language, *_) = languages_here(query)
    return Wish(query["rows"], language, query["cols"], query["ascii"])
