"""The road in the last minutes, buses that are still on a hop counted: how fast the traffic changes.

The live mix remembers twenty minutes, so that a red light is no jam; where a jam grows it comes late. What is told here
fades thrice as fast. By itself it is worse on most days: what it is worth the day tells (:mod:`.today`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.prediction.arrival.hops import HopTable, Rows
from passinfo.prediction.arrival.parts import parts_of

FADE_S, LAST_S = 400.0, 2_400.0
LEAN_NETWORK, LEAN_ROUTE, LEAN_HOP = 30.0, 8.0, 2.5
"""So many fresh drives weigh as much as the wider level."""


@dataclass(frozen=True, slots=True)
class Drives:
    """The last drives of some hops, newest first, shape (some, depth); and of the buses on any now, shape (hops,)."""

    hop: Rows
    """The hops of which there are any."""
    age_s: Floats
    taken_s: Floats
    expected_s: Floats
    on_it_s: Floats
    """Seconds that buses have spent on it so far …"""
    on_it_expected_s: Floats
    """… and those usual for what they have done of it."""


def lately_of(table: HopTable, drives: Drives, own_s: Floats) -> tuple[Floats, Floats]:
    """Logs of what each hop, and each square of the city, needs against usual; ``own_s``: a hop's usual seconds now."""
    some = np.flatnonzero(drives.age_s[:, 0] < LAST_S)
    age, hop = drives.age_s[some], drives.hop[some]
    weight = np.where(age < LAST_S, np.exp(-np.maximum(age, 0.0) / FADE_S), 0.0)
    took, should = np.zeros(len(table)), np.zeros(len(table))
    took[hop] = (weight * drives.taken_s[some]).sum(axis=1)
    should[hop] = (weight * drives.expected_s[some]).sum(axis=1)
    mean_s = float(should.sum() / max(float(weight.sum()), 1e-9))
    took, should = took + drives.on_it_s, should + drives.on_it_expected_s
    lean = LEAN_NETWORK * mean_s + 1e-9
    network = (took.sum() + lean) / (should.sum() + lean)
    routes = int(table.route_ix.max(initial=-1)) + 1
    of_route, lean = table.route_ix, LEAN_ROUTE * mean_s + 1e-9
    route = (np.bincount(of_route, took, routes) + lean * network) / (np.bincount(of_route, should, routes) + lean)
    of_hop = np.log((took + LEAN_HOP * own_s * route[of_route]) / (should + LEAN_HOP * own_s))
    return np.asarray(of_hop), parts_of(table, took, should, float(network), mean_s)
