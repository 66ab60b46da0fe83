"""The blueprint of ``/api/where``, and the envelope of all its answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from api.answers import view_answer
from api.board import View
from api.dialects.oba.ids import ms
from api.dialects.oba.query import flag
from api.dialects.oba.references import References
from api.freshness import moment_of
from api.state import counter

bp = APIBlueprint("oba", __name__, url_prefix="/api/where", enable_openapi=False)

VERSION = 2


def envelope(data: Any, now: float, code: int = 200, text: str = "OK") -> dict[str, Any]:
    """What every answer is wrapped in."""
    said = {"code": code, "currentTime": ms(now), "text": text, "version": VERSION}
    return said if data is None else said | {"data": data}


def entry(shown: View, build: Callable[[References], dict[str, Any]]) -> Response:
    """An answer that holds one thing."""
    return _answer(shown, lambda references: {"entry": build(references)})


def listed(shown: View, build: Callable[[References], dict[str, Any] | list[Any]]) -> Response:
    """An answer that holds a list; ``build`` gives its rows, or its rows as ``list`` with what else is said."""

    def body(references: References) -> dict[str, Any]:
        found = build(references)
        told = found if isinstance(found, dict) else {"list": found}
        return {"limitExceeded": False} | told

    return _answer(shown, body)


def _answer(shown: View, build: Callable[[References], dict[str, Any]]) -> Response:
    wanted = flag("includeReferences", default=True)

    def whole() -> dict[str, Any]:
        references = References(shown)
        told = build(references)
        body = references.body() if wanted else References(shown).body()
        return envelope(told | {"references": body}, moment_of(shown, counter().clock()))

    return view_answer(shown, whole)
