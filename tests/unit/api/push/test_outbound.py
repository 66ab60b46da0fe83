"""Calls out: only to numbers that may be called, in bounded time."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine
from typing import Any

import pytest

import api.push.outbound as outbound
from api.alarms.targets import BadTarget, target_of
from api.push.outbound import Outbound, Reply
from tests.unit.api.push.receiver import receiving

HERE = ("127.0.0.1", "localhost")


def ran(call: Coroutine[Any, Any, Reply]) -> Reply:
    return asyncio.run(call)


def test_posts_and_reads_the_head() -> None:
    with receiving((429, {"Retry-After": "7"})) as receiver:
        reply = ran(Outbound().post(target_of(receiver.url, HERE), {"X-Told": "yes"}, b"words"))
    assert reply == Reply(429, 7.0)
    ((path, headers, body),) = receiver.came
    assert (path, body, headers["x-told"]) == ("/hook?x=1", b"words", "yes")
    assert headers["host"] == f"127.0.0.1:{receiver.port}" and headers["connection"] == "close"


def test_no_redirect_is_followed() -> None:
    with receiving((302, {"Location": "http://127.0.0.1:1/"})) as receiver:
        assert ran(Outbound().post(target_of(receiver.url, HERE), {}, b"")).status == 302
    assert len(receiver.came) == 1


@pytest.mark.parametrize("numbers", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"], []])
def test_a_name_that_turns_inwards_is_not_called(monkeypatch: pytest.MonkeyPatch, numbers: list[str]) -> None:
    """Rebinding: looked up once, and what was looked up is what is called. Mutation: check only the first number."""
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return numbers

    monkeypatch.setattr(outbound, "_resolve", resolve)
    with pytest.raises(BadTarget):
        ran(Outbound().post(target_of("https://rebind.example/"), {}, b""))
    assert asked == ["rebind.example"]


def test_the_number_looked_at_is_the_number_called(monkeypatch: pytest.MonkeyPatch) -> None:
    called = []

    async def connect(host: str, port: int, **options: Any) -> Any:
        called.append((host, port, options["server_hostname"]))
        raise ConnectionRefusedError

    monkeypatch.setattr(outbound, "_resolve", lambda *_: ["93.184.215.14"])
    monkeypatch.setattr(asyncio, "open_connection", connect)
    with pytest.raises(ConnectionRefusedError):
        ran(Outbound().post(target_of("https://receiver.example/"), {}, b""))
    assert called == [("93.184.215.14", 443, "receiver.example")]


def test_who_never_answers_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "WHOLE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(TimeoutError):
            ran(Outbound().post(target_of(f"http://127.0.0.1:{port}/", HERE), {}, b""))


def test_who_closes_without_a_word_is_an_error() -> None:
    async def call() -> Reply:
        async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            return await Outbound().post(target_of(f"http://127.0.0.1:{port}/", HERE), {}, b"")

    with pytest.raises(OSError, match="without an answer"):
        ran(call())
