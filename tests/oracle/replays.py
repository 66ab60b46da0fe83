"""The ticks of a replay kept with ``--keep-feeds``: which there are, and which to check."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.oracle.oracle import Tick

KINDS = ("vehicle-positions", "trip-updates", "alerts")


def tick_times(replay: Path) -> list[str]:
    """Names (``made_at``) of the ticks kept, in order of time."""
    names = {path.stem for kind in KINDS for path in (replay / "feeds" / kind).glob("*.pb")}
    return sorted(names, key=made_at)


def made_at(name: str) -> float:
    """Epoch seconds of a tick's name: seconds, or ISO 8601 (with ``-`` for ``:`` where a file name wants it).

    >>> made_at("1771250400") == made_at("2026-02-16T14-00-00Z") == made_at("20260216T140000Z")
    True
    """
    try:
        return float(name)
    except ValueError:
        date, _, clock = name.partition("T")
        return dt.datetime.fromisoformat(f"{date}T{clock.replace('-', ':')}").timestamp()


def read_tick(replay: Path, name: str) -> Tick:
    """The feeds of one tick; a feed that was not kept is empty."""
    paths = [replay / "feeds" / kind / f"{name}.pb" for kind in KINDS]
    positions, updates, alerts = (path.read_bytes() if path.exists() else b"" for path in paths)
    return Tick(made_at(name), positions, updates, alerts)


def chosen(names: list[str], every: int, seed: int, timezone: str) -> list[int]:
    """Places in ``names`` to check: every Nth from a seeded start, the first, those around local midnight."""
    picked = {0} | set(range(random.Random(seed).randrange(every), len(names), every))
    dates = [dt.datetime.fromtimestamp(made_at(name), ZoneInfo(timezone)).date() for name in names]
    for place in range(1, len(names)):
        if dates[place] != dates[place - 1]:
            picked |= {place - 1, place}
    if names and len(set(dates)) == 1:
        picked.add(min(range(len(names)), key=lambda place: _from_midnight_s(names[place], timezone)))
    return sorted(picked & set(range(len(names))))


def _from_midnight_s(name: str, timezone: str) -> float:
    local = dt.datetime.fromtimestamp(made_at(name), ZoneInfo(timezone))
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    return min(seconds, 86_400 - seconds)
