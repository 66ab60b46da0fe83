"""A day as a row of moments: the runs under way as known then, and when they truly reached the stops ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from models.arrivals.day import Day
from passinfo.columns import Bools, Floats, Ints, Texts
from passinfo.network.network import Network
from passinfo.prediction.arrival.clock import day_of
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.earlier import run_begins
from passinfo.prediction.arrival.features import Moment
from passinfo.prediction.arrival.hops import HopTable, Rows
from passinfo.prediction.arrival.traffic import Sights, Traffic, no_traffic, traffic_after

LOST_S = 120.0
"""A bus not heard of for so long is neither learned from nor judged; live it is told of for longer."""
LONGEST_S = 5_400.0
"""Actual times up to an hour and a half count: less would flatter the slow."""
AXIS = 1e11
"""Sets vehicles apart on one axis of instants."""


@dataclass(frozen=True, slots=True)
class Known:
    """A moment with the traffic known then."""

    moment: Moment
    traffic: Traffic


Watch = Callable[[Network, Traffic | None, Reached, Sights, float], Traffic]


def moments_of(
    network: Network, table: HopTable, day: Day, every_s: float, watch: Watch | None = None
) -> Iterator[Known]:
    """The moments of a day, ``every_s`` apart, from what was received by then; ``watch``: keeps the traffic."""
    names, vehicle = np.unique(day.seen.vehicle_id.astype(str), return_inverse=True)
    names = names.astype(object)
    at = day.seen.received_at
    last = np.full(len(names), -1, dtype=np.int64)
    traffic = no_traffic(table)
    row = known = 0
    if not len(at):
        return
    for now in np.arange(np.ceil(at[0] / every_s) * every_s, at[-1], every_s).tolist():
        upto = int(np.searchsorted(at, now, side="right"))
        last[vehicle[row:upto]] = np.arange(row, upto)  # of several reports of one vehicle the last stays
        heard = slice(row, upto)
        row = upto
        until = int(np.searchsorted(day.live.known_at, now, side="right"))
        fresh = Reached(*(getattr(day.live, name)[known:until] for name in Reached.__slots__))
        known, sights = until, _sights(day, heard)
        if watch is not None:
            traffic = watch(network, traffic, fresh, sights, now)
        else:
            traffic = traffic_after(network, table, traffic, fresh, sights, now)
        seen = last[last >= 0]
        seen = seen[(day.seen.pattern_ix[seen] >= 0) & (now - day.seen.measured_at[seen] <= LOST_S)]
        seen = seen[np.isfinite(day.seen.dist_m[seen])]
        if len(seen):
            yield Known(_moment(network, day, seen, now), traffic)


def _sights(day: Day, rows: slice) -> Sights:
    """The reports that lie on a pattern."""
    found = np.arange(rows.start, rows.stop)
    found = found[(day.seen.pattern_ix[found] >= 0) & np.isfinite(day.seen.dist_m[found])]
    seen = day.seen
    return Sights(seen.vehicle_id[found], seen.pattern_ix[found], seen.dist_m[found], seen.measured_at[found])


def _moment(network: Network, day: Day, seen: Rows, now: float) -> Moment:
    pattern, dist = day.seen.pattern_ix[seen], day.seen.dist_m[seen]
    begin, end = (network.patterns.stop_ptr[pattern + k].astype(np.int64) for k in (0, 1))
    first = np.array(
        [
            np.searchsorted(network.patterns.stop_dist_m[a:b], at, side="right")
            for a, b, at in zip(begin.tolist(), end.tolist(), dist.tolist(), strict=True)
        ],
        dtype=np.int64,
    )
    kind, service_s = day_of(network, now)
    return Moment(day.seen.vehicle_id[seen], pattern, first, dist, day.seen.measured_at[seen], now, service_s, kind)


class Truth:
    """When each vehicle reached the stops ahead of it, on the very run it was on."""

    def __init__(self, network: Network, day: Day) -> None:
        known = day.true.stop_row >= 0
        self._names, code = np.unique(day.true.vehicle_id[known].astype(str), return_inverse=True)
        row, at = day.true.stop_row[known], day.true.at[known]
        order = np.lexsort((row, at, code))
        self._code, self._row, self._at, self._sure = code[order], row[order], at[order], day.sure[known][order]
        pattern = np.searchsorted(network.patterns.stop_ptr, self._row, side="right") - 1
        self._run = np.cumsum(run_begins(self._code, pattern, self._row)) - 1
        self._pattern = pattern
        self._span = np.int64(network.patterns.stop_ptr[-1] + 1)
        self._key = self._run * self._span + self._row
        self._axis = self._code * AXIS + self._at

    def next(self, moment: Moment, ptr: Rows, stop_row: Rows) -> tuple[Floats, Bools]:
        """Instant and sureness of each row (rows of run r are ``ptr[r]:ptr[r + 1]``); NaN where it was not reached."""
        now = np.full(len(moment.pattern_ix), moment.now)
        return self.after(moment.vehicle_id, moment.pattern_ix, now, ptr, stop_row)

    def after(
        self, vehicle_id: Texts, pattern_ix: Ints | Rows, now: Floats, ptr: Rows, stop_row: Rows
    ) -> tuple[Floats, Bools]:
        """The same for runs of which each has an instant of its own."""
        if not len(self._row):
            return np.full(len(stop_row), np.nan), np.zeros(len(stop_row), dtype=bool)
        wanted = vehicle_id.astype(str)
        code = np.minimum(np.searchsorted(self._names, wanted), len(self._names) - 1)
        following = np.minimum(np.searchsorted(self._axis, code * AXIS + now), len(self._row) - 1)
        sizes = np.diff(ptr)
        ahead = stop_row[np.minimum(ptr[:-1], max(len(stop_row) - 1, 0))]
        same = (self._names[code] == wanted) & (self._code[following] == code) & (sizes > 0)
        same &= (self._pattern[following] == pattern_ix) & (self._row[following] >= ahead)
        of_row = np.repeat(np.arange(len(sizes)), sizes)
        run, asked_at = np.where(same, self._run[following], -1)[of_row], now[of_row]
        key = run * self._span + stop_row
        place = np.minimum(np.searchsorted(self._key, key), len(self._key) - 1)
        good = (run >= 0) & (self._key[place] == key) & (self._at[place] - asked_at <= LONGEST_S)
        good &= self._at[place] >= asked_at
        return np.where(good, self._at[place], np.nan), self._sure[place] & good
