"""The worker that gunicorn runs: what is no request at all is answered as problem+json too, and says what to do."""

from __future__ import annotations

import contextlib
import socket
import sys
from http import HTTPStatus
from typing import Any

from gunicorn.http import errors

from api.errors import PROBLEM, problem_body
from api.quick import QuickWorker

_KINDS: tuple[tuple[type[Exception], int, str], ...] = (
    (errors.LimitRequestLine, 414, "the address is longer than {line} bytes: ask for fewer stops in one request"),
    (errors.LimitRequestHeaders, 431, "more than {fields} headers, or one of more than {size} bytes: send fewer"),
    (errors.UnsupportedTransferCoding, 501, "send the body as it is, or with Transfer-Encoding: chunked"),
    (errors.ExpectationFailed, 417, "send the request without the header Expect"),
    (errors.ForbiddenProxyRequest, 403, "this server is asked directly, not by the PROXY protocol"),
    (errors.InvalidRequestMethod, 400, "no HTTP method is called so"),
    (errors.InvalidHTTPVersion, 400, "speak HTTP/1.0 or HTTP/1.1"),
    (errors.InvalidHeaderName, 400, "a header has a name that HTTP does not allow"),
    (errors.InvalidHeader, 400, "a header has a value that HTTP does not allow"),
    (errors.InvalidRequestLine, 400, "begin with METHOD PATH HTTP/1.1"),
    (errors.ParseException, 400, "this is not HTTP/1.1 as RFC 9112 describes it"),
)


class CounterWorker(QuickWorker):
    """gthread that answers at once what is ready, with failures that clients can read."""

    def init_process(self) -> None:
        """Serve."""
        sys.setswitchinterval(SWITCH_S)
        super().init_process()

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer what could not be parsed; what is our own fault is logged."""
        known = next(((status, words) for kind, status, words in _KINDS if isinstance(exc, kind)), None)
        status, words = known or (500, "this is a defect of ours; it is logged")
        if known is None:
            self.log.exception("a request failed outside the app")
        else:
            self.log.info("refused a request of %s: %s", addr[0] if addr else "a local socket", type(exc).__name__)
        message = words.format(
            line=self.cfg.limit_request_line,
            fields=self.cfg.limit_request_fields,
            size=self.cfg.limit_request_field_size,
        )
        answer = HTTPStatus(status)
        body = problem_body(status, answer.phrase.lower().replace(" ", "_"), message)
        head = (
            f"HTTP/1.1 {status} {answer.phrase}\r\nContent-Type: {PROBLEM}\r\nContent-Length: {len(body)}\r\n"
            "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
        )
        with contextlib.suppress(OSError):
            client.settimeout(SEND_S)
            client.sendall(head.encode("ascii") + body)


SWITCH_S = 0.001
"""So long a request waits for its turn while a snapshot is loaded; Python's own five milliseconds are many of them."""
SEND_S = 2.0
"""Who does not take a few hundred bytes in this time does not wait for them."""
