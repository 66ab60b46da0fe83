"""Every tick of a replay in gtfs-rt-validator: errors and warnings by rule, and how much changes from tick to tick.

The replay runs in this process: a tick is encoded and judged beside the tick before it, then forgotten.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.feeds.replays import Replay, replay_of
from benchmarks.tracking.figures import UNASKED, Figure, value
from feeds.replay import tick_rows
from passinfo.columns import take
from passinfo.realtime.encoder import FeedEncoder
from passinfo.snapshot import Snapshot
from passinfo.step import step, with_orders
from tests.oracle.oracle import Finding, Oracle, Tick

TICK_S = 15.0
BATCH, TELL = 20, 500
"""Ticks judged at once: each is read once, not again beside the next."""
LOOK_AHEAD = frozenset({"W002", "W003", "W005"})
"""Counted apart: a position whose run has no update, an update whose vehicle has no position (a bus whose trip is
unsure, at layover, or silent)."""


@dataclass(slots=True)
class Verdict:
    """What was found over all ticks."""

    ticks: int = 0
    entities: int = 0
    written: int = 0
    """Entities that changed from the tick before."""
    errors: Counter[str] = field(default_factory=Counter)
    exempt: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    ahead: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, finding: Finding, at: float) -> None:
        """Count what one rule says of one thing."""
        self.examples.setdefault(finding.rule, f"tick {at:.0f}, {finding.feed} {finding.where}: {finding.text}")
        if finding.exemption is not None:
            self.exempt[f"{finding.rule} on {finding.exemption.kind}"] += 1
        elif finding.counts:
            self.errors[finding.rule] += 1
        elif finding.rule in LOOK_AHEAD:
            self.ahead[finding.rule] += 1
        else:
            self.warnings[finding.rule] += 1


def figures(name: str, work: Path | None, every: int = 1) -> Iterator[Figure]:
    """What the validator says of one replay."""
    with tempfile.TemporaryDirectory() as folder:
        replay = replay_of(name, work or Path(folder))
        verdict = judged(replay, Oracle(replay.gtfs), every)
    n, ticks = verdict.entities, verdict.ticks
    on = f"{name}, {ticks:,} ticks"

    def share(count: float) -> float:
        return 100 * count / max(n, 1)

    said = f"errors ({_said(verdict.errors)}; exempt: {_said(verdict.exempt)})"
    examples = [f"{rule}: {text}" for rule, text in sorted(verdict.examples.items())]
    yield value(on, said, "≤ 0", verdict.errors.total(), "", n, ticks, examples)
    warned, ahead = verdict.warnings, verdict.ahead
    yield value(on, f"warnings ({_said(warned)})", "≤ 2 %", share(warned.total()), "%", n, ticks)
    yield value(on, f"look-ahead's warnings ({_said(ahead)})", UNASKED, share(ahead.total()), "%", n, ticks)
    yield value(on, "entities that changed from tick to tick", UNASKED, share(verdict.written), "%", n, ticks)
    repaired = verdict.repaired
    yield value(on, f"repaired by rule ({_said(repaired)})", UNASKED, share(repaired.total()), "%", n, ticks)


def judged(replay: Replay, oracle: Oracle, every: int = 1) -> Verdict:
    """All ticks of a replay, or every Nth of them."""
    found = Verdict()
    world, reports = replay.world, replay.reports
    encoder = FeedEncoder(world.network)
    before: Tick | None = None
    waiting: list[Tick] = []
    snapshot: Snapshot | None = None
    for number, (now, rows) in enumerate(tick_rows(reports, TICK_S, world.settings.max_report_age_s)):
        if snapshot is not None and now - snapshot.made_at > TICK_S:
            # the replay leaps over a lull in which the live loop would have ticked on
            _judge(oracle, waiting, before, found)
            before = None
        orders = replay.dispatcher.orders(snapshot, now) if replay.dispatcher else ()
        world, result = step(with_orders(world, orders, ()), take(reports, rows), now)
        snapshot = result.snapshot
        feeds = encoder.encode(snapshot)
        tick = Tick(now, feeds.vehicle_positions, feeds.trip_updates, feeds.alerts)
        if number % every:
            before = tick
            continue
        waiting.append(tick)
        if len(waiting) == BATCH or every > 1:
            before = _judge(oracle, waiting, before, found)
        found.ticks += 1
        for changed in (encoder.positions_changed, encoder.updates_changed):
            found.entities += changed.entities
            found.written += changed.written
        found.entities += len(snapshot.alerts)
        for key, count in result.status.items():
            if key.startswith("repaired."):
                found.repaired[key.removeprefix("repaired.")] += int(count)
    _judge(oracle, waiting, before, found)
    return found


def _judge(oracle: Oracle, waiting: list[Tick], before: Tick | None, found: Verdict) -> Tick | None:
    """Judge the ticks that wait; the last of them."""
    for tick, findings in zip(waiting, oracle.check_ticks(waiting, before), strict=True):
        for finding in findings:
            found.add(finding, tick.made_at)
    if found.ticks % TELL < BATCH:
        sys.stderr.write(f"{found.ticks:,} ticks, errors: {_said(found.errors)}\n")
    last = waiting[-1] if waiting else before
    waiting.clear()
    return last


def _said(counts: Counter[str]) -> str:
    return ", ".join(f"{rule} {count:,}" for rule, count in sorted(counts.items())) or "none"
