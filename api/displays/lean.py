"""Answers for things that poll over a thin line: few headers, a tag, 304, and when to ask again."""

from __future__ import annotations

import gzip
import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, g, request

from api.answers import LEAST_PACKED
from api.displays.minute import MINUTE_S, Minute

GZIP_LEVEL = 6
MOST_KEPT = 4_096
"""Bodies kept of one minute."""
GRACE_S = 1
"""Ask a second after the minute: clocks differ."""


@dataclass(frozen=True, slots=True)
class Body:
    """One body and its tag."""

    data: bytes
    mimetype: str
    tag: str
    packed: bytes | None
    """Gzip, for who asks; None where it does not gain."""


def body_of(data: bytes, mimetype: str, *, packs: bool) -> Body:
    """A body with its tag: equal bytes have equal tags."""
    tag = hashlib.blake2b(data, digest_size=6).hexdigest()
    gains = packs and len(data) >= LEAST_PACKED
    return Body(data, mimetype, tag, gzip.compress(data, GZIP_LEVEL, mtime=0) if gains else None)


def lean_answer(minute: Minute, clock: float, key: tuple[object, ...], build: Callable[[], Body]) -> Response:
    """The answer of a minute, made once for all who ask.

    ``max-age`` ends just after the whole minute: before it, nothing changes.
    """
    kept = minute.view.answers
    body = kept.get(key)
    if body is None:
        body = build()
        if len(kept) < MOST_KEPT:
            kept[key] = body
    packed = body.packed is not None and request.accept_encodings.quality("gzip") > 0
    response = Response(body.packed if packed else body.data, mimetype=body.mimetype)
    response.set_etag(f"{body.tag}z" if packed else body.tag)
    left_s = max(math.ceil(minute.at + MINUTE_S - clock), 0) + GRACE_S
    response.headers["Cache-Control"] = f"max-age={min(left_s, MINUTE_S + GRACE_S)}"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    if body.packed is not None:
        response.headers["Vary"] = "Accept-Encoding"
    response.make_conditional(request)
    g.lean = True
    return response
