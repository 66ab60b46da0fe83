"""The times a recording covers, told by what became known."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats

SILENCE_S = 300.0
"""Longer without any visit becoming known, and the recording was interrupted."""
GRACE_S = 600.0
"""A bus that has not come this long after it was predicted counts as not come."""


def stretches(known_at: Floats) -> tuple[Floats, Floats]:
    """Begins and ends of the times in which visits became known without a longer silence."""
    known = np.unique(known_at[np.isfinite(known_at)])
    silent = np.diff(known) > SILENCE_S
    return np.append(known[:1], known[1:][silent]), np.append(known[:-1][silent], known[-1:])


def within(known_at: Floats, since: Floats, until: Floats) -> Bools:
    """Whether each time from ``since`` to ``until`` lies in one stretch.

    Examples
    --------
    >>> known = np.array([0.0, 100.0, 200.0, 5000.0, 5100.0])
    >>> within(known, np.array([10.0, 10.0, 3000.0, 5000.0]), np.array([150.0, 250.0, 3010.0, 5100.0])).tolist()
    [True, False, False, True]
    """
    began, ended = stretches(known_at)
    number = np.searchsorted(ended, since)
    return (since >= np.append(began, np.inf)[number]) & (until <= np.append(ended, -np.inf)[number])
