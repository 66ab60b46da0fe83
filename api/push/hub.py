"""Who listens, and what each tick tells them: a topic's event is made once, however many listen.

A reader that does not take what it is sent is let go before it costs memory: its queue holds ``MOST_BEHIND`` ticks,
then it is told ``behind`` and closed. It may come back with the id of the last event it saw and misses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from api.board import Board, NothingPublished, View
from api.freshness import Source, moment_of, source_of
from api.push.topics import Subject, Topic

log = logging.getLogger("api.push")

LOOK_S = 0.1
"""How often the hub looks for a new snapshot: a tenth of what is promised."""
MOST_BEHIND = 24
"""Events a reader may leave unread: two minutes of ticks."""
TOGETHER = 32
"""Topics made in one go, before their readers are told: some ten milliseconds."""
LINGER_S = 120.0
"""A topic is kept so long after its last reader went: they come back through tunnels."""
MOST_READERS = 20_000
HEARTBEAT_S, HEARTBEAT = 15.0, b": heartbeat\n\n"
"""Proxies and phones close what is silent for half a minute."""
SLOW_S = 30.0
"""Longest time one write may take: a reader that takes nothing for so long is gone or hopelessly slow."""
TEND_S = 1.0
"""How often readers are looked after, all in one go: two thousand timers a tick would cost more than what is told."""


@dataclass(slots=True, eq=False)
class Reader:
    """One who listens."""

    address: str
    queue: list[bytes] = field(default_factory=list)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    dropped: bool = False
    given_at: float = field(default_factory=time.monotonic)
    writes_since: float | None = None
    """Since when the write that is under way has waited."""
    task: asyncio.Task[None] | None = None
    """What writes to it."""

    def give(self, event: bytes) -> None:
        """Put an event into the queue, or let the reader go."""
        self.given_at = time.monotonic()
        if len(self.queue) >= MOST_BEHIND:
            self.queue.clear()
            self.dropped = True
        else:
            self.queue.append(event)
        self.waiting.set()

    def tend(self, now: float) -> None:
        """Tell that the line lives, or let go of who has taken nothing for long."""
        if self.writes_since is not None and now - self.writes_since > SLOW_S:
            self.dropped = True
            if self.task is not None:
                self.task.cancel()
        elif not self.queue and now - self.given_at > HEARTBEAT_S:
            self.give(HEARTBEAT)

    def take(self) -> bytes:
        """All that waits."""
        waiting, self.queue = b"".join(self.queue), []
        self.waiting.clear()
        return waiting


@dataclass(slots=True)
class Room:
    """A topic and who listens to it."""

    topic: Topic
    readers: set[Reader] = field(default_factory=set)
    empty_since: float = 0.0


class Full(Exception):
    """More listen than may."""


class Hub:
    """All topics and their readers, in one event loop."""

    def __init__(self, board: Board, most_of_address: int, clock: Callable[[], float] = time.time) -> None:
        self.board, self.most_of_address, self.clock = board, most_of_address, clock
        self.rooms: dict[Subject, Room] = {}
        self.addresses: Counter[str] = Counter()
        self.dropped = 0
        self._told: tuple[int, Source] | None = None
        self._tended_at = 0.0

    async def run(self) -> None:
        """Tell each new snapshot, until cancelled."""
        while True:
            try:
                await self.tick()
            except NothingPublished:
                pass
            except Exception:  # one bad snapshot must not silence the stream for good
                log.exception("a tick could not be told")
            self._tend(time.monotonic())
            await asyncio.sleep(LOOK_S)

    async def tick(self) -> None:
        """Look once; tell what is new."""
        view = await asyncio.to_thread(self.board.view)
        clock = self.clock()
        source = source_of(view, clock)
        if self._told == (view.snapshot.sequence, source):
            return
        self._told = (view.snapshot.sequence, source)
        now = moment_of(view, clock)
        behind = [
            room
            for room in self.rooms.values()
            if room.topic.sequence != view.snapshot.sequence or room.topic.source is not source
        ]
        for at in range(0, len(behind), TOGETHER):
            rooms = behind[at : at + TOGETHER]
            events = await asyncio.to_thread(_advance, rooms, view, now, source)
            for room, event in zip(rooms, events, strict=True):
                if event:
                    for reader in list(room.readers):
                        reader.give(event)
        self._forget(clock)

    async def join(self, subject: Subject, address: str, last_id: int | None) -> tuple[Room, Reader]:
        """Begin to listen: what was missed, or all there is, waits in the reader's queue.

        Raises
        ------
        Full
            If too many listen, or too many of one address.
        """
        if sum(self.addresses.values()) >= MOST_READERS or self.addresses[address] >= self.most_of_address:
            raise Full(f"no more than {self.most_of_address} streams of one address: ask for several stops in one")
        view = await asyncio.to_thread(self.board.view)
        clock = self.clock()
        source = source_of(view, clock)
        room = self.rooms.get(subject)
        if room is None:
            topic = Topic(subject)
            await asyncio.to_thread(topic.advance, view, moment_of(view, clock), source)
            # another may have made it while we did
            room = self.rooms.setdefault(subject, Room(topic))
        reader = Reader(address)
        missed = None if last_id is None else room.topic.since(last_id)
        reader.give(room.topic.whole(view, room.topic.source) if missed is None else missed or b": nothing missed\n\n")
        room.readers.add(reader)
        self.addresses[address] += 1
        return room, reader

    def leave(self, room: Room, reader: Reader) -> None:
        """Stop listening."""
        room.readers.discard(reader)
        room.empty_since = self.clock()
        self.dropped += reader.dropped
        self.addresses[reader.address] -= 1
        if not self.addresses[reader.address]:
            del self.addresses[reader.address]

    def _tend(self, now: float) -> None:
        if now - self._tended_at < TEND_S:
            return
        self._tended_at = now
        for room in self.rooms.values():
            for reader in list(room.readers):
                reader.tend(now)

    def _forget(self, clock: float) -> None:
        for subject, room in list(self.rooms.items()):
            if not room.readers and clock - room.empty_since > LINGER_S:
                with contextlib.suppress(KeyError):
                    del self.rooms[subject]


def _advance(rooms: list[Room], view: View, now: float, source: Source) -> list[bytes]:
    return [room.topic.advance(view, now, source) for room in rooms]
