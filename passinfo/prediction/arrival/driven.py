"""Hops driven: how long a bus took from reaching one stop to reaching the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats, Texts
from passinfo.network.network import Network
from passinfo.prediction.arrival.hops import HopTable, Rows

SHORTEST_S, LONGEST_S = 1.0, 3_600.0
"""Beyond, two visits are not of one drive."""
FASTEST_MPS = 33.0
"""120 km/h: a visit is wrong."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Stops reached, one row each."""

    vehicle_id: Texts
    stop_row: Rows
    """Flat row of ``network.patterns``; -1 unknown."""
    at: Floats
    """Arrival; at the first stop departure."""
    known_at: Floats


@dataclass(frozen=True, slots=True)
class Driven:
    """Hops driven, one row each."""

    vehicle_id: Texts
    hop: Rows
    seconds: Floats
    ended_at: Floats
    known_at: Floats


def driven_of(network: Network, table: HopTable, reached: Reached) -> Driven:
    """Hops between consecutive stops of a pattern that one vehicle reached one after the other."""
    order = np.lexsort((reached.stop_row, reached.at, reached.vehicle_id.astype(str)))
    before, after = order[:-1], order[1:]
    row, seconds = reached.stop_row, reached.at[after] - reached.at[before]
    hop = np.where(row[after] >= 0, table.of_row[np.maximum(row[after], 0)], -1)
    same = np.asarray(reached.vehicle_id[before] == reached.vehicle_id[after], dtype=bool)
    good = same & (row[after] == row[before] + 1) & (row[before] >= 0) & (hop >= 0)
    with np.errstate(invalid="ignore"):
        good &= (seconds >= SHORTEST_S) & (seconds <= LONGEST_S)
        good &= seconds * FASTEST_MPS >= table.metres[np.maximum(hop, 0)]
    after = after[good]
    known = np.maximum(reached.known_at[before[good]], reached.known_at[after])
    return Driven(reached.vehicle_id[after], hop[good], seconds[good], reached.at[after], known)
