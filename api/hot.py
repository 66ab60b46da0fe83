"""Answers whose bytes are made already, given before the framework is asked.

A display polls the same address all day, and so do hundreds beside it. The first to ask after a tick goes through the
framework: routing, checks, the answer's making. What it is told is kept with the view, by path and query as they were
sent, if status and headers are just what would be sent from here; who asks the same of the same view gets the same
from here. Whatever is out of the ordinary (other methods, rare headers, a quota that is used up, an answer with a
header of its own) goes through the framework as ever, so nothing has two meanings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from werkzeug.http import http_date, quote_etag

from api.board import NothingPublished, View
from api.freshness import fresh_s, moment_of
from api.going import notices
from api.metering import COUNTED, STANDING, Meter, told
from api.packed import Packed
from api.state import Counter
from api.told import plain_arrivals

GUARDS = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"))
SHARED = (
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "ETag, Last-Modified, Retry-After, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset",
    ),
)
OFFERED = "passinfo.offered"
"""Where the environment of a request tells what its answer was made of: the view, and what is offered of it."""
MOST_BYTES = 128 << 20
"""Bodies kept of one snapshot: all stops of a large city."""
QUICK_BYTES = 1 << 18
"""Larger bodies are not sent by who listens to all connections: packing and copying them takes more than a moment."""
MOST_ADDRESSES = 16_384
"""Addresses remembered of one view."""
RARE = ("HTTP_IF_MATCH", "HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_UNMODIFIED_SINCE")
_ONE_TAG = re.compile(r'"[^",]*"')
Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Offered:
    """What is answered to a path and query. It is kept by its view and does not hold it: views go by themselves."""

    moment: float | None
    """What the answer calls now; None if it does not tell."""
    packed: Packed


class Hot:
    """Stands before a WSGI app, which is asked whenever there is nothing ready."""

    def __init__(self, app: Callable[[Environ, Any], Iterable[bytes]], counter: Counter, meter: Meter) -> None:
        self.app, self.counter, self.meter = app, counter, meter

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or let the app answer."""
        try:
            ready = self._ready(environ, start_response, self.counter.board.view())
        except NothingPublished:
            ready = None
        return ready or self.app(environ, self._learning(environ, start_response))

    def quick(self, environ: Environ, start_response: StartResponse) -> list[bytes] | None:
        """Answer if that needs no waiting and no long sending: the server asks so before it hands a request on."""
        shown = self.counter.board.ready()
        return None if shown is None else self._ready(environ, start_response, shown, QUICK_BYTES)

    def _ready(
        self, environ: Environ, start_response: StartResponse, shown: View, most: int | None = None
    ) -> list[bytes] | None:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD") or notices(environ["PATH_INFO"]):
            return None
        clock = self.counter.clock()
        kept = self._kept(shown, (environ["PATH_INFO"], environ.get("QUERY_STRING", "")), clock)
        if kept is None:
            return None
        packed = kept.packed
        if most is not None and packed.length > most:
            return None
        unchanged = _unchanged(environ, packed)
        if unchanged is None:
            return None
        standing = environ[STANDING] = self.meter.standing_of(environ)
        if standing is not None and not standing.allowed:
            return None
        fixed, body = _sent(shown, packed, environ.get("HTTP_ACCEPT_ENCODING", ""), unchanged=unchanged)
        headers = [*fixed, ("Cache-Control", f"public, max-age={fresh_s(shown, clock)}")]
        if standing is not None:
            headers += told(standing)
        if unchanged:
            start_response("304 NOT MODIFIED", headers)
            return [b""]
        start_response("200 OK", headers)
        return [b"" if method == "HEAD" else body]

    def _kept(self, shown: View, address: tuple[str, str], clock: float) -> Offered | None:
        """What has been answered, or can be made at once: what most ask for, of a stop nobody has asked for yet."""
        kept: Offered | None = shown.hot.get(address)
        moment = moment_of(shown, clock)
        if kept is not None and kept.moment in (None, moment):
            return kept
        try:
            packed = plain_arrivals(shown, *address, clock)
        except Exception:  # the framework meets it too, and answers and logs it
            return None
        if packed is None:
            return None
        kept = Offered(moment, packed)
        if shown.kept_bytes[0] < MOST_BYTES and len(shown.hot) < MOST_ADDRESSES:
            shown.kept_bytes[0] += len(packed.data)
            shown.hot[address] = kept
        return kept

    def _learning(self, environ: Environ, start_response: StartResponse) -> StartResponse:
        """Keep what the framework answers, if it is what would be answered from here."""

        def start(status: str, headers: Headers, *failure: Any) -> Any:
            made: tuple[View, Offered] | None = environ.get(OFFERED)
            if made is not None and status == "200 OK" and len(made[0].hot) < MOST_ADDRESSES:
                shown, offered = made
                fixed, _ = _sent(shown, offered.packed, environ.get("HTTP_ACCEPT_ENCODING", ""))
                fresh = ("Cache-Control", f"public, max-age={fresh_s(shown, self.counter.clock())}")
                if {*fixed, fresh} == {(name, value) for name, value in headers if name not in COUNTED}:
                    shown.hot[environ["PATH_INFO"], environ.get("QUERY_STRING", "")] = offered
            return start_response(status, headers, *failure)

        return start


def _unchanged(environ: Environ, packed: Packed) -> bool | None:
    """Whether the client has it already; None where only the framework can tell."""
    if any(name in environ for name in RARE):
        return None
    tag = environ.get("HTTP_IF_NONE_MATCH")
    if tag is None:
        return None if "HTTP_IF_MODIFIED_SINCE" in environ else False
    if _ONE_TAG.fullmatch(tag) is None:
        return None
    encoding = packed.encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
    return bool(tag[1:-1] == packed.tag(encoding))


_date = lru_cache(maxsize=16)(http_date)


def _sent(shown: View, packed: Packed, accepted: str, *, unchanged: bool = False) -> tuple[Headers, bytes]:
    """The headers that do not change while the view does not, and the body."""
    encoding = packed.encoding_for(accepted)
    kept: tuple[Headers, bytes] | None = packed.sent.get((encoding, unchanged))
    if kept is None:
        body = b"" if unchanged else packed.encoded(encoding)
        headers: Headers = [("ETag", quote_etag(packed.tag(encoding))), ("Vary", "Accept-Encoding"), *GUARDS, *SHARED]
        if not unchanged:
            headers += [
                ("Content-Type", packed.content_type),
                ("Content-Length", str(len(body))),
                ("Last-Modified", _date(int(shown.snapshot.made_at))),
            ]
            if encoding:
                headers.append(("Content-Encoding", encoding))
        kept = packed.sent[encoding, unchanged] = (headers, body)
    return kept
