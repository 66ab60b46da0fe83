"""What tracking said beside what is true, row by row: route, pattern, trip instance.

Variants on the same road cannot be told apart before they part. A row is right on the **pattern group** if route and
direction are right and the place said lies within 100 m of the true place along the true shape; strictly if the pattern
is the true one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.tracking.cities import Tracked, known
from benchmarks.tracking.failures import cases
from benchmarks.tracking.progress import nearest_places
from benchmarks.tracking.truth import Truth, truth_of
from passinfo.columns import Bools, Floats, Texts
from passinfo.geo import point_at
from passinfo.network.network import Network

SAME_PLACE_M = 100.0
"""Along the true shape; a report every 30 s at 25 km/h is 200 m apart."""


@dataclass(frozen=True, slots=True)
class Answers:
    """One row per match."""

    seen: Tracked
    truth: Truth
    vehicle_id: Texts
    in_service: Bools
    route: Bools
    direction: Bools
    """Route and direction right."""
    trip: Bools
    """Trip instance right."""
    route_named: Bools
    trip_named: Bools
    confidence: Floats
    """0 where no trip is named."""

    def failing(self, rows: Bools, right: Bools) -> list[str]:
        """The failing cases among some rows."""
        return cases(self.seen, self.truth, rows, ~right)


def answers(name: str, seen: Tracked) -> Answers:
    """What was said of a recorded city's reports, right or wrong; a row without a true trip is wrong in all."""
    said, truth = seen.matches, truth_of(name, seen.matches)
    told = truth.trip_ix >= 0
    route = told & (said.route_id == truth.route_id)
    trip = told & (said.trip_id == truth.trip_id) & (said.start_date == truth.start_date)
    trip_named = known(said.trip_id)
    return Answers(
        seen,
        truth,
        said.vehicle_id,
        truth.in_service,
        route,
        route & (said.direction_id == truth.direction_id),
        trip,
        known(said.route_id),
        trip_named,
        np.where(trip_named, said.confidence, 0.0),
    )


def patterns(found: Answers) -> tuple[Bools, Bools]:
    """Whether the pattern group is right, and the pattern strictly."""
    network, said, truth = found.seen.network, found.seen.matches, found.truth
    rows = {pattern_id: row for row, pattern_id in enumerate(network.patterns.pattern_id.tolist())}
    pattern_ix = np.array([rows.get(each, -1) for each in said.pattern_id.tolist()], dtype=np.int32)
    strict = (truth.trip_ix >= 0) & (pattern_ix == truth.pattern_ix)
    group = strict.copy()
    for row in np.flatnonzero(found.direction & ~strict & (pattern_ix >= 0)).tolist():
        group[row] = _same_place(network, truth, row, int(pattern_ix[row]), float(said.dist_m[row]))
    return group, strict


def _same_place(network: Network, truth: Truth, row: int, pattern_ix: int, dist_m: float) -> bool:
    if not np.isfinite(dist_m):
        return False
    line, lines = network.pattern_line(pattern_ix), network.patterns
    x_m, y_m = point_at(dist_m, lines.shape_dist_m[line], lines.shape_x_m[line], lines.shape_y_m[line])
    places, beside = nearest_places(network, int(truth.pattern_ix[row]), float(x_m), float(y_m))
    near: Floats = places[beside <= SAME_PLACE_M]
    return bool((np.abs(near - truth.dist_m[row]) <= SAME_PLACE_M).any())
