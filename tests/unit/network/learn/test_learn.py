"""Lines from many noisy passes."""

import numpy as np
import pytest
import shapely

from passinfo.network.learn.learn import learn_patterns
from passinfo.network.learn.learned import Doubt
from tests.unit.network.learn.town import ELL, RING, Town, many


def off_m(pattern, way):
    """Distances of the learned line from the true one, every 10 m, and back."""
    learned = shapely.linestrings(np.column_stack((pattern.x_m, pattern.y_m)))
    true = shapely.linestrings(np.array(way, dtype=float))

    def one_way(a, b):
        return shapely.distance(b, shapely.line_interpolate_point(a, np.arange(0, a.length, 10.0)))

    return one_way(learned, true), one_way(true, learned)


def doubts(learned):
    return {problem.doubt for problem in learned.problems}


def test_the_line_of_noisy_passes_is_the_street():
    town = Town()
    many(town, ELL, "out", 40)
    (pattern,) = learn_patterns(town.traces()).patterns
    there, back = off_m(pattern, ELL)
    assert np.median(there) < 4 and np.percentile(there, 95) < 15
    assert np.percentile(back, 90) < 15 and pattern.dist_m[-1] == pytest.approx(5000, abs=300)


def test_a_ring_stays_a_ring():
    town = Town()
    many(town, RING, "round", 40)
    (pattern,) = learn_patterns(town.traces()).patterns
    assert pattern.dist_m[-1] == pytest.approx(6940, rel=0.05)
    assert np.percentile(off_m(pattern, RING)[1], 85) < 20


def test_a_spur_is_driven_both_ways():
    spur = [(0, 0), (2000, 0), (2000, 400), (2000, 0), (4000, 0)]
    town = Town()
    many(town, spur, "out", 40)
    (pattern,) = learn_patterns(town.traces()).patterns
    assert pattern.dist_m[-1] > 4000 + 400  # its tip is known to the step between two places


def test_a_way_back_under_the_same_tag_is_no_part_of_the_line():
    town = Town()
    for _ in range(20):
        town.drive(ELL, "out")
        town.drive([(3000, 2000), (3000, 1100)], "out")
        town.away()
    learned = learn_patterns(town.traces())
    assert learned.patterns[0].dist_m[-1] == pytest.approx(5000, abs=300)
    assert all(pattern.variant == 0 for pattern in learned.patterns)


def test_a_tag_that_mixes_two_directions_is_two_patterns_and_named():
    town = Town()
    for _ in range(15):
        town.drive(ELL, "mixed")
        town.drive(ELL[::-1], "mixed")
        town.away()
    learned = learn_patterns(town.traces())
    assert [pattern.variant for pattern in learned.patterns] == [0, 1]
    assert Doubt.MIXED_DIRECTIONS in doubts(learned)
    ends = {(round(p.x_m[0], -3), round(p.x_m[-1], -3)) for p in learned.patterns}
    assert ends == {(0.0, 3000.0), (3000.0, 0.0)}


def test_without_any_tag_both_ways_are_found_and_nothing_is_named():
    town = Town()
    for _ in range(5):
        for _ in range(3):
            town.drive(ELL, None)
            town.drive(ELL[::-1], None)
        town.away()
    learned = learn_patterns(town.traces())
    assert len(learned.patterns) == 2 and Doubt.MIXED_DIRECTIONS not in doubts(learned)


def test_detour_passes_leave_the_line_alone_and_are_named():
    around = [(0, 0), (1000, 0), (1000, 400), (2400, 400), (2400, 0), (3000, 0), (3000, 2000)]
    town = Town()
    many(town, ELL, "out", 30)
    many(town, around, "out", 4)
    learned = learn_patterns(town.traces())
    assert np.percentile(off_m(learned.patterns[0], ELL)[0], 95) < 15
    (named,) = (problem for problem in learned.problems if problem.doubt is Doubt.DETOUR)
    assert named.count >= 2


def test_short_turns_are_named_with_their_share():
    town = Town()
    many(town, ELL, "out", 20)
    many(town, [(0, 0), (3000, 0)], "out", 10)
    learned = learn_patterns(town.traces())
    (named,) = (problem for problem in learned.problems if problem.doubt is Doubt.SHORT_TURN)
    assert named.count >= 8 and "end at" in named.evidence


def test_two_branches_under_one_tag_are_two_patterns():
    town = Town()
    many(town, [(0, 0), (2000, 0), (2000, 3000)], "out", 20)
    many(town, [(0, 0), (2000, 0), (2000, -3000)], "out", 12)
    learned = learn_patterns(town.traces())
    assert [pattern.evidence.passes for pattern in learned.patterns] == [20, 12]


def test_too_few_passes_are_named():
    town = Town()
    many(town, ELL, "out", 2)
    learned = learn_patterns(town.traces())
    assert not learned.patterns and doubts(learned) == {Doubt.TOO_FEW_PASSES}


def test_every_pass_tells_the_pattern_it_followed():
    town = Town()
    many(town, ELL, "out", 10)
    many(town, ELL[::-1], "in", 10)
    learned = learn_patterns(town.traces())
    tags = [learned.patterns[pattern].tag for pattern in learned.pass_pattern]
    assert sorted(tags) == ["in"] * 10 + ["out"] * 10
    assert (learned.pass_end - learned.pass_start > 20).all()


def test_the_same_traces_give_the_same_patterns():
    town = Town()
    many(town, ELL, "out", 12)
    first, second = (learn_patterns(town.traces()).patterns[0] for _ in range(2))
    assert np.array_equal(first.x_m, second.x_m) and first.evidence == second.evidence
