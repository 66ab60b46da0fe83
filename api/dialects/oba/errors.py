"""Failures as OneBusAway's clients know them: the envelope with ``code`` and ``text``, and the same HTTP code."""

from __future__ import annotations

from http import HTTPStatus

import orjson
from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from api.board import NothingPublished
from api.dialects.oba.blueprint import bp, envelope
from api.errors import BadRequest, NotFound, TooMany
from api.state import counter


def _failure(status: HTTPStatus, text: str) -> Response:
    body = envelope(None, counter().clock(), int(status), text)
    response = Response(orjson.dumps(body), status=int(status), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response


@bp.errorhandler(NotFound)
def not_found(error: NotFound) -> Response:
    """We looked, and there is none."""
    return _failure(HTTPStatus.NOT_FOUND, f"resource not found: {error}")


@bp.errorhandler(BadRequest)
def bad_request(error: BadRequest) -> Response:
    """A parameter cannot be used."""
    return _failure(HTTPStatus.BAD_REQUEST, str(error))


@bp.errorhandler(TooMany)
def too_many(error: TooMany) -> Response:
    """More than the quota allows."""
    return _failure(HTTPStatus.TOO_MANY_REQUESTS, str(error))


@bp.errorhandler(NothingPublished)
def nothing(error: NothingPublished) -> Response:
    """We could not look."""
    return _failure(HTTPStatus.SERVICE_UNAVAILABLE, str(error))


@bp.errorhandler(HTTPException)
def refused(error: HTTPException) -> Response:
    """What the framework refuses."""
    return _failure(HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR), error.name)


@bp.errorhandler(Exception)
def defect(error: Exception) -> Response:
    """A defect of ours."""
    current_app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return _failure(HTTPStatus.INTERNAL_SERVER_ERROR, "internal server error")


@bp.get("/<path:method>")
def unknown(method: str) -> Response:
    """A method that this dialect does not have."""
    raise NotFound(f"/api/where/{method} (only .json; docs/dialects.md lists the methods)")
