"""The counter: a small Flask app over the newest snapshot of a state directory."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from flask import Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from api.alarms import views as _alarms  # noqa: F401 - adds its routes to the blueprint of /v1
from api.board import Board
from api.described import described
from api.dialects import oba, seoul, siri
from api.displays import forms as _forms  # noqa: F401 - adds its routes to the blueprint of displays
from api.displays import operator
from api.displays import views as displays
from api.errors import register_errors
from api.going import notices
from api.hot import GUARDS, SHARED, Hot
from api.map import views as maps
from api.metering import register_metering
from api.state import Counter
from api.static_files import register_static
from api.views import alerts, bms, docs, feeds, health, pages, shelf, v1
from api.warming import Warming

MAX_BODY_BYTES = 2 << 20
"""Two MiB: five thousand reports with every optional field."""


def create_app(state: Path, clock: Callable[[], float] = time.time) -> APIFlask:
    """The app over a state directory (``PASSINFO_STATE``). ``clock`` is for measuring age only."""
    app = APIFlask(
        __name__,
        title="passinfo",
        version="1",
        docs_path=None,
        spec_path="/openapi.json",
        static_folder=None,  # type: ignore[arg-type]  # static_files serves them
    )
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.config["DESCRIPTION"] = "Bus passenger information: feeds for apps, arrivals for displays, reports from buses."
    app.config["VALIDATION_ERROR_STATUS_CODE"] = 422
    app.config["JSON_SORT_KEYS"] = False
    app.config["OPENAPI_VERSION"] = "3.1.0"
    app.security_schemes = {"key": {"type": "http", "scheme": "bearer"}}
    counter = app.extensions["passinfo"] = Counter(state, Board(state, Warming()), clock)
    register_errors(app)
    hot = Hot(app.wsgi_app, counter, register_metering(app, counter))
    app.wsgi_app, app.quick = _behind_proxies(hot), _behind_proxies(hot.quick)  # type: ignore[method-assign, attr-defined]  # WSGI hangs layers on so
    register_static(app)
    for module in (pages, v1, feeds, shelf, bms, alerts, health, docs, displays, operator, maps, oba, siri, seoul):
        app.register_blueprint(module.bp)
    app.spec_processor(described)
    app.after_request(_guard)
    return app


def _behind_proxies(answer: Callable[..., Any]) -> Callable[..., Any]:
    """What answers, told who asks by as many proxies as the operator says stand in front."""
    proxies = int(os.environ.get("PASSINFO_PROXIES", "0"))
    return ProxyFix(answer, x_for=proxies, x_proto=proxies, x_host=proxies) if proxies else answer


def _guard(response: Response) -> Response:
    """Headers that every answer carries, but those to things that poll over a thin line."""
    response.headers.pop("Date", None)  # the server writes it: one is enough
    if g.get("lean"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response
    response.headers.extend(GUARDS)
    response.headers.extend(notices(request.path))
    if response.mimetype == "text/html" and request.method != "OPTIONS":
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
        )
    elif request.method in ("GET", "HEAD", "OPTIONS"):
        response.headers.extend(SHARED)
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response.headers["Access-Control-Allow-Headers"] = (
                "Authorization, If-None-Match, If-Modified-Since, X-Api-Key"
            )
            response.headers["Access-Control-Max-Age"] = "86400"
    return response
