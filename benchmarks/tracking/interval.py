"""95 % intervals by vehicle: the rows of a vehicle are alike, so vehicles are drawn, never rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats

DRAWS = 1000
SEED = 20_260_216
"""Any; fixed so that the same rows give the same interval."""


def by_vehicle(
    statistic: Callable[[Floats], float], number: npt.NDArray[np.intp], vehicles: int
) -> tuple[float, float, float]:
    """The statistic of all rows, and the 2.5th and 97.5th percentile over draws of vehicles with replacement.

    Parameters
    ----------
    statistic
        Takes a weight per row.
    number
        The vehicle of each row, 0 to ``vehicles`` - 1.

    Examples
    --------
    >>> import numpy as np
    >>> right = np.array([1.0, 1.0, 0.0])
    >>> by_vehicle(lambda weights: float(np.dot(weights, right) / weights.sum()), np.array([0, 0, 1]), 2)
    (0.6666666666666666, 0.0, 1.0)
    """
    if len(number) == 0:
        return float("nan"), float("nan"), float("nan")
    chance = np.random.default_rng(SEED)
    drawn = chance.multinomial(vehicles, np.full(vehicles, 1 / vehicles), size=DRAWS)
    values = [statistic(counts[number].astype(float)) for counts in drawn]
    low, high = np.percentile(values, [2.5, 97.5])
    return statistic(np.ones(len(number))), float(low), float(high)


def gain(ours: Floats, theirs: Floats, owner: npt.NDArray[Any], draws: int = DRAWS) -> tuple[float, float]:
    """How many per cent our errors are below theirs: the 2.5th and 97.5th percentile over draws of owners.

    Examples
    --------
    >>> import numpy as np
    >>> gain(np.array([8.0, 9.0]), np.array([10.0, 10.0]), np.array(["a", "b"]))
    (10.0, 20.0)
    """
    _, number = np.unique(owner, return_inverse=True)
    n = int(number.max(initial=0)) + 1
    mine, others = np.bincount(number, ours, n), np.bincount(number, theirs, n)
    drawn = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=draws)
    gains = 100 * (1 - (drawn @ mine) / np.maximum(drawn @ others, 1e-9))
    low, high = np.percentile(gains, [2.5, 97.5])
    return round(float(low), 9), round(float(high), 9)
