"""One POST to somebody else's server, and nothing but it: to the numbers that were looked at, in bounded time and size.

No redirect is followed, no proxy is asked, of the answer only its head is read.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import h11

from api.alarms.targets import Address, BadTarget, Target, may_call

WHOLE_S = 10.0
"""Longest time one call may take, name, handshake and answer together."""
CHUNK = 4_096
NAMES = 8
"""Names looked up at once: a slow name server must not take the threads that read snapshots."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    retry_after_s: float | None


@dataclass(frozen=True, slots=True)
class Outbound:
    """Calls out."""

    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    resolving: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(NAMES, "names"))

    async def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Reply:
        """POST, and the answer's head.

        Raises
        ------
        BadTarget
            If its name resolves to a number that may not be called.
        OSError, TimeoutError, h11.ProtocolError
            If there is no such server, or it does not answer as one.
        """
        async with asyncio.timeout(WHOLE_S):
            number = await self._number(target)
            reader, writer = await asyncio.open_connection(
                str(number),
                target.port,
                ssl=self.tls if target.secure else None,
                server_hostname=target.host if target.secure else None,
            )
            try:
                return await _ask(reader, writer, target, headers, body)
            finally:
                writer.close()
                with contextlib.suppress(OSError, asyncio.CancelledError):
                    await writer.wait_closed()

    async def _number(self, target: Target) -> Address:
        """The number to call; every one the name has must be such that it may be called."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self.resolving, _resolve, target.host, target.port)
        numbers = [ipaddress.ip_address(each) for each in found]
        if not numbers or not all(may_call(each, named=target.named) for each in numbers):
            raise BadTarget(f"{target.host} lies in a private network")
        return numbers[0]

    def close(self) -> None:
        """Let the threads go."""
        self.resolving.shutdown(wait=False, cancel_futures=True)


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]).split("%", 1)[0] for *_, address in found]


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: Target, headers: Mapping[str, str], body: bytes
) -> Reply:
    speaking = h11.Connection(h11.CLIENT)
    usual = 443 if target.secure else 80
    told = {
        "Host": target.authority if target.port == usual else f"{target.authority}:{target.port}",
        "User-Agent": "passinfo",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    request = h11.Request(method="POST", target=target.path, headers=list(told.items()))
    for event in (request, h11.Data(data=body), h11.EndOfMessage()):
        writer.write(speaking.send(event) or b"")
    await writer.drain()
    while True:
        got = speaking.next_event()
        if isinstance(got, h11.Response):
            return Reply(got.status_code, _seconds(dict(got.headers).get(b"retry-after", b"")))
        if got is h11.NEED_DATA:
            data = await reader.read(CHUNK)
            if not data:
                raise ConnectionResetError(f"{target.host} closed without an answer")
            speaking.receive_data(data)


def _seconds(word: bytes) -> float | None:
    return float(word) if word.isdigit() and len(word) < 6 else None
