"""What is read as plain is plain; whatever HTTP has beside it is left to the server."""

from __future__ import annotations

import pytest

from api.plain_http import MOST_BYTES, head_of, read_plain

BEGIN = b"GET /v1/routes HTTP/1.1\r\nHost: a\r\n"


def test_a_browsers_request_is_read() -> None:
    environ = read_plain(
        b"GET /v1/stops/S:1~2/arrivals?limit=2&route_id=R%201 HTTP/1.1\r\nHost: bus.example:8000\r\n"
        b"User-Agent: Mozilla/5.0 (X11; Linux)\r\nAccept:*/*\r\nAccept-Encoding:  gzip, zstd \r\nX-Empty:\r\n"
        b'Connection: keep-alive\r\nIf-None-Match: "a-b"\r\n\r\n'
    )
    assert environ == {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/v1/stops/S:1~2/arrivals",
        "QUERY_STRING": "limit=2&route_id=R%201",
        "HTTP_HOST": "bus.example:8000",
        "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux)",
        "HTTP_ACCEPT": "*/*",
        "HTTP_ACCEPT_ENCODING": "gzip, zstd",
        "HTTP_X_EMPTY": "",
        "HTTP_CONNECTION": "keep-alive",
        "HTTP_IF_NONE_MATCH": '"a-b"',
    }


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        BEGIN,
        BEGIN + b"\r\nGET",
        BEGIN + b"\r\n" + BEGIN + b"\r\n",
        b"\r\n" + BEGIN + b"\r\n",
        BEGIN + b"Connection: close\r\n\r\n",
        BEGIN + b"Connection: Upgrade\r\n\r\n",
        BEGIN + b"Content-Length: 0\r\n\r\n",
        BEGIN + b"Transfer-Encoding: chunked\r\n\r\n",
        BEGIN + b"Expect: 100-continue\r\n\r\n",
        BEGIN + b"Host: b\r\n\r\n",
        BEGIN + b"Accept: a\r\nACCEPT: b\r\n\r\n",
        BEGIN + b"Script_Name: /x\r\n\r\n",
        BEGIN + b"Accept : a\r\n\r\n",
        BEGIN + b"Accept: a\r\n b\r\n\r\n",
        BEGIN + b"Accept: a\nb: c\r\n\r\n",
        BEGIN + b"Accept: \xe9\r\n\r\n",
        BEGIN + b"Accept: a\x00\r\n\r\n",
        BEGIN + b"A: " + b"a" * MOST_BYTES + b"\r\n\r\n",
        BEGIN + b"".join(b"A%d: a\r\n" % number for number in range(100)) + b"\r\n",
        BEGIN.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n",
        BEGIN.replace(b"Host: a\r\n", b"") + b"\r\n",
        BEGIN.replace(b"GET", b"POST") + b"\r\n",
        BEGIN.replace(b"GET ", b"GET  ") + b"\r\n",
        BEGIN.replace(b"\r\n", b"\n") + b"\n",
        BEGIN.replace(b"/v1", b"//v1") + b"\r\n",
        BEGIN.replace(b"/v1", b"http://a/v1") + b"\r\n",
        BEGIN.replace(b"/v1", b"/%761") + b"\r\n",
        BEGIN.replace(b"routes", b"routes#a") + b"\r\n",
    ],
)
def test_what_is_odd_is_left_to_the_server(odd: bytes) -> None:
    assert read_plain(odd) is None


def test_a_head_says_what_it_is_given() -> None:
    head = head_of("304 NOT MODIFIED", [("ETag", '"a"'), ("Vary", "Accept-Encoding")], "us", 86_400.9)
    assert head == (
        b"HTTP/1.1 304 NOT MODIFIED\r\nServer: us\r\nDate: Fri, 02 Jan 1970 00:00:00 GMT\r\nConnection: keep-alive\r\n"
        b'ETag: "a"\r\nVary: Accept-Encoding\r\n\r\n'
    )
