"""Rings the alarms: at each new snapshot, who is to be told; each told in bounded time, tries and number at once.

Of the servers over one state directory one rings (it holds a lock). What has been told is noted once it has arrived, so
a server that is killed tells again what it was about to tell, under the same id.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO

from api.alarms.records import Alarm
from api.alarms.store import AlarmStore
from api.board import Board, NothingPublished
from api.freshness import moment_of, source_of
from api.push.alarms import AlarmSubject
from api.push.delivery import Delivery, Sent
from api.push.messages import NEAR, OVER, Ring

log = logging.getLogger("api.push")

LOOK_S = 0.5
"""Pause between looks: alarms count in minutes."""
LATE_S = 600.0
"""An alarm that ended longer ago (we were not at work) is put away without a word."""
MOST_PENDING = 5_000


class Ringer:
    """The alarms of one state directory."""

    def __init__(
        self,
        folder: Path,
        board: Board,
        clock: Callable[[], float] = time.time,
        delivery: Delivery | None = None,
    ) -> None:
        self.store, self.board, self.clock = AlarmStore(folder), board, clock
        self.delivery = delivery or Delivery(folder, clock)
        self.alive = 0
        self._lock = folder / "alarms.lock"
        self._pending: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Look and ring, until cancelled."""
        with contextlib.ExitStack() as held:
            lock = held.enter_context(self._lock.open("w", encoding="utf-8"))
            try:
                while True:
                    try:
                        if _is_mine(lock):
                            await self.look()
                    except NothingPublished:
                        pass
                    except Exception:  # one bad alarm must not silence all
                        log.exception("alarms could not be looked at")
                    await asyncio.sleep(LOOK_S)
            finally:
                for task in self._pending.values():
                    task.cancel()
                await asyncio.gather(*self._pending.values(), return_exceptions=True)
                self.delivery.close()

    async def look(self) -> None:
        """Look once; begin to tell what is due."""
        for ring in await asyncio.to_thread(self._due):
            key = (ring.alarm.alarm_id, ring.run)
            if key not in self._pending and len(self._pending) < MOST_PENDING:
                task = self._pending[key] = asyncio.create_task(self._tell(ring))
                task.add_done_callback(partial(self._done, key))

    def _done(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        self._pending.pop(key, None)
        if not task.cancelled() and task.exception() is not None:
            log.error("an alarm could not be told", exc_info=task.exception())

    async def settle(self) -> None:
        """Wait until all that has begun is told or given up."""
        while self._pending:
            await asyncio.gather(*self._pending.values())

    def _due(self) -> list[Ring]:
        alarms = self.store.all()
        self.alive = len(alarms)
        if not alarms:
            return []
        view, clock = self.board.view(), self.clock()
        now, source = moment_of(view, clock), source_of(view, clock)
        wanted: dict[AlarmSubject, list[Alarm]] = defaultdict(list)
        for alarm in alarms:
            run = (alarm.trip_id, alarm.start_date, alarm.start_time)
            wanted[AlarmSubject(alarm.stop_id, alarm.route_id, alarm.minutes, *run)].append(alarm)
        rings, simulated = [], bool(view.city.get("simulated"))
        for subject, of_subject in wanted.items():
            row = view.network.stop_rows.get(subject.stop_id)
            name = subject.stop_id if row is None else str(view.network.stops.name[row])
            near = subject.state(view, now, source)
            for alarm in of_subject:
                if alarm.expires_at <= clock:
                    rings.append(Ring(alarm, "", OVER, {}, name, simulated))
                    continue
                fresh = [run for run in near if run not in alarm.told][: alarm.times - len(alarm.told)]
                rings += [Ring(alarm, run, NEAR, near[run], name, simulated) for run in fresh]
        return rings

    async def _tell(self, ring: Ring) -> None:
        """Send one ring; then note it."""
        alarm = ring.alarm
        over = ring.kind == OVER
        untold = over and (alarm.told or self.clock() - alarm.expires_at > LATE_S)
        sent = Sent.GONE if untold else await self.delivery.send(ring)
        if over or sent is Sent.GONE:
            await asyncio.to_thread(self.store.remove, alarm.alarm_id)
        else:
            await asyncio.to_thread(self.store.note_told, alarm.alarm_id, ring.run)


def _is_mine(lock: IO[str]) -> bool:
    """Whether this process rings."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
