"""gtfs-rt-validator as our oracle: what it says of the feeds of one tick, with the tick as its clock.

The static feed is read once. A tick is judged beside the tick before it (rules about repeated entities and clocks that
run backwards need it). E029 looks for the alert that tells a detour in the message of the position: it is shown the
tick's DETOUR alerts there, as in the combined feed. Known false errors (:mod:`tests.oracle.exemptions`) are marked,
never dropped: a finding is exempt only if it vanishes when the entities of the exempt relationship are taken out, so an
exemption cannot hide the same error of another run.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as pb
from gtfs_rt_validator import api
from gtfs_rt_validator.geometry import buffer
from gtfs_rt_validator.rules.registry import severity_for
from gtfs_rt_validator.runner import Source

from tests.oracle.exemptions import Exemption, exemptions, is_of_kind, without

# The line around a shape is worked out in exact fractions for every vehicle near it: a second each. It depends on the
# shape alone, so it is worked out once.
buffer._buffer_curve = lru_cache(maxsize=None)(buffer._buffer_curve)

_ENTITY = re.compile(r"entity\[(\d+)\]")
UNREADABLE = "UNREADABLE"
"""Our rule for a feed the oracle could not decode."""


@dataclass(frozen=True, slots=True)
class Tick:
    """The three feeds of one tick; ``b""`` stands for a feed that does not exist."""

    made_at: float
    vehicle_positions: bytes = b""
    trip_updates: bytes = b""
    alerts: bytes = b""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one thing."""

    rule: str
    severity: str
    """ERROR or WARNING."""
    feed: str
    """tu, vp or sa: trip updates, vehicle positions, alerts."""
    text: str
    where: str
    """Place in the feed, empty where the rule names none."""
    exemption: Exemption | None = None

    @property
    def counts(self) -> bool:
        """Whether it is an error that no exemption covers."""
        return self.severity == "ERROR" and self.exemption is None

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same when other entities are taken out."""
        return self.rule, self.feed, self.text


class Oracle:
    """A static feed, read once, against which ticks are checked."""

    def __init__(self, gtfs: Path) -> None:
        self._feed = api.prepare_feed(gtfs, mode=api.Mode.MODERN)

    def check(
        self, vehicle_positions: bytes, trip_updates: bytes, alerts: bytes, now: float, previous: Tick | None = None
    ) -> list[Finding]:
        """What the oracle says of these feeds at ``now`` (epoch seconds)."""
        return self.check_tick(Tick(now, vehicle_positions, trip_updates, alerts), previous)

    def check_ticks(self, ticks: Sequence[Tick], previous: Tick | None = None) -> list[list[Finding]]:
        """What the oracle says of each of these ticks, each beside the one before it; every tick is read once."""
        found = self._judge_all(list(ticks), previous)
        for place, findings in enumerate(found):
            found[place] = self._exempted(findings, ticks[place], ticks[place - 1] if place else previous)
        return found

    def check_tick(self, tick: Tick, previous: Tick | None = None) -> list[Finding]:
        """What the oracle says of a tick beside the tick before it, known false errors marked."""
        return self._exempted(self._judge(tick, previous), tick, previous)

    def _exempted(self, findings: list[Finding], tick: Tick, previous: Tick | None) -> list[Finding]:
        """The findings, those marked that an exemption covers."""
        for exemption in exemptions():
            if not any(f.rule == exemption.rule and f.exemption is None for f in findings):
                continue
            if exemption.of_update:
                message = pb.FeedMessage.FromString(tick.trip_updates)
                findings = [_marked_alone(finding, exemption, message) for finding in findings]
                continue
            rest = replace(
                tick,
                vehicle_positions=without(tick.vehicle_positions, exemption.kind),
                trip_updates=without(tick.trip_updates, exemption.kind),
            )
            if rest == tick:
                continue
            remain = Counter(f.key for f in self._judge(rest, previous))
            findings = [_marked(finding, exemption, remain) for finding in findings]
        return findings

    def _judge(self, tick: Tick, previous: Tick | None) -> list[Finding]:
        return self._judge_all([tick], previous)[0]

    def _judge_all(self, judged: list[Tick], previous: Tick | None) -> list[list[Finding]]:
        ticks = judged if previous is None else [previous, *judged]
        before = len(ticks) - len(judged)
        found: list[list[Finding]] = [[] for _ in ticks]
        read: list[set[str]] = [set() for _ in ticks]

        def keep(result: api.MessageResult) -> None:
            place = int(result.source.name.partition("-")[0])
            if place >= before:
                read[place].add(result.source.role)
                mine = [_finding(found, result.source.role) for found in result.notices.in_order()]
                found[place].extend(each for each in mine if each.feed != "vp" or ".alert" not in each.where)

        # The clock of a replayed file is its name, so every tick is judged by its own time.
        cycles = tuple(tuple(_sources(one, number)) for number, one in enumerate(ticks))
        inputs = api.Inputs(cycles, directory_replay=True)
        api.validate(api.Request(api.Mode.MODERN, self._feed, inputs, sort_by=api.SortBy.NAME), sink=keep)
        for place in range(before, len(ticks)):
            earlier = {each.read() for each in cycles[place - 1]} if place else set()
            for source in cycles[place]:
                if source.role not in read[place] and source.read() not in earlier:
                    found[place].append(Finding(UNREADABLE, "ERROR", source.role, "the feed cannot be decoded", ""))
        return found[before:]


def _sources(tick: Tick, number: int) -> list[Source]:
    clock = dt.datetime.fromtimestamp(int(tick.made_at), dt.UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    positions = tick.vehicle_positions + _detours(tick.alerts) if tick.vehicle_positions else b""
    feeds = (("tu", tick.trip_updates), ("vp", positions), ("sa", tick.alerts))
    return [
        Source(f"{number}-{role}", role, Path(f"{role}-{clock}.pb"), fetch=lambda feed=feed: feed)
        for role, feed in feeds
        if feed
    ]


def _detours(alerts: bytes) -> bytes:
    """The entities of the alerts that tell a detour: messages are joined by joining their bytes."""
    try:
        message = pb.FeedMessage.FromString(alerts)
    except DecodeError:
        return b""
    kept = [entity for entity in message.entity if entity.alert.effect == pb.Alert.DETOUR]
    return pb.FeedMessage(entity=kept).SerializePartialToString()


def _finding(found: Any, role: str) -> Finding:
    where = str(found.context.get("entityPath", ""))
    return Finding(found.rule_id, str(severity_for(found.rule_id)), role, found.prefix, where)


def _marked_alone(finding: Finding, exemption: Exemption, updates: pb.FeedMessage) -> Finding:
    """The finding, exempt if it is of the exemption's rule and names a trip update of its kind."""
    named = _ENTITY.match(finding.where)
    if finding.rule != exemption.rule or finding.feed != "tu" or named is None or finding.exemption is not None:
        return finding
    update = updates.entity[int(named[1])].trip_update
    return replace(finding, exemption=exemption) if is_of_kind(update, exemption.kind) else finding


def _marked(finding: Finding, exemption: Exemption, remain: Counter[tuple[str, str, str]]) -> Finding:
    """The finding, exempt if it is of the exemption's rule and did not remain; what remains is used up."""
    if finding.rule != exemption.rule or finding.exemption is not None:
        return finding
    if remain[finding.key]:
        remain[finding.key] -= 1
        return finding
    return replace(finding, exemption=exemption)
