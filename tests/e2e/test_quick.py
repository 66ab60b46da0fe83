"""The short way answers what the long way answers, on connections of every kind, in a real gunicorn."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from api.quick import _send
from tests.e2e.served import PATIENCE_S, served
from tests.unit.api.conftest import publish

KEEP_S = 2
LONG = "Expect: 100-continue"
"""Whoever expects is never answered the short way."""
ARRIVALS = "/v1/stops/S4/arrivals"
pytestmark = pytest.mark.slow


class Line:
    """A kept connection, and answers one by one."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.got = b""

    def close(self) -> None:
        self.socket.close()

    def say(self, text: bytes) -> None:
        self.socket.sendall(text)

    def hear(self, *, body: bool = True) -> tuple[str, dict[str, str], bytes]:
        while b"\r\n\r\n" not in self.got:
            self._more()
        head, _, self.got = self.got.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
        if first.startswith("HTTP/1.1 100"):
            return self.hear(body=body)
        length = int(headers.get("content-length", "0")) if body else 0
        while len(self.got) < length:
            self._more()
        found, self.got = self.got[:length], self.got[length:]
        return first, headers, found

    def _more(self) -> None:
        chunk = self.socket.recv(65_536)
        if not chunk:
            raise EOFError
        self.got += chunk

    def ask(self, path: str, *headers: str, method: str = "GET") -> tuple[str, dict[str, str], bytes]:
        self.say(request(path, *headers, method=method))
        return self.hear(body=method != "HEAD")

    def is_closed(self) -> bool:
        self.socket.settimeout(0.0)
        try:
            return self.socket.recv(1) == b""
        except BlockingIOError:
            return False
        except ConnectionResetError:
            return True
        finally:
            self.socket.settimeout(PATIENCE_S)


def request(path: str, *headers: str, method: str = "GET") -> bytes:
    return "".join(f"{each}\r\n" for each in (f"{method} {path} HTTP/1.1", "Host: x", *headers, "")).encode("latin-1")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    state = tmp_path_factory.mktemp("state")
    publish(state)
    options = ("--workers", "1", "--threads", "2", "--keep-alive", str(KEEP_S))
    with served("wsgi:app", {"PASSINFO_STATE": str(state)}, options) as number:
        yield number


@pytest.fixture
def line(port: int) -> Iterator[Line]:
    made = Line(port)
    yield made
    made.close()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "header", ["Accept: */*", "Accept-Encoding: zstd", "Accept-Encoding: gzip", "If-None-Match: *"]
)
def test_both_ways_answer_the_same(line: Line, header: str, method: str) -> None:
    line.ask(ARRIVALS)
    short, long = line.ask(ARRIVALS, header, method=method), line.ask(ARRIVALS, header, LONG, method=method)
    for _, headers, _ in (short, long):
        assert headers.pop("date") and headers.pop("cache-control") and headers.pop("x-ratelimit-remaining")
        headers.pop("x-ratelimit-reset")
        headers.pop("connection")
    assert short == long
    tag = short[1]["etag"]
    assert line.ask(ARRIVALS, header, f"If-None-Match: {tag}")[0].startswith("HTTP/1.1 304")


def test_requests_of_all_kinds_share_a_connection(line: Line) -> None:
    for _ in range(3):
        assert line.ask(ARRIVALS)[0] == "HTTP/1.1 200 OK"
        assert line.ask("/v1/routes")[0] == "HTTP/1.1 200 OK"
        assert line.ask("/v1/stops/none/arrivals")[0] == "HTTP/1.1 404 NOT FOUND"
        assert line.ask(ARRIVALS, method="HEAD")[2] == b""
        assert line.ask("/v1/st%6Fps")[0] == "HTTP/1.1 200 OK"


def test_requests_that_come_at_once_are_all_answered(line: Line) -> None:
    line.say(request(ARRIVALS) + request("/v1/routes") + request(ARRIVALS))
    assert [line.hear()[0] for _ in range(3)] == ["HTTP/1.1 200 OK"] * 3
    line.say(request(ARRIVALS))
    assert line.hear()[0] == "HTTP/1.1 200 OK"


def test_a_request_in_pieces_is_put_together(line: Line) -> None:
    for _ in range(2):
        for piece in (request(ARRIVALS)[:9], request(ARRIVALS)[9:30], request(ARRIVALS)[30:]):
            line.say(piece)
            time.sleep(0.05)
        assert line.hear()[0] == "HTTP/1.1 200 OK"


def test_who_says_nothing_holds_no_thread(port: int, line: Line) -> None:
    silent = [Line(port) for _ in range(20)]
    assert line.ask("/v1/routes", LONG)[0] == "HTTP/1.1 200 OK"
    for each in silent:
        each.close()


def test_a_connection_ends_when_it_is_silent_and_no_sooner(port: int) -> None:
    silent, speaking, new = Line(port), Line(port), Line(port)
    silent.ask(ARRIVALS)
    for _ in range(int((KEEP_S + 2) / 0.25)):
        assert speaking.ask(ARRIVALS)[0] == "HTTP/1.1 200 OK"
        time.sleep(0.25)
    assert silent.is_closed() and new.is_closed() and not speaking.is_closed()
    for each in (silent, speaking, new):
        each.close()


def test_what_a_client_is_slow_to_take_is_left() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(0.0)
    parts = [b"head", b"b" * (4 << 20), b"tail"]
    left = _send(ours, parts)
    assert left is not None and sum(map(len, left)) < len(b"".join(parts))
    assert _send(ours, [b"more"]) == [memoryview(b"more")]
    taken = b""
    while len(taken) < len(b"".join(parts)) - sum(map(len, left)):
        taken += theirs.recv(1 << 20)
    assert taken + b"".join(left) == b"".join(parts)
    assert _send(ours, [b"a", b""]) is None
    ours.close()
    theirs.close()
