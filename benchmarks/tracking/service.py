"""*In service*, for measuring: from the true run and raw positions only (what tracking says has no part in it).

A report is in service if it lies within 60 m of the true shape, after the last stand at its start and before its last
60 m. A *stand*: less than 30 m in 120 s or more.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats

WITHIN_M = 60.0
LAST_M = 60.0
STAND_M = 30.0
STAND_S = 120.0
AT_START_M = 200.0
"""A stand is at the start if the bus stands within so much of it: buses wait this far from the first stop's sign."""

ABOUT_M = 250.0
"""Washington's C53 waits 200 m before its last stop's sign."""


def standing(x_m: Floats, y_m: Floats, at: Floats) -> Bools:
    """Which reports of one vehicle, in order of time, belong to a stand.

    Examples
    --------
    >>> import numpy as np
    >>> standing(np.array([0.0, 5.0, 9.0, 90.0]), np.zeros(4), np.array([0.0, 60.0, 120.0, 150.0]))
    array([ True,  True,  True, False])
    """
    stands = np.zeros(len(at), dtype=bool)
    for first in range(len(at)):
        last = first
        while last + 1 < len(at) and np.hypot(x_m[last + 1] - x_m[first], y_m[last + 1] - y_m[first]) < STAND_M:
            last += 1
        if at[last] - at[first] >= STAND_S:
            stands[first : last + 1] = True
    return stands


def in_service(dist_m: Floats, offset_m: Floats, stands: Bools, length_m: float) -> Bools:
    """Which reports of one run, in order of time, are in service.

    Parameters
    ----------
    dist_m, offset_m
        Along and beside the true shape, ``length_m`` long.
    stands
        Which reports belong to a stand.
    """
    near = offset_m <= WITHIN_M
    waiting = np.flatnonzero(stands & (dist_m <= AT_START_M))
    begun = np.arange(len(dist_m)) > (waiting[-1] if len(waiting) else -1)
    return near & begun & (dist_m < length_m - LAST_M)


def about_terminal(dist_m: Floats, stands: Bools, length_m: float) -> Bools:
    """Which reports of one run the letter of *in service* takes in though the bus waits or turns at a terminal.

    A stand that begins or ends the run but lies up to 250 m from the end of the line, and all that came before the bus
    came back to its start. For telling what a figure is made of; the figures themselves keep to the letter.

    Examples
    --------
    >>> import numpy as np
    >>> about_terminal(np.array([100.0, 600.0, 600.0, 20.0, 900.0]), np.zeros(5, dtype=bool), 5000.0)
    array([ True,  True,  True, False, False])
    """
    ends = stands & ((dist_m <= ABOUT_M) | (dist_m >= length_m - ABOUT_M))
    ahead = dist_m > AT_START_M
    returns = np.flatnonzero(ahead[:-1] & ~ahead[1:])
    before = np.arange(len(dist_m)) <= (returns[-1] if len(returns) else -1)
    return np.asarray(ends | before)
