"""Runs: slips bridged, repeats and layovers gone."""

import numpy as np

from passinfo.network.learn.passes import passes_of, turns
from passinfo.network.learn.runs import cut_runs
from passinfo.network.learn.traces import traces_of
from tests.unit.network.learn.town import ELL, Town

WAY = [(0, 0), (4000, 0)]


def test_a_tag_that_drops_out_for_two_polls_is_bridged():
    town = Town()
    town.drive(WAY, lambda share: None if 0.4 < share < 0.47 else "out")
    assert len(cut_runs(town.traces()).start) == 1


def test_a_tag_that_flaps_for_a_poll_is_bridged():
    town = Town()
    town.drive(WAY, lambda share: "other" if 0.4 < share < 0.44 else "out")
    runs = cut_runs(town.traces())
    assert len(runs.start) == 1 and runs.reports[0] == len(town.rows)


def test_a_tag_that_changes_for_long_ends_the_run():
    town = Town()
    town.drive(WAY, lambda share: "other" if share > 0.5 else "out")
    assert len(cut_runs(town.traces()).start) == 2


def test_repeated_positions_are_one_place():
    town = Town()
    town.drive(WAY, "out")
    places = len(town.rows)
    town.stand((4000, 0), "out", 100)
    runs = cut_runs(town.traces())
    assert runs.end[0] - runs.start[0] == places + 1
    assert runs.until[-1] - runs.at[-1] == 80


def test_the_layover_at_the_start_is_cut_off():
    town = Town()
    town.stand((-100, 30), "out", 400)
    town.drive(WAY, "out")
    runs = cut_runs(town.traces())
    assert runs.end[0] - runs.start[0] == len(town.rows) - 19
    assert runs.until[runs.start[0]] == 380


def test_a_bus_unseen_for_long_starts_a_new_run():
    town = Town()
    town.drive(WAY, "out")
    town.away()
    town.drive(WAY, "out")
    assert len(cut_runs(town.traces()).start) == 2


def test_a_place_no_bus_can_have_been_at_is_left_out():
    town = Town()
    town.drive(WAY, "out")
    town.rows[5] = (*town.rows[5][:2], 90_000.0, 90_000.0, *town.rows[5][4:])
    assert len(town.traces().x_m) == len(town.rows) - 1


def test_no_reports_no_runs():
    none = np.empty(0, dtype=object)
    traces = traces_of(none, np.empty(0), np.empty(0), np.empty(0), none, none)
    assert len(cut_runs(traces).start) == 0


def test_a_run_that_doubles_back_is_two_passes():
    town = Town()
    town.drive(ELL, "out")
    town.drive(ELL[::-1], "out")
    runs = cut_runs(town.traces())
    passes = passes_of(runs, np.arange(1))
    assert len(passes) == 2
    assert np.hypot(passes.x_m[passes.start[1]] - 3000, passes.y_m[passes.start[1]] - 2000) < 200


def test_a_loop_on_a_short_stem_is_one_pass():
    stem = [(0, 0), (700, 0), (1700, 0), (1700, 1000), (700, 1000), (700, 10), (0, 10)]
    x, y = np.array(stem, dtype=float).T
    at = np.linspace(0, 1, 60)
    share = np.concatenate(([0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    px, py = np.interp(at * share[-1], share, x), np.interp(at * share[-1], share, y)
    assert turns(px, py, np.zeros(60)) == []


def test_a_run_ends_where_the_bus_then_stands_under_the_next_tag():
    town = Town()
    town.drive([(0, 0), (4400, 0)], lambda share: "out" if share < 0.96 else "back")
    town.stand((4400, 20), "back", 400)
    town.drive(WAY[::-1], "back")
    runs = cut_runs(town.traces())
    last = runs.end[0] - 1
    assert abs(runs.x_m[last] - 4400) < 20 and runs.until[last] - runs.at[last] >= 300
    assert runs.start[1] == last


def test_a_stand_after_a_silence_is_not_the_run_before():
    town = Town()
    town.drive(WAY, "out")
    town.away()
    town.stand((4100, 20), "back", 400)
    town.drive(WAY[::-1], "back")
    runs = cut_runs(town.traces())
    assert runs.end[0] <= runs.start[1]
