"""Runs: the parts of a vehicle's trace under one route and tag, without what a poll repeats.

The tag is what the bus management system believes, so it is wrong in known ways: it drops out or flaps for a poll or
two (bridged), and it flips on arrival or just before, so the layover stands at the next run's start: what lies between
is the end of the run before, and the next begins with the stand (they share it).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.network.learn.traces import Indices, Traces, chosen

FLAP_REPORTS = 2
"""A tag told in so few reports, between two stretches of one other tag, is a slip (ttc: one or two polls)."""
SILENCE_S = 600.0
"""A bus unseen, or without a tag, for so long may have done anything: the run ends."""
LEAP_M = 3_000.0
"""What lies between two places so far apart is unknown: the run ends."""
STANDING_MPS, STANDING_M = 0.8, (3.0, 30.0)
"""A step this slow is GPS noise of a standing bus (two fixes of 10 m noise are 18 m apart on average, seldom 40)."""
LAYOVER_S, STAND_M = 120.0, 40.0
"""A stand: this long within 30 m (definitions), and what noise adds."""
STAND_PLACES = 8
"""Noise makes a standing bus several places; these many are looked at."""
LAYOVER_REACH_M = 600.0
"""A layover bay is this near to where the tag flipped (on arrival); some lie a few blocks from the terminal."""
TO_STAND_M = 200.0
"""What a bus drives between two reports: so far the run before goes on to a stand. A bay farther off is no stop (wmata:
of 100 to 600 m the order of stops suffers least)."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs and their places; a standing bus is one place, from ``at`` to ``until``. Neighbours may share places."""

    x_m: Floats
    y_m: Floats
    at: Floats
    until: Floats
    start: Indices
    """First place of each run (row of the columns above)."""
    end: Indices
    """One after its last place."""
    key_ix: Indices
    vehicle_ix: Indices
    reports: Indices
    """Reports that each run is made of."""

    def rows_of(self, run: int) -> slice:
        """The places of one run."""
        return slice(int(self.start[run]), int(self.end[run]))


def cut_runs(traces: Traces) -> Runs:
    """The runs of all vehicles, in order of vehicle and time; each begins and ends with the layover at its terminal."""
    if not (traces.key_ix >= 0).any():
        nowhere, none = np.empty(0), np.empty(0, dtype=np.intp)
        return Runs(nowhere, nowhere, nowhere, nowhere, none, none, none, none, none)
    key = _bridged(traces.vehicle_ix, traces.key_ix)
    keep = key >= 0
    kept, key = chosen(traces, keep), key[keep]
    x, y, at, vehicle = kept.x_m, kept.y_m, kept.observed_at, kept.vehicle_ix
    step_m, gap_s = np.hypot(np.diff(x), np.diff(y)), np.diff(at)
    cut = (np.diff(vehicle) != 0) | (np.diff(key) != 0) | (gap_s > SILENCE_S) | (step_m > LEAP_M)
    fresh = cut | (step_m > np.clip(STANDING_MPS * gap_s, *STANDING_M))
    head = np.flatnonzero(np.concatenate(([True], fresh)))
    until = at[np.append(head[1:], len(at)) - 1]
    begins = np.concatenate(([True], cut))[head]
    start = np.flatnonzero(begins)
    end = np.append(start[1:], len(head))
    reports = np.diff(np.append(head[start], len(at)))
    runs = Runs(x[head], y[head], at[head], until, start, end, key[head[start]], vehicle[head[start]], reports)
    unseen = (np.diff(vehicle) != 0) | (gap_s > SILENCE_S) | (step_m > LEAP_M)
    return _without_layover(runs, np.concatenate(([True], unseen))[head[start]])


def _bridged(vehicle: Indices, key: Indices) -> Indices:
    """Keys with slips mended; a slip between two different keys stays what it is."""
    for _ in range(2):  # mending one slip can join the sides of the next
        first = np.flatnonzero(np.concatenate(([True], (np.diff(key) != 0) | (np.diff(vehicle) != 0))))
        size = np.diff(np.append(first, len(key)))
        said, who = key[first], vehicle[first]
        slip = np.zeros(len(first), dtype=bool)
        slip[1:-1] = (
            (size[1:-1] <= FLAP_REPORTS)
            & (said[:-2] == said[2:])
            & (said[2:] >= 0)
            & (who[:-2] == who[1:-1])
            & (who[2:] == who[1:-1])
        )
        said = said.copy()
        said[slip] = said[np.flatnonzero(slip) - 1]
        key = np.repeat(said, size)
    return key


def _without_layover(runs: Runs, unseen: Bools) -> Runs:
    """Each run from its last long stand near its start; to its first one goes the run before, if seen without a gap."""
    n = len(runs.x_m)
    owner = np.repeat(np.arange(len(runs.start)), runs.end - runs.start)
    home = runs.start[owner]
    away = np.hypot(runs.x_m - runs.x_m[home], runs.y_m - runs.y_m[home]) > LAYOVER_REACH_M
    left = _cumulated_within(away, runs.start, owner) > 0
    stands = _stands(runs, owner) & ~left
    last, first = runs.start.copy(), runs.end.copy()
    np.maximum.at(last, owner[stands], np.flatnonzero(stands))
    np.minimum.at(first, owner[stands], np.flatnonzero(stands))
    stood = np.zeros(len(runs.start), dtype=bool)
    stood[owner[stands]] = True
    end = runs.end.copy()
    near = (
        np.hypot(runs.x_m[first % n] - runs.x_m[runs.start], runs.y_m[first % n] - runs.y_m[runs.start]) <= TO_STAND_M
    )
    reached = np.flatnonzero(stood & ~unseen & near)
    end[reached - 1] = first[reached] + 1
    return Runs(runs.x_m, runs.y_m, runs.at, runs.until, last, end, runs.key_ix, runs.vehicle_ix, runs.reports)


def _stands(runs: Runs, owner: Indices) -> Bools:
    """Places of a bus that has stood for long, the last of each stand among them."""
    stands = runs.until - runs.at >= LAYOVER_S
    n = len(owner)
    within = np.ones(n, dtype=bool)
    for back in range(1, min(STAND_PLACES, n - 1) + 1):
        same = owner[back:] == owner[:-back]
        near = np.hypot(runs.x_m[back:] - runs.x_m[:-back], runs.y_m[back:] - runs.y_m[:-back]) <= STAND_M
        within[back:] &= same & near
        within[:back] = False
        stands[back:] |= within[back:] & (runs.until[back:] - runs.at[:-back] >= LAYOVER_S)
    return stands


def _cumulated_within(flags: Bools, start: Indices, owner: Indices) -> Indices:
    total = np.concatenate(([0], np.cumsum(flags)))
    return (total[1:] - total[start][owner]).astype(np.intp)
