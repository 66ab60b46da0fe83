from dataclasses import replace

import numpy as np
import pytest

from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.judging import GRACE_S, STEP, judged, kept
from passinfo.prediction.arrival.lessons import BINS, Pending, bins_of, no_lessons, shifts
from passinfo.prediction.arrival.spots import PLACES
from passinfo.prediction.arrival.today import EVERYWHERE, MOST, SOFT_S, TERMS
from passinfo.prediction.arrival.traffic import Sights, no_traffic, with_sights
from tests.unit.prediction.arrival.test_road import TABLE

NOW = 1_000_000.0
NOTHING = Reached(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))


def pending(n=1, p10=60.0, p50=90.0, p90=120.0):
    """Predictions of ``p50`` seconds that lean on one term alone, the last of those that are the same everywhere."""
    ones = np.ones(n, dtype=np.int64)
    names = np.array([f"bus{k}" for k in range(n)], dtype=object)
    due, terms = NOW + np.tile([p10, p90], (n, 1)), np.zeros((n, TERMS))
    terms[:, EVERYWHERE - 1] = 1.0
    places = np.zeros((n, PLACES), dtype=np.int64)
    said = np.full(n, np.log(p50 + SOFT_S))
    return Pending(names, ones, 7 * ones, 0 * ones, np.full(n, NOW), due, np.full(n, np.nan), said, terms, places)


def reached(vehicle, at):
    return Reached(np.array([vehicle], dtype=object), np.array([7]), np.array([at]), np.array([at + 10.0]))


def followed(n, at, pattern=1):
    names = np.array([f"bus{k}" for k in range(n)], dtype=object)
    sights = Sights(names, np.full(n, pattern), np.full(n, 10.0), np.full(n, at))
    return with_sights(no_traffic(TABLE), sights, at)


def test_a_quantile_is_judged_when_its_instant_has_passed_and_not_before():
    asked = kept(no_lessons(), pending(), NOW)
    later = NOW + 60.0 + GRACE_S
    soon = judged(asked, NOTHING, followed(1, later - 1), later - 1)
    assert (soon.shift == 0).all()
    then = judged(asked, NOTHING, followed(1, later), later)
    assert then.shift[0, 0] == pytest.approx(STEP * 0.1)  # not early: p10 may come nearer
    assert then.shift[1:].tolist() == np.zeros((1, BINS)).tolist()
    assert np.isnan(then.pending.due_at[0]).tolist() == [True, False]


def test_a_bus_that_came_before_p10_pushes_it_away_and_one_that_comes_late_pushes_p90():
    asked = kept(no_lessons(), pending(), NOW)
    end = NOW + 120.0 + GRACE_S
    early = judged(asked, reached("bus0", NOW + 30.0), followed(1, end), end)
    late = judged(asked, NOTHING, followed(1, end), end)
    assert early.shift[:, 0] == pytest.approx(STEP * np.array([-0.9, -0.1]))
    assert late.shift[:, 0] == pytest.approx(STEP * np.array([0.1, 0.9]))
    assert not len(early.pending.stop_row) and len(late.pending.stop_row)  # how late it will be is not known yet


def test_a_bus_that_came_is_a_case_and_one_that_did_not_is_one_when_it_is_as_late_as_any():
    asked = kept(no_lessons(), pending(), NOW)
    came = judged(asked, reached("bus0", NOW + 110.0), followed(1, NOW + 130.0), NOW + 130.0)
    assert came.today.cases.residual.tolist() == pytest.approx([np.log(140.0 / 120.0)])
    late = NOW + 120.0 * np.exp(MOST) - SOFT_S + GRACE_S
    for end, cases in ((late - 1.0, []), (late + 1.0, [MOST])):
        waits = judged(asked, NOTHING, followed(1, end), end)
        assert waits.today.cases.residual.tolist() == cases
        assert len(waits.pending.stop_row) == 1 - len(cases)


def test_a_bus_that_had_been_there_before_it_was_asked_is_not_counted():
    asked = kept(no_lessons(), pending(), NOW)
    end = NOW + 120.0 + GRACE_S
    then = judged(asked, reached("bus0", NOW - 5.0), followed(1, end), end)
    assert (then.shift == 0).all() and not len(then.today.cases.residual)


def test_a_bus_that_left_its_pattern_proves_nothing():
    asked = kept(no_lessons(), pending(), NOW)
    end = NOW + 120.0 + GRACE_S
    for traffic in (followed(1, end, pattern=2), no_traffic(TABLE)):
        assert (judged(asked, NOTHING, traffic, end).shift == 0).all()


def test_right_quantiles_stay_where_they_are():
    draw = np.random.default_rng(7)
    lessons = no_lessons()
    for k in range(40):
        start = NOW + 1_000.0 * k
        more = pending(50)
        wait = draw.normal(90.0, 30.0 / 1.2816, 50)
        told = Reached(more.vehicle_id, more.stop_row, start + wait, start + wait)
        moved = replace(more, made_at=more.made_at - NOW + start, due_at=more.due_at - NOW + start)
        lessons = kept(lessons, moved, start)
        lessons = judged(lessons, told, followed(50, start + 300.0), start + 300.0)
    assert np.abs(lessons.shift).max() < 0.2


def test_shifts_lie_between_the_bins():
    lessons = no_lessons()
    lessons.shift[1] = [1.0, 2.0, 3.0, 4.0]
    assert shifts(lessons, np.array([0.0, 180.0, 5_000.0]))[1].tolist() == [1.0, 1.5, 4.0]
    assert bins_of(np.array([0.0, 180.0, 400.0, 5_000.0])).tolist() == [0, 1, 2, 3]
