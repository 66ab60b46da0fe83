"""How right the predictions were, as last scored."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from api.answers import plain_answer
from api.errors import NotFound
from api.state import counter, view
from api.views.v1.blueprint import bp, meta

FILE = "accuracy.json"
FRESH_S = 600


@bp.get("/accuracy")
@bp.doc(
    summary="How right the predictions were",
    description="The scoreboard of the last service day that the night has scored, all over and by route; 404 before "
    "the first.",
)
def accuracy() -> Response:
    """The scoreboard."""
    shown = view()
    path = counter().folder / FILE
    try:
        scored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        scored_at = path.stat().st_mtime
    except FileNotFoundError:
        raise NotFound("no day has been scored yet: python -m models night does") from None
    told = {
        name: value for name, value in meta(shown).items() if name in ("city", "timezone", "licence", "attribution")
    }
    return plain_answer({"meta": told, "accuracy": scored}, scored_at, FRESH_S)
