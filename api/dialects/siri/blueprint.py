"""The blueprint of ``/siri-lite`` and the frame of its answers."""

from __future__ import annotations

import math
from collections.abc import Callable

import orjson
from apiflask import APIBlueprint
from flask import Response, request

from api.answers import made_answer
from api.board import View
from api.dialects.siri.profile import to_json
from api.dialects.siri.refs import to_ref
from api.dialects.trees import Node, to_xml
from api.freshness import moment_of
from api.state import counter
from api.values import iso

bp = APIBlueprint("siri", __name__, url_prefix="/siri-lite", enable_openapi=False)

VERSION = "2.0"
"""Of SIRI, as the profile has it; the answers are valid by the schemas of 2.1 too."""
NAMESPACE = "http://www.siri.org.uk/siri"
XML, JSON = "application/xml", "application/json"


def is_xml() -> bool:
    """Whether XML is asked for: the address ends so."""
    return request.path.endswith(".xml")


def delivered(shown: View, name: str, build: Callable[[], list[Node]]) -> Response:
    """A functional service's delivery within a ServiceDelivery."""

    def body() -> bytes:
        now = moment_of(shown, counter().clock())
        tree: list[Node] = [("ServiceDelivery", [*service(now, shown), (name, [*opening(now, shown), *build()])])]
        return rendered(tree)

    return made_answer(shown, body, XML if is_xml() else JSON)


def discovered(shown: View, name: str, build: Callable[[], list[Node]]) -> Response:
    """A discovery's delivery."""

    def body() -> bytes:
        now = moment_of(shown, counter().clock())
        return rendered([(name, [*opening(now, shown), *build()])])

    return made_answer(shown, body, XML if is_xml() else JSON)


def service(now: float, shown: View | None) -> list[Node]:
    """What a ServiceDelivery says of itself."""
    asked = request.args.get("MessageIdentifier", "")[:100]
    return [
        ("ResponseTimestamp", iso(round(now))),
        ("ProducerRef", to_ref(shown.snapshot.city_id) if shown else "passinfo"),
        ("ResponseMessageIdentifier", f"{shown.snapshot.city_id}:{shown.snapshot.sequence}" if shown else None),
        ("RequestMessageRef", " ".join(asked.split()) or None),
    ]


def opening(now: float, shown: View) -> list[Node]:
    """What a delivery says of itself: until when it holds, and how often one may ask."""
    due_at = max(shown.snapshot.made_at + shown.tick_s, now + 1)
    return [
        ("ResponseTimestamp", iso(round(now))),
        ("Status", True),
        ("ValidUntil", iso(math.ceil(due_at))),
        ("ShortestPossibleCycle", f"PT{max(math.ceil(shown.tick_s), 1)}S"),
    ]


def rendered(tree: list[Node]) -> bytes:
    """The answer in the form that was asked for."""
    if is_xml():
        return to_xml("Siri", tree, f'xmlns="{NAMESPACE}" version="{VERSION}"')
    return orjson.dumps({"Siri": to_json(_versioned(tree))})


def _versioned(tree: list[Node]) -> list[Node]:
    """The version of each delivery, an attribute in XML, stands among the fields in JSON."""
    told: list[Node] = []
    for name, content in tree:
        inner = _versioned(list(content)) if isinstance(content, list) and name == "ServiceDelivery" else content
        if name.endswith("Delivery") and name != "ServiceDelivery" and isinstance(inner, list):
            first, *rest = inner
            inner = [first, ("Version", VERSION), *rest]
        told.append((name, inner))
    return told
