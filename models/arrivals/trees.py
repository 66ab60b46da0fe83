"""The regressors of the median, learned in stages: each from rows that those before have not seen, of what they left.

Rows of one bus and hour are alike, and trees see chance in few of them: of five times as many they are half a point to
a point better within six minutes (ttc). All rows for all trees would take too long; in stages each tree has its share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor

from models.arrivals.rows import SEED, Rows
from passinfo.columns import Bools, Floats, Ints
from passinfo.prediction.arrival.bands import FADE_S, MIDDLE_S, MOST_LOG, NEAR_S
from passinfo.prediction.arrival.feature_names import NAMES
from passinfo.prediction.arrival.model import SOFT_S
from passinfo.prediction.arrival.threads import threads_for
from passinfo.prediction.forest import Regressor, quick

ITERATIONS = 200
"""Trees; half as many, at a faster rate, lose nothing in normal traffic and 1 to 2 % in a storm (ttc)."""
LEAST_ROWS = 2_000
"""From fewer no band is learned by itself."""
_HIDDEN = {
    "near": """log_usual own_last route network spread next_last hop_left_s hop_over_s next_late jam_network jam_route
        plan_log_range plan_dev_range_s step_4""",
    "middle": """log_usual log_mix gone_s own_last own_age_s behind_s metres stops speed_short hop_left_s plan_days
        step_4""",
    "far": """log_usual gone_s own_last own_age_s behind_s metres stops spread pace_usual speed_short hop_usual_s
        hop_left_s hop_over_s plan_days step_3 step_4""",
}
NOT_NEAR, NOT_MIDDLE, NOT_FAR = (tuple(map(NAMES.index, _HIDDEN[band].split())) for band in ("near", "middle", "far"))
"""Columns that hardly moved a band's trees (ttc, Wednesday): they are not shown to them."""
STAGE_ROWS = 250_000
"""A stage has so many rows at least: with fewer it learns chance (ttc)."""


@dataclass(frozen=True, slots=True)
class Course:
    """What a band's regressor learns from."""

    from_s: float
    """Live mix: from before the band begins …"""
    until_s: float
    """… to beyond its end."""
    more: int
    """So many times the trees."""
    stages: int
    """At most; the fewer, the more rows each tree sees, and the longer it takes."""
    hidden: tuple[int, ...]
    """Columns that it is not shown."""
    slow: bool
    """Days made slower too."""


COURSES = (
    Course(-np.inf, 1.5 * NEAR_S, 2, 2, NOT_NEAR, slow=False),
    Course(FADE_S[0], 1.2 * MIDDLE_S, 1, 2, NOT_MIDDLE, slow=True),
    Course(NEAR_S, np.inf, 1, 2, NOT_FAR, slow=True),
)
"""Of each band. Where a bus is within a hop takes more trees to tell: what is near has twice as many."""


def medians_of(
    parts: Sequence[Rows],
    slow: Sequence[Rows],
    iterations: int = ITERATIONS,
    most: int | None = None,
    tell: Callable[[float], None] = lambda _share: None,
) -> tuple[Regressor, ...]:
    """The regressors of the median, one for each band of horizons.

    Parameters
    ----------
    parts, slow
        Rows of days, and of days made slower.
    iterations
        Trees of each; the near one has more.
    most
        At most so many rows for each; all without it.
    tell
        Told which share of it is done.
    """
    made: list[Regressor] = []
    for number, course in enumerate(COURSES):
        tell(number / len(COURSES))
        made.append(fitted([*parts, *slow] if course.slow else parts, course, iterations, most))
    return tuple(made)


def fitted(parts: Sequence[Rows], course: Course, iterations: int, most: int | None = None) -> Regressor:
    """The regressor of one band."""
    wanted = [(rows.mix_s >= course.from_s) & (rows.mix_s < course.until_s) for rows in parts]
    return _in_stages(parts, wanted, course, course.more * iterations, most)


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
    parts: Sequence[Rows], wanted: Sequence[Bools], course: Course, iterations: int, most: int | None
) -> Regressor:
    if sum(int(mine.sum()) for mine in wanted) < LEAST_ROWS:
        wanted = [np.ones(len(rows.mix_s), dtype=bool) for rows in parts]
    targets = [target_of(rows) for rows in parts]
    wanted = [mine & (np.abs(target) < MOST_LOG) for mine, target in zip(wanted, targets, strict=True)]
    there = sum(int(mine.sum()) for mine in wanted)
    used = there if most is None else min(there, most)
    count = max(min(course.stages, used // STAGE_ROWS), 1)
    draw = np.random.default_rng(SEED)
    # whoever draws a number beyond the stages is left out
    stage = [np.where(mine, draw.random(len(mine)) * count * max(there, 1) / max(used, 1), count) for mine in wanted]
    shown = np.setdiff1d(np.arange(parts[0].features.shape[1]), course.hidden)
    made: list[HistGradientBoostingRegressor] = []
    for number in range(count):
        mine = [each.astype(np.int64) == number for each in stage]
        columns = np.concatenate([rows.features[pick][:, shown] for rows, pick in zip(parts, mine, strict=True)])
        left = np.concatenate([target[pick] for target, pick in zip(targets, mine, strict=True)])
        columns = columns.astype(np.float64)
        for before in made:
            left -= quick(before).predict(columns)
        trees = iterations * (number + 1) // count - iterations * number // count
        made.append(trees_of("absolute_error", trees, columns, left))
    return as_one(made, shown, parts[0].features.shape[1])


def as_one(stages: Sequence[HistGradientBoostingRegressor], shown: Ints, columns: int) -> Regressor:
    """The sum of some regressors as one that is asked with all columns, of which ``shown`` are those they learned from.

    A tree's value counts the same wherever it was grown, and it looks at a column by its number only.
    """
    whole: HistGradientBoostingRegressor = copy(stages[0])
    whole._predictors = [[_renumbered(tree, shown) for tree in trees] for each in stages for trees in each._predictors]
    whole._baseline_prediction = sum(each._baseline_prediction for each in stages)
    whole.max_iter = sum(each.max_iter for each in stages)
    whole.n_features_in_ = columns
    made: Regressor = whole
    return made


def _renumbered(tree: TreePredictor, shown: Ints) -> TreePredictor:
    made = copy(tree)
    made.nodes = tree.nodes.copy()
    made.nodes["feature_idx"] = shown[tree.nodes["feature_idx"]]
    return made
