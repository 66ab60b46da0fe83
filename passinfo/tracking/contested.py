"""Trips that several vehicles want: most are held by one that runs them more surely, and it keeps them."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.tracking.ragged import Index
from passinfo.tracking.vehicles import Vehicles


def held_firmly(vehicles: Vehicles, holder: Index, heard: Bools, firm: Bools, rows: Index, likely: Floats) -> Bools:
    """Which vehicles may not take a run from its holder.

    ``holder``: row of the vehicle that holds the run, -1 = none; ``heard``: it was so of late; ``firm``: its trip was
    named by people; ``likely``: how sure the vehicle at ``rows`` is of the run. Who is on the way goes before who
    waits, then who is surer.
    """
    first = vehicles.begun[holder].astype(np.int8) - vehicles.begun[rows]
    surer = np.where(first == 0, vehicles.confidence[holder] >= likely, first > 0)
    return np.asarray((holder >= 0) & heard & (firm | surer))


def wanted_in_vain(run: Index, refused: Bools) -> Bools:
    """Which vehicles want a run that everybody who wants it is refused: it changes hands in no order of asking.

    Examples
    --------
    >>> wanted_in_vain(np.array([7, 8, 7, 9]), np.array([True, True, False, True])).tolist()
    [False, True, False, True]
    """
    _, which = np.unique(run, return_inverse=True)
    return np.asarray(np.bincount(which, weights=~refused)[which] == 0)
