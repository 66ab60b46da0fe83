"""Ragged lists as flat columns: many short lists handled in one sweep."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats

Index = npt.NDArray[np.intp]


def spread(start: npt.NDArray[np.integer], count: npt.NDArray[np.integer]) -> tuple[Index, Index]:
    """Rows of many lists: the list each row belongs to, and the flat row.

    Examples
    --------
    >>> spread(np.array([5, 0, 9]), np.array([2, 0, 1]))
    (array([0, 0, 2]), array([5, 6, 9]))
    """
    owner = np.repeat(np.arange(len(count), dtype=np.intp), count)
    before = np.cumsum(count) - count
    return owner, np.arange(len(owner), dtype=np.intp) + np.asarray(start - before, dtype=np.intp).take(owner)


def heads(key: npt.NDArray[np.integer]) -> Index:
    """First row of every run of equal values.

    Examples
    --------
    >>> heads(np.array([3, 3, 7, 7, 7, 8]))
    array([0, 2, 5])
    """
    if len(key) == 0:
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))


def best_rows(owner: npt.NDArray[np.integer], score: Floats) -> Index:
    """Row of the highest score of every run of equal owners (the first one where several are equal)."""
    first = heads(owner)
    if len(first) == 0:
        return first
    top = np.maximum.reduceat(score, first)
    counts = np.diff(np.append(first, len(owner)))
    rows = np.flatnonzero(score == np.repeat(top, counts))
    return rows[heads(owner[rows])]
