"""The network's own running-time profile for each run: its trip's, or the one of its pattern nearest in time of day.

Until pace has been learned this is what predictions of headway service and of abstained runs rest on. For a city
built from assumptions it is the assumed pace, no more.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.anchor import Timings
from passinfo.prediction.protocol import RunAhead
from passinfo.prediction.rows import Indices
from passinfo.prediction.seconds import PlannedTimes
from passinfo.times import service_date_of, service_day_zero_s

DAY_S = 86_400


def network_timings(network: Network, runs: RunAhead, now: float, times: PlannedTimes | None = None) -> Timings:
    """Profile of each run; unknown where the pattern has no trip at all.

    ``times``: the network's planned times; without them those published, to the letter.
    """
    trip = runs.trip_ix.astype(np.int64)
    missing = trip < 0
    if missing.any():
        nearest = nearest_trips(network, service_seconds(network, now))
        trip = np.where(missing, nearest[np.maximum(runs.pattern_ix, 0)], trip)
    known = (trip >= 0) & (runs.pattern_ix >= 0)
    base = np.zeros(len(trip), dtype=np.int64)
    base[known] = network.profiles.profile_ptr[network.trips.profile_ix[trip[known]]]
    said = network.profiles if times is None else times
    return Timings(base, said.arrival_s, said.departure_s, known)


def service_seconds(network: Network, at: float) -> float:
    """Time of day of an instant, in seconds of its service day (below 24 h)."""
    return at - service_day_zero_s(service_date_of(at, network.timezone), network.timezone)


def nearest_trips(network: Network, service_s: float) -> Indices:
    """Per pattern the trip that runs nearest to this time of day, whatever the day; -1 where it has none.

    A headway template runs from the begin of its bands to their end; of equals the first by trip_id is taken.
    """
    trips = network.trips
    distance = _round_the_clock(trips.start_service_s.astype(np.float64) - service_s)
    distance[trips.is_headway] = DAY_S
    bands = network.headways
    length = bands.end_service_s - bands.start_service_s
    since = np.mod(service_s - bands.start_service_s, DAY_S)
    away = np.where(since <= length, 0.0, np.minimum(since - length, DAY_S - since))
    np.minimum.at(distance, bands.trip_ix, away)
    order = np.lexsort((np.arange(len(distance)), distance, trips.pattern_ix))
    pattern, first = np.unique(trips.pattern_ix[order], return_index=True)
    nearest = np.full(len(network.patterns.pattern_id), -1, dtype=np.int64)
    nearest[pattern[pattern >= 0]] = order[first[pattern >= 0]]
    return nearest


def _round_the_clock(difference_s: Floats) -> Floats:
    forward = np.mod(difference_s, DAY_S)
    return np.asarray(np.minimum(forward, DAY_S - forward))
