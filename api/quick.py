"""gunicorn's threaded worker, with a short way for answers that are ready.

On the long way a request is handed to a thread, read there, answered, and its connection handed back: four times
somebody waits for a turn, half a millisecond when all is quiet. An app that has a ``quick`` callable (WSGI, but it may
return None) is asked first, by the thread that hears of the request: what it answers goes out at once. All else takes
the long way, with its bytes given back to the server's own reader, so that there is one reader of HTTP.

The thread that hears must never wait. ``quick`` answers from what is there; what a client is slow to take is handed on.
New connections are listened to as kept ones are, so one that says nothing holds no thread.
"""

from __future__ import annotations

import errno
import os
import selectors
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from gunicorn import SERVER
from gunicorn.config import PostRequest, PreRequest
from gunicorn.workers.gthread import TConn, ThreadWorker

from api.plain_http import MOST_BYTES, head_of, read_plain

Quick = Callable[[dict[str, Any], Callable[..., Any]], list[bytes] | None]


class QuickWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gthread that answers at once what is ready."""

    quick: Quick | None = None
    """None: all goes the long way."""

    def load_wsgi(self) -> None:
        """Load the app, and see whether it can be asked the short way as things are set."""
        super().load_wsgi()
        self._heard: set[Any] = set()
        if _unchanged(self.cfg):
            self.quick = getattr(self.wsgi, "quick", None)

    def accept(self, listener: Any) -> None:
        """Listen to a new connection."""
        if self.quick is None:
            super().accept(listener)
            return
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        conn = TConn(self.cfg, client, address, listener.getsockname())
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(client, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        """Answer the first request of a connection."""
        done = self._answer(conn, client)
        if done is None:
            super().on_pending_socket_readable(conn, client)
            return
        self.pending_conns.remove(conn)
        if not done:
            self.poller.unregister(client)
            return
        conn.set_timeout()
        self.keepalived_conns.append(conn)
        self.poller.modify(client, selectors.EVENT_READ, partial(self.on_client_socket_readable, conn))

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """Answer a request of a connection that was kept."""
        done = self._answer(conn, client)
        if done:
            conn.set_timeout()
            self._heard.add(conn)
            return
        self._heard.discard(conn)
        if done is None:
            super().on_client_socket_readable(conn, client)
        else:
            self.poller.unregister(client)
            self.keepalived_conns.remove(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close connections that said nothing for long. Who was answered at once has kept its place in the row."""
        kept, heard = self.keepalived_conns, self._heard
        while heard and kept and kept[0] in heard:
            heard.discard(kept[0])
            kept.rotate(-1)
        super().murder_keepalived(force)
        if not kept:
            heard.clear()

    def _answer(self, conn: Any, client: Any) -> bool | None:
        """True: answered; False: somebody else sends what is left; None: take the long way."""
        if self.quick is None or not self.alive or self.nr + 1 >= self.max_requests:
            return None
        try:
            data = client.recv(MOST_BYTES + 1)
        except BlockingIOError:
            return True  # a false alarm
        except OSError:
            return None
        answer = self._ready(conn, data)
        if answer is None:
            self._give_back(conn, data)
            return None
        self.nr += 1
        try:
            left = _send(client, answer)
        except OSError:
            self._give_back(conn, b"")  # it is gone: the long way finds that out and tidies up
            return None
        if left is None:
            return True
        job = self.tpool.submit(self._send_rest, conn, left)
        job.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))
        return False

    def _ready(self, conn: Any, data: bytes) -> list[bytes] | None:
        environ = read_plain(data)
        if environ is None or self.quick is None:
            return None
        environ["REMOTE_ADDR"] = conn.client[0] if isinstance(conn.client, tuple) else conn.client
        environ["wsgi.url_scheme"] = "http"
        told: list[Any] = []
        try:
            body = self.quick(environ, lambda *said: told.extend(said))
        except Exception:  # the long way meets it too, and answers and logs it
            return None
        if body is None:
            return None
        return [head_of(told[0], told[1], SERVER, time.time()), *body]

    def _give_back(self, conn: Any, data: bytes) -> None:
        conn.init()
        if data:
            conn.parser.unreader.unread(data)
        conn.data_ready = True

    def _send_rest(self, conn: Any, left: list[memoryview]) -> bool:
        conn.sock.settimeout(None)
        conn.init()
        for part in left:
            conn.sock.sendall(part)
        return True


def _send(client: Any, parts: list[bytes]) -> list[memoryview] | None:
    """Send what is taken without waiting; what is left, None if nothing."""
    try:
        sent = client.sendmsg(parts)
    except BlockingIOError:
        sent = 0
    left = []
    for part in parts:
        if sent < len(part):
            left.append(memoryview(part)[sent:])
        sent = max(sent - len(part), 0)
    return left or None


def _unchanged(cfg: Any) -> bool:
    """Whether the server is to do no more for each request than answer it: no log, no hook, no other protocol."""
    plain = not cfg.is_ssl and cfg.protocol == "http" and cfg.proxy_protocol == "off" and "h2" not in cfg.http_protocols
    logged = cfg.accesslog or cfg.logconfig or cfg.logconfig_dict or cfg.logconfig_json or cfg.syslog or cfg.statsd_host
    hooked = cfg.pre_request is not PreRequest.default or cfg.post_request is not PostRequest.default
    return plain and bool(cfg.keepalive) and not logged and not hooked and not os.environ.get("SCRIPT_NAME")
