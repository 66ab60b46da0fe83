"""The three plain answers to "when does this bus leave?", each a function of columns.

None of them answers an instant that is past: who should have left, leaves now. Where a baseline knows nothing of a bus
it says "now" as well, which is what a display without any model shows.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats


def leaves_on_schedule(planned_at: Floats, now: float) -> Floats:
    """Leaves when planned.

    Parameters
    ----------
    planned_at
        Planned departures, epoch seconds; NaN where there is no plan.
    now
        The tick.

    Examples
    --------
    >>> leaves_on_schedule(np.array([1_300.0, 900.0, np.nan]), 1_000.0).tolist()
    [1300.0, 1000.0, 1000.0]
    """
    return _not_past(planned_at, now)


def historic_layover(arrived_at: Floats, layover_s: Floats, now: float) -> Floats:
    """Leaves after the layover that is usual there at this hour.

    Parameters
    ----------
    arrived_at
        When each bus came to its terminal; NaN where nobody saw it come.
    layover_s
        Median layover of the terminal and half hour.
    now
        The tick.

    Examples
    --------
    >>> historic_layover(np.array([880.0, 100.0]), np.array([300.0, 300.0]), 1_000.0).tolist()
    [1180.0, 1000.0]
    """
    return _not_past(arrived_at + layover_s, now)


def headway_kept(leader_left_at: Floats, headway_s: Floats, before: Floats, now: float) -> Floats:
    """Leaves a headway behind its leader.

    Parameters
    ----------
    leader_left_at
        When the last bus of the same route and direction left this stop; NaN or far past where unknown.
    headway_s
        The headway that is kept.
    before
        Buses that came before it and wait there still: each takes a headway of its own.
    now
        The tick.

    Examples
    --------
    >>> headway_kept(np.array([700.0, 700.0]), np.array([600.0, 600.0]), np.array([0, 1]), 1_000.0).tolist()
    [1300.0, 1900.0]
    """
    return _not_past(leader_left_at + headway_s * (1.0 + before), now)


def _not_past(at: Floats, now: float) -> Floats:
    return np.fmax(at, now)
