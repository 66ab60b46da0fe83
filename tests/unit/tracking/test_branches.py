"""Branches alike on the road they share are told apart by what buses that came that way took before."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from passinfo.tracking.branches import ALL_BUSES, LEAST, Signs, by_habit, signs_of
from passinfo.tracking.candidates import Candidates
from passinfo.tracking.habits import Habits, learned, no_habits, with_tags
from passinfo.tracking.vehicles import fresh

BACK_A, BACK_B, A, B, ALONE = range(5)
THERE, BACK = 1, 0
INDEX: Any = SimpleNamespace(
    group=np.array([BACK, BACK, THERE, THERE, 2]),
    has_headway=np.array([1, 1, 1, 1, 1]),
    first_m=np.zeros(5),
    last_m=np.full(5, 1_000.0),
    shape_known=np.ones(5, dtype=bool),
    network=SimpleNamespace(patterns=SimpleNamespace(direction_id=np.array([1, 1, 0, 0, 0]))),
)
AT = np.array([100.0, 200.0])
BELIEF: Any = SimpleNamespace(
    pattern_ix=np.array([A, B, ALONE, A, B]), at=np.array([100.0, 100.0, 100.0, 200.0, 200.0]), offset_m=np.zeros(5)
)
TAGS = np.array(["66A", "66B"], dtype=object)
TAG_A, TAG_B = 0, 1


def weighed(habits: Habits, given: Candidates, known: Signs, belief: Any = BELIEF) -> Candidates:
    return by_habit(INDEX, habits, belief, given, known, AT)


def none(runs: Any) -> Any:
    return np.full(len(runs), -1)


def signs(**known: list[int]) -> Signs:
    """Of two reports."""
    nothing = Signs(*(np.array([-1, -1], dtype=np.int32) for _ in range(6)))
    return replace(nothing, **{name: np.array(each, dtype=np.int32) for name, each in known.items()})


def candidates(likely: list[float], plan_row: int = -1) -> Candidates:
    """Two reports: on A, B or another line; on A or B."""
    report, n = np.array([0, 0, 0, 1, 1]), len(likely)
    return Candidates(report, np.arange(n), np.full(n, plan_row), np.array(likely), np.zeros(n))


def seen(times: int) -> Habits:
    """From A back comes who goes to A, from B who goes to B."""
    runs = np.array([[BACK_A, A], [BACK_B, B]] * times, dtype=np.int32)
    return learned(INDEX, no_habits(), runs[:, 0], none(runs), none(runs), runs[:, 1])


def test_who_comes_from_a_branch_goes_back_to_it():
    """Mutation: the way it came left out of account."""
    shared = weighed(seen(10), candidates([0.3, 0.3, 0.2, 0.5, 0.5]), signs(came_on=[BACK_A, BACK_B]))
    assert shared.likely[0] > 5 * shared.likely[1]
    assert shared.likely[4] > 5 * shared.likely[3]


def test_how_likely_route_and_direction_are_stays_as_it_was():
    """Mutation: the prior not shared out again."""
    given = candidates([0.3, 0.3, 0.2, 0.5, 0.5])
    shared = weighed(seen(10), given, signs(came_on=[BACK_A, -1]))
    assert shared.likely[:2].sum() == pytest.approx(0.6)
    assert shared.likely[2] == 0.2
    assert shared.likely[3:].sum() == pytest.approx(1.0)


def test_the_road_outvotes_habit():
    shared = weighed(seen(50), candidates([0.01, 0.9, 0.0, 0.5, 0.5]), signs(came_on=[BACK_A, BACK_A]))
    assert shared.likely[1] > 0.6
    assert shared.likely[3] / shared.likely[4] <= 1 / LEAST


def test_where_nothing_was_seen_nothing_is_changed():
    given = candidates([0.3, 0.3, 0.2, 0.5, 0.5])
    assert weighed(no_habits(), given, signs(came_on=[BACK_A, -1])) is given
    planned = candidates([0.3, 0.3, 0.2, 0.5, 0.5], plan_row=3)
    assert weighed(seen(10), planned, signs(came_on=[BACK_A, -1])) is planned


def test_a_bus_that_came_from_nowhere_goes_where_most_go():
    runs = np.array([[BACK_A, A]] * 6 + [[BACK_B, B]] * 2, dtype=np.int32)
    habits = learned(INDEX, no_habits(), runs[:, 0], none(runs), none(runs), runs[:, 1])
    shared = weighed(habits, candidates([0.3, 0.3, 0.2, 0.5, 0.5]), signs())
    assert shared.likely[0] > shared.likely[1]
    assert shared.likely[0] / shared.likely[1] < ALL_BUSES * 4


def test_branches_take_turns():
    """Mutation: the leader left out of account, so that the bus goes where its like go: nowhere in particular."""
    turns = np.array([[A, B], [B, A]] * 10, dtype=np.int32)
    habits = learned(INDEX, no_habits(), none(turns), turns[:, 0], none(turns), turns[:, 1])
    shared = weighed(habits, candidates([0.3, 0.3, 0.2, 0.5, 0.5]), signs(led=[A, B]))
    assert shared.likely[1] > 5 * shared.likely[0]
    assert shared.likely[3] > 5 * shared.likely[4]


def tagged(times: int, tag_of_b: int = TAG_B) -> Habits:
    """From everywhere to everywhere; A carries one tag, B the other."""
    runs = np.array([[BACK_A, TAG_A, A], [BACK_A, tag_of_b, B]] * times, dtype=np.int32)
    habits = with_tags(no_habits(), TAGS)
    return learned(INDEX, habits, runs[:, 0], none(runs), runs[:, 1], runs[:, 2])


def test_a_tag_tells_the_branch_whatever_habit_says():
    """Two runs of each are enough. Mutation: the tag one sign among others."""
    runs = np.array([[BACK_A, A]] * 10, dtype=np.int32)
    habits = learned(INDEX, tagged(2), runs[:, 0], none(runs), none(runs), runs[:, 1])
    given = candidates([0.3, 0.3, 0.2, 0.5, 0.5])
    shared = weighed(habits, given, signs(came_on=[BACK_A, BACK_A], tag=[TAG_B, -1]))
    assert shared.likely[1] > 3 * shared.likely[0]
    assert shared.likely[3] > 3 * shared.likely[4]


def test_a_tag_that_all_branches_carry_leaves_it_to_habit():
    """Mutation: the tag alone asked, though it says nothing."""
    runs = np.array([[BACK_A, TAG_A, A], [BACK_B, TAG_A, B]] * 10, dtype=np.int32)
    habits = learned(INDEX, with_tags(no_habits(), TAGS), runs[:, 0], none(runs), runs[:, 1], runs[:, 2])
    given = candidates([0.3, 0.3, 0.2, 0.5, 0.5])
    shared = weighed(habits, given, signs(came_on=[BACK_A, BACK_B], tag=[TAG_A, TAG_A]))
    assert shared.likely[0] > 5 * shared.likely[1]
    assert shared.likely[4] > 5 * shared.likely[3]


def test_a_tag_speaks_of_the_direction_it_names():
    """At the end of a run the report has the tag of the way back. Mutation: the report's tag for every way."""
    given = candidates([0.3, 0.3, 0.2, 0.5, 0.5])
    late = signs(tag=[TAG_A, TAG_A], direction_id=[1, 1], run_tag=[TAG_B, -1], group=[THERE, -1])
    shared = weighed(tagged(5), given, late)
    assert shared.likely[1] > 5 * shared.likely[0]
    assert shared.likely[3] == pytest.approx(shared.likely[4], rel=0.2)


