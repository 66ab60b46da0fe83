"""The regressors of the median, learned in stages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from skops import io as skops_io

from models.arrivals import trees
from models.arrivals.day import Day
from models.arrivals.drives import drives_of
from models.arrivals.rows import NEAR_PAD, Rows, no_rows, rows_of, thinned, usual_of
from models.arrivals.trees import NOT_NEAR, as_one, fitted, fitted_near, target_of, trees_of
from passinfo.prediction.arrival.feature_names import NAMES, TREES
from passinfo.prediction.arrival.hops import hop_table
from passinfo.prediction.arrival.members import regressor_of
from passinfo.prediction.arrival.model import NEAR_S
from passinfo.prediction.forest import quick
from tests.unit.models.arrivals.conftest import NETWORK


def drawn(n: int = 6_000, seed: int = 1) -> Rows:
    """Rows half of which are near; the log of what came over the live mix is their second column, and noise."""
    draw = np.random.default_rng(seed)
    features = draw.normal(size=(n, TREES)).astype(np.float32)
    features[draw.random(n) < 0.1, 3] = np.nan
    mix = np.where(draw.random(n) < 0.5, draw.uniform(0.0, NEAR_S, n), draw.uniform(1.5 * NEAR_S, 1_800.0, n))
    actual = np.maximum((mix + 30.0) * np.exp(0.3 * features[:, 1] + draw.normal(0.0, 0.1, n)) - 30.0, 0.0)
    return Rows(features, mix, mix, actual, np.zeros(n), np.zeros(n))


def test_the_sum_of_stages_is_one_regressor(tmp_path: Path) -> None:
    rows = drawn()
    first = trees_of("absolute_error", 20, rows.features[:3_000], target_of(rows)[:3_000])
    left = target_of(rows)[3_000:] - first.predict(rows.features[3_000:])
    second = trees_of("absolute_error", 10, rows.features[3_000:], left)
    fresh = drawn(500, seed=2).features.astype(float)
    parts = first.predict(fresh) + second.predict(fresh)
    whole = as_one([first, second])
    assert whole.predict(fresh) == pytest.approx(parts, abs=1e-12)
    assert quick(whole).predict(fresh).tolist() == whole.predict(fresh).tolist()
    kept = regressor_of(tmp_path, skops_io.dumps(whole))
    assert kept.predict(fresh).tolist() == whole.predict(fresh).tolist()


@pytest.mark.parametrize("learn", [fitted, fitted_near])
def test_each_row_is_learned_from_in_one_stage(learn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "STAGE_TREES", 10)
    monkeypatch.setattr(trees, "STAGE_ROWS", 1_000)
    monkeypatch.setattr(trees, "LEAST_ROWS", 500)
    asked: list[np.ndarray] = []

    def noted(loss, iterations, columns, target):
        asked.append(columns[:, 2])
        return trees_of(loss, iterations, columns, target)

    monkeypatch.setattr(trees, "trees_of", noted)
    parts = [drawn(3_000, seed=3), no_rows(), drawn(3_000, seed=4)]
    near = learn is fitted_near
    made = learn(parts, 20)
    mine = [rows.mix_s < NEAR_PAD * NEAR_S if near else rows.mix_s >= NEAR_S for rows in parts]
    wanted = np.concatenate([rows.features[pick, 2] for rows, pick in zip(parts, mine, strict=True)])
    assert len(asked) == 2
    assert sorted(np.concatenate(asked).tolist()) == pytest.approx(sorted(wanted.tolist()))
    assert min(map(len, asked)) > 0.4 * len(wanted)
    assert made.max_iter == len(made._predictors) == (40 if near else 20)
    fresh = drawn(1_000, seed=5)
    told = made.predict(fresh.features.astype(float))
    assert np.abs(told - target_of(fresh)).mean() < 0.6 * np.abs(target_of(fresh)).mean()
    again = learn(parts, 20)
    assert again.predict(fresh.features.astype(float)).tolist() == told.tolist()


def test_no_more_rows_are_learned_from_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def noted(loss, iterations, columns, target):
        asked.append(len(target))
        return trees_of(loss, iterations, columns, target)

    monkeypatch.setattr(trees, "trees_of", noted)
    fitted([drawn()], 5, 1_000)
    assert asked == [pytest.approx(1_000, rel=0.15)]


def test_where_little_is_near_all_rows_teach_what_is_near() -> None:
    rows = drawn(1_500)
    far = Rows(*(getattr(rows, name)[rows.mix_s >= NEAR_S] for name in Rows.__slots__))
    assert np.ptp(fitted_near([far], 5).predict(rows.features.astype(float))) > 0


def test_what_is_near_is_told_without_some_columns() -> None:
    rows, other = drawn(), drawn(6_000, seed=9)
    near, far = fitted_near([rows], 20), fitted([rows], 20)
    mixed = rows.features.astype(float)
    mixed[:, NOT_NEAR] = other.features[:, NOT_NEAR]
    assert near.predict(mixed).tolist() == near.predict(rows.features.astype(float)).tolist()
    assert far.predict(mixed).tolist() != far.predict(rows.features.astype(float)).tolist()


def test_a_moment_gives_so_many_rows_at_most(days: list[Day]) -> None:
    table = hop_table(NETWORK)
    usual = usual_of(NETWORK, table, days[:1], [drives_of(NETWORK, table, days[0])])
    whole = rows_of(NETWORK, table, usual, days[1], 600.0, None)
    some = rows_of(NETWORK, table, usual, days[1], 600.0, (2, 1))
    for rows, most in ((some.mix_s < NEAR_S, 2), (some.mix_s >= NEAR_S, 1)):
        assert rows.any() and np.unique(some.made_at[rows], return_counts=True)[1].max() == most
    assert len(whole.mix_s) > len(some.mix_s)
    assert len(thinned(whole, (3, 4)).mix_s) == 7
    assert thinned(whole, (10**9, 10**9)).mix_s.tolist() == whole.mix_s.tolist()


def test_moments_that_are_not_slow_are_left_out(days: list[Day]) -> None:
    table = hop_table(NETWORK)
    usual = usual_of(NETWORK, table, days[:1], [drives_of(NETWORK, table, days[0])])
    network = NAMES.index("network")
    whole = rows_of(NETWORK, table, usual, days[1], 600.0, None)
    limit = float(np.median(whole.features[:, network])) + 1e-6  # features are rounded to float32
    slow = rows_of(NETWORK, table, usual, days[1], 600.0, None, limit)
    assert 0 < len(slow.mix_s) < len(whole.mix_s) and (slow.features[:, network] > limit).all()
    assert not len(rows_of(NETWORK, table, usual, days[1], 600.0, None, 9.0).mix_s)
