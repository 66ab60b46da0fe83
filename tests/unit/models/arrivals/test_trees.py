"""The regressors of the median, learned in stages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skops import io as skops_io

from models.arrivals import trees
from models.arrivals.day import Day
from models.arrivals.drives import drives_of
from models.arrivals.rows import Rows, no_rows, rows_of, thinned, usual_of
from models.arrivals.trees import COURSES, NOT_NEAR, Course, as_one, fitted, medians_of, target_of, trees_of
from passinfo.prediction.arrival.bands import FADE_S, MIDDLE_S, NEAR_S, band_of, shares_of, told_by_band
from passinfo.prediction.arrival.feature_names import NAMES, TREES
from passinfo.prediction.arrival.hops import hop_table
from passinfo.prediction.arrival.members import regressor_of
from passinfo.prediction.forest import quick
from tests.unit.models.arrivals.conftest import NETWORK

BANDS = len(COURSES)


def drawn(n: int = 6_000, seed: int = 1) -> Rows:
    """Rows of each band as many; the log of what came over the live mix is their third column, and noise."""
    draw = np.random.default_rng(seed)
    features = draw.normal(size=(n, TREES)).astype(np.float32)
    features[draw.random(n) < 0.1, 3] = np.nan
    edges = np.array([0.0, NEAR_S, MIDDLE_S, 1_800.0])
    mix = np.interp(draw.uniform(0.0, BANDS, n), np.arange(BANDS + 1), edges)
    actual = np.maximum((mix + 30.0) * np.exp(0.3 * features[:, 2] + draw.normal(0.0, 0.1, n)) - 30.0, 0.0)
    return Rows(features, mix, mix, actual, np.zeros(n), np.zeros(n))


def test_the_sum_of_stages_is_one_regressor(tmp_path: Path) -> None:
    rows = drawn()
    shown = np.array([1, 2, 3, TREES - 1])
    columns = rows.features[:, shown]
    first = trees_of("absolute_error", 20, columns[:3_000], target_of(rows)[:3_000])
    left = target_of(rows)[3_000:] - first.predict(columns[3_000:])
    second = trees_of("absolute_error", 10, columns[3_000:], left)
    fresh = drawn(500, seed=2).features.astype(float)
    parts = first.predict(fresh[:, shown]) + second.predict(fresh[:, shown])
    whole = as_one([first, second], shown, TREES)
    assert whole.predict(fresh) == pytest.approx(parts, abs=1e-12)
    assert quick(whole).predict(fresh).tolist() == whole.predict(fresh).tolist()
    kept = regressor_of(tmp_path, skops_io.dumps(whole), TREES)
    assert kept.predict(fresh).tolist() == whole.predict(fresh).tolist()


@pytest.mark.parametrize("course", COURSES)
def test_each_row_is_learned_from_in_one_stage(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "STAGE_ROWS", 1_000)
    monkeypatch.setattr(trees, "LEAST_ROWS", 500)
    asked: list[np.ndarray] = []
    tag = NAMES.index("inside")
    place = np.setdiff1d(np.arange(TREES), course.hidden).tolist().index(tag)

    def noted(loss, iterations, columns, target):
        asked.append(columns[:, place])
        return trees_of(loss, iterations, columns, target)

    monkeypatch.setattr(trees, "trees_of", noted)
    parts = [drawn(3_000, seed=3), no_rows(), drawn(3_000, seed=4)]
    made = fitted(parts, course, 20)
    mine = [(rows.mix_s >= course.from_s) & (rows.mix_s < course.until_s) for rows in parts]
    wanted = np.concatenate([rows.features[pick, tag] for rows, pick in zip(parts, mine, strict=True)])
    assert len(asked) == 2
    assert sorted(np.concatenate(asked).tolist()) == pytest.approx(sorted(wanted.tolist()))
    assert min(map(len, asked)) > 0.4 * len(wanted)
    assert made.max_iter == len(made._predictors) == 20 * course.more
    fresh = drawn(1_000, seed=5)
    told = made.predict(fresh.features.astype(float))
    assert np.abs(told - target_of(fresh)).mean() < 0.6 * np.abs(target_of(fresh)).mean()
    again = fitted(parts, course, 20)
    assert again.predict(fresh.features.astype(float)).tolist() == told.tolist()


def test_no_more_rows_are_learned_from_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def noted(loss, iterations, columns, target):
        asked.append(len(target))
        return trees_of(loss, iterations, columns, target)

    monkeypatch.setattr(trees, "trees_of", noted)
    fitted([drawn()], COURSES[-1], 5, 1_000)
    assert asked == [pytest.approx(1_000, rel=0.15)]


def test_where_a_band_has_few_rows_all_teach_it() -> None:
    rows = drawn(1_500)
    far = Rows(*(getattr(rows, name)[rows.mix_s >= MIDDLE_S] for name in Rows.__slots__))
    for each in medians_of([far], [], 5):
        assert np.ptp(each.predict(rows.features.astype(float))) > 0


def test_what_is_near_is_told_without_some_columns() -> None:
    rows, other = drawn(9_000), drawn(9_000, seed=9)
    mixed = rows.features.astype(float)
    mixed[:, NOT_NEAR] = other.features[:, NOT_NEAR]
    made = medians_of([rows], [], 20)
    same = [each.predict(mixed).tolist() == each.predict(rows.features.astype(float)).tolist() for each in made]
    assert same == [True, False, False]


def test_days_made_slower_teach_what_is_not_near() -> None:
    rows, slow = drawn(9_000), drawn(9_000, seed=3)
    slow, told = replace(slow, actual_s=4.0 * slow.actual_s), []
    plain, both = medians_of([rows], [], 5), medians_of([rows], [slow], 5, tell=told.append)
    columns = rows.features.astype(float)
    moved = [float(np.mean(two.predict(columns) - one.predict(columns))) for one, two in zip(plain, both, strict=True)]
    assert moved[0] == 0.0 and min(moved[1:]) > 0.1
    assert told == sorted(told) and len(told) == BANDS


def test_each_row_is_told_by_the_regressor_of_its_band() -> None:
    rows = drawn(9_000)
    made, columns = medians_of([rows], [], 5), rows.features.astype(float)
    told, near, middle = (told_by_band(made, columns, rows.mix_s), *(each.predict(columns) for each in made[:2]))
    plain = {
        0: rows.mix_s < FADE_S[0],
        1: (rows.mix_s > FADE_S[1]) & (rows.mix_s < MIDDLE_S),
        2: rows.mix_s >= MIDDLE_S,
    }
    for number, mine in plain.items():
        assert mine.sum() > 1_000
        assert told[mine].tolist() == made[number].predict(columns[mine]).tolist()
    between = (rows.mix_s > FADE_S[0]) & (rows.mix_s < FADE_S[1])
    low, high = np.minimum(near, middle)[between], np.maximum(near, middle)[between]
    assert (told[between] >= low - 1e-9).all() and (told[between] <= high + 1e-9).all()
    assert band_of(np.array([0.0, NEAR_S, MIDDLE_S, 9e9])).tolist() == [0, 1, 2, 2]


@given(arrays(np.float64, 20, elements=st.floats(0.0, 4_000.0)))
def test_what_the_bands_count_is_one_together_and_changes_slowly_where_a_bus_is_near(mix_s: np.ndarray) -> None:
    shares = np.array(shares_of(mix_s))
    assert (shares >= 0.0).all() and shares.sum(axis=0) == pytest.approx(np.ones(20))
    before = np.array(shares_of(np.maximum(mix_s - 1.0, 0.0)))
    near = mix_s < MIDDLE_S
    assert (np.abs(shares - before)[:, near] <= 1.0 / (FADE_S[1] - FADE_S[0]) + 1e-9).all()


def test_a_moment_gives_so_many_rows_at_most(days: list[Day]) -> None:
    table = hop_table(NETWORK)
    usual = usual_of(NETWORK, table, days[:1], [drives_of(NETWORK, table, days[0])])
    whole = rows_of(NETWORK, table, usual, days[1], 600.0, None)
    some = rows_of(NETWORK, table, usual, days[1], 600.0, (2, 1, 1))
    for number, most in enumerate((2, 1)):  # nothing is farther in this city
        rows = band_of(some.mix_s) == number
        assert rows.any() and np.unique(some.made_at[rows], return_counts=True)[1].max() == most
    assert len(whole.mix_s) > len(some.mix_s)
    assert len(thinned(whole, (3, 4, 2)).mix_s) == 7
    assert thinned(whole, (10**9,) * BANDS).mix_s.tolist() == whole.mix_s.tolist()


def test_moments_that_are_not_slow_are_left_out(days: list[Day]) -> None:
    table = hop_table(NETWORK)
    usual = usual_of(NETWORK, table, days[:1], [drives_of(NETWORK, table, days[0])])
    network = NAMES.index("network")
    whole = rows_of(NETWORK, table, usual, days[1], 600.0, None)
    limit = float(np.median(whole.features[:, network])) + 1e-6  # features are rounded to float32
    slow = rows_of(NETWORK, table, usual, days[1], 600.0, None, limit)
    assert 0 < len(slow.mix_s) < len(whole.mix_s) and (slow.features[:, network] > limit).all()
    assert not len(rows_of(NETWORK, table, usual, days[1], 600.0, None, 9.0).mix_s)
