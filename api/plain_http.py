"""The plainest of HTTP/1.1: one small GET as most clients send it, read from its bytes, and an answer as bytes.

What is not of this form is nobody's fault: the server reads it then, as it reads everything. So this need not know
what to do with an odd request, only that it is odd: anything that HTTP allows beside the plainest, or forbids, is odd.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import formatdate
from functools import lru_cache
from typing import Any

MOST_BYTES = 8_190
"""Longest request read here; the server's own limits begin there."""
_HEAD = re.compile(
    rb"(GET|HEAD) (/(?!/)[A-Za-z0-9_.~!$&'()*+,;=:@/-]*)(?:\?([A-Za-z0-9_.~!$&'()*+,;=:@/?%-]*))? HTTP/1\.1\r\n"
    rb"((?:[A-Za-z0-9-]++:[\t -~]*+\r\n){1,60}+)\r\n"
)
"""No escapes in the path, no obsolete folding, no bytes beyond ASCII, no name with an underscore: all of it is odd.
Possessive, so that nothing is tried twice: whoever asks must not choose how long the reading takes."""
_ODD = frozenset(
    (
        "HTTP_CONTENT_LENGTH",
        "HTTP_CONTENT_TYPE",
        "HTTP_TRANSFER_ENCODING",
        "HTTP_EXPECT",
        "HTTP_UPGRADE",
        "HTTP_HTTP2_SETTINGS",
        "HTTP_TE",
        "HTTP_TRAILER",
        "HTTP_X_FORWARDED_PROTOCOL",
        "HTTP_X_FORWARDED_SSL",
    )
)
"""A body, another protocol, or what the server has an opinion on."""
Environ = dict[str, Any]


def read_plain(data: bytes) -> Environ | None:
    r"""What WSGI calls the environment of a plain request, as far as answers depend on it; None if it is odd.

    Parameters
    ----------
    data
        All that has been received: one whole request, and nothing behind it.

    Examples
    --------
    >>> read_plain(b"GET /v1/routes?limit=2 HTTP/1.1\r\nHost: a\r\n\r\n")["QUERY_STRING"]
    'limit=2'
    >>> read_plain(b"GET /v1/routes HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n") is None
    True
    """
    found = _HEAD.fullmatch(data) if len(data) <= MOST_BYTES else None
    if found is None:
        return None
    method, path, query, fields = found.groups()
    environ: Environ = {}
    for line in fields.decode("ascii").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        key = _key(name)
        if key in environ or key in _ODD:
            return None
        environ[key] = value.strip(" \t")
    if "HTTP_HOST" not in environ or environ.get("HTTP_CONNECTION", "keep-alive").lower() != "keep-alive":
        return None
    environ["REQUEST_METHOD"] = method.decode("ascii")
    environ["SCRIPT_NAME"] = ""
    environ["PATH_INFO"] = path.decode("ascii")
    environ["QUERY_STRING"] = "" if query is None else query.decode("ascii")
    return environ


@lru_cache(maxsize=1_024)
def _key(name: str) -> str:
    return "HTTP_" + name.upper().replace("-", "_")


def head_of(status: str, headers: Sequence[tuple[str, str]], server: str, at: float) -> bytes:
    r"""The head of an answer on a connection that stays open, as the server would write it.

    Examples
    --------
    >>> head_of("200 OK", [("Content-Length", "2")], "us", 0).split(b"\r\n")[2:5]
    [b'Date: Thu, 01 Jan 1970 00:00:00 GMT', b'Connection: keep-alive', b'Content-Length: 2']
    """
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    return f"{_begin(status, server, int(at))}{lines}\r\n".encode("latin-1")


@lru_cache(maxsize=16)
def _begin(status: str, server: str, at_s: int) -> str:
    date = formatdate(at_s, usegmt=True)
    return f"HTTP/1.1 {status}\r\nServer: {server}\r\nDate: {date}\r\nConnection: keep-alive\r\n"
