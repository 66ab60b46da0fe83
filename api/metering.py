"""Quotas and the headers that tell them: before and after each request for data."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qs

from apiflask import APIFlask
from flask import Response, g, request

from api.errors import TooMany
from api.quota import ANONYMOUS, KEYED, Quota, Standing
from api.state import Counter

FREE = ("/health/", "/static/", "/docs", "/openapi.json", "/bms/")
"""Probes must not be refused; what buses send has keys and limits of its own."""
DIALECTS = ("/api/", "/siri-lite/")
"""There a key is a parameter, as their clients send it; one that is not ours is as good as none."""
SETTING = "PASSINFO_QUOTA"
KEYED_SETTING = "PASSINFO_QUOTA_KEYED"
STANDING = "passinfo.standing"
"""Where the environment of a request tells that it has been counted already."""
COUNTED = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
LONGEST_TOKEN = 200
LONGEST_QUERY = 8_190


class Meter:
    """Counts requests for data by who sends them."""

    def __init__(self, counter: Counter, quota: Quota) -> None:
        self.counter, self.quota = counter, quota

    def standing_of(self, environ: dict[str, Any]) -> Standing | None:
        """Count a request; None where none are counted."""
        if environ["PATH_INFO"].startswith(FREE) or environ["REQUEST_METHOD"] == "OPTIONS":
            return None
        key = self._key(environ)
        return self.quota.ask(key or environ.get("REMOTE_ADDR") or "", self.counter.clock(), keyed=bool(key))

    def _key(self, environ: dict[str, Any]) -> str | None:
        """The id of a valid key, so that nobody gains a quota by inventing tokens."""
        header: str = environ.get("HTTP_AUTHORIZATION", "")
        told: str = environ.get("HTTP_X_API_KEY", "")
        token = header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else told
        if not token and environ["PATH_INFO"].startswith(DIALECTS):
            token = _parameter(environ.get("QUERY_STRING", ""))
        if not token or len(token) > LONGEST_TOKEN:
            return None
        known = self.counter.known_key(token)
        return None if known is None else known.key_id


def _parameter(query: str) -> str:
    """The key among the parameters of a dialect."""
    given = parse_qs(query[:LONGEST_QUERY])
    return next((given[name][0] for name in ("key", "serviceKey") if name in given), "")


def told(standing: Standing) -> list[tuple[str, str]]:
    """The headers that tell a client where it stands."""
    return list(zip(COUNTED, map(str, (standing.limit, standing.remaining, standing.reset_s)), strict=True))


def register_metering(app: APIFlask, counter: Counter) -> Meter:
    """Count requests for data, if the state directory can be written to."""
    quota = Quota(
        counter.folder / "quota.bin", int(os.environ.get(SETTING, ANONYMOUS)), int(os.environ.get(KEYED_SETTING, KEYED))
    )
    app.extensions["passinfo-quota"] = quota
    meter = Meter(counter, quota)

    @app.before_request
    def count() -> None:
        standing = request.environ.get(STANDING) or meter.standing_of(request.environ)
        g.standing = standing
        if standing is not None and not standing.allowed:
            raise TooMany(
                f"more than {standing.limit} requests a minute: wait {standing.reset_s} s, poll no oftener than "
                "Cache-Control says, or ask the operator for a key"
            )

    @app.after_request
    def tell(response: Response) -> Response:
        standing = g.get("standing")
        if standing is not None and not g.get("lean"):
            response.headers.extend(told(standing))
            if not standing.allowed:
                response.headers["Retry-After"] = str(standing.reset_s)
        return response

    return meter
