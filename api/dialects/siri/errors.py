"""Failures as SIRI has them: a delivery with ``Status`` false and an ``ErrorCondition``.

A question that cannot be answered is answered so, with HTTP 200: the exchange itself went well. Where it did not (too
many requests, nothing published yet), the HTTP code says so too.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from api.board import NothingPublished
from api.dialects.siri.blueprint import JSON, XML, bp, is_xml, rendered, service
from api.dialects.trees import Node
from api.errors import BadRequest, NotFound, TooMany
from api.state import counter
from api.values import iso

_DELIVERIES = {
    "stop-monitoring": "StopMonitoringDelivery",
    "vehicle-monitoring": "VehicleMonitoringDelivery",
    "stoppoints-discovery": "StopPointsDelivery",
    "lines-discovery": "LinesDelivery",
}


class InvalidRef(NotFound):
    """A reference to nothing."""

    def __init__(self, name: str, ref: str) -> None:
        super().__init__(f"{name}: there is no {ref[:100]!r}")


def _failure(status: HTTPStatus, error: str, words: str) -> Response:
    now = counter().clock()
    condition: Node = ("ErrorCondition", [(error, [("ErrorText", words)]), ("Description", words)])
    body: list[Node] = [("ResponseTimestamp", iso(round(now))), ("Status", False), condition]
    called = request.path.rsplit("/", 1)[-1].split(".", maxsplit=1)[0]
    name = _DELIVERIES.get(called, "StopMonitoringDelivery")
    inside: Node = (name, body)
    tree: list[Node] = (
        [inside] if called.endswith("discovery") else [("ServiceDelivery", [*service(now, None), inside])]
    )
    response = Response(rendered(tree), status=int(status), mimetype=XML if is_xml() else JSON)
    response.headers["Cache-Control"] = "no-store"
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response


@bp.errorhandler(NotFound)
def not_found(error: NotFound) -> Response:
    """We looked, and there is none."""
    return _failure(HTTPStatus.OK, "InvalidDataReferencesError", str(error))


@bp.errorhandler(BadRequest)
def bad_request(error: BadRequest) -> Response:
    """A parameter cannot be used."""
    return _failure(HTTPStatus.OK, "OtherError", str(error))


@bp.errorhandler(TooMany)
def too_many(error: TooMany) -> Response:
    """More than the quota allows."""
    return _failure(HTTPStatus.TOO_MANY_REQUESTS, "AllowedResourceUsageExceededError", str(error))


@bp.errorhandler(NothingPublished)
def nothing(error: NothingPublished) -> Response:
    """We could not look."""
    return _failure(HTTPStatus.SERVICE_UNAVAILABLE, "ServiceNotAvailableError", str(error))


@bp.errorhandler(HTTPException)
def refused(error: HTTPException) -> Response:
    """What the framework refuses."""
    return _failure(HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR), "OtherError", error.name)


@bp.errorhandler(Exception)
def defect(error: Exception) -> Response:
    """A defect of ours."""
    current_app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return _failure(HTTPStatus.INTERNAL_SERVER_ERROR, "OtherError", "internal error")
