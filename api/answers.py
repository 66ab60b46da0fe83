"""Answers that spare the network: made once a snapshot, kept packed, with ETag, 304 and an end of freshness."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import zstandard
from flask import Response, request

from api.board import View
from api.freshness import moment_of
from api.state import counter

LEAST_PACKED = 500
"""Smaller bodies do not gain by packing: they fit in one frame of the network as they are."""
GZIP_LEVEL, ZSTD_LEVEL = 6, 6
ENCODINGS = ("zstd", "gzip")
"""In order of liking; identity where the client names none: small displays cannot unpack."""
MOST_KEPT = 4_096
"""Answers kept of one snapshot."""


@dataclass(slots=True)
class Packed:
    """One body in the encodings asked for so far."""

    data: bytes
    mimetype: str
    etag: str
    by_encoding: dict[str, bytes] = field(default_factory=dict)

    def encoded(self, encoding: str) -> bytes:
        """The body in an encoding, packed on first use."""
        kept = self.by_encoding.get(encoding)
        if kept is None:
            kept = _PACK[encoding](self.data)
            self.by_encoding[encoding] = kept
        return kept


_PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, GZIP_LEVEL, mtime=0),
    "zstd": lambda data: zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(data),
}


def view_answer(shown: View, build: Callable[[], Any]) -> Response:
    """JSON that depends on the request's path and query and on the snapshot alone: built once for all who ask."""
    moment = moment_of(shown, counter().clock())
    key = (request.path, tuple(sorted(request.args.items(multi=True))), moment)
    packed = shown.answers.get(key)
    if packed is None:
        packed = pack(orjson.dumps(build()), "application/json")
        if len(shown.answers) < MOST_KEPT:
            shown.answers[key] = packed
    return respond(packed, shown.snapshot.made_at, fresh_for(shown))


def data_answer(shown: View, name: str, data: bytes, mimetype: str) -> Response:
    """Bytes of a snapshot, such as a feed."""
    packed = shown.answers.get((name,))
    if packed is None:
        packed = shown.answers[(name,)] = pack(data, mimetype)
    return respond(packed, shown.snapshot.made_at, fresh_for(shown))


def plain_answer(body: Any, made_at: float, fresh_s: int) -> Response:
    """JSON that is made for this request alone."""
    return respond(pack(orjson.dumps(body), "application/json"), made_at, fresh_s)


def pack(data: bytes, mimetype: str) -> Packed:
    """A body with its tag."""
    return Packed(data, mimetype, hashlib.blake2b(data, digest_size=12).hexdigest())


def respond(packed: Packed, made_at: float, fresh_s: int) -> Response:
    """The answer in the best encoding the client takes; 304 if it has it already."""
    encoding = _encoding() if len(packed.data) >= LEAST_PACKED and packed.mimetype != "application/zip" else ""
    response = Response(packed.encoded(encoding) if encoding else packed.data, mimetype=packed.mimetype)
    # a strong tag is of the bytes as sent: each encoding has its own
    response.set_etag(f"{packed.etag}-{encoding}" if encoding else packed.etag)
    response.last_modified = dt.datetime.fromtimestamp(int(made_at), dt.UTC)
    response.headers["Cache-Control"] = f"public, max-age={fresh_s}"
    response.headers["Vary"] = "Accept-Encoding"
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.make_conditional(request)
    return response


def fresh_for(shown: View) -> int:
    """Whole seconds until the next tick is due; 1 when it is late: whoever asks again then sees it."""
    left_s = shown.snapshot.made_at + shown.tick_s - counter().clock()
    return max(math.ceil(left_s), 1) if left_s <= shown.tick_s else 1


def _encoding() -> str:
    accepted = request.accept_encodings
    if not accepted:
        return ""
    best = max(ENCODINGS, key=lambda name: accepted.quality(name))
    plain = accepted.quality("identity") if accepted.find("identity") >= 0 else 0.001
    return best if accepted.quality(best) > 0 and accepted.quality(best) >= plain else ""
