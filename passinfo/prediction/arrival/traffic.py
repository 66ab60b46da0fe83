"""What buses have just met: the last drives of each hop and of each vehicle, as far as they were known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats, Texts
from passinfo.network.network import Network
from passinfo.prediction.arrival.driven import Driven, Reached, driven_of
from passinfo.prediction.arrival.hops import HopTable, Rows
from passinfo.prediction.arrival.lessons import Lessons, no_lessons
from passinfo.prediction.rows import vehicle_rows

LAST = 8
"""Drives kept of each hop: two hours of a bus every quarter."""
OWN = 24
"""Drives kept of each vehicle: eight kilometres, enough to tell a driver's way of driving from the traffic."""
SEEN = 8
"""Reports kept of each vehicle: two to four minutes."""
FORGET_S = 7_200.0
"""What a vehicle drove two hours ago is of another run."""
NEVER = -1e12


@dataclass(frozen=True, slots=True)
class Sights:
    """Where vehicles were seen, one row each."""

    vehicle_id: Texts
    pattern_ix: Rows
    dist_m: Floats
    measured_at: Floats


@dataclass(frozen=True, slots=True)
class Traffic:
    """Immutable; newest first along the last axis; ``NEVER`` where there is none."""

    hop_at: Floats
    """(hops, LAST): when each of the last drives ended."""
    hop_s: Floats
    vehicle_id: Texts
    """Vehicles, sorted."""
    own_at: Floats
    """(vehicles, OWN): ends of the hops that each vehicle drove."""
    own_s: Floats
    own_hop: Rows
    seen_at: Floats
    """(vehicles, SEEN): its last reports."""
    seen_m: Floats
    seen_pattern: Rows
    waiting: Reached
    """The last stop that each vehicle reached: the begin of its next hop."""
    lessons: Lessons = field(default_factory=no_lessons)
    """What the day has taught a model about its errors."""

    def rows_of(self, vehicle_id: Texts) -> Rows:
        """Row of each vehicle, -1 if unknown."""
        return vehicle_rows(self.vehicle_id, vehicle_id)


def no_traffic(table: HopTable) -> Traffic:
    """Nothing has been driven yet."""
    none = np.empty(0, dtype=object)
    ints, floats = np.empty(0, dtype=np.int64), np.empty(0)
    return Traffic(
        np.full((len(table), LAST), NEVER),
        np.ones((len(table), LAST)),
        none,
        *_blank(0, OWN),
        *_blank(0, SEEN),
        Reached(none, ints, floats, floats),
    )


def _blank(vehicles: int, depth: int) -> tuple[Floats, Floats, Rows]:
    shape = (vehicles, depth)
    return np.full(shape, NEVER), np.ones(shape), np.full(shape, -1, dtype=np.int64)


def traffic_after(
    network: Network, table: HopTable, traffic: Traffic | None, reached: Reached, sights: Sights, now: float
) -> Traffic:
    """The traffic after what became known in a tick; begun anew where there was none, or of other hops."""
    if traffic is None or len(traffic.hop_at) != len(table):
        traffic = no_traffic(table)
    return with_sights(with_reached(network, table, traffic, reached, now), sights, now)


def with_reached(network: Network, table: HopTable, traffic: Traffic, reached: Reached, now: float) -> Traffic:
    """The traffic after more stops became known to be reached."""
    if not len(reached.at):
        return traffic
    both = Reached(
        *(np.concatenate((getattr(traffic.waiting, name), getattr(reached, name))) for name in Reached.__slots__)
    )
    driven = driven_of(network, table, both)
    made = replace(traffic, waiting=_last_of_each(both, now))
    return _with_driven(made, driven) if len(driven.hop) else made


