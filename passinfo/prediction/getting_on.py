"""How a bus with a plan gets on: it drives from stop to stop, stands its time, and waits where it is early.

Between timepoints a bus drives as the road lets it; at one it is held if it is before its time, and a late bus cuts
short what standing is planned. So lateness does not simply last: it is used up where the plan has slack, and earliness
ends at the next timepoint.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.prediction.rows import RowsAhead

LEAST_STAND_S = 60.0
"""So much of a planned standing a late bus takes all the same: doors, passengers, lights."""
HELD = 0.75
"""Share of its earliness that a bus loses at a timepoint of a route that plans standing on the way: so does Kingston,
where most drivers wait. Washington plans none, and hardly a driver waits. Between timepoints a deviation lasts, as it
does in OneBusAway: neither early nor late drivers make good much on the way."""


@dataclass(frozen=True, slots=True)
class PlanAhead:
    """What is planned of each row ahead; instants are epoch seconds."""

    drive_s: Floats
    """From the stop before (first row of a run: from the anchor), as the road is now."""
    stand_s: Floats
    """Planned standing at the stop."""
    arrive_at: Floats
    """Planned arrival …"""
    leave_at: Floats
    """… and departure; NaN where nothing is planned."""
    hold: Floats
    """Share of its earliness that a bus loses there."""


def hold_shares(timepoint: Bools, stand_s: Floats, rows: RowsAhead, waits: Bools) -> Floats:
    """Share of its earliness that a bus loses at each stop ahead.

    Parameters
    ----------
    timepoint
        Of each row.
    stand_s
        Planned standing.
    rows
        The rows.
    waits
        Runs whose route waits for its time on the way.
    """
    n = np.maximum(np.diff(rows.ptr), 1)
    flagged = np.bincount(rows.run, timepoint, len(n)) / n
    telling = (waits & (flagged <= 0.5))[rows.run]
    held = np.where(timepoint & telling, HELD, 0.0)
    return np.where(stand_s > LEAST_STAND_S, HELD, held)


def getting_on(rows: RowsAhead, plan: PlanAhead, from_at: Floats, waits: Bools) -> Floats:
    """Arrival at each row (departure at a first stop): driving, standing and holding, one after the other.

    Parameters
    ----------
    rows
        The rows.
    plan
        What is planned of them.
    from_at
        Instant each run is at its anchor.
    waits
        Runs that have not left their first stop: their first row is their departure.

    Returns
    -------
    Epoch seconds, one per row.
    """
    reached = np.full(len(rows.run), np.nan)
    length = np.diff(rows.ptr)
    order = np.argsort(-length, kind="stable")
    left = from_at.astype(float).copy()
    for step in range(int(length.max(initial=0))):
        runs = order[: np.searchsorted(-length[order], -step)]
        row = rows.ptr[runs] + step
        at = left[runs] + np.where(waits[runs] & (step == 0), 0.0, plan.drive_s[row])
        reached[row] = at
        least = np.minimum(plan.stand_s[row], LEAST_STAND_S)
        early = np.nan_to_num(np.maximum(plan.leave_at[row] - at - least, 0.0))
        gone = at + least + plan.hold[row] * early
        left[runs] = np.where(waits[runs] & (step == 0), at, gone)
    return reached
