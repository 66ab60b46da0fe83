"""One turn of the live loop: log → step → checkpoint → snapshot.

The checkpoint is written before the snapshot is published: no trip instance goes out that a restart would not know.
"""

from __future__ import annotations

import dataclasses
import logging
from pathlib import Path

import numpy as np

from feeds.tail import Tail
from passinfo.columns import take
from passinfo.network.network import Network
from passinfo.prediction.arrival.lessons import no_lessons
from passinfo.prediction.protocol import Predictor
from passinfo.publishing.finished import finished_from_json, finished_to_json
from passinfo.realtime.encoder import FeedEncoder
from passinfo.settings import CitySettings
from passinfo.step import TickResult, begin, rebase, step, with_orders
from passinfo.stores.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from passinfo.stores.encodings import with_packed
from passinfo.stores.report_json import from_payloads, to_payloads
from passinfo.stores.report_log import SqliteReportLog
from passinfo.stores.snapshots import FileSnapshots
from passinfo.stores.state import StateStore
from passinfo.tracking.state_json import state_from_json, state_to_json

log = logging.getLogger("feeds.live")

CONSUMER = "live"
MOST_REPORTS = 50_000
"""Reports taken in one tick; the rest of a backlog waits for the next, so that feeds go on meanwhile."""
KEPT_REPORTS, KEPT_S = 5_000_000, 48 * 3_600.0
"""Reports the log keeps behind the live loop: a week of 150 buses, and of more buses two days, so that the night finds
its day."""
TRIM_TICKS = 500
TELL_TICKS = 12


class LiveLoop:
    """The state directory's one writer."""

    def __init__(
        self, state: Path, network: Network, settings: CitySettings, predictor: Predictor, source: Tail | None
    ) -> None:
        self._folder, self._source = state, source
        self._log = SqliteReportLog(state / "reports.sqlite")
        self._store = StateStore(state / "state.sqlite")
        self._snapshots = FileSnapshots(state / "snapshots")
        self._offset, self._ticks = 0, 0
        self._world = begin(network, settings, predictor)
        self._encoder = FeedEncoder(network)
        kept = load_checkpoint(state)
        sequence = self._snapshots.newest_sequence() or 0
        if kept is not None:
            tracking = state_from_json(kept.state, self._world.tracking.index)
            self._world = dataclasses.replace(
                self._world, tracking=tracking, finished=finished_from_json(kept.finished)
            )
            self._offset, sequence = kept.offset, max(kept.sequence, sequence)
            log.info(
                "checkpoint: %d vehicles taken up, %d runs issued; what another network or version kept begins anew",
                len(tracking.vehicles),
                len(tracking.issued),
            )
        self._world = dataclasses.replace(self._world, sequence=sequence)
        if source is not None:
            source.offset = self._log.committed(self._source_name(source))

    @property
    def vehicles(self) -> int:
        """Vehicles known."""
        return len(self._world.tracking.vehicles)

    def take_up(self, predictor: Predictor) -> None:
        """Predict by another model from the next tick on; what buses have met stays known, its errors do not."""
        traffic = self._world.traffic
        if traffic is not None:
            traffic = dataclasses.replace(traffic, lessons=no_lessons())
        self._world = dataclasses.replace(self._world, predictor=predictor, traffic=traffic)

    def change_service(self, network: Network, predictor: Predictor) -> None:
        """Go on with another network from the next tick on: runs already told keep their names."""
        self._world = rebase(self._world, network, predictor)
        self._encoder = FeedEncoder(network)

    def tick(self, now: float) -> TickResult:
        """Take what was received, publish what is known at ``now``."""
        self._pull(now)
        entries = self._log.read(self._offset, MOST_REPORTS)
        reports = from_payloads([entry.payload for entry in entries])
        reports = take(reports, np.argsort(reports.received_at, kind="stable"))
        world = with_orders(self._world, self._store.changes(), self._store.alerts())
        world, result = step(world, reports, now)
        offset = entries[-1].offset if entries else self._offset
        kept = Checkpoint(state_to_json(world.tracking), offset, world.sequence, finished_to_json(world.finished))
        save_checkpoint(self._folder, kept)
        self._publish(result)
        self._world, self._offset = world, offset
        self._log.commit(CONSUMER, offset)
        self._ticks += 1
        if self._ticks % TRIM_TICKS == 0:
            self._trim(offset - KEPT_REPORTS, now - KEPT_S)
        if self._ticks % TELL_TICKS == 1:
            log.info("%s", " ".join(f"{name}={value}" for name, value in sorted(result.status.items())))
        return result

    def close(self) -> None:
        """Let go of the stores."""
        self._log.close()
        self._store.close()

    def _publish(self, result: TickResult) -> None:
        feeds, twins = self._encoder.encode(result.snapshot), self._encoder.json()
        by_name = {f"{kind}.pb": data for kind, data in feeds.by_kind().items()}
        by_name |= {f"{kind}.json": data for kind, data in twins.by_kind().items()}
        self._snapshots.publish(result.snapshot, with_packed(by_name))

    def _trim(self, up_to: int, before: float) -> None:
        """Let the log forget what is both behind and old."""
        edge = self._log.read(up_to - 1, 1) if up_to > 0 else []
        if edge and from_payloads([edge[0].payload]).received_at[0] < before:
            self._log.trim(up_to)

    def _pull(self, now: float) -> None:
        """Reports of a growing file go through the log like all others."""
        if self._source is None:
            return
        before = self._source.offset
        result = self._source.pull()
        if self._source.offset < before:  # the file was begun anew, as log rotation does
            self._log.rewind(self._source_name(self._source), self._source.offset)
        if result is None:
            return
        received = np.full(len(result.reports.vehicle_id), now)
        self._log.append(to_payloads(dataclasses.replace(result.reports, received_at=received)))
        self._log.commit(self._source_name(self._source), self._source.offset)
        if result.rejections:
            first = result.rejections[0]
            log.info("%d rows refused, the first: row %d %s", len(result.rejections), first.row, first.reason.value)

    def _source_name(self, source: Tail) -> str:
        return f"source:{source.path.resolve()}"
