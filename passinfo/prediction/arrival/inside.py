"""Inside a hop: how much of its time is left where a bus is, against what the distance left says.

A signal at the end, a long stop at its begin, and a bus that stands where buses stand: time does not run with metres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.prediction.arrival.hops import Rows
from passinfo.prediction.arrival.medians import leaning, quantiles

SHARES = 6
"""Stretches of a hop, by the share of its metres that is left; twice as many gained nothing (ttc)."""
SOFT_S = 15.0
"""Ratios are of seconds plus this: at a stop's door a second more is no doubling."""
LEAN = 6.0
"""So many sights weigh as much as what is so on all hops."""
LONGEST_S = 900.0
"""Longer to the next stop, a bus rests."""


@dataclass(frozen=True, slots=True)
class Lefts:
    """Sights of buses on a hop, and how long it then took to its end; one row each."""

    hop: Rows
    share: Floats
    """Of the hop's metres that was left."""
    stands: Bools
    left_s: Floats
    service_s: Floats
    """Time of day."""
    kind: Rows
    """Kind of its day."""


def cell_of(hop: Rows, share: Floats, stands: Bools) -> Rows:
    """The cell of a table of shape (hops, SHARES, 2), flat, of each sight."""
    stretch = np.clip((share * SHARES).astype(np.int64), 0, SHARES - 1)
    return np.asarray((hop * SHARES + stretch) * 2 + stands)


def ratio_of(left_s: Floats, plain_s: Floats) -> Floats:
    """Log of seconds left over those that the distance says."""
    return np.asarray(np.log((np.clip(left_s, 0.0, LONGEST_S) + SOFT_S) / (plain_s + SOFT_S)))


def level(hops: int) -> Floats:
    """Nothing known: time runs with metres."""
    return np.zeros((hops, SHARES, 2))


def learn_inside(lefts: Lefts, plain_s: Floats, hops: int) -> Floats:
    """Median log ratio of time left to what the distance says, shape (hops, SHARES, 2), standing last.

    Parameters
    ----------
    lefts
        Sights of any days.
    plain_s
        What each had left of its hop's usual seconds, if time ran with metres.
    hops
        How many there are; a cell with few sights leans on the same cell of all hops.
    """
    cell, ratio = cell_of(lefts.hop, lefts.share, lefts.stands), ratio_of(lefts.left_s, plain_s)
    kinds = SHARES * 2
    everywhere = quantiles(cell % kinds, ratio, kinds)
    wider = np.tile(np.where(np.isfinite(everywhere), everywhere, 0.0), hops)
    count = np.bincount(cell, minlength=hops * kinds).astype(float)
    return leaning(quantiles(cell, ratio, hops * kinds), count, wider, LEAN).reshape(hops, SHARES, 2)
