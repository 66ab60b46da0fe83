"""Score predictors on visits they have not seen: what would they have said at each visit about the stops ahead?

The predictors are the ones that run live, given a bus at the stop it has just left. Split by time only: what is learned
from lies before what is scored.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from models.segments import Places, place
from passinfo.columns import Bools, Floats, take
from passinfo.network.network import Network
from passinfo.prediction.protocol import Predictor, RunAhead
from passinfo.prediction.rows import take_runs
from passinfo.times import service_day_zero_s
from passinfo.tracking.columns import Visits

TICK_S = 300.0
"""Visits of five minutes are predicted in one call: only the time of day is shared, and that in hours."""
BEYOND_M = 1.0
"""A bus that has left a stop lies this far beyond it."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One row per pair of a visit and a later stop of the same run that the bus reached."""

    timetable: Bools
    """True: the run has a timetable of its own."""
    horizon_s: Floats
    """Predicted instant minus the visit, by the baseline."""
    baseline_error_s: Floats
    """Actual minus predicted."""
    learned_error_s: Floats
    learned_horizon_s: Floats


def split_at(visits: Visits, share: float = 0.8) -> float:
    """The instant that leaves this share of the visits before it (by ``known_at``); the rest is the holdout."""
    return float(np.quantile(visits.known_at, share)) if len(visits.known_at) else np.inf


def score(network: Network, visits: Visits, since: float, baseline: Predictor, learned: Predictor) -> Scored:
    """Errors of both predictors on the runs whose visits all lie after ``since``, at the same visits and stops."""
    later = take(visits, visits.known_at >= since)
    places = place(network, later)
    run_of_visit = _runs_of(later, places)
    pairs = _pairs(places, run_of_visit)
    ahead = _ahead(network, later, places)
    timetable = np.isfinite(ahead.start_at)
    said = [_predict(network, ahead, places, predictor) for predictor in (baseline, learned)]
    # Where in the flat rows of a run the stop lies: predictions begin at the stop after the visited one.
    at_row = [p.ptr[pairs.visit] + places.position[pairs.later] - ahead.first_position[pairs.visit] for p in said]
    actual_at = places.reached_at[pairs.later]
    seen_at = ahead.measured_at[pairs.visit]
    p50 = [p.p50_at[row] for p, row in zip(said, at_row, strict=True)]
    both = np.isfinite(p50[0]) & np.isfinite(p50[1])
    return Scored(
        timetable[pairs.visit][both],
        (p50[0] - seen_at)[both],
        (actual_at - p50[0])[both],
        (actual_at - p50[1])[both],
        (p50[1] - seen_at)[both],
    )


@dataclass(frozen=True, slots=True)
class _Pairs:
    visit: npt.NDArray[np.int64]
    later: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Said:
    ptr: npt.NDArray[np.int64]
    p50_at: Floats


def _runs_of(visits: Visits, places: Places) -> npt.NDArray[np.int64]:
    """Number of the run of each visit: same vehicle and instance, positions rising; -1 if not in the network."""
    order = np.lexsort((places.position, places.reached_at, visits.vehicle_id.astype(str)))
    before, after = order[:-1], order[1:]
    same = (
        (visits.vehicle_id[before] == visits.vehicle_id[after])
        & (places.pattern_ix[before] == places.pattern_ix[after])
        & (visits.trip_id[before] == visits.trip_id[after])
        & (visits.start_service_s[before] == visits.start_service_s[after])
        & (places.position[after] > places.position[before])
    )
    run = np.empty(len(order), dtype=np.int64)
    run[order] = np.concatenate([[0], np.cumsum(~same.astype(bool))]) if len(order) else []
    return np.where(places.stop_row >= 0, run, -1)


def _pairs(places: Places, run: npt.NDArray[np.int64]) -> _Pairs:
    known = np.flatnonzero((run >= 0) & np.isfinite(places.reached_at))
    order = known[np.lexsort((places.position[known], run[known]))]
    visit, later = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    cuts = np.flatnonzero(np.diff(run[order], prepend=-2, append=-2))
    for begin, end in pairwise(cuts):
        i, j = np.triu_indices(int(end - begin), k=1)
        visit.append(order[begin + i])
        later.append(order[begin + j])
    return _Pairs(np.concatenate(visit), np.concatenate(later))


def _ahead(network: Network, visits: Visits, places: Places) -> RunAhead:
    """Each visit as the run of a bus that has just left that stop."""
    left_at = np.where(np.isfinite(visits.departed_at), visits.departed_at, places.reached_at)
    trip_ix = np.array([network.trip_rows.get(trip_id, -1) for trip_id in visits.trip_id], dtype=np.int32)
    trip_ix[places.pattern_ix < 0] = -1
    known = (trip_ix >= 0) & (visits.start_service_s >= 0) & (visits.start_date > 0)
    headway = network.trips.is_headway[np.maximum(trip_ix, 0)] if len(network.trips.trip_id) else ~known
    start_at = np.full(len(trip_ix), np.nan)
    for row in np.flatnonzero(known & ~headway):
        zero = service_day_zero_s(int(visits.start_date[row]), network.timezone)
        start_at[row] = zero + float(visits.start_service_s[row])
    dist_m = network.patterns.stop_dist_m[np.maximum(places.stop_row, 0)] + BEYOND_M
    return RunAhead(
        places.pattern_ix,
        trip_ix,
        dist_m,
        left_at,
        (places.position + 1).astype(np.int32),
        np.full(len(trip_ix), np.nan),
        start_at,
    )


def _predict(network: Network, ahead: RunAhead, places: Places, predictor: Predictor) -> _Said:
    tick = np.floor(ahead.measured_at / TICK_S)
    starts = network.patterns.stop_ptr
    pattern = np.maximum(ahead.pattern_ix, 0)
    n_ahead = np.where(ahead.pattern_ix >= 0, starts[pattern + 1] - starts[pattern] - ahead.first_position, 0)
    ptr = np.concatenate([[0], np.cumsum(n_ahead)]).astype(np.int64)
    p50_at = np.full(int(ptr[-1]), np.nan)
    for number in np.unique(tick[np.isfinite(tick)]):
        chosen = np.flatnonzero(tick == number)
        said = predictor.predict(network, take_runs(ahead, chosen.astype(np.int32)), float(number * TICK_S))
        rows = np.repeat(ptr[chosen] - said.ptr[:-1], np.diff(said.ptr)) + np.arange(len(said.p50_at))
        p50_at[rows] = said.p50_at
    return _Said(ptr, p50_at)
