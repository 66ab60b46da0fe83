"""What a model loses on routes that its regressors never saw; they keep their own history."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.arrivals.asked import Predicted, predicted
from models.arrivals.day import Day
from models.arrivals.drives import Drives
from models.arrivals.rows import Rows, rows_of_days, usual_of
from models.arrivals.trees import medians_of
from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.hops import HopTable
from passinfo.prediction.arrival.model import ArrivalModel

FOLDS = 3
"""A third of the routes at a time is left out."""


def losses(
    network: Network,
    table: HopTable,
    days: Sequence[Day],
    drives: Sequence[Drives],
    model: ArrivalModel,
    test: Day,
    whole: Predicted,
    own: float,
) -> Iterator[tuple[Bools, Floats]]:
    """Of each fold: the rows of its routes, and the errors there of a model that never saw them."""
    parts, slow = rows_of_days(network, table, days, drives)
    usual = usual_of(network, table, days, drives)
    for fold in range(FOLDS):
        known, slower = ([_seen(rows, fold) for rows in each] for each in (parts, slow))
        blind = dataclasses.replace(model, medians=medians_of(known, slower))
        found = predicted(network, table, usual, blind, test, own)
        yield whole.route % FOLDS == fold, np.abs(found.by_name["model"] - found.actual_s)


def _seen(rows: Rows, fold: int) -> Rows:
    """Those of the routes of the other folds."""
    seen = rows.route_ix % FOLDS != fold
    return Rows(*(getattr(rows, name)[seen] for name in Rows.__slots__))
