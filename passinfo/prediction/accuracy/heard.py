"""When vehicles were heard: a promise that falls into a silence of its bus can be called neither kept nor broken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from passinfo.columns import Bools, Floats, Texts
from passinfo.prediction.accuracy.truth import GAP_S


@dataclass(frozen=True, slots=True)
class Heard:
    """Reports: whose, and when."""

    vehicle_id: Texts
    observed_at: Floats


def silent(heard: Heard, vehicle_id: Texts, since: Floats, until: Floats, gap_s: float = GAP_S) -> Bools:
    """Whether each vehicle sent no report for more than ``gap_s`` somewhere from ``since`` to ``until``.

    Examples
    --------
    >>> heard = Heard(np.array(["a"] * 4, dtype=object), np.array([0.0, 60.0, 300.0, 360.0]))
    >>> told = np.array(["a", "a", "a", "b"], dtype=object)
    >>> silent(heard, told, np.array([0.0, 30.0, 300.0, 0.0]), np.array([60.0, 90.0, 400.0, 9.0])).tolist()
    [False, True, True, True]
    """
    found = np.ones(len(vehicle_id), dtype=bool)
    asked = pd.Series(vehicle_id).groupby(vehicle_id).indices
    reports = pd.Series(heard.vehicle_id).groupby(heard.vehicle_id).indices
    for vehicle, rows in asked.items():
        if vehicle not in reports:
            continue
        at = np.append(np.sort(heard.observed_at[reports[vehicle]]), np.inf)
        long = np.flatnonzero(np.diff(at) > gap_s)  # the last one lasts for ever
        first = np.searchsorted(at[long + 1], since[rows], side="right")
        found[rows] = (at[long[first]] < until[rows]) | (since[rows] < at[0])
    return found
