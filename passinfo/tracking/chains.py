"""Chains: the ways on which patterns pass a cell of the ground, each kept once.

Ten lines of one road cross a cell on the same stretches, one after the other: that is one chain, and ten runs of uses.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats, Ints
from passinfo.tracking.ragged import Index, spread


def chained(
    cell: Index, cells: int, use: Ints, at: Index, pattern: Ints, reach_m: Floats
) -> tuple[Ints, Ints, Ints, Ints, Floats, Ints, Ints, Ints, Ints, Ints]:
    """The last ten columns of :class:`~passinfo.tracking.ground.Ground`.

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
    model, place = model[order], np.argsort(order)
    chain = place[chain.reshape(-1)]
    first = np.searchsorted(run_cell[model], np.arange(cells + 2))  # one cell more: there is nothing in it
    owner, row = spread(start[model], count[model])
    chain_cell = run_cell[model]
    columns = (
        np.searchsorted(chain_cell[owner], np.arange(cells + 2)),
        at[row],
        owner - first[chain_cell[owner]],
        row - start[model][owner],
    )
    runs = (np.searchsorted(run_cell, np.arange(cells + 2)), use[start], of[start], chain - first[run_cell])
    link_ptr, link_at, link_chain, link_number = (column.astype(np.int32) for column in columns)
    run_ptr, run_use, run_pattern, run_chain = (column.astype(np.int32) for column in runs)
    chains = np.append(np.diff(first), 0).astype(np.int32)
    reach = reach_m[use[row]]
    return link_ptr, link_at, link_chain, link_number, reach, run_ptr, run_use, run_pattern, run_chain, chains


def _labels(kind: Index, start: Index, count: Index, at: Index) -> Index:
    """One number for runs of equal kind on equal stretches: told apart link by link."""
    label, told, width = kind.astype(np.int64), int(kind.max(initial=0)) + 1, int(at.max(initial=0)) + 1
    for number in range(int(count.max(initial=0))):
        rows = np.flatnonzero(count > number)
        _, same = np.unique(label[rows] * width + at[start[rows] + number], return_inverse=True)
        label[rows] = told + same.reshape(-1)
        told += len(rows)
    return label
