"""Quotas and the headers that tell them: before and after each request for data."""

from __future__ import annotations

import os
from pathlib import Path

from apiflask import APIFlask
from flask import Response, g, request

from api.errors import TooMany
from api.quota import ANONYMOUS, KEYED, Quota
from api.state import counter

FREE = ("/health/", "/static/", "/docs", "/openapi.json", "/bms/")
"""Probes must not be refused; what buses send has keys and limits of its own."""
SETTING = "PASSINFO_QUOTA"
KEYED_SETTING = "PASSINFO_QUOTA_KEYED"


def register_metering(app: APIFlask, state: Path) -> None:
    """Count requests for data, if the state directory can be written to."""
    quota = Quota(
        state / "quota.bin", int(os.environ.get(SETTING, ANONYMOUS)), int(os.environ.get(KEYED_SETTING, KEYED))
    )
    app.extensions["passinfo-quota"] = quota

    @app.before_request
    def count() -> None:
        if request.path.startswith(FREE) or request.method == "OPTIONS":
            return
        key = _key()
        g.standing = quota.ask(key or request.remote_addr or "", counter().clock(), keyed=bool(key))
        if not g.standing.allowed:
            raise TooMany(
                f"more than {g.standing.limit} requests a minute: wait {g.standing.reset_s} s, poll no oftener than "
                "Cache-Control says, or ask the operator for a key"
            )

    @app.after_request
    def tell(response: Response) -> Response:
        standing = g.get("standing")
        if standing is not None and not g.get("lean"):
            response.headers["x-ratelimit-limit"] = str(standing.limit)
            response.headers["x-ratelimit-remaining"] = str(standing.remaining)
            response.headers["x-ratelimit-reset"] = str(standing.reset_s)
            if not standing.allowed:
                response.headers["Retry-After"] = str(standing.reset_s)
        return response


def _key() -> str | None:
    """The id of a valid key, so that nobody gains a quota by inventing tokens."""
    header = request.headers.get("Authorization", "")
    token = (
        header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else request.headers.get("x-api-key", "")
    )
    if not token or len(token) > 200:
        return None
    known = counter().known_key(token)
    return None if known is None else known.key_id
