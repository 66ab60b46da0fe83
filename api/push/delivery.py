"""Brings one ring to where it is to go: a few tries, in bounded time, not too many at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import h11

from api.alarms.records import Way
from api.alarms.targets import BadTarget, named_hosts, target_of
from api.push.messages import Ring, Writer
from api.push.outbound import Outbound, Reply

log = logging.getLogger("api.push")

PAUSES_S = (1.0, 4.0, 12.0)
"""Before the second, third and last try: a message that is later is not worth having."""
LONGEST_PAUSE_S = 30.0
AT_ONCE, AT_ONCE_OF_HOST = 64, 8
"""Calls at the same time: in all, and to one host of webhooks, so that a slow one does not hold up the others."""
AGAIN = (408, 425, 429)
"""Refusals that are of the moment; as all of 500 and above."""
GONE = (404, 410)
"""The subscription, or the webhook, is no more."""


class Sent(Enum):
    """What became of a ring."""

    TOLD = "told"
    GIVEN_UP = "given up"
    GONE = "gone"


@dataclass(slots=True)
class Tally:
    """Rings so far, and tries that were not the first."""

    told: int = 0
    given_up: int = 0
    tries_again: int = 0


class Delivery:
    """Sends rings."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float],
        outbound: Outbound | None = None,
        pauses_s: tuple[float, ...] = PAUSES_S,
    ) -> None:
        self.tally = Tally()
        self._clock, self._pauses_s = clock, pauses_s
        self._writer, self._outbound = Writer(folder), outbound or Outbound()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._rooms: dict[str, asyncio.Semaphore] = {}

    async def send(self, ring: Ring) -> Sent:
        """Try until it has arrived, is given up, or nobody is there any more."""
        for pause_s in (*self._pauses_s, None):
            try:
                reply = await self._try(ring)
            except (BadTarget, ValueError) as error:
                return self._give_up(str(error))
            except (OSError, TimeoutError, h11.ProtocolError) as error:
                why, least_s = type(error).__name__, 0.0
            else:
                if 200 <= reply.status < 300:
                    self.tally.told += 1
                    return Sent.TOLD
                if reply.status in GONE:
                    self._give_up(f"status {reply.status}")
                    return Sent.GONE
                if reply.status < 500 and reply.status not in AGAIN:
                    return self._give_up(f"status {reply.status}")
                why, least_s = f"status {reply.status}", reply.retry_after_s or 0.0
            if pause_s is not None:
                self.tally.tries_again += 1
                await asyncio.sleep(max(pause_s, min(least_s, LONGEST_PAUSE_S)))
        return self._give_up(why)

    def close(self) -> None:
        """Let go of what is held."""
        self._outbound.close()

    async def _try(self, ring: Ring) -> Reply:
        target = target_of(ring.alarm.url, named_hosts())
        message = self._writer.write(ring, target, self._clock())
        if ring.alarm.way is Way.WEB_PUSH:
            async with self._room:
                return await self._outbound.post(target, message.headers, message.body)
        room = self._rooms.setdefault(target.host, asyncio.Semaphore(AT_ONCE_OF_HOST))
        try:
            async with room, self._room:
                return await self._outbound.post(target, message.headers, message.body)
        finally:
            if not room.locked():
                self._rooms.pop(target.host, None)

    def _give_up(self, why: str) -> Sent:
        self.tally.given_up += 1
        log.warning("an alarm was not taken by its receiver: %s", why)
        return Sent.GIVEN_UP
