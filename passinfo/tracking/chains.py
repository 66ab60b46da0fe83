"""Chains: the ways on which patterns pass a cell of the ground, each kept once.

Ten lines of one road cross a cell on the same stretches, one after the other: that is one chain, and ten runs of uses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats, Ints
from passinfo.tracking.ragged import Index, spread


@dataclass(frozen=True, slots=True)
class Chains:
    """The chains of all cells, and the runs that follow them."""

    cell_ptr: Index
    """Chains of each cell; the cell after the last one has none."""
    ptr: Ints
    """Links of each chain."""
    reach_m: Floats
    link_at: Ints
    """Which of its cell's stretches each link is."""
    cell_run_ptr: Index
    """Runs of each cell."""
    run: Ints
    """Rows: first use, pattern, which of the cell's chains."""


def chained(cell: Index, cells: int, use: Ints, at: Index, pattern: Ints, reach_m: Floats) -> Chains:
    """The chains of ``cells`` cells.

    ``cell``, ``use``, ``at``: the uses near each cell, in order, and which of the cell's stretches each lies on;
    ``pattern``, ``reach_m``: of every use.
    """
    of = pattern[use]
    begins = np.ones(len(use), dtype=bool)
    begins[1:] = (np.diff(use) != 1) | (np.diff(of) != 0) | (np.diff(cell) != 0)
    start = np.flatnonzero(begins)
    count = np.diff(np.append(start, len(use)))
    run_cell = cell[start]
    label = _labels(run_cell * 2 + (reach_m[use[start]] == reach_m.min(initial=np.inf)), start, count, at)
    _, model, chain = np.unique(label, return_index=True, return_inverse=True)
    order = np.argsort(model, kind="stable")  # runs are in order of their cell: so are the first of each chain
    model, chain = model[order], np.argsort(order)[chain.reshape(-1)]
    every = np.arange(cells + 2)
    cell_ptr = np.searchsorted(run_cell[model], every)
    _, row = spread(start[model], count[model])
    return Chains(
        cell_ptr,
        np.concatenate(([0], np.cumsum(count[model]))).astype(np.int32),
        reach_m[use[start[model]]],
        at[row].astype(np.int32),
        np.searchsorted(run_cell, every),
        np.column_stack((use[start], of[start], chain - cell_ptr[run_cell])).astype(np.int32),
    )


def _labels(kind: Index, start: Index, count: Index, at: Index) -> Index:
    """One number for runs of equal kind on equal stretches: told apart link by link."""
    label, told, width = kind.astype(np.int64), int(kind.max(initial=0)) + 1, int(at.max(initial=0)) + 1
    for number in range(int(count.max(initial=0))):
        rows = np.flatnonzero(count > number)
        _, same = np.unique(label[rows] * width + at[start[rows] + number], return_inverse=True)
        label[rows] = told + same.reshape(-1)
        told += len(rows)
    return label
