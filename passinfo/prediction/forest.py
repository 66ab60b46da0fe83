"""Trees asked without walking them, where numba is installed: the same answers to the last bit, much sooner.

A row ends in the leftmost leaf that no test of its tree has shut out (QuickScorer: Lucchese et al., SIGIR 2015): of
each test that it passes to the right, the leaves to the left are struck out of 64 bits, whatever way leads there. No
step waits for the one before, no branch has to be guessed, and the processor takes many rows in one instruction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingRegressor

from passinfo.columns import Floats
from passinfo.compiled import NUMBA
from passinfo.prediction.leaves import ALL, AT_ONCE, HASH, SLOT_BITS, Bits, Rows, add_leaves

MOST_LEAVES = 64
PLAIN_LOSSES = ("squared_error", "absolute_error", "quantile")
"""Losses whose predictions are the sum of the leaves."""


class Regressor(Protocol):
    """A fitted scikit-learn regressor."""

    def predict(self, X: Floats) -> Floats:  # noqa: N803  # scikit-learn's name
        """A value per row."""
        ...


@dataclass(frozen=True, slots=True)
class Forest:
    """A fitted regressor's trees as columns of tests; see :func:`.leaves.add_leaves`."""

    regressor: Regressor
    features: int
    base: float
    tree_ptr: Rows
    feature: Rows
    threshold: Floats
    keep: Bits
    value: Floats

    def predict(self, X: Floats) -> Floats:  # noqa: N803  # scikit-learn's name
        """What the regressor says of rows, shape (rows, features); it is asked itself where a value is infinite."""
        if X.ndim != 2 or X.shape[1] != self.features or np.isinf(X).any():
            return self.regressor.predict(X)
        made = np.full(len(X), self.base)
        columns = np.ascontiguousarray(X, dtype=np.float64)
        add_leaves(columns, self.tree_ptr, self.feature, self.threshold, self.keep, self.value, made)
        return made


def quick(regressor: Regressor) -> Regressor:
    """The regressor, faster if it can be: of plain trees with at most 64 leaves each, and numba installed."""
    made = _forest(regressor) if NUMBA and isinstance(regressor, HistGradientBoostingRegressor) else None
    return regressor if made is None else made


def _forest(regressor: HistGradientBoostingRegressor) -> Forest | None:
    trees: list[npt.NDArray[Any]] = [each.nodes for stage in regressor._predictors for each in stage]
    features = int(regressor.n_features_in_)
    if regressor.loss not in PLAIN_LOSSES or not all(_is_plain(nodes, features) for nodes in trees):
        return None
    parts = [_tests(nodes, features) for nodes in trees]
    feature, threshold, keep = (np.concatenate(each) for each in zip(*(part[:3] for part in parts), strict=True))
    tree_ptr = np.concatenate(([0], np.cumsum([len(part[0]) for part in parts])))
    base = float(np.ravel(regressor._baseline_prediction)[0])
    value = np.stack([part[3] for part in parts])
    return Forest(regressor, features, base, tree_ptr, feature, threshold, keep, value)


def _is_plain(nodes: npt.NDArray[Any], features: int) -> bool:
    """Nodes in the order that scikit-learn writes them in: each before its left subtree, that before its right one."""
    leaf = nodes["is_leaf"].astype(bool)
    inner = np.flatnonzero(~leaf)
    if leaf.sum() > MOST_LEAVES or nodes["is_categorical"].any() or (nodes["feature_idx"][inner] >= features).any():
        return False
    # preorder, told from the sizes of subtrees: whatever stands to the right begins where the left subtree ends
    size, lefts, rights = [1] * len(nodes), nodes["left"].tolist(), nodes["right"].tolist()
    for node in inner[::-1].tolist():
        left, right = lefts[node], rights[node]
        if left != node + 1 or left >= len(nodes) or right != left + size[left] or right >= len(nodes):
            return False
        size[node] += size[left] + size[right]
    return size[0] == len(nodes)


def _tests(nodes: npt.NDArray[Any], features: int) -> tuple[Rows, Floats, Bits, Floats]:
    """Feature, threshold and leaves left over of each test of a tree, and the value in each leaf's slot."""
    leaf = nodes["is_leaf"].astype(bool)
    before = np.concatenate(([0], np.cumsum(leaf))).tolist()
    inner = np.flatnonzero(~leaf)
    ends = zip(nodes["left"][inner].tolist(), nodes["right"][inner].tolist(), strict=True)
    keep = [ALL ^ ((1 << before[right]) - (1 << before[left])) for left, right in ends]
    order = np.argsort(nodes["feature_idx"][inner], kind="stable")  # a feature's rows stay in the cache
    value = np.zeros(MOST_LEAVES)
    value[[((HASH << rank & ALL) >> SLOT_BITS) for rank in range(int(leaf.sum()))]] = nodes["value"][leaf]
    feature = nodes["feature_idx"][inner].astype(np.int64)
    feature += np.where(nodes["missing_go_to_left"][inner], 0, features)
    # a test for missing values alone has an infinite threshold, which no value is above
    threshold = np.minimum(nodes["num_threshold"][inner].astype(np.float64), np.finfo(np.float64).max)
    nothing = (0, -len(inner) % AT_ONCE)  # tests that no row passes to the right
    return (
        np.pad(feature[order], nothing),
        np.pad(threshold[order], nothing, constant_values=np.inf),
        np.pad(np.array(keep, dtype=np.uint64)[order], nothing, constant_values=ALL),
        value,
    )
