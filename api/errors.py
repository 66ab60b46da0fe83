"""The only place that knows which HTTP code a failure has, and what it looks like: problem+json (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, request
from werkzeug.exceptions import HTTPException

from api.board import NothingPublished

PROBLEM = "application/problem+json"


class NotFound(Exception):
    """We looked, and there is no such thing."""


class NotAllowed(Exception):
    """No key, an unknown or revoked one, or one without the scope."""


class TooMany(Exception):
    """More requests than the quota allows."""


class BadRequest(Exception):
    """The request cannot be used; the message says what to do."""


_CODES: tuple[tuple[type[Exception], HTTPStatus, str], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND, "not_found"),
    (NotAllowed, HTTPStatus.UNAUTHORIZED, "not_allowed"),
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests"),
    (BadRequest, HTTPStatus.BAD_REQUEST, "bad_request"),
    (NothingPublished, HTTPStatus.SERVICE_UNAVAILABLE, "nothing_published"),
)


def problem_body(status: int, code: str, message: str, detail: Any = None) -> bytes:
    """One failure: ``type``, ``title``, ``status``, ``detail`` (what to do), ``code`` (for machines), ``errors``."""
    body = {
        "type": f"/docs#{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": message,
        "code": code,
        "errors": detail,
    }
    return orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)


def problem(status: int, code: str, message: str, detail: Any = None) -> Response:
    """A failure as an answer."""
    response = Response(problem_body(status, code, message, detail), status=status, mimetype=PROBLEM)
    response.headers["Cache-Control"] = "no-store"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def register_errors(app: APIFlask) -> None:
    """Answer every failure in the one form."""
    for kind, status, code in _CODES:
        app.register_error_handler(kind, _answer(status, code))

    @app.error_processor
    def of_apiflask(error: HTTPError) -> Any:
        code = "bad_request" if error.status_code == HTTPStatus.UNPROCESSABLE_ENTITY else _word(error.status_code)
        status = HTTPStatus.BAD_REQUEST if code == "bad_request" else HTTPStatus(error.status_code)
        message = _faults(error.detail) or str(error.message)
        return problem(status, code, message, error.detail or None)

    @app.errorhandler(HTTPException)
    def of_werkzeug(error: HTTPException) -> Response:
        status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
        message = f"{request.method} {request.path}: {error.name}"
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            message = f"the body is too large: send {app.config['MAX_CONTENT_LENGTH'] >> 20} MiB at most in one request"
        response = problem(status, _word(status), message)
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return response

    @app.errorhandler(Exception)
    def of_ours(error: Exception) -> Response:
        app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "this is a defect of ours; it is logged")


def _faults(detail: Any) -> str:
    """What validation found, in words: ``limit: Not a valid integer.``"""
    if not isinstance(detail, dict):
        return ""
    found = [
        f"{name}: {' '.join(said) if isinstance(said, list) else 'not of the form described in /openapi.json'}"
        for fields in detail.values()
        if isinstance(fields, dict)
        for name, said in fields.items()
    ]
    return "; ".join(found)


def _answer(status: HTTPStatus, code: str) -> Any:
    def answer(error: Exception) -> Response:
        return problem(status, code, str(error))

    return answer


def _word(status: int) -> str:
    return HTTPStatus(status).phrase.lower().replace(" ", "_")