def with_sights(traffic: Traffic, sights: Sights, now: float) -> Traffic:
    """The traffic after more reports; vehicles not seen for two hours are forgotten."""
    if not len(sights.measured_at):
        return traffic
    grown = _grown(traffic, sights.vehicle_id)
    row = grown.rows_of(sights.vehicle_id)
    at, (metres, pattern) = _pushed(
        grown.seen_at,
        (grown.seen_m, grown.seen_pattern),
        row,
        sights.measured_at,
        (sights.dist_m, sights.pattern_ix.astype(np.int64)),
    )
    kept = at[:, 0] > now - FORGET_S
    return Traffic(
        grown.hop_at,
        grown.hop_s,
        grown.vehicle_id[kept],
        grown.own_at[kept],
        grown.own_s[kept],
        grown.own_hop[kept],
        at[kept],
        metres[kept],
        pattern[kept].astype(np.int64),
        grown.waiting,
        grown.lessons,
    )


def _last_of_each(reached: Reached, now: float) -> Reached:
    order = np.lexsort((reached.stop_row, reached.at, reached.vehicle_id.astype(str)))
    names = reached.vehicle_id[order]
    last = np.append(names[1:] != names[:-1], True).astype(bool)
    kept = order[last & (reached.at[order] > now - FORGET_S)]
    return Reached(*(getattr(reached, name)[kept] for name in Reached.__slots__))


def _grown(traffic: Traffic, names: Texts) -> Traffic:
    """With a row for each of these vehicles."""
    fresh = np.unique(names[traffic.rows_of(names) < 0].astype(str))
    if not len(fresh):
        return traffic
    whole = np.unique(np.concatenate((traffic.vehicle_id.astype(str), fresh)))
    old = np.searchsorted(whole, traffic.vehicle_id.astype(str))
    columns: list[npt.NDArray[Any]] = []
    for name, blank in zip(_COLUMNS, (*_blank(len(whole), OWN), *_blank(len(whole), SEEN)), strict=True):
        blank[old] = getattr(traffic, name)
        columns.append(blank)
    made: dict[str, Any] = dict(zip(_COLUMNS, columns, strict=True))
    return replace(traffic, vehicle_id=whole.astype(object), **made)


_COLUMNS = ("own_at", "own_s", "own_hop", "seen_at", "seen_m", "seen_pattern")


def _with_driven(traffic: Traffic, driven: Driven) -> Traffic:
    hop_at, (hop_s,) = _pushed(traffic.hop_at, (traffic.hop_s,), driven.hop, driven.ended_at, (driven.seconds,))
    grown = _grown(traffic, driven.vehicle_id)
    own_at, (own_s, own_hop) = _pushed(
        grown.own_at,
        (grown.own_s, grown.own_hop),
        grown.rows_of(driven.vehicle_id),
        driven.ended_at,
        (driven.seconds, driven.hop),
    )
    return replace(grown, hop_at=hop_at, hop_s=hop_s, own_at=own_at, own_s=own_s, own_hop=own_hop)


def _pushed(
    at: Floats, columns: tuple[npt.NDArray[Any], ...], row: Rows, new_at: Floats, new: tuple[npt.NDArray[Any], ...]
) -> tuple[Floats, tuple[npt.NDArray[Any], ...]]:
    """Rows with further entries, the newest kept in order."""
    touched, place = np.unique(row, return_inverse=True)
    order = np.lexsort((-new_at, place))
    place, new_at = place[order], new_at[order]
    rank = np.arange(len(place)) - np.searchsorted(place, place)
    depth = at.shape[1]
    fits = rank < depth
    fresh_at = np.full((len(touched), depth), NEVER)
    fresh_at[place[fits], rank[fits]] = new_at[fits]
    whole = np.concatenate((at[touched], fresh_at), axis=1)
    newest = np.argsort(-whole, axis=1, kind="stable")[:, :depth]
    made_at = at.copy()
    made_at[touched] = np.take_along_axis(whole, newest, axis=1)
    made = []
    for old, more in zip(columns, new, strict=True):
        fresh = np.zeros((len(touched), depth), dtype=old.dtype)
        fresh[place[fits], rank[fits]] = more[order][fits]
        column = old.copy()
        column[touched] = np.take_along_axis(np.concatenate((old[touched], fresh), axis=1), newest, axis=1)
        made.append(column)
    return made_at, tuple(made)
