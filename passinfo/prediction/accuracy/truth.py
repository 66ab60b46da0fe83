"""Which observed arrivals may judge a prediction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from passinfo.columns import Bools, Floats, Ints, Texts

GAP_S = 90.0
"""An instant somewhere within a longer silence judges nobody (the age at which a position is stale)."""


class VisitColumns(Protocol):
    """The columns of ``visits.parquet`` that are needed."""

    @property
    def vehicle_id(self) -> Texts: ...  # noqa: D102
    @property
    def route_id(self) -> Texts: ...  # noqa: D102
    @property
    def direction_id(self) -> Ints: ...  # noqa: D102
    @property
    def trip_id(self) -> Texts: ...  # noqa: D102
    @property
    def start_date(self) -> Ints: ...  # noqa: D102
    @property
    def start_service_s(self) -> Ints: ...  # noqa: D102
    @property
    def stop_id(self) -> Texts: ...  # noqa: D102
    @property
    def stop_sequence(self) -> Ints: ...  # noqa: D102
    @property
    def arrived_at(self) -> Floats: ...  # noqa: D102
    @property
    def departed_at(self) -> Floats: ...  # noqa: D102
    @property
    def earliest_at(self) -> Floats: ...  # noqa: D102
    @property
    def latest_at(self) -> Floats: ...  # noqa: D102
    @property
    def known_at(self) -> Floats: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Truth:
    """Observed arrivals, one row per visit."""

    vehicle_id: Texts
    route_id: Texts
    direction_id: Ints
    trip_id: Texts
    start_date: Ints
    start_service_s: Ints
    stop_id: Texts
    stop_sequence: Ints
    at: Floats
    """Arrival; at the first stop of a run the departure. NaN: neither was seen."""
    departure: Bools
    """Whether ``at`` is a departure from the first stop."""
    sure: Bools
    """Whether the reports pin ``at`` down to ``GAP_S``: only these judge errors."""
    began_at: Floats
    """Earliest instant at which the run was seen at a stop, or beyond one that it passed within a longer silence than
    ``GAP_S``: before it nobody had to know the bus."""
    known_at: Floats
    """When the visit became known."""


def truth_of(visits: VisitColumns, gap_s: float = GAP_S) -> Truth:
    """The arrivals in stop visits.

    An arrival is sure if no more than ``gap_s`` lies between the last report before the stop and the first beyond it,
    standing at the stop not counted; a departure from the first stop if that report came within ``gap_s`` of it; an
    arrival at the last stop if the report before it did. A run first seen at a stop proves no arrival there.
    """
    departure = np.isnan(visits.arrived_at)
    last = np.isnan(visits.departed_at)
    at = np.where(departure, visits.departed_at, visits.arrived_at)
    standing = np.where(departure | last, 0.0, visits.departed_at - visits.arrived_at)
    since = np.where(departure, visits.departed_at, visits.earliest_at)
    until = np.where(last, visits.arrived_at, visits.latest_at)
    with np.errstate(invalid="ignore"):
        sure = until - since - standing <= gap_s
    return Truth(
        visits.vehicle_id,
        visits.route_id,
        visits.direction_id,
        visits.trip_id,
        visits.start_date,
        visits.start_service_s,
        visits.stop_id,
        visits.stop_sequence,
        at,
        departure,
        sure & np.isfinite(at),
        _began_at(visits, np.where(sure, at, np.fmax(at, visits.latest_at))),
        visits.known_at,
    )


def _began_at(visits: VisitColumns, seen_at: Floats) -> Floats:
    names = (visits.vehicle_id, visits.trip_id, visits.start_date, visits.start_service_s)
    runs = codes(*names)
    first = np.full(int(runs.max(initial=-1)) + 1, np.inf)
    np.fmin.at(first, runs, seen_at)
    return np.asarray(first[runs])


def codes(*columns: npt.NDArray[np.generic] | Texts) -> npt.NDArray[np.int64]:
    """Rows with the same values in all columns get the same number, from 0.

    Examples
    --------
    >>> codes(np.array(["a", None, "a", "a"], dtype=object), np.array([1, 1, 1, 2])).tolist()
    [0, 1, 0, 2]
    """
    combined = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        each, values = pd.factorize(column, use_na_sentinel=False)
        combined, _ = pd.factorize(combined * (len(values) + 1) + each)
    return combined.astype(np.int64)
