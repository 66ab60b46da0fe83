"""The regressors of the median, learned in stages: each from rows that those before have not seen, of what they left.

Rows of one bus and hour are alike, and trees see chance in few of them: of five times as many they are half a point to
a point better within six minutes (ttc). All rows for all trees would take too long; in stages each tree has its share.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from models.arrivals.rows import NEAR_PAD, SEED, Rows
from passinfo.columns import Bools, Floats
from passinfo.prediction.arrival.feature_names import NAMES
from passinfo.prediction.arrival.model import MOST_LOG, NEAR_S, SOFT_S
from passinfo.prediction.arrival.threads import threads_for
from passinfo.prediction.forest import Regressor, quick

ITERATIONS, NEAR_MORE = 200, 2
"""Trees; half as many, at a faster rate, lose nothing in normal traffic and 1 to 2 % in a storm (ttc). Where a bus is
within a hop takes more trees to tell: what is near has twice as many."""
LEAST_ROWS = 2_000
"""From fewer, neither what is near nor what is far is learned by itself."""
NOT_NEAR = [
    NAMES.index(name)
    for name in (
        "log_usual",
        "own_last",
        "route",
        "network",
        "spread",
        "next_last",
        "hop_left_s",
        "hop_over_s",
        "next_late",
        "jam_network",
        "jam_route",
        "plan_log_range",
        "plan_dev_range_s",
        "step_4",
    )
]
"""Columns that hardly moved the trees of what is near (ttc, Wednesday): they are not shown to them."""
STAGE_TREES, STAGE_ROWS = 100, 250_000
"""A stage has so many trees at least, and so many rows: with fewer of either it learns chance (ttc)."""


def fitted(parts: Sequence[Rows], iterations: int = ITERATIONS, most: int | None = None) -> Regressor:
    """The median regressor of what is far; from at most so many rows."""
    far = [rows.mix_s >= NEAR_S for rows in parts]
    return _in_stages(parts, far, [], iterations, most)


def fitted_near(parts: Sequence[Rows], iterations: int = ITERATIONS, most: int | None = None) -> Regressor:
    """The same of what is near, and a little beyond, by all columns but ``NOT_NEAR``."""
    near = [rows.mix_s < NEAR_PAD * NEAR_S for rows in parts]
    return _in_stages(parts, near, NOT_NEAR, NEAR_MORE * iterations, most)


def target_of(rows: Rows) -> Floats:
    """Log of what came over the live mix."""
    return np.asarray(np.log((rows.actual_s + SOFT_S) / (rows.mix_s + SOFT_S)))


def trees_of(loss: str, iterations: int, columns: Floats, target: Floats) -> HistGradientBoostingRegressor:
    """Trees learned from all of these rows; a column that nothing is known of in any of them tells nothing."""
    unknown = np.isnan(columns).all(axis=0)
    if unknown.any():  # as of earlier runs where no two days are of one kind: scikit-learn takes no such column
        columns = np.where(unknown, 0.0, columns)
    trees = HistGradientBoostingRegressor(
        loss=loss,
        max_iter=iterations,
        learning_rate=0.09,
        max_leaf_nodes=63,
        min_samples_leaf=200,
        l2_regularization=1.0,
        random_state=SEED,
        early_stopping=False,  # it would hold a tenth of the rows back, and rows of one moment are too alike to tell
    )
    with threads_for(len(target)):
        made: HistGradientBoostingRegressor = trees.fit(columns, target)
    return made


def _in_stages(
    parts: Sequence[Rows], wanted: Sequence[Bools], hidden: list[int], iterations: int, most: int | None
) -> Regressor:
    if sum(int(mine.sum()) for mine in wanted) < LEAST_ROWS:
        wanted = [np.ones(len(rows.mix_s), dtype=bool) for rows in parts]
    targets = [target_of(rows) for rows in parts]
    wanted = [mine & (np.abs(target) < MOST_LOG) for mine, target in zip(wanted, targets, strict=True)]
    there = sum(int(mine.sum()) for mine in wanted)
    used = there if most is None else min(there, most)
    count = max(min(iterations // STAGE_TREES, used // STAGE_ROWS), 1)
    draw = np.random.default_rng(SEED)
    # whoever draws a number beyond the stages is left out
    stage = [np.where(mine, draw.random(len(mine)) * count * max(there, 1) / max(used, 1), count) for mine in wanted]
    made: list[HistGradientBoostingRegressor] = []
    for number in range(count):
        mine = [each.astype(np.int64) == number for each in stage]
        features = np.concatenate([rows.features[pick] for rows, pick in zip(parts, mine, strict=True)])
        left = np.concatenate([target[pick] for target, pick in zip(targets, mine, strict=True)])
        features = features.astype(np.float64)
        features[:, hidden] = 0.0  # nothing can be told by a column that is always the same
        for before in made:
            left -= quick(before).predict(features)
        trees = iterations * (number + 1) // count - iterations * number // count
        made.append(trees_of("absolute_error", trees, features, left))
    return as_one(made)


def as_one(stages: Sequence[HistGradientBoostingRegressor]) -> Regressor:
    """The sum of some regressors as one: a tree's value counts the same wherever it was grown."""
    whole: HistGradientBoostingRegressor = copy(stages[0])
    whole._predictors = [trees for each in stages for trees in each._predictors]
    whole._baseline_prediction = sum(each._baseline_prediction for each in stages)
    whole.max_iter = sum(each.max_iter for each in stages)
    made: Regressor = whole
    return made
