"""The counter: a small Flask app over the newest snapshot of a state directory."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from apiflask import APIFlask
from flask import Response, request

from api.board import Board
from api.errors import register_errors
from api.state import Counter
from api.views import bms, feeds, health, pages, v1

MAX_BODY_BYTES = 2 << 20
"""Two MiB: five thousand reports with every optional field."""


def create_app(state: Path, clock: Callable[[], float] = time.time) -> APIFlask:
    """The app over a state directory (``PASSINFO_STATE``). ``clock`` is for measuring age only."""
    app = APIFlask(__name__, title="passinfo", version="1", docs_path=None, spec_path="/openapi.json")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.config["DESCRIPTION"] = "Bus passenger information: feeds for apps, arrivals for displays, reports from buses."
    app.config["VALIDATION_ERROR_STATUS_CODE"] = 422
    app.config["JSON_SORT_KEYS"] = False
    app.security_schemes = {"key": {"type": "http", "scheme": "bearer"}}
    app.extensions["passinfo"] = Counter(state, Board(state), clock)
    register_errors(app)
    for module in (pages, v1, feeds, bms, health):
        app.register_blueprint(module.bp)
    app.after_request(_guard)
    return app


def _guard(response: Response) -> Response:
    """Headers that every answer carries."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'self'"
        )
    elif request.method in ("GET", "HEAD"):
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response
