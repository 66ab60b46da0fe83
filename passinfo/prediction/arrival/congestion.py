"""How the road a bus is on flows: what buses needed there lately against what they usually need at this hour.

One hop is a matter of a signal or two, so the hop a bus is on speaks together with the one before and the one after.
Where too few buses passed lately, or too few ever did, nothing is said.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.clock import day_of
from passinfo.prediction.arrival.hops import HopTable, Rows
from passinfo.prediction.arrival.traffic import Traffic
from passinfo.prediction.arrival.usual import Usual

LATELY_S = 900.0
"""Traffic of a quarter of an hour ago is another traffic."""
LEAST_DRIVES = 3
"""Lately, over three hops: two of them may have met a red light each."""
LEAST_HISTORY = 10.0
"""Drives of a hop from which its usual time is known."""
UNKNOWN, SMOOTH, STOP_AND_GO, CONGESTED, SEVERE = range(5)
"""CongestionLevel of GTFS-Realtime."""
SHARES = (0.70, 0.55, 0.33)
"""Of the usual speed, down to which traffic is smooth, stop and go, congested. Source: Highway Capacity Manual 2000,
urban streets of class II: levels B, C and E end at 28, 22 and 13 mph of 40 mph free flow."""
_SPAN = 1e7
"""Metres from pattern to pattern on one axis."""


def congestion_levels(
    network: Network, table: HopTable, usual: Usual, traffic: Traffic, pattern_ix: Rows, dist_m: Floats, now: float
) -> npt.NDArray[np.uint8]:
    """CongestionLevel where each vehicle is; 0 where it is not known."""
    kind, service_s = day_of(network, now)
    lately = traffic.hop_at >= now - LATELY_S
    known = usual.count >= LEAST_HISTORY
    drives = np.where(known, lately.sum(axis=1), 0)
    driven_s = np.where(known, np.where(lately, traffic.hop_s, 0.0).sum(axis=1), 0.0)
    usual_s = drives * usual.column(kind, service_s)
    around = _hops_around(network, table, pattern_ix, dist_m)
    total, needed, expected = (_over(each, around) for each in (drives, driven_s, usual_s))
    share = np.divide(expected, needed, out=np.ones(len(total)), where=needed > 0)
    level = SMOOTH + sum((share < edge).astype(np.int64) for edge in SHARES)
    return np.where(total >= LEAST_DRIVES, level, UNKNOWN).astype(np.uint8)


def _over(values: Rows | Floats, around: Rows) -> Floats:
    """Sums over the hops around each vehicle; a hop of -1 counts nothing."""
    return np.asarray(np.append(values, 0.0)[around].sum(axis=1))


def _hops_around(network: Network, table: HopTable, pattern_ix: Rows, dist_m: Floats) -> Rows:
    """The hop each vehicle is on, the one before and the one after; -1 where there is none. (vehicles, 3)."""
    patterns = network.patterns
    pattern = np.maximum(pattern_ix, 0)
    of_row = np.repeat(np.arange(len(patterns.pattern_id)), np.diff(patterns.stop_ptr))
    axis = of_row * _SPAN + patterns.stop_dist_m
    placed = (pattern_ix >= 0) & np.isfinite(dist_m)
    ends = np.searchsorted(axis, pattern * _SPAN + np.where(placed, dist_m, 0.0), side="right")
    first, last = patterns.stop_ptr[pattern] + 1, patterns.stop_ptr[pattern + 1] - 1
    rows = np.clip(ends, first, last)[:, None] + np.array([-1, 0, 1])
    inside = placed[:, None] & (rows >= first[:, None]) & (rows <= last[:, None])
    return np.where(inside, table.of_row[np.where(inside, rows, 0)], -1)
