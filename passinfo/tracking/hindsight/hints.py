"""What the ids of a stretch's reports say, all of them together: a slip of the BMS is outvoted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats
from passinfo.tracking.candidates import Told
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.ragged import Index
from passinfo.tracking.trip_prices import DIRECTION_HINT, ROUTE_HINT

MANY = 2.0
"""The ids of many reports weigh twice as much as those of one: they mostly repeat each other."""


def hinted_rows(told: Told, rows: Index) -> int:
    """The timetable run that most of these reports name, as a row of the plan; -1 if most name none."""
    return _most(told.plan_row[rows])


def favours(index: TrackingIndex, told: Told, rows: Index) -> Floats:
    """Log-likelihood that route and direction as most of these reports say them add to each pattern."""
    patterns = index.network.patterns
    favour = np.zeros(len(patterns.pattern_id))
    route, direction = _most(told.route_ix[rows]), _most(told.direction_id[rows])
    if route >= 0:
        favour += np.where(patterns.route_ix == route, MANY * ROUTE_HINT, 0.0)
    if direction >= 0:
        favour += np.where(patterns.direction_id == direction, MANY * DIRECTION_HINT, 0.0)
    return favour


def entry_prices(index: TrackingIndex, told: Told, rows: Index, service: Floats) -> Floats:
    """Log-likelihood of entering each pattern at each of these reports, shape (rows, patterns).

    What the ids say weighs here too, for a way once chosen is not questioned by them: without it a bus that comes late
    onto its own line seems to have entered, a few reports sooner, another route that shares the road.

    Parameters
    ----------
    service
        The same without ids, shape (rows, patterns).
    """
    patterns = index.network.patterns
    said = told.route_ix[rows][:, None]
    price = service + np.where((said != -1) & (said != patterns.route_ix[None, :]), -MANY * ROUTE_HINT, 0.0)
    said = told.direction_id[rows][:, None]
    return np.asarray(price + np.where((said >= 0) & (said != patterns.direction_id[None, :]), -DIRECTION_HINT, 0.0))


def _most(values: npt.NDArray[np.integer]) -> int:
    if len(values) == 0:
        return -1
    each, count = np.unique(values, return_counts=True)
    best = int(count.argmax())
    return int(each[best]) if 2 * count[best] > len(values) else -1
