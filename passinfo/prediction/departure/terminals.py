"""What is known of terminals at a tick: who waits since when, and when the last buses left.

Built from reports and stop visits in the order in which they became known, one report of a vehicle after the other, so
that the length of a tick changes nothing. The same code runs live and over recorded days.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from passinfo.columns import Bools, Floats, Texts
from passinfo.network.network import Network
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.departure.places import Places, Rows
from passinfo.prediction.rows import vehicle_rows

STAND_M = 30.0
"""Within this of where it halted a bus stands still (as tracking has it)."""
BAY_M = 800.0
"""Buses wait in bays up to this far down the line (Washington's lie 650 m from the first stop) …"""
START_SHARE = 0.5
"""… but never beyond half of it: there a standing bus has ended a run."""
LAST = 4
"""Departures kept of each terminal: three headways."""
FORGET_S = 14_400.0
"""What a vehicle did four hours ago is of another duty."""
DEGREE_M = 111_195.0
"""Metres of a degree of latitude on a sphere of 6,371 km."""


@dataclass(frozen=True, slots=True)
class Stands:
    """Reports, one row each, in order of reception."""

    vehicle_id: Texts
    measured_at: Floats
    pattern_ix: Rows
    """-1 unknown."""
    dist_m: Floats
    lat_deg: Floats
    lon_deg: Floats
    idle: Bools
    """True: not in service, or in service and not gone from its first stop yet."""


@dataclass(frozen=True, slots=True)
class Terminals:
    """Immutable; vehicles sorted by id; NaN where something is unknown."""

    vehicle_id: Texts
    seen_at: Floats
    idle_since: Floats
    """First report since it is idle; NaN = on the road."""
    pattern_ix: Rows
    """Pattern whose start it waits at, -1 = none."""
    pattern_since: Floats
    stand_since: Floats
    """First report within 30 m of where it is."""
    lat_deg: Floats
    lon_deg: Floats
    dist_m: Floats
    ended_at: Floats
    """Last arrival at the end of a pattern."""
    left_at: Floats
    """(terminals, LAST): last departures, newest first."""

    def rows_of(self, vehicle_id: Texts) -> Rows:
        """Row of each vehicle, -1 if unknown."""
        return vehicle_rows(self.vehicle_id, vehicle_id)


_OF_VEHICLE = tuple(each.name for each in fields(Terminals) if each.name not in ("vehicle_id", "left_at"))


def no_terminals(places: Places) -> Terminals:
    """Nothing has been seen yet."""
    columns = {name: _blank(name, 0) for name in _OF_VEHICLE}
    return Terminals(
        vehicle_id=np.empty(0, dtype=object),
        left_at=np.full((len(places), LAST), np.nan),
        **columns,
    )


def _blank(name: str, n: int) -> npt.NDArray[Any]:
    return np.full(n, -1, dtype=np.int64) if name == "pattern_ix" else np.full(n, np.nan)


def with_stands(network: Network, terminals: Terminals, stands: Stands, now: float) -> Terminals:
    """The terminals after more reports; vehicles not seen for four hours are forgotten."""
    if not len(stands.measured_at):
        return terminals
    grown = _grown(terminals, stands.vehicle_id)
    columns = {name: getattr(grown, name).copy() for name in _OF_VEHICLE}
    row = grown.rows_of(stands.vehicle_id)
    waits = _waits(network, stands)
    for turn in _turns(row):
        _advance(columns, row[turn], stands, turn, waits[turn])
    made = replace(grown, **columns)
    kept = ~(made.seen_at <= now - FORGET_S)
    if kept.all():
        return made
    return replace(made, vehicle_id=made.vehicle_id[kept], **{name: columns[name][kept] for name in _OF_VEHICLE})


def with_departures(places: Places, terminals: Terminals, reached: Reached) -> Terminals:
    """The terminals after more stops became known to be reached: departures from first stops, arrivals at last ones."""
    known = np.flatnonzero(reached.stop_row >= 0)
    stop = reached.stop_row[known]
    left, ended = known[places.first[stop]], known[places.last[stop]]
    if len(left):
        place = places.of_pattern[places.pattern_of_row[reached.stop_row[left]]]
        terminals = replace(terminals, left_at=_newest(terminals.left_at, place, reached.at[left]))
    if len(ended):
        terminals = _grown(terminals, reached.vehicle_id[ended])
        at = terminals.ended_at.copy()
        np.fmax.at(at, terminals.rows_of(reached.vehicle_id[ended]), reached.at[ended])
        terminals = replace(terminals, ended_at=at)
    return terminals


def _waits(network: Network, stands: Stands) -> Rows:
    """Pattern at whose start each report says that the bus waits; -1 none, -2: cannot be told from this report."""
    patterns = network.patterns
    pattern = np.maximum(stands.pattern_ix, 0)
    reach = np.minimum(BAY_M, START_SHARE * patterns.stop_dist_m[patterns.stop_ptr[pattern + 1].astype(np.int64) - 1])
    known = stands.idle & (stands.pattern_ix >= 0)
    with np.errstate(invalid="ignore"):
        found = np.where(known & (stands.dist_m <= reach), stands.pattern_ix, -1)
    return np.where(known & np.isnan(stands.dist_m), -2, found).astype(np.int64)


def _turns(row: Rows) -> list[Rows]:
    """Reports in turns: the first of each vehicle, the second of each, and so on."""
    order = np.argsort(row, kind="stable")
    ordered = row[order]
    rank = np.empty(len(row), dtype=np.int64)
    rank[order] = np.arange(len(row)) - np.searchsorted(ordered, ordered)
    return [np.flatnonzero(rank == turn) for turn in range(int(rank.max(initial=-1)) + 1)]


def _advance(columns: dict[str, npt.NDArray[Any]], row: Rows, stands: Stands, turn: Rows, waits: Rows) -> None:
    at, lat, lon = stands.measured_at[turn], stands.lat_deg[turn], stands.lon_deg[turn]
    away = DEGREE_M * np.hypot(lat - columns["lat_deg"][row], (lon - columns["lon_deg"][row]) * np.cos(np.radians(lat)))
    with np.errstate(invalid="ignore"):
        moved = ~(away < STAND_M)
    for name, values in (("stand_since", at), ("lat_deg", lat), ("lon_deg", lon)):
        columns[name][row[moved]] = values[moved]
    idle, since = stands.idle[turn], columns["idle_since"][row]
    columns["idle_since"][row] = np.where(idle, np.where(np.isnan(since), at, since), np.nan)
    before = columns["pattern_ix"][row]
    pattern = np.where(waits == -2, before, waits)
    columns["pattern_since"][row] = np.where(
        pattern < 0, np.nan, np.where(pattern == before, columns["pattern_since"][row], at)
    )
    columns["pattern_ix"][row] = pattern
    columns["dist_m"][row] = stands.dist_m[turn]
    columns["seen_at"][row] = at


def _grown(terminals: Terminals, names: Texts) -> Terminals:
    """With a row for each of these vehicles."""
    fresh = np.unique(names[terminals.rows_of(names) < 0].astype(str))
    if not len(fresh):
        return terminals
    whole = np.unique(np.concatenate((terminals.vehicle_id.astype(str), fresh)))
    old = np.searchsorted(whole, terminals.vehicle_id.astype(str))
    columns = {name: _blank(name, len(whole)) for name in _OF_VEHICLE}
    for name, column in columns.items():
        column[old] = getattr(terminals, name)
    return replace(terminals, vehicle_id=whole.astype(object), **columns)


def _newest(left_at: Floats, place: Rows, at: Floats) -> Floats:
    """Each terminal's departures with further ones, the newest kept in order."""
    made = left_at.copy()
    for each in np.unique(place).tolist():
        whole = np.concatenate((made[each], at[place == each]))
        made[each] = -np.sort(-whole)[:LAST]  # NaN sorts last
    return made
