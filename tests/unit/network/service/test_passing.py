"""Running times read off traces alone, on a made-up road with known speeds."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats
from passinfo.geo import along
from passinfo.network.learn.passes import Passes, passes_of
from passinfo.network.learn.runs import cut_runs
from passinfo.network.service.passing import Passing, hops_of_passing, passing
from passinfo.network.service.running import BANDS_S, Ways, learn_running
from tests.unit.network.learn.town import ELL, Town, many

X, Y = np.array(ELL, dtype=float).T
STOPS = np.linspace(0, along(X, Y)[-1], 11)


def passes_in(town: Town) -> Passes:
    runs = cut_runs(town.traces())
    return passes_of(runs, np.arange(len(runs.start)))


def seen(town: Town, stops: Floats = STOPS) -> Passing:
    return passing(X, Y, stops, passes_in(town))


def test_instants_grow_along_each_pass_and_speed_is_right() -> None:
    town = Town()
    many(town, ELL, "out", 30, mps=8.0)
    found = seen(town)
    for number in range(30):
        mine = found.pass_ix == number
        assert (np.diff(found.reached_at[mine]) > 0).all()
        assert (np.diff(found.position[mine]) == 1).all()
    hops = hops_of_passing(found, 0, found.left_at)
    assert abs(np.median(hops.run_s) - 500 / 8) < 3
    ways = Ways(np.array([0, 11], dtype=np.int32), STOPS, np.zeros(1, dtype=np.int32))
    arrival, departure = learn_running(ways, hops).profile(0, BANDS_S.index(12 * 3600))
    assert np.abs(np.diff(arrival) - 62.5).max() < 8
    assert (departure >= arrival).all()


def test_a_stand_at_a_stop_is_a_dwell_and_no_running_time() -> None:
    """Mutation: standing taken as driving."""
    town = Town()
    for _ in range(10):
        town.drive([(0, 0), (1000, 0)], "out")
        town.stand((1000, 0), "out", 200)
        town.drive([(1000, 0), (3000, 0), (3000, 2000)], "out")
        town.away()
    found = seen(town)
    at_stop = found.position == 2
    assert np.median(found.left_at[at_stop] - found.reached_at[at_stop]) > 150
    hops = hops_of_passing(found, 0, found.left_at)
    assert np.median(hops.run_s[hops.stop_row == 3]) < 100


def test_across_a_gap_nothing_is_told() -> None:
    town = Town()
    town.drive([(0, 0), (1000, 0)], "out")
    town.away(400)
    town.drive([(2000, 0), (3000, 0), (3000, 2000)], "out")
    found = seen(town)
    assert 3 not in found.position.tolist()
    assert {1, 5, 9} <= set(found.position.tolist())


def test_the_way_back_is_no_pass_of_the_line() -> None:
    town = Town()
    town.drive(ELL[::-1], "back")
    assert len(seen(town).pass_ix) == 0
