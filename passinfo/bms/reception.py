"""When a report could be known, where the source does not say: the running maximum of observed_at in file order.

One device whose clock is years ahead must not carry everybody's time of reception with it. So an instant moves the
clock only if the file goes on at about that time: at least half of the following rows lie no more than an hour behind.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats

NEIGHBOURS = 20
"""Rows that judge an instant: enough that a few odd devices do not matter."""
STRAGGLE_S = 3_600.0
"""Reports an hour late are common (Kingston); they are no proof against a clock."""


def running_reception(observed_at: Floats, newest: float) -> tuple[Floats, float]:
    """Time of reception of each report, and the newest so far (-inf: none), to be given with the next rows.

    Examples
    --------
    >>> running_reception(np.array([100.0, 130.0, 110.0, 9e9, 140.0, 170.0]), float("-inf"))[0].tolist()
    [100.0, 130.0, 130.0, 130.0, 140.0, 170.0]
    """
    if not len(observed_at):
        return observed_at.copy(), newest
    believed = np.where(_confirmed(observed_at, newest), observed_at, -np.inf)
    reception = np.maximum.accumulate(np.maximum(believed, newest))
    first = reception[np.isfinite(reception)][:1]
    if not len(first):
        return observed_at.copy(), newest
    return np.maximum(reception, first[0]), float(reception[-1])


def _confirmed(observed_at: Floats, newest: float) -> Bools:
    """Whether the rows after each one (before it, for the last) go on at about its time."""
    padded = np.concatenate((observed_at[1:], np.full(NEIGHBOURS, np.nan)))
    after = np.lib.stride_tricks.sliding_window_view(padded, NEIGHBOURS)[: len(observed_at)]
    known = np.isfinite(after).sum(axis=1)
    with np.errstate(invalid="ignore"):
        agree = (after >= (observed_at - STRAGGLE_S)[:, None]).sum(axis=1)
    confirmed: Bools = 2 * agree >= known
    before = observed_at[:-1][-NEIGHBOURS:]
    last = observed_at[-1]
    if len(before):
        confirmed[-1] = last <= np.median(before) + STRAGGLE_S
    else:
        confirmed[-1] = not np.isfinite(newest) or last <= newest + STRAGGLE_S
    return confirmed
