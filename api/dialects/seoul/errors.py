"""Failures as Seoul has them: HTTP 200 and a ``headerCd``; quotas and a missing snapshot have their HTTP code too."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from api.board import NothingPublished
from api.dialects.seoul.blueprint import JSON, XML, Code, bp, is_json, rendered
from api.errors import BadRequest, NotFound, TooMany


class NoStop(NotFound):
    """There is no such stop."""


class NotLive(Exception):
    """The snapshot is too old to tell where buses are."""


def _failure(code: Code, status: HTTPStatus = HTTPStatus.OK) -> Response:
    response = Response(rendered(code, []), status=int(status), mimetype=JSON if is_json() else XML)
    response.headers["Cache-Control"] = "no-store"
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response


@bp.errorhandler(NoStop)
def no_stop(error: NoStop) -> Response:
    """No such stop."""
    return _failure(Code.NO_STOP)


@bp.errorhandler(NotFound)
def not_found(error: NotFound) -> Response:
    """No such route or method."""
    return _failure(Code.NO_RESULT)


@bp.errorhandler(BadRequest)
def bad_request(error: BadRequest) -> Response:
    """A parameter is missing."""
    return _failure(Code.QUERY)


@bp.errorhandler(NotLive)
def not_live(error: NotLive) -> Response:
    """The live loop stands still."""
    return _failure(Code.NOT_LIVE)


@bp.errorhandler(NothingPublished)
def nothing(error: NothingPublished) -> Response:
    """We could not look."""
    return _failure(Code.NOT_LIVE, HTTPStatus.SERVICE_UNAVAILABLE)


@bp.errorhandler(TooMany)
def too_many(error: TooMany) -> Response:
    """More than the quota allows."""
    return _failure(Code.SYSTEM, HTTPStatus.TOO_MANY_REQUESTS)


@bp.errorhandler(HTTPException)
def refused(error: HTTPException) -> Response:
    """What the framework refuses."""
    return _failure(Code.QUERY, HTTPStatus(error.code or HTTPStatus.BAD_REQUEST))


@bp.errorhandler(Exception)
def defect(error: Exception) -> Response:
    """A defect of ours."""
    current_app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return _failure(Code.SYSTEM, HTTPStatus.INTERNAL_SERVER_ERROR)
