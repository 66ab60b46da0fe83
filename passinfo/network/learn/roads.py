"""What drives on the roads of a line, whatever route it is of: found by square cells of a city."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats
from passinfo.network.learn.passes import Passes
from passinfo.network.learn.traces import Indices

CELL_M = 100.0
"""A cell and its eight neighbours hold all that is within 100 m of a point."""


class Roads:
    """Places of all passes, by cell."""

    def __init__(self, passes: Passes) -> None:
        self._x_m, self._y_m, self._ux, self._uy = passes.x_m, passes.y_m, passes.ux, passes.uy
        cells = _cells(passes.x_m, passes.y_m)
        self._order = np.argsort(cells, kind="stable")
        self._cells = cells[self._order]

    def near(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Places and directions of travel about a line's points, which are at most a cell apart."""
        rows = self._rows(x_m, y_m)
        return self._x_m[rows], self._y_m[rows], self._ux[rows], self._uy[rows]

    def _rows(self, x_m: Floats, y_m: Floats) -> Indices:
        steps = (-CELL_M, 0.0, CELL_M)
        about = np.unique(np.concatenate([_cells(x_m + dx, y_m + dy) for dx in steps for dy in steps]))
        low, high = np.searchsorted(self._cells, about), np.searchsorted(self._cells, about, side="right")
        sizes = high - low
        ends = np.cumsum(sizes)
        found = np.arange(int(sizes.sum())) + np.repeat(low - (ends - sizes), sizes)
        return np.asarray(self._order[found])


def _cells(x_m: Floats, y_m: Floats) -> npt.NDArray[np.int64]:
    column, row = np.floor(x_m / CELL_M).astype(np.int64), np.floor(y_m / CELL_M).astype(np.int64)
    return column * 2**32 + row
