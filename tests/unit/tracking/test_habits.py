"""Branches alike on the road they share are told apart by what buses that came that way took before."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from passinfo.tracking.candidates import Candidates
from passinfo.tracking.habits import (
    ALL_BUSES,
    LEAST,
    Habits,
    by_habit,
    followed,
    leaders,
    learned,
    no_habits,
    note_leaders,
)
from passinfo.tracking.vehicles import fresh

BACK_A, BACK_B, A, B, ALONE = range(5)
INDEX: Any = SimpleNamespace(
    group=np.array([0, 0, 1, 1, 2]),
    has_headway=np.array([1, 1, 1, 1, 1]),
    first_m=np.zeros(5),
    last_m=np.full(5, 1_000.0),
)
BELIEF: Any = SimpleNamespace(pattern_ix=np.array([A, B, ALONE, A, B]))


NOBODY = np.array([-1, -1])


def unled(runs: Any) -> Any:
    return np.full(len(runs), -1)


def candidates(likely: list[float], plan_row: int = -1) -> Candidates:
    """Two reports: on A, B or another line; on A or B."""
    report, n = np.array([0, 0, 0, 1, 1]), len(likely)
    return Candidates(report, np.arange(n), np.full(n, plan_row), np.array(likely), np.zeros(n))


def seen(times: int) -> Habits:
    """From A back comes who goes to A, from B who goes to B."""
    runs = np.array([[BACK_A, A], [BACK_B, B]] * times, dtype=np.int32)
    return learned(INDEX, no_habits(), runs[:, 0], unled(runs), runs[:, 1])


def test_who_comes_from_a_branch_goes_back_to_it():
    """Mutation: the way it came left out of account."""
    shared = by_habit(
        INDEX, seen(10), BELIEF, candidates([0.3, 0.3, 0.2, 0.5, 0.5]), np.array([BACK_A, BACK_B]), NOBODY
    )
    assert shared.likely[0] > 5 * shared.likely[1]
    assert shared.likely[4] > 5 * shared.likely[3]


def test_how_likely_route_and_direction_are_stays_as_it_was():
    """Mutation: the prior not shared out again."""
    given = candidates([0.3, 0.3, 0.2, 0.5, 0.5])
    shared = by_habit(INDEX, seen(10), BELIEF, given, np.array([BACK_A, -1]), NOBODY)
    assert shared.likely[:2].sum() == pytest.approx(0.6)
    assert shared.likely[2] == 0.2
    assert shared.likely[3:].sum() == pytest.approx(1.0)


def test_the_road_outvotes_habit():
    shared = by_habit(
        INDEX, seen(50), BELIEF, candidates([0.01, 0.9, 0.0, 0.5, 0.5]), np.array([BACK_A, BACK_A]), NOBODY
    )
    assert shared.likely[1] > 0.6
    assert shared.likely[3] / shared.likely[4] <= 1 / LEAST


def test_where_nothing_was_seen_nothing_is_changed():
    given = candidates([0.3, 0.3, 0.2, 0.5, 0.5])
    assert by_habit(INDEX, no_habits(), BELIEF, given, np.array([BACK_A, -1]), NOBODY) is given
    planned = candidates([0.3, 0.3, 0.2, 0.5, 0.5], plan_row=3)
    assert by_habit(INDEX, seen(10), BELIEF, planned, np.array([BACK_A, -1]), NOBODY) is planned


def test_a_bus_that_came_from_nowhere_goes_where_most_go():
    runs = np.array([[BACK_A, A]] * 6 + [[BACK_B, B]] * 2, dtype=np.int32)
    habits = learned(INDEX, no_habits(), runs[:, 0], unled(runs), runs[:, 1])
    shared = by_habit(INDEX, habits, BELIEF, candidates([0.3, 0.3, 0.2, 0.5, 0.5]), np.array([-1, -1]), NOBODY)
    assert shared.likely[0] > shared.likely[1]
    assert shared.likely[0] / shared.likely[1] < ALL_BUSES * 4


def test_only_runs_that_were_followed_tell_anything():
    """Mutation: a bus seen for a moment on a branch learned from."""
    vehicles = fresh(["long", "short"])
    vehicles.pattern_ix[:], vehicles.begun_m[:] = A, 0.0
    vehicles.dist_m[:] = [900.0, 300.0]
    habits = followed(INDEX, no_habits(), vehicles, {}, np.array([0, 1]))
    assert vehicles.came_on.tolist() == [A, -1]
    assert habits.weight.sum() == 1.0
    assert followed(INDEX, habits, vehicles, {}, np.array([], dtype=np.intp)) is habits


def test_branches_take_turns():
    """Mutation: the leader left out of account, so that the bus goes where its like go: nowhere in particular."""
    turns = np.array([[A, B], [B, A]] * 10, dtype=np.int32)
    habits = learned(INDEX, no_habits(), unled(turns), turns[:, 0], turns[:, 1])
    shared = by_habit(INDEX, habits, BELIEF, candidates([0.3, 0.3, 0.2, 0.5, 0.5]), NOBODY, np.array([A, B]))
    assert shared.likely[1] > 5 * shared.likely[0]
    assert shared.likely[3] > 5 * shared.likely[4]


def test_the_leader_is_who_left_last_and_its_branch_what_it_turns_out_to_be():
    """Mutation: a leader on another route, or its branch as first guessed."""
    vehicles = fresh(["ahead", "bus", "earlier", "other"])
    vehicles.pattern_ix[:], vehicles.begun[:] = [A, B, A, BACK_A], True
    vehicles.begun_m[:], vehicles.run_at[:] = 100.0, [300.0, 400.0, 200.0, 390.0]
    vehicles.dist_m[:] = 300.0
    row_of = {each: row for row, each in enumerate(vehicles.vehicle_id.tolist())}
    for row in (2, 0, 3, 1):
        note_leaders(INDEX, vehicles, np.array([row]))
    assert vehicles.led_by.tolist() == ["earlier", "ahead", None, None]
    assert leaders(INDEX, vehicles, row_of, np.array([1])).tolist() == [A]
    vehicles.pattern_ix[0] = B
    assert leaders(INDEX, vehicles, row_of, np.array([1])).tolist() == [B]
    vehicles.pattern_ix[0], vehicles.came_on[0] = BACK_A, A
    assert leaders(INDEX, vehicles, row_of, np.array([1, 3])).tolist() == [A, -1]