def test_how_a_bus_came_onto_the_road_does_not_outvote_its_tag_but_where_it_is_now_does():
    """Mutations: the tag weighed with the way out of the terminal; a branch kept whose road the bus has left."""
    given, said = candidates([0.999, 0.001, 0.0, 0.999, 0.001]), signs(tag=[TAG_B, TAG_B])
    shared = weighed(tagged(5), given, said)
    assert shared.likely[1] > 5 * shared.likely[0]
    beside = SimpleNamespace(**{**vars(BELIEF), "offset_m": np.array([2.0, 150.0, 2.0, 2.0, 2.0])})
    beside.at = np.array([100.0, 100.0, 100.0, 200.0, 140.0])
    shared = weighed(tagged(5), given, said, beside)
    assert shared.likely[0] > 3 * shared.likely[1]
    assert shared.likely[3] > 1.5 * shared.likely[4]


def test_places_of_one_pattern_share_what_it_has_as_before():
    """A line that passes a road twice: how the bus came there tells which. Mutation: all places of a branch alike."""
    twice: Any = SimpleNamespace(pattern_ix=np.array([A, B, B]), at=np.full(3, 100.0), offset_m=np.zeros(3))
    given = Candidates(np.zeros(3, dtype=int), np.arange(3), np.full(3, -1), np.array([0.5, 0.4, 0.1]), np.zeros(3))
    shared = weighed(tagged(5), given, signs(tag=[TAG_B, -1]), twice)
    assert shared.likely[1] == pytest.approx(4 * shared.likely[2])


def test_the_tag_of_a_run_is_noted_while_the_bus_is_on_its_way():
    """Mutation: the tag of the way back noted, or a tag taken back."""
    vehicles = fresh(["amid", "turns", "silent", "waits"])
    vehicles.pattern_ix[:], vehicles.dist_m[:], vehicles.begun[:] = A, 500.0, [True, True, True, False]
    vehicles.variant[:] = ["66A", "66A", "66A", None]
    said = np.array(["66B", "66B", None, "66B"], dtype=object)
    rows, led = np.arange(4), np.full(4, -1, dtype=np.int32)
    found = signs_of(INDEX, tagged(1), vehicles, rows, led, said, np.array([0, 1, 0, 0]))
    assert vehicles.variant.tolist() == ["66B", "66A", "66A", None]
    assert found.run_tag.tolist() == [TAG_B, TAG_A, TAG_A, -1]
    assert found.tag.tolist() == [TAG_B, TAG_B, -1, TAG_B]
    assert found.group.tolist() == [THERE, THERE, THERE, -1]
    assert (signs_of(INDEX, tagged(1), vehicles, rows, led, None, np.full(4, -1)).tag == -1).all()
