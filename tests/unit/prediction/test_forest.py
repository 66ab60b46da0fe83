"""Trees asked without walking them say what scikit-learn says, to the last bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingRegressor

from passinfo.compiled import NUMBA
from passinfo.prediction.forest import Forest, quick

pytestmark = pytest.mark.skipif(not NUMBA, reason="passinfo[fast] is not installed")


def drawn(rows=600, features=7, seed=1):
    draw = np.random.default_rng(seed)
    columns = draw.normal(size=(rows, features)).round(1)
    return columns, columns[:, 0] * columns[:, 1] + draw.normal(size=rows)


def fitted(columns, target, **settings_):
    made = HistGradientBoostingRegressor(early_stopping=False, random_state=1, **{"max_iter": 12} | settings_)
    return made.fit(columns, target)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000),
    leaves=st.integers(2, 64),
    least=st.sampled_from([1, 5, 40]),
    loss=st.sampled_from(["squared_error", "absolute_error"]),
    rows=st.integers(0, 200),
    missing=st.sampled_from([0.0, 0.1, 0.6]),
    infinite=st.booleans(),
)
def test_the_same_to_the_last_bit(seed, leaves, least, loss, rows, missing, infinite):
    columns, target = drawn(seed=seed)
    draw = np.random.default_rng(seed)
    columns[draw.random(columns.shape) < missing] = np.nan
    target = target + 3.0 * np.isnan(columns[:, 3])
    plain = fitted(columns, target, max_leaf_nodes=leaves, min_samples_leaf=least, loss=loss)
    forest = quick(plain)
    # thresholds lie halfway between values seen: rows beside, between and far beyond them
    far = np.full((1, 7), np.inf if infinite else 1e30)
    asked = np.concatenate((columns, columns + 0.05, columns * 1e6, np.full((2, 7), np.nan), far, -far))[-rows - 1 :]
    assert isinstance(forest, Forest)
    assert forest.predict(asked).tobytes() == plain.predict(asked).tobytes()
    assert forest.predict(asked.astype(np.float32)).tobytes() == plain.predict(asked.astype(np.float32)).tobytes()


def test_no_rows_no_answers():
    assert len(quick(fitted(*drawn())).predict(np.empty((0, 7)))) == 0


def test_trees_of_one_leaf_say_what_is_always_said():
    columns, target = drawn()
    plain = fitted(columns, target, min_samples_leaf=500)
    assert quick(plain).predict(columns).tobytes() == plain.predict(columns).tobytes()


def test_missing_values_are_not_left_to_scikit_learn(monkeypatch):
    """Mutation: asked the slow way where one value of thousands is missing, as on every road it is."""
    columns, target = drawn()
    columns[::3, 2] = np.nan
    plain = fitted(columns, target + 5.0 * np.isnan(columns[:, 2]))  # told apart by what is missing alone
    assert any(np.isinf(nodes.nodes["num_threshold"]).any() for stage in plain._predictors for nodes in stage)
    wanted = plain.predict(columns)
    monkeypatch.setattr(HistGradientBoostingRegressor, "predict", None)
    forest = quick(plain)
    assert isinstance(forest, Forest)
    assert forest.predict(columns).tobytes() == wanted.tobytes()


def test_wrong_columns_are_refused_as_scikit_learn_does():
    columns, target = drawn()
    forest = quick(fitted(columns, target))
    with pytest.raises(ValueError, match="features"):
        forest.predict(columns[:, :3])


@pytest.mark.parametrize(
    "settings_",
    [{"max_leaf_nodes": 65, "min_samples_leaf": 1}, {"categorical_features": [0]}, {"loss": "poisson"}],
    ids=["too many leaves", "categories", "another loss"],
)
def test_other_trees_stay_what_they_are(settings_):
    columns, target = drawn(rows=900)
    columns[:, 0] = np.abs(columns[:, 0].round())
    plain = fitted(columns, np.abs(target), **settings_)
    assert quick(plain) is plain


@pytest.mark.parametrize(("field", "value"), [("left", 0), ("right", 10**6), ("left", 2), ("feature_idx", 7)])
def test_trees_that_scikit_learn_would_not_grow_are_not_touched(field, value):
    plain = fitted(*drawn())
    plain._predictors[3][0].nodes[field][0] = value
    assert quick(plain) is plain
