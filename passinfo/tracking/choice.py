"""Which pattern a vehicle is on: the belief weighed with the service of the day and the ids of the report."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.settings import Hints
from passinfo.tracking.assign import Place
from passinfo.tracking.belief import Belief
from passinfo.tracking.fix import Fix
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.runs import Run

SURE_GROUP = 0.8
"""Route and direction are sure from this probability on."""
KEEP_GROUP = 0.3
"""A run under way is kept down to this one: doubt alone does not end a trip."""
KEEP_PATTERN = 0.3
"""A run under way keeps its pattern while no variant of it is three times likelier."""
NO_SERVICE = 0.05
"""Weight of a pattern without a trip today, against one trip: calendars are wrong now and then."""
TRIP_HINT, ROUTE_HINT, DIRECTION_HINT = 6.0, 3.0, 2.0
"""Log-likelihood that an id of the BMS adds: right far more often than not, yet the road outvotes a wrong one
(entering a pattern anywhere costs 8, at its first stop 4)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The pattern chosen for a report: place on it, probability of its route and direction."""

    pattern_ix: int
    dist_m: float
    offset_m: float
    probability: float
    variants: tuple[Place, ...]
    """The place on every pattern of this route and direction it may be on; probabilities sum to ``probability``."""


def choose(index: TrackingIndex, belief: Belief, run: Run | None, at: float, favour: Floats | None) -> Choice | None:
    """The pattern the vehicle is on, if its route and direction are sure enough."""
    if not confirmed(belief, at):
        return None
    patterns = index.network.patterns
    weights = np.where(belief.at == at, belief.weights(), 0.0)
    today = index.dates_around(at)[1]
    weights = weights * (NO_SERVICE + index.service_of_day(today)[belief.pattern_ix])
    if favour is not None:
        weights = weights * np.exp(favour[belief.pattern_ix])
    weights = weights / max(float(weights.sum()), 1e-300)
    group = patterns.route_ix[belief.pattern_ix] * 4 + patterns.direction_id[belief.pattern_ix]
    groups, inverse = np.unique(group, return_inverse=True)
    share = np.bincount(inverse, weights=weights)
    best = int(np.argmax(share))
    if run is not None and not run.finished:
        own = np.flatnonzero(groups == patterns.route_ix[run.pattern_ix] * 4 + patterns.direction_id[run.pattern_ix])
        if len(own) and share[own[0]] >= KEEP_GROUP and run.begun:
            best = int(own[0])
        elif share[best] < SURE_GROUP:
            return None
    elif share[best] < SURE_GROUP:
        return None
    inside = np.flatnonzero((inverse == best) & (weights > 0))
    row = int(inside[np.argmax(weights[inside])])
    if run is not None and belief.pattern_ix[row] != run.pattern_ix:
        own = inside[belief.pattern_ix[inside] == run.pattern_ix]
        if len(own) and weights[own].max() >= KEEP_PATTERN * weights[row]:
            row = int(own[np.argmax(weights[own])])
    variants: dict[int, Place] = {}
    for each in inside[np.argsort(-weights[inside], kind="stable")].tolist():
        pattern = int(belief.pattern_ix[each])
        variants.setdefault(pattern, Place(pattern, float(belief.dist_m[each]), at, float(weights[each])))
    return Choice(
        int(belief.pattern_ix[row]),
        float(belief.dist_m[row]),
        float(belief.offset_m[row]),
        float(share[best]),
        tuple(variants.values()),
    )


def confirmed(belief: Belief, at: float) -> bool:
    """Whether the likeliest place is one near this report."""
    return len(belief.at) > 0 and float(belief.weights()[belief.at == at].sum()) >= 0.5


def favour_of(index: TrackingIndex, hints: Hints, fix: Fix) -> Floats | None:
    """Log-likelihood that the permitted ids of a report add to each pattern."""
    patterns = index.network.patterns
    favour = np.zeros(len(patterns.pattern_id))
    trip = index.network.trip_rows.get(fix.trip_id) if hints.trip and fix.trip_id else None
    if trip is not None:
        favour[index.network.trips.pattern_ix[trip]] += TRIP_HINT
    if hints.block and fix.block_id in index.trips_of_block:
        rows = index.network.trips.pattern_ix[index.trips_of_block[fix.block_id]]
        favour[np.unique(rows)] += ROUTE_HINT
    route = index.network.route_rows.get(fix.route_id) if hints.route and fix.route_id else None
    if route is not None:
        favour[patterns.route_ix == route] += ROUTE_HINT
    if hints.direction and fix.direction_id >= 0:
        favour[patterns.direction_id == fix.direction_id] += DIRECTION_HINT
    return favour if favour.any() else None
