"""One recorded day at its terminals: what was known when (live files), and when buses left (hindsight files)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.recorded import recorded
from passinfo.columns import Bools, Floats, Ints
from passinfo.network.network import Network
from passinfo.prediction.arrival.clock import NEW_DAY_S, kind_of
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.departure.terminals import Stands
from passinfo.step import reached_of, stands_of
from passinfo.times import service_date_of, service_day_zero_s
from passinfo.tracking.columns import Matches, Visits

GAP_S = 90.0
"""Truth between reports farther apart is guessed: out for all."""


@dataclass(frozen=True, slots=True)
class DepartureDay:
    """A replayed day; instants are epoch seconds."""

    name: str
    zero_at: float
    """Zero of its service day."""
    kind: int
    """0 Monday to Friday, 1 Saturday and Sunday."""
    stands: Stands
    """Accepted reports in order of reception."""
    received_at: Floats
    planned_at: Floats
    """Planned departure of the run that each report is on; NaN where it has none."""
    live: Reached
    """Stops reached, in order of ``known_at``."""
    true: Reached
    """Stops reached as known in hindsight; departures at first stops."""
    sure: Bools
    """Of ``true``: between reports at most 90 s apart."""


def read_departures(network: Network, folder: Path) -> DepartureDay:
    """A day from the folder of ``feeds replay --hindsight``."""
    matches = recorded(folder / "matches.parquet", Matches)
    live = reached_of(network, recorded(folder / "visits.parquet", Visits))
    truth = recorded(folder / "hindsight_visits.parquet", Visits)
    order = np.argsort(live.known_at, kind="stable")
    live = Reached(*(getattr(live, name)[order] for name in Reached.__slots__))
    date = service_date_of(float(np.median(matches.observed_at)) - NEW_DAY_S, network.timezone)
    zero = service_day_zero_s(date, network.timezone)
    with np.errstate(invalid="ignore"):
        sure = (truth.latest_at - truth.earliest_at) <= GAP_S + np.nan_to_num(truth.departed_at - truth.arrived_at)
    return DepartureDay(
        folder.name,
        zero,
        kind_of(date),
        stands_of(network, matches),
        matches.received_at,
        _planned(network, matches),
        live,
        reached_of(network, truth),
        sure,
    )


def _planned(network: Network, matches: Matches) -> Floats:
    trip = np.array([network.trip_rows.get(each, -1) for each in matches.trip_id.tolist()], dtype=np.int64)
    headway = network.trips.is_headway[np.maximum(trip, 0)] if len(network.trips.trip_id) else trip < 0
    planned = (trip >= 0) & ~headway & (matches.start_date > 0)
    return np.where(planned, _zeros(network, matches.start_date) + matches.start_service_s, np.nan)


def _zeros(network: Network, dates: Ints) -> Floats:
    days, which = np.unique(dates, return_inverse=True)
    zeros = [service_day_zero_s(day, network.timezone) if day > 0 else np.nan for day in days.tolist()]
    return np.array(zeros, dtype=np.float64)[which]
