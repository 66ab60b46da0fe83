"""Where on which pattern a vehicle may be: a hidden Markov model over places of patterns.

Every report offers the nearest places of all patterns near it. A place is likely if it lies close to the report, if
the line runs the way the bus heads, and if a place of the same pattern before it explains the distance driven:
progress along the line should equal the displacement on the ground (after Newson and Krumm 2009). A bus driving
against a pattern's direction makes negative progress and the pattern dies out; so does one whose road branches off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking.index import Near, TrackingIndex, places_on_patterns

SIGMA_M = 20.0
"""Spread of GPS and of surveyed lines together: twice the 90th percentile offset seen (Kingston: 9 m)."""
ROUGH_SIGMA_M = 160.0
"""Where lines go stop to stop: a third of the reach."""
SLIP_M = 25.0
"""Scale of progress that the displacement does not explain (β of Newson and Krumm, order of GPS noise)."""
SLIP_SHARE = 0.3
"""… plus this share of the displacement: roads wind, and lines cut corners."""
FORGET = 0.9
"""Evidence fades by this factor per report, so that yesterday's certainty does not outvote today's road."""
ENTRY = -8.0
"""Cost of being on a pattern without having been on it before."""
ENTRY_AT_START = -4.0
"""… at its first stop, where runs begin."""
START_REACH_M = 120.0
AGAINST = -4.0
"""Cost of heading against the line (more than 100° off, faster than walking)."""
AGAINST_RAD = np.radians(100.0)
WALKING_MPS = 2.0
BACKWARD_M = 250.0
"""Progress never goes back farther than this: a bus that does has begun again."""
FASTEST_MPS = 40.0
KEPT_PLACES = 48
FAINTEST = -14.0
"""Places less likely than e⁻¹⁴ of the best are dropped."""
LOST = -2.0
"""Cost per report of keeping a pattern in mind while the bus is off it."""
MAX_LOST_S = 900.0
"""A pattern not seen for a quarter of an hour is forgotten."""


@dataclass(frozen=True, slots=True)
class Belief:
    """Possible places, the best first; ``log_weight`` of the best is 0."""

    pattern_ix: Ints
    dist_m: Floats
    offset_m: Floats
    log_weight: Floats
    x_m: Floats
    y_m: Floats
    at: Floats
    """Where and when the bus was when the place was last confirmed (older than the report: it is off the line)."""

    def weights(self) -> Floats:
        """Probability of each place."""
        if len(self.log_weight) == 0:
            return self.log_weight
        likely = np.exp(self.log_weight)
        return np.asarray(likely / likely.sum())


NOTHING = Belief(np.empty(0, dtype=np.int32), *(np.empty(0) for _ in range(6)))


def advance(
    index: TrackingIndex,
    before: Belief,
    near: Near,
    *,
    x_m: float,
    y_m: float,
    at: float,
    heading_rad: float,
    speed_mps: float,
) -> Belief:
    """The belief after one more report.

    ``heading_rad`` and ``speed_mps`` may be NaN. The ids of the report are no part of it: they are weighed when a
    pattern is chosen, once and not report by report, for a wrong id is repeated too.
    """
    rows = places_on_patterns(near)
    pattern, dist, offset = near.pattern_ix[rows], near.dist_m[rows], near.offset_m[rows]
    surveyed = index.network.patterns.shape_known[pattern]
    score = -0.5 * (offset / np.where(surveyed, SIGMA_M, ROUGH_SIGMA_M)) ** 2
    if speed_mps > WALKING_MPS and heading_rad == heading_rad:
        turned = np.abs((near.bearing_rad[rows] - heading_rad + np.pi) % (2 * np.pi) - np.pi)
        score = score + np.where(turned > AGAINST_RAD, AGAINST, 0.0)
    entry = np.where(dist <= START_REACH_M, ENTRY_AT_START, ENTRY)
    score = score + np.maximum(_from_before(before, pattern, dist, surveyed, x_m, y_m, at), entry)
    lost = _lost(before, pattern, at)
    n = len(pattern)
    merged = Belief(
        np.concatenate((pattern, before.pattern_ix[lost])),
        np.concatenate((dist, before.dist_m[lost])),
        np.concatenate((offset, before.offset_m[lost])),
        np.concatenate((score, FORGET * before.log_weight[lost] + LOST + ENTRY)),
        np.concatenate((np.full(n, x_m), before.x_m[lost])),
        np.concatenate((np.full(n, y_m), before.y_m[lost])),
        np.concatenate((np.full(n, at), before.at[lost])),
    )
    return _pruned(merged)


def _from_before(
    before: Belief, pattern: Ints, dist: Floats, surveyed: Bools, x_m: float, y_m: float, at: float
) -> Floats:
    """Best log-weight of having come to each place from a place of the same pattern."""
    if len(before.pattern_ix) == 0:
        return np.full(len(pattern), -np.inf)
    progress = dist[None, :] - before.dist_m[:, None]
    driven = np.hypot(x_m - before.x_m, y_m - before.y_m)[:, None]
    elapsed = np.maximum(at - before.at, 0.0)[:, None]
    slip = np.where(surveyed, SLIP_M, ROUGH_SIGMA_M / 2)[None, :] + SLIP_SHARE * driven
    total = FORGET * before.log_weight[:, None] - np.abs(progress - driven) / slip
    possible = (
        (before.pattern_ix[:, None] == pattern[None, :])
        & (progress > -BACKWARD_M)
        & (progress < FASTEST_MPS * elapsed + BACKWARD_M)
    )
    return np.asarray(np.where(possible, total, -np.inf).max(axis=0))


def _lost(before: Belief, pattern: Ints, at: float) -> Bools:
    """Places of patterns the bus has left a short while ago: kept, so that it can rejoin them farther on."""
    return ~np.isin(before.pattern_ix, pattern) & (at - before.at < MAX_LOST_S)


def _pruned(belief: Belief) -> Belief:
    if len(belief.log_weight) == 0:
        return belief
    order = np.argsort(-belief.log_weight, kind="stable")[:KEPT_PLACES]
    score = belief.log_weight[order] - belief.log_weight[order[0]]
    order, score = order[score > FAINTEST], score[score > FAINTEST]
    return Belief(
        belief.pattern_ix[order],
        belief.dist_m[order],
        belief.offset_m[order],
        score,
        belief.x_m[order],
        belief.y_m[order],
        belief.at[order],
    )
