"""The leaves of many trees that many rows end in, without walking: see :mod:`passinfo.prediction.forest`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats
from passinfo.compiled import compiled

Bits = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]
HASH = 0x03F79D71B4CB0A89
"""De Bruijn's sequence: times a power of two, its first six bits differ for each of the 64."""
SLOT_BITS = 58
ALL = (1 << 64) - 1
"""Every leaf."""


@compiled
def add_leaves(
    columns: Floats, tree_ptr: Rows, feature: Rows, threshold: Floats, keep: Bits, value: Floats, made: Floats
) -> None:
    """Add to each row of ``made`` the value of its leaf in every tree, in the order of the trees.

    Parameters
    ----------
    columns
        Features, shape (rows, features); no NaN.
    tree_ptr
        Tests ``tree_ptr[t]:tree_ptr[t + 1]`` are those of tree t.
    feature, threshold
        A row above the threshold cannot end to the left of this test …
    keep
        … so that only these leaves are left to it: a bit each, from the left.
    value
        Of each leaf, shape (trees, 64), in the slot that the hash of its bit names.
    """
    lanes = 64  # rows together: their features and bits lie in the nearest cache
    all_bits, one, hash_, shift = np.uint64(ALL), np.uint64(1), np.uint64(HASH), np.uint64(SLOT_BITS)
    n, width = columns.shape
    across = np.zeros((width, lanes))
    left = np.empty(lanes, dtype=np.uint64)
    for begin in range(0, n, lanes):
        size = min(lanes, n - begin)
        for row in range(size):
            for each in range(width):
                across[each, row] = columns[begin + row, each]
        for tree in range(len(tree_ptr) - 1):
            left[:] = all_bits
            for test in range(tree_ptr[tree], tree_ptr[tree + 1]):
                seen, least, kept = across[feature[test]], threshold[test], keep[test]
                for row in range(size):
                    left[row] &= kept if seen[row] > least else all_bits
            worth = value[tree]
            for row in range(size):
                lowest = left[row] & (~left[row] + one)
                made[begin + row] += worth[(lowest * hash_) >> shift]
