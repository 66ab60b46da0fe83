"""When vehicles that were predicted came to their stops, as far as it has become known."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats, Texts
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.hops import Rows


def came_at(vehicle_id: Texts, stop_row: Rows, reached: Reached) -> Floats:
    """The instant at which each vehicle reached its stop; NaN where it is not among those reached."""
    if not len(stop_row) or not len(reached.at):
        return np.full(len(stop_row), np.nan)
    _, code = np.unique(np.concatenate((vehicle_id.astype(str), reached.vehicle_id.astype(str))), return_inverse=True)
    span = np.int64(max(int(stop_row.max()), int(reached.stop_row.max())) + 2)
    key = code.astype(np.int64) * span + np.concatenate((stop_row, np.maximum(reached.stop_row, -1))) + 1
    asked, there = key[: len(stop_row)], key[len(stop_row) :]
    order = np.argsort(there, kind="stable")
    place = np.minimum(np.searchsorted(there[order], asked), len(there) - 1)
    return np.asarray(np.where(there[order][place] == asked, reached.at[order][place], np.nan))
