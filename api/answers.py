"""Answers that spare the network: made once a snapshot, kept packed, with ETag, 304 and an end of freshness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from flask import Response, request
from werkzeug.http import http_date

from api.board import View
from api.freshness import fresh_s, moment_of
from api.hot import MOST_BYTES, OFFERED, Offered
from api.packed import LEAST_PACKED, Packed, pack
from api.state import counter
from passinfo.stores.encodings import SUFFIX
from passinfo.stores.packing import Blobs

__all__ = [
    "LEAST_PACKED",
    "data_answer",
    "feed_answer",
    "fresh_for",
    "made_answer",
    "pack",
    "plain_answer",
    "respond",
    "view_answer",
]


def view_answer(shown: View, build: Callable[[], Any]) -> Response:
    """JSON that depends on the request's path and query and on the snapshot alone: built once for all who ask."""
    return made_answer(shown, lambda: orjson.dumps(build()), "application/json")


def made_answer(shown: View, build: Callable[[], bytes], mimetype: str) -> Response:
    """Bytes that depend on the request's path and query and on the snapshot alone: built once for all who ask."""
    moment = moment_of(shown, counter().clock())
    key = (request.path, tuple(sorted(request.args.items(multi=True))), moment)
    packed = shown.answers.get(key)
    if packed is None:
        packed = _keep(shown, key, pack(build(), mimetype))
    return _hot(shown, moment, packed)


def data_answer(shown: View, name: str, data: bytes, mimetype: str) -> Response:
    """Bytes of a snapshot, such as a feed. What its publisher has packed is sent so."""
    packed = shown.answers.get((name,))
    if packed is None:
        feeds = shown.feeds  # the view itself must not be held by what it keeps
        packed = pack(data, mimetype, lambda encoding: feeds.get(name + SUFFIX[encoding]))
        shown.answers[(name,)] = packed
    return _hot(shown, None, packed)


def feed_answer(shown: View, name: str, mimetype: str) -> Response:
    """A feed of the snapshot, sent as its publisher packed it; its plain bytes are read only for who takes no other."""
    packed = shown.answers.get((name,))
    if packed is None:
        feeds = shown.feeds
        if isinstance(feeds, Blobs):
            length, checksum = feeds.fact(name)
            # the sequence number makes it strong: equal sums within one snapshot are equal bytes
            tag = f"{shown.snapshot.sequence:x}-{length:x}-{checksum:016x}"
            packed = Packed(mimetype, tag, length, lambda: feeds[name], lambda how: feeds.get(name + SUFFIX[how]))
            shown.answers[(name,)] = packed
        else:
            return data_answer(shown, name, feeds[name], mimetype)
    return _hot(shown, None, packed)


def plain_answer(body: Any, made_at: float, fresh_for_s: int) -> Response:
    """JSON that is made for this request alone."""
    return respond(pack(orjson.dumps(body), "application/json"), made_at, fresh_for_s)


def respond(packed: Packed, made_at: float, fresh_for_s: int) -> Response:
    """The answer in the best encoding the client takes; 304 if it has it already."""
    encoding = packed.encoding_for(request.headers.get("Accept-Encoding", ""))
    response = Response(packed.encoded(encoding), mimetype=packed.mimetype)
    response.set_etag(packed.tag(encoding))
    response.headers["Last-Modified"] = http_date(int(made_at))
    response.headers["Cache-Control"] = f"public, max-age={fresh_for_s}"
    response.headers["Vary"] = "Accept-Encoding"
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.make_conditional(request)
    return response


def fresh_for(shown: View) -> int:
    """Whole seconds until the next tick is due."""
    return fresh_s(shown, counter().clock())


def _keep(shown: View, key: tuple[Any, ...], packed: Packed) -> Packed:
    """Keep a body for who asks next, as long as there is room."""
    if shown.kept_bytes[0] < MOST_BYTES:
        shown.kept_bytes[0] += len(packed.data)
        shown.answers[key] = packed
    return packed


def _hot(shown: View, moment: float | None, packed: Packed) -> Response:
    """Answer, and offer the same to who asks the very same of the same view."""
    request.environ[OFFERED] = (shown, Offered(moment, packed))
    return respond(packed, shown.snapshot.made_at, fresh_for(shown))
