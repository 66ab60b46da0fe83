"""One recorded day: what was known when (live files), and what came of it (hindsight files)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.recorded import DayUnusable, recorded
from passinfo.columns import Bools, Floats, Texts
from passinfo.network.network import Network
from passinfo.prediction.arrival.clock import NEW_DAY_S, kind_of
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.hops import Rows
from passinfo.step import reached_of
from passinfo.times import service_date_of, service_day_zero_s
from passinfo.tracking.columns import Matches, Visits

GAP_S = 90.0
"""Truth between reports farther apart is guessed: out for all."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Last sight of vehicles, one row per accepted report in order of reception."""

    vehicle_id: Texts
    received_at: Floats
    measured_at: Floats
    pattern_ix: Rows
    """-1: not on the way."""
    dist_m: Floats


@dataclass(frozen=True, slots=True)
class Day:
    """A replayed day; instants are epoch seconds."""

    name: str
    date: int
    """Service date, ``yyyymmdd``."""
    zero_at: float
    """Zero of its service day."""
    kind: int
    """0 Monday to Friday, 1 Saturday and Sunday."""
    seen: Seen
    live: Reached
    """Stops reached, in order of ``known_at``."""
    true: Reached
    """Stops reached as known in hindsight."""
    sure: Bools
    """Of ``true``: between reports at most 90 s apart."""

    @property
    def driven(self) -> bool:
        """Whether any bus was under way and reached a stop."""
        return bool((self.seen.pattern_ix >= 0).any() and len(self.live.at) and len(self.true.at))


def read_day(network: Network, folder: Path) -> Day:
    """A day from the folder of ``feeds replay --hindsight``.

    Raises
    ------
    DayUnusable
        If a file of it is missing or damaged, or there are no reports.
    """
    matches = recorded(folder / "matches.parquet", Matches)
    live = reached_of(network, recorded(folder / "visits.parquet", Visits))
    truth = recorded(folder / "hindsight_visits.parquet", Visits)
    if not len(matches.observed_at):
        raise DayUnusable(f"{folder} holds no reports: leave it out")
    rows = {pattern_id: row for row, pattern_id in enumerate(network.patterns.pattern_id.tolist())}
    pattern = np.array([rows.get(each, -1) for each in matches.pattern_id.tolist()], dtype=np.int64)
    pattern[matches.phase != "IN_SERVICE"] = -1
    seen = Seen(matches.vehicle_id, matches.received_at, matches.observed_at, pattern, matches.dist_m)
    date = service_date_of(float(np.median(matches.observed_at)) - NEW_DAY_S, network.timezone)
    zero = service_day_zero_s(date, network.timezone)
    with np.errstate(invalid="ignore"):
        sure = (truth.latest_at - truth.earliest_at) <= GAP_S + np.nan_to_num(truth.departed_at - truth.arrived_at)
    order = np.argsort(live.known_at, kind="stable")
    live = Reached(*(getattr(live, name)[order] for name in Reached.__slots__))
    return Day(folder.name, date, zero, kind_of(date), seen, live, reached_of(network, truth), sure)
