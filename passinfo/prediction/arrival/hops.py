"""Hops: from stop to next stop, whichever patterns drive them. What one route's bus meets tells the others' too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats
from passinfo.network.area import M_PER_DEG
from passinfo.network.network import Network

Rows = npt.NDArray[np.int64]

SQUARE_M = 2_000.0
"""Parts of a city are squares of two kilometres; of one: as good."""


@dataclass(frozen=True, slots=True)
class HopTable:
    """All hops of a network."""

    of_row: Rows
    """Hop that ends at each flat row of ``network.patterns``; -1 at first stops."""
    from_ix: Rows
    to_ix: Rows
    metres: Floats
    """Mean over the patterns that drive it."""
    route_ix: Rows
    """A route that drives it (the first)."""
    square: Rows
    """The part of the city in which it ends."""

    def __len__(self) -> int:
        """How many."""
        return len(self.from_ix)


def hop_table(network: Network) -> HopTable:
    """The hops of a network, numbered in order of their stops."""
    patterns = network.patterns
    n = len(patterns.stop_ix)
    first = np.zeros(n, dtype=bool)
    first[patterns.stop_ptr[:-1]] = True
    row = np.flatnonzero(~first)
    stops = np.int64(len(network.stops.stop_id))
    key = patterns.stop_ix[row - 1].astype(np.int64) * stops + patterns.stop_ix[row]
    keys, where, hop = np.unique(key, return_index=True, return_inverse=True)
    of_row = np.full(n, -1, dtype=np.int64)
    of_row[row] = hop
    metres = np.maximum(patterns.stop_dist_m[row] - patterns.stop_dist_m[row - 1], 1.0)
    route = np.repeat(patterns.route_ix, np.diff(patterns.stop_ptr))[row]
    total = np.bincount(hop, metres, len(keys)) / np.maximum(np.bincount(hop, minlength=len(keys)), 1)
    to_ix = keys % stops
    return HopTable(of_row, keys // stops, to_ix, total, route[where].astype(np.int64), _squares(network, to_ix))


def _squares(network: Network, stop_ix: Rows) -> Rows:
    """The square in which each of these stops lies, numbered as they come."""
    lat, lon = network.stops.lat_deg[stop_ix], network.stops.lon_deg[stop_ix]
    east = np.cos(np.radians(np.median(lat))) if len(lat) else 1.0
    place = np.stack([np.floor(lat * M_PER_DEG / SQUARE_M), np.floor(lon * M_PER_DEG * east / SQUARE_M)])
    return np.unique(place, axis=1, return_inverse=True)[1].reshape(-1).astype(np.int64)
