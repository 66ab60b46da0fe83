"""From when on a bus with a plan drives on from where it was seen.

As a rule at once. But a bus that was seen to stand stands on for a while, and one on a run's first stretch long before
the run begins has not begun it: it is there for its layover, and leaves when it is due.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.anchor import Anchor
from passinfo.prediction.arrival.traffic import NEVER, Traffic
from passinfo.prediction.protocol import RunAhead

HALT_S = 15.0
"""Of a planned hop, spent at the stop it begins at: doors and setting off. By least absolute errors of what is left of
the hop 13 s in Kingston, 20 s in Washington."""
STANDS_M, STANDS_S = 20.0, 20.0
"""Who has not moved farther for so long stands: between two reports, or two turns of a light's …"""
STANDS_ON, STANDS_ON_S = 0.3, 60.0
"""… and will stand on for this share of it, this long at most (0.2 to 0.5 do as well in both cities)."""
CRUISES_MPS, PER_MPS_S, AT_STOP_M = 8.0, 2.5, 30.0
"""Between stops a bus slower than this when it was seen comes later by so much per m/s, a faster one earlier: lights,
queues, setting off (by least absolute errors 1.6 s in Kingston, 2.5 s in Washington). Not so near a stop: it halts."""
NOT_YET_S, NEVER_YET_S = 60.0, 240.0
"""A bus so early before its run begins waits if it stands, or, so early, though it moves: it is on its way to where it
waits (in Washington past two stops; in Kingston one left three minutes before its time, none more)."""


def stood_s(traffic: Traffic | None, runs: RunAhead) -> Floats:
    """How long each run's vehicle had stood when it was last seen; 0 where it moved or nobody knows."""
    n = len(runs.measured_at)
    if traffic is None or not len(traffic.vehicle_id) or not len(runs.vehicle_id):
        return np.zeros(n)
    row = traffic.rows_of(runs.vehicle_id)
    at, metres, pattern = (seen[np.maximum(row, 0)] for seen in (traffic.seen_at, traffic.seen_m, traffic.seen_pattern))
    near = (np.abs(metres - metres[:, :1]) < STANDS_M) & (pattern == pattern[:, :1]) & (at > NEVER)
    reports = np.logical_and.accumulate(near, axis=1).sum(axis=1)
    since = at[np.arange(n), np.maximum(reports - 1, 0)]
    stood = np.where((row >= 0) & (reports > 0), at[:, 0] - since, 0.0)
    return np.asarray(np.where(stood >= STANDS_S, stood, 0.0))


def slow_s(network: Network, runs: RunAhead) -> Floats:
    """By how much each bus between stops comes later for its speed, negative if earlier; 0 where that is unknown."""
    if not len(runs.speed_mps):
        return np.zeros(len(runs.measured_at))
    patterns, pattern = network.patterns, np.maximum(runs.pattern_ix, 0)
    begin, end = patterns.stop_ptr[pattern], patterns.stop_ptr[pattern + 1]
    to_m = patterns.stop_dist_m[np.minimum(begin + np.maximum(runs.first_position, 0), end - 1)] - runs.dist_m
    known = (to_m > AT_STOP_M) & np.isfinite(runs.speed_mps)
    return np.asarray(np.where(known, PER_MPS_S * (CRUISES_MPS - runs.speed_mps).clip(-CRUISES_MPS), 0.0))


def drives_on_at(network: Network, runs: RunAhead, anchored: Anchor, stood: Floats) -> Floats:
    """The instant from which each run drives on from where it is anchored."""
    with np.errstate(invalid="ignore"):
        due_at = runs.start_at + anchored.profile_s
        early_s = due_at - anchored.at
        unbegun = runs.measured_at < runs.start_at
        unbegun &= (early_s > NEVER_YET_S) | ((early_s > NOT_YET_S) & (stood > 0))
    stands_on = anchored.at + np.minimum(STANDS_ON * stood, STANDS_ON_S) + slow_s(network, runs)
    return np.asarray(np.where(anchored.waits, anchored.at, np.where(unbegun, due_at, stands_on)))
