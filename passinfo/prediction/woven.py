"""Two predictors' answers to parts of the same runs, as one."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools
from passinfo.network.network import Network
from passinfo.prediction.protocol import Predicted, RunAhead
from passinfo.prediction.rows import rows_ahead


def woven(network: Network, runs: RunAhead, chosen: Bools, one: Predicted, other: Predicted) -> Predicted:
    """The rows of ``one`` for the runs chosen, those of ``other`` for all others, in the order of the runs."""
    rows = rows_ahead(network, runs)
    first = chosen[rows.run]

    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
        of_one, of_other = getattr(one, name), getattr(other, name)
        made = np.empty(len(first), dtype=of_one.dtype)
        made[first], made[~first] = of_one, of_other
        return made

    columns = {name: column(name) for name in ("position", "p10_at", "p50_at", "p90_at", "dwell_s", "method")}
    return Predicted(ptr=rows.ptr.astype(np.int32), **columns)  # type: ignore[arg-type]  # dtypes as in the parts
