"""Which run a report belongs to: the one under way, a variant of it, or a new one; and when a run is over."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.geo import point_at
from passinfo.tracking.bays import in_bays
from passinfo.tracking.columns import MatchReason
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.passed import Passed, chosen, without
from passinfo.tracking.phases import OFF_ROUTE_S, STAND_S
from passinfo.tracking.place_prices import MAX_LOST_S
from passinfo.tracking.ragged import Index
from passinfo.tracking.register import BY_PEOPLE
from passinfo.tracking.runs import begin_runs
from passinfo.tracking.told import Hinted
from passinfo.tracking.vehicles import Vehicles, unname

AS_FAR = 0.9
"""Beyond the end of a branch on the line of another one: about as far along that, terminals' loops allowed for."""
FINISH_M = 250.0
"""This near to the last stop a run is over when the bus stands (terminal bays lie aside) or is said to run another."""


def sort_runs(
    index: TrackingIndex, vehicles: Vehicles, rows: Index, pattern: Ints, dist: Floats
) -> tuple[Bools, Bools]:
    """Which of these places begin a new run, and which lie on a variant of the run under way.

    So they do where a bus that has come to the end of a branch goes on along one that is longer.
    """
    run = vehicles.pattern_ix[rows]
    begun, finished = vehicles.begun[rows], vehicles.finished[rows]
    same = run == pattern
    kin = (run >= 0) & ~same & (index.group[run] == index.group[pattern]) & begun
    far_on = dist > 0.5 * index.last_m[pattern]
    beyond = kin & finished & (dist <= index.last_m[pattern] - FINISH_M)
    for each in np.flatnonzero(beyond).tolist():
        driven_m = dist[each] - index.first_m[pattern[each]]
        length_m = index.last_m[run[each]] - index.first_m[run[each]]
        beyond[each] = driven_m >= AS_FAR * length_m and _gone_m(index, vehicles, int(rows[each])) > FINISH_M
    moves = kin & (~finished | beyond)
    keeps = (same & ~(finished & ~far_on)) | (kin & finished & far_on & ~beyond)
    return ~keeps & ~moves, moves


def put_on_runs(
    index: TrackingIndex,
    vehicles: Vehicles,
    passed: Passed,
    rows: Index,
    pattern: Ints,
    dist: Floats,
    at: Floats,
    halts: Bools,
    fresh: Bools,
    moves: Bools,
) -> Passed:
    """Give vehicles the run their place belongs to; the visits still valid.

    A vehicle that stays on its run keeps it, one that turns out to be on a variant of it carries its visits over.
    """
    old = vehicles.pattern_ix[rows[moves]]
    driven_m = vehicles.dist_m[rows[moves]] - vehicles.begun_m[rows[moves]]
    for part in (moves, fresh):
        begin_runs(index, vehicles, rows[part], pattern[part], dist[part], at[part], halts[part] & fresh[part])
        unname(vehicles, rows[part], MatchReason.NO_TRIP_NOW)
    vehicles.begun_m[rows[moves]] = dist[moves] - driven_m
    passed = without(passed, rows[fresh], len(vehicles))
    if moves.any():
        passed = _carried(index, vehicles, passed, dict(zip(rows[moves].tolist(), old.tolist(), strict=True)))
    return passed


def _carried(index: TrackingIndex, vehicles: Vehicles, passed: Passed, moved: dict[int, int]) -> Passed:
    """Visits of the old pattern at stops that the new one has too, before the place the vehicle is at."""
    network = index.network
    stop_ix = network.patterns.stop_ix
    position = passed.position.copy()
    kept = np.ones(len(passed.row), dtype=bool)
    for row, old_pattern in moved.items():
        pattern, upto = int(vehicles.pattern_ix[row]), int(vehicles.next_position[row])
        new_stops = stop_ix[network.pattern_stops(pattern)][:upto]
        place = {int(stop): number for number, stop in enumerate(new_stops)}
        old_stops = stop_ix[network.pattern_stops(old_pattern)]
        before = -1
        for each in np.flatnonzero(passed.row == row):
            number = place.get(int(old_stops[passed.position[each]]), -1)
            kept[each] = number > before
            position[each] = number
            before = max(before, number)
    return chosen(Passed(passed.row, position, passed.arrived_at, passed.departed_at), kept)


def are_over(index: TrackingIndex, vehicles: Vehicles, rows: Index, renamed: Bools, at: Floats) -> Bools:
    """Which runs near their last stop have ended short of it. ``renamed``: the report names another trip."""
    pattern = vehicles.pattern_ix[rows]
    under_way = vehicles.begun[rows] & ~vehicles.finished[rows]
    near = under_way & (vehicles.dist_m[rows] >= index.last_m[pattern] - FINISH_M)
    stands = at - vehicles.stand_since[rows] >= STAND_S
    return np.asarray(near & ((renamed & (vehicles.trip_ix[rows] >= 0)) | stands))


def are_left(index: TrackingIndex, vehicles: Vehicles, rows: Index, at: Floats) -> Bools:
    """Which vehicles that lie on no pattern have left their run for good: a bus off its route may come back to it.

    Not so one that has not begun its run or is near its end, once it is out of reach or away for a minute; nor one
    that was not seen on any pattern for long.
    """
    pattern = vehicles.pattern_ix[rows]
    off_s = at - vehicles.off_since[rows]
    near_end = vehicles.dist_m[rows] >= index.last_m[pattern] - FINISH_M if len(index.last_m) else pattern >= 0
    waits = ~vehicles.begun[rows] & ~in_bays(index, vehicles, rows)
    soon = (pattern >= 0) & (waits | (near_end & ~vehicles.finished[rows]))
    for each in np.flatnonzero(soon).tolist():
        soon[each] = off_s[each] >= OFF_ROUTE_S or _gone_m(index, vehicles, int(rows[each])) > FINISH_M
    return np.asarray(soon | ((pattern >= 0) & (off_s >= MAX_LOST_S)))


def _gone_m(index: TrackingIndex, vehicles: Vehicles, row: int) -> float:
    """How far a vehicle is from where its run was last."""
    patterns = index.network.patterns
    line = index.network.pattern_line(int(vehicles.pattern_ix[row]))
    x, y = point_at(
        vehicles.dist_m[row], patterns.shape_dist_m[line], patterns.shape_x_m[line], patterns.shape_y_m[line]
    )
    return float(np.hypot(x - vehicles.x_m[row], y - vehicles.y_m[row]))


def renamed(vehicles: Vehicles, rows: Index, hinted: Hinted) -> Bools:
    """Which reports name another instance than the one they named before."""
    if not (hinted.trip_ix >= 0).any():
        return np.zeros(len(rows), dtype=bool)
    other = (
        (hinted.trip_ix != vehicles.trip_ix[rows])
        | (hinted.start_date != vehicles.start_date[rows])
        | (hinted.start_service_s != vehicles.start_service_s[rows])
    )
    return np.asarray((hinted.trip_ix >= 0) & other & np.isin(vehicles.named_by[rows], BY_PEOPLE))
