"""95 % intervals by vehicle: the rows of a vehicle are alike, so vehicles are drawn, never rows."""

from __future__ import annotations

from collections.abc import Callable

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
