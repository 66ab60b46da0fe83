"""Where a run stands on its running-time profile: the instant and the profile second that everything ahead hangs on.

A bus on the road is anchored at its last measurement: the profile second is interpolated along the pattern between the
departure from the stop behind and the arrival at the stop ahead. A bus that stands at the stop ahead is anchored
within that stop's planned standing time. A run that waits is anchored at its departure: not before it is due, not in
the past. What lies ahead then follows as *anchor instant + (profile at stop - profile at anchor)*, so an old
measurement is carried on at the pace of the profile without a further step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.network.network import Network
from passinfo.prediction.protocol import RunAhead
from passinfo.prediction.rows import Indices


@dataclass(frozen=True, slots=True)
class Timings:
    """A running-time profile per run: flat seconds after the first departure, those of run r from ``base[r]`` on."""

    base: Indices
    arrival_s: Ints | Floats
    departure_s: Ints | Floats
    known: Bools
    """False: there is no profile; ``base`` means nothing."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """One row per run."""

    at: Floats
    """Instant the road ahead is counted from; NaN where nothing is known."""
    profile_s: Floats
    """Profile second at that instant."""
    waits: Bools
    """True: the run has not left its first stop."""
    measured_at: Floats
    """The measurement behind it; NaN where there is none."""


HALF = 0.5
"""Of a short hop the halt is no more than so much."""


def anchor(network: Network, runs: RunAhead, timings: Timings, now: float, halt_s: float = 0.0) -> Anchor:
    """Anchor every run on its profile.

    ``halt_s``: so much of a hop is spent at the stop it begins at; a bus that is between stops has it behind it.
    """
    patterns = network.patterns
    pattern = np.maximum(runs.pattern_ix, 0)
    begin = patterns.stop_ptr[pattern].astype(np.int64)
    last = np.maximum(patterns.stop_ptr[pattern + 1] - begin - 1, 0)
    ahead = np.clip(runs.first_position.astype(np.int64), 0, last)
    behind = np.maximum(ahead - 1, 0)
    from_m, to_m = patterns.stop_dist_m[begin + behind], patterns.stop_dist_m[begin + ahead]
    share = np.clip((runs.dist_m - from_m) / np.where(to_m > from_m, to_m - from_m, 1.0), 0.0, 1.0)
    at_behind, at_ahead = (np.where(timings.known, timings.base + position, 0) for position in (behind, ahead))
    leave_s = timings.departure_s[at_behind].astype(float)
    reach_s = timings.arrival_s[at_ahead].astype(float)
    halt = np.where((share > 0.0) & (ahead > 0), np.minimum(halt_s, HALF * (reach_s - leave_s)), 0.0)
    moving_s = leave_s + halt + share * (reach_s - leave_s - halt)
    standing_s = np.clip(runs.measured_at - runs.start_at, reach_s, timings.departure_s[at_ahead].astype(float))
    stands = (share >= 1.0) & (ahead > 0) & np.isfinite(standing_s)

    due_at = np.where(np.isfinite(runs.departs_at), runs.departs_at, runs.start_at)
    waits = np.isfinite(runs.departs_at) | (runs.first_position <= 0) | ~np.isfinite(runs.measured_at)
    leaves_at = np.where(np.isfinite(due_at), np.maximum(due_at, now), now)
    # A run that neither waits nor was ever measured hangs on its plan alone.
    unseen = ~np.isfinite(runs.measured_at) & ~np.isfinite(runs.departs_at) & (runs.first_position > 0)
    at = np.where(waits, np.where(unseen, runs.start_at, leaves_at), runs.measured_at)
    profile_s = np.where(waits, 0.0, np.where(stands, standing_s, moving_s))
    return Anchor(at, profile_s, waits, runs.measured_at)
