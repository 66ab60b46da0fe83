"""Terminals of a network: the first stops of its routes and directions, whatever the pattern.

A headway is kept between buses of one route and direction at a stop, so all patterns that begin there share a terminal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from passinfo.columns import Bools
from passinfo.network.network import Network

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Places:
    """Terminals, and which of them each pattern begins at."""

    name: tuple[str, ...]
    """``route|direction|stop`` in ids, so that it outlives a change of network."""
    of_pattern: Rows
    first: Bools
    """Flat rows of ``network.patterns`` at which a pattern begins."""
    last: Bools
    """… and ends."""
    pattern_of_row: Rows

    def __len__(self) -> int:
        """How many terminals."""
        return len(self.name)


def places(network: Network) -> Places:
    """The terminals of a network, in order of their names."""
    patterns, n = network.patterns, len(network.patterns.pattern_id)
    ends = patterns.stop_ptr.astype(np.int64)
    stop_id = network.stops.stop_id[patterns.stop_ix[ends[:-1]]] if n else np.empty(0, dtype=object)
    route_id = network.routes.route_id[patterns.route_ix] if n else np.empty(0, dtype=object)
    ways = patterns.direction_id.tolist()
    told = [f"{route}|{way}|{stop}" for route, way, stop in zip(route_id, ways, stop_id, strict=True)]
    names = sorted(set(told))
    row = {name: place for place, name in enumerate(names)}
    first, last = np.zeros(int(ends[-1]), dtype=bool), np.zeros(int(ends[-1]), dtype=bool)
    first[ends[:-1]] = True
    last[ends[1:] - 1] = True
    of_pattern = np.array([row[name] for name in told], dtype=np.int64)
    return Places(tuple(names), of_pattern, first, last, np.repeat(np.arange(n), np.diff(ends)))
