"""What is remembered of the branches that buses took."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from passinfo.tracking.habits import (
    MOST_TAGS,
    arrived,
    followed,
    goes_on,
    leaders,
    no_habits,
    note_leaders,
    numbers_of,
    settled,
    with_tags,
)
from passinfo.tracking.vehicles import fresh

BACK_A, BACK_B, A, B, ALONE = range(5)
ONE_ROAD: Any = SimpleNamespace(
    patterns=SimpleNamespace(
        shape_dist_m=np.array([0.0, 1_000.0]), shape_x_m=np.array([0.0, 1_000.0]), shape_y_m=np.zeros(2)
    ),
    pattern_line=lambda _: slice(0, 2),
)
INDEX: Any = SimpleNamespace(
    group=np.array([0, 0, 1, 1, 2]),
    has_headway=np.array([1, 1, 1, 1, 1]),
    first_m=np.zeros(5),
    last_m=np.full(5, 1_000.0),
    network=ONE_ROAD,
)


def test_only_runs_that_were_followed_tell_anything():
    """Mutation: a bus seen for a moment on a branch learned from."""
    vehicles = fresh(["long", "short"])
    vehicles.pattern_ix[:], vehicles.begun_m[:] = A, 0.0
    vehicles.dist_m[:] = [900.0, 300.0]
    habits = followed(INDEX, no_habits(), vehicles, {}, np.array([0, 1]))
    assert vehicles.came_on.tolist() == [A, -1]
    assert habits.weight.sum() == 1.0
    assert followed(INDEX, habits, vehicles, {}, np.array([], dtype=np.intp)) is habits


def test_a_bus_that_turns_where_a_shorter_branch_ends_has_run_that():
    """Mutation: over half the long branch, so that was it; or any bus that turns before the end."""
    index = SimpleNamespace(**{**vars(INDEX), "last_m": np.array([1_000.0, 1_000.0, 1_000.0, 550.0, 1_000.0])})
    vehicles = fresh(["turns", "goes on", "cut short"])
    vehicles.pattern_ix[:], vehicles.begun_m[:] = A, 0.0
    vehicles.dist_m[:] = [560.0, 990.0, 820.0]
    vehicles.finished[1] = True
    assert INDEX.group[A] == INDEX.group[B]
    followed(index, no_habits(), vehicles, {}, np.arange(3))
    assert vehicles.came_on.tolist() == [B, A, A]
    alone = fresh(["bus"])
    alone.pattern_ix[:], alone.begun_m[:], alone.dist_m[:] = ALONE, 0.0, 560.0
    followed(index, no_habits(), alone, {}, np.array([0]))
    assert alone.came_on.tolist() == [ALONE]


def test_a_bus_that_goes_on_beyond_its_branch_has_not_run_that():
    """Mutation: learned at the last stop, so that the tag of the longer branch comes to mean the shorter one."""
    vehicles = fresh(["goes on", "turns"])
    vehicles.pattern_ix[:], vehicles.begun_m[:], vehicles.dist_m[:], vehicles.came_on[:] = A, 0.0, 1_000.0, BACK_B
    vehicles.finished[:] = True
    both = np.arange(2)
    arrived(INDEX, vehicles, both)
    assert vehicles.came_on.tolist() == [A, A]  # who waits at the end is a bus of that branch, as far as is known
    goes_on(vehicles, both[:1])
    assert vehicles.came_on.tolist() == [BACK_B, A]
    habits = settled(INDEX, no_habits(), vehicles, {}, both)
    assert habits.weight.sum() == 2.0  # of all buses, and of those that came from B
    assert (1 + BACK_B) * 5 + A in habits.code.tolist()
    assert settled(INDEX, habits, vehicles, {}, both) is habits


def test_a_tag_is_learned_with_the_run_that_carried_it():
    """Mutation: the tag not numbered, or kept for the next run."""
    vehicles = fresh(["bus"])
    vehicles.pattern_ix[:], vehicles.begun_m[:], vehicles.dist_m[:], vehicles.variant[:] = A, 0.0, 900.0, "66A"
    habits = followed(INDEX, no_habits(), vehicles, {}, np.array([0]))
    assert numbers_of(habits, np.array(["66A", "66B", None], dtype=object)).tolist() == [0, -1, -1]
    assert (1 + 2 * 5 + 0) * 5 + A in habits.code.tolist()
    note_leaders(INDEX, vehicles, np.array([0]))
    assert vehicles.variant[0] is None


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


def test_a_tag_for_every_run_does_not_fill_the_memory():
    habits = no_habits()
    for begin in range(0, 3 * MOST_TAGS, MOST_TAGS // 2):
        habits = with_tags(habits, np.array([f"run {begin + n}" for n in range(MOST_TAGS // 2)], dtype=object))
    assert len(habits.tags) == len(set(habits.tags.tolist())) == MOST_TAGS
    assert numbers_of(habits, np.array(["run 1", "run 99999", None], dtype=object))[1:].tolist() == [-1, -1]
