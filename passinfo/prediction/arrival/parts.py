"""How each part of the city runs: all that drives in a square together, whatever route or street it is on.

Snow and a closed bridge are felt around, and a hop ahead that no bus has driven lately is known by its neighbours. By
itself it is no better than hop and route: what it is worth the day tells (:mod:`.today`).
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats
from passinfo.prediction.arrival.hops import HopTable

LEAN = 6.0
"""So many fresh drives weigh as much as the network."""


def parts_of(table: HopTable, took_s: Floats, should_s: Floats, network: float, mean_s: float) -> Floats:
    """Log of what is needed in each square against usual.

    Parameters
    ----------
    table
        The hops.
    took_s, should_s
        Of each hop: seconds that its fresh drives took, and should have taken.
    network
        The same ratio of all hops.
    mean_s
        Seconds of a drive.
    """
    n = int(table.square.max(initial=-1)) + 1
    took, should = (np.bincount(table.square, each, n) for each in (took_s, should_s))
    lean = LEAN * mean_s + 1e-9
    return np.asarray(np.log((took + lean * network) / (should + lean)))
