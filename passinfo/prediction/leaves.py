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
AT_ONCE = 4
"""Tests taken together: the bits of a row are fetched and put back once for all of them."""
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
        Features, shape (rows, features); NaN where nothing is known, nothing infinite.
    tree_ptr
        Tests ``tree_ptr[t]:tree_ptr[t + 1]`` are those of tree t; a multiple of ``AT_ONCE``.
    feature, threshold
        A row above the threshold cannot end to the left of this test. Features are numbered twice: by their own number
        where a missing value goes to the left, and beyond all of these where it goes to the right …
    keep
        … so that only these leaves are left to it: a bit each, from the left.
    value
        Of each leaf, shape (trees, 64), in the slot that the hash of its bit names.
    """
    lanes = 64  # rows together: their features and bits lie in the nearest cache
    all_bits, one, hash_, shift = np.uint64(ALL), np.uint64(1), np.uint64(HASH), np.uint64(SLOT_BITS)
    n, width = columns.shape
    across = np.zeros((2 * width, lanes))
    left = np.empty(lanes, dtype=np.uint64)
    for begin in range(0, n, lanes):
        size = min(lanes, n - begin)
        for row in range(size):
            for each in range(width):
                seen = columns[begin + row, each]
                across[each, row] = -np.inf if np.isnan(seen) else seen
                across[width + each, row] = np.inf if np.isnan(seen) else seen
        for tree in range(len(tree_ptr) - 1):
            left[:] = all_bits
            for test in range(tree_ptr[tree], tree_ptr[tree + 1], AT_ONCE):
                seen_0, least_0, kept_0 = across[feature[test]], threshold[test], keep[test]
                seen_1, least_1, kept_1 = across[feature[test + 1]], threshold[test + 1], keep[test + 1]
                seen_2, least_2, kept_2 = across[feature[test + 2]], threshold[test + 2], keep[test + 2]
                seen_3, least_3, kept_3 = across[feature[test + 3]], threshold[test + 3], keep[test + 3]
                for row in range(size):
                    by_0 = kept_0 if seen_0[row] > least_0 else all_bits
                    by_1 = kept_1 if seen_1[row] > least_1 else all_bits
                    by_2 = kept_2 if seen_2[row] > least_2 else all_bits
                    by_3 = kept_3 if seen_3[row] > least_3 else all_bits
                    left[row] &= (by_0 & by_1) & (by_2 & by_3)
            worth = value[tree]
            for row in range(size):
                lowest = left[row] & (~left[row] + one)
                made[begin + row] += worth[(lowest * hash_) >> shift]
