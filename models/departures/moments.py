"""A day as a row of moments: who waits at its first stop as known then, and when it truly left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.departures.day import DepartureDay
from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.departure.features import Waiting
from passinfo.prediction.departure.places import Places, Rows
from passinfo.prediction.departure.terminals import (
    Stands,
    Terminals,
    no_terminals,
    with_departures,
    with_stands,
)

LONGEST_S = 5_400.0
"""Waits up to an hour and a half count: less would flatter who says "now"."""
LOST_S = 120.0
"""A bus not heard of for so long is not asked about."""
AXIS = 1e11
"""Sets vehicles apart on one axis of instants."""


@dataclass(frozen=True, slots=True)
class Known:
    """A moment: the terminals as known then, and the buses that waited."""

    terminals: Terminals
    waiting: Waiting


def moments_of(network: Network, places: Places, day: DepartureDay, every_s: float) -> Iterator[Known]:
    """The moments of a day, ``every_s`` apart, from what was received by then."""
    terminals, row, known = no_terminals(places), 0, 0
    names, vehicle = np.unique(day.stands.vehicle_id.astype(str), return_inverse=True)
    planned = np.full(len(names), np.nan)
    by_headway = np.zeros(len(network.patterns.pattern_id), dtype=bool)
    by_headway[network.trips.pattern_ix[network.trips.is_headway]] = True
    at = day.received_at
    for now in np.arange(np.ceil(at[0] / every_s) * every_s, at[-1], every_s).tolist():
        upto = int(np.searchsorted(at, now, side="right"))
        until = int(np.searchsorted(day.live.known_at, now, side="right"))
        fresh = Reached(*(getattr(day.live, name)[known:until] for name in Reached.__slots__))
        heard = Stands(*(getattr(day.stands, name)[row:upto] for name in Stands.__slots__))
        terminals = with_departures(places, with_stands(network, terminals, heard, now), fresh)
        planned[vehicle[row:upto]] = day.planned_at[row:upto]  # of several reports of one vehicle the last stays
        row, known = upto, until
        with np.errstate(invalid="ignore"):
            there = np.flatnonzero((terminals.pattern_ix >= 0) & (now - terminals.seen_at <= LOST_S))
        if len(there):
            ids = terminals.vehicle_id[there]
            plan = planned[np.searchsorted(names, ids.astype(str))]
            told = np.isfinite(plan) | by_headway[terminals.pattern_ix[there]]  # else nothing is announced
            ids, plan, there = ids[told], plan[told], there[told]
            waiting = Waiting(ids, terminals.pattern_ix[there], plan, now, now - day.zero_at, day.kind)
            yield Known(terminals, waiting)


class Truth:
    """When each vehicle left the stop that it waited at, if that was the next thing it did."""

    def __init__(self, places: Places, day: DepartureDay) -> None:
        true = day.true
        kept = np.flatnonzero(true.stop_row >= 0)
        kept = kept[~places.last[true.stop_row[kept]]]  # its run before may still be ending
        self._names, code = np.unique(true.vehicle_id[kept].astype(str), return_inverse=True)
        order = np.lexsort((true.stop_row[kept], true.at[kept], code))
        kept, self._code = kept[order], code[order]
        self._at, self._sure = true.at[kept], day.sure[kept]
        place = places.of_pattern[places.pattern_of_row[true.stop_row[kept]]]
        self._place = np.where(places.first[true.stop_row[kept]], place, -1)
        self._axis = self._code * AXIS + self._at

    def next(self, waiting: Waiting, place: Rows) -> tuple[Floats, Bools]:
        """Instant of departure of each bus and its sureness; NaN where it did something else, or nothing for long."""
        if not len(self._at):
            return np.full(len(place), np.nan), np.zeros(len(place), dtype=bool)
        wanted = waiting.vehicle_id.astype(str)
        code = np.minimum(np.searchsorted(self._names, wanted), len(self._names) - 1)
        following = np.minimum(np.searchsorted(self._axis, code * AXIS + waiting.now), len(self._at) - 1)
        good = (self._names[code] == wanted) & (self._code[following] == code) & (self._place[following] == place)
        good &= (self._at[following] >= waiting.now) & (self._at[following] - waiting.now <= LONGEST_S)
        return np.where(good, self._at[following], np.nan), self._sure[following] & good
