"""Runs times remaining stops, flat: the rows every predictor fills."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from passinfo.columns import Bools, Ints, Texts
from passinfo.network.network import Network
from passinfo.prediction.protocol import RunAhead

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RowsAhead:
    """One row per run and remaining stop; rows of run r are ``ptr[r]:ptr[r+1]``."""

    ptr: Indices
    run: Indices
    position: Indices
    """Position of the stop within the pattern, from 0."""
    stop_row: Indices
    """Flat row of the stop in ``network.patterns``."""
    last: Bools
    """True at the pattern's last stop."""


def rows_ahead(network: Network, runs: RunAhead) -> RowsAhead:
    """The rows to predict: ``first_position`` to the last stop of each run; none where the pattern is unknown (-1)."""
    known = runs.pattern_ix >= 0
    pattern = np.where(known, runs.pattern_ix, 0)
    begin = network.patterns.stop_ptr[pattern].astype(np.int64)
    n_stops = np.where(known, network.patterns.stop_ptr[pattern + 1] - begin, 0)
    first = np.clip(runs.first_position.astype(np.int64), 0, n_stops)
    ptr = np.concatenate([[0], np.cumsum(n_stops - first)])
    run = np.repeat(np.arange(len(pattern)), n_stops - first)
    position = np.arange(ptr[-1]) - ptr[run] + first[run]
    return RowsAhead(ptr, run, position, begin[run] + position, position == n_stops[run] - 1)


def take_runs(runs: RunAhead, chosen: Bools | Ints) -> RunAhead:
    """The runs chosen by a mask or an index array, in that order."""
    columns = {each.name: getattr(runs, each.name) for each in fields(RunAhead)}
    given = {name: len(values) == len(runs.pattern_ix) for name, values in columns.items()}
    return RunAhead(**{name: values[chosen] if given[name] else values for name, values in columns.items()})


def vehicle_rows(known: Texts, wanted: Texts) -> Indices:
    """Row of each vehicle among those known, which are sorted; -1 if it is not.

    Examples
    --------
    >>> ids = np.array(["a", "b"], dtype=object)
    >>> vehicle_rows(ids, np.array(["b", "c"], dtype=object)).tolist()
    [1, -1]
    """
    if not len(known):
        return np.full(len(wanted), -1, dtype=np.int64)
    asked, there = wanted.astype(str), known.astype(str)
    row = np.minimum(np.searchsorted(there, asked), len(there) - 1)
    return np.where(there[row] == asked, row, -1).astype(np.int64)
