"""A bus that turns out to be on another branch has driven as far as it has."""

import numpy as np

from passinfo.geo import point_at
from passinfo.tracking.index import make_index
from passinfo.tracking.passed import nothing_passed
from passinfo.tracking.vehicles import fresh
from passinfo.tracking.way import put_on_runs, sort_runs
from tests.unit.builders_feed import LINES, tiny
from tests.unit.tracking.drives import pattern_of

BRANCHES = {
    "trips": LINES["trips"].split("\n")[0] + "\nR2,wk,H1,East,0,\nR2,wk,H2,East,0,",
    "stop_times": LINES["stop_times"]
    + "\n"
    + "\n".join(f"H2,S{stop},{5 * stop},00:{5 * stop:02d}:00,00:{5 * stop:02d}:00" for stop in range(4)),
    "frequencies": LINES["frequencies"] + "\nH2,05:00:00,25:00:00,600,0",
}


def test_a_move_to_a_branch_forgets_nothing_of_the_way_driven():
    """Mutation: the way driven counted from the fork, so that nobody learns which branch was taken."""
    city = tiny(**BRANCHES).network
    index, vehicles = make_index(city), fresh(["moves", "begins"])
    one, other = pattern_of(city, "H1"), pattern_of(city, "H2")
    vehicles.pattern_ix[:], vehicles.begun[:] = one, True
    vehicles.begun_m[:], vehicles.dist_m[:] = 100.0, 2_400.0
    moves, here = np.array([True, False]), np.array([2_500.0, 2_500.0])
    none = np.zeros(2, dtype=bool)
    passed = nothing_passed()
    put_on_runs(index, vehicles, passed, np.arange(2), np.array([other, other]), here, here, none, ~moves, moves)
    assert vehicles.pattern_ix.tolist() == [other, other]
    assert vehicles.begun_m.tolist() == [200.0, 2_500.0]


def test_a_bus_that_goes_on_beyond_the_end_of_a_branch_is_on_a_longer_one():
    """Mutation: its run is over, so it is told on none for the rest of its way; or a bus that waits there moved on."""
    city = tiny(**BRANCHES).network
    index, vehicles = make_index(city), fresh(["goes on", "waits", "begins anew"])
    long, short = pattern_of(city, "H1"), pattern_of(city, "H2")
    vehicles.pattern_ix[:], vehicles.begun[:], vehicles.finished[:] = short, True, True
    vehicles.dist_m[:] = index.last_m[short]
    dist = np.array([3_400.0, 3_100.0, 300.0])
    patterns, line = city.patterns, city.pattern_line(long)
    vehicles.x_m[:], vehicles.y_m[:] = point_at(
        dist, patterns.shape_dist_m[line], patterns.shape_x_m[line], patterns.shape_y_m[line]
    )
    fresh_runs, moves = sort_runs(index, vehicles, np.arange(3), np.full(3, long), dist)
    assert moves.tolist() == [True, False, False]
    assert fresh_runs.tolist() == [False, False, True]
