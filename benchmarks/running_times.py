"""Running times learned from visits, against visits of trips that were left out."""

from __future__ import annotations

import numpy as np

from benchmarks.result import Result
from benchmarks.tracking.cities import NONE, in_hindsight, live
from passinfo.columns import Floats, Ints, take
from passinfo.network.network import Network
from passinfo.network.service.running import BANDS_S, learn_running, ways_of
from passinfo.network.service.seen import hops_of

NAME = "running_times"
SUMMARY = "hops whose learned median running time lies within 8 % of left-out trips', Washington (needs PASSINFO_DATA)"
FOLDS, SEED = 10, 1
WITHIN = 0.08
LEAST = 8
"""Visits of a hop to be judged."""


def run() -> Result:
    """Trips are left out a tenth at a time; each hop's learned and left-out medians are compared over all of them."""
    seen = in_hindsight(live("wmata", NONE))
    network, visits = seen.network, seen.visits
    trips = sorted({trip for trip in visits.trip_id.tolist() if trip})
    order = np.random.default_rng(SEED).permutation(len(trips))
    fold_of = {trips[trip]: number % FOLDS for number, trip in enumerate(order.tolist())}
    fold = np.array([fold_of.get(trip, -1) for trip in visits.trip_id.tolist()])
    row: list[Ints] = []
    told: list[Floats] = []
    true: list[Floats] = []
    bare: list[Floats] = []
    for each in range(FOLDS):
        kept = hops_of(network, take(visits, np.flatnonzero(fold != each)))
        left = hops_of(network, take(visits, np.flatnonzero(fold == each)))
        learned = learn_running(ways_of(network), kept)
        band = np.searchsorted(BANDS_S, left.service_s % 86_400, side="right") - 1
        row.append(left.stop_row)
        told.append(learned.run_s[left.stop_row, band])
        true.append(left.run_s)
        bare.append(_planned(network, left.stop_row))
    rows = np.concatenate(row)
    said, was, plan = (np.concatenate(part) for part in (told, true, bare))
    hops = [hop for hop, count in zip(*np.unique(rows, return_counts=True), strict=True) if count >= LEAST]
    off = np.array([_off(said[rows == hop], was[rows == hop]) for hop in hops])
    timetable = np.array([_off(plan[rows == hop], was[rows == hop]) for hop in hops])
    return Result(
        figure=100 * float((off <= WITHIN).mean()),
        unit="% of hops",
        n=len(hops),
        of=f"hops with {LEAST} left-out visits or more, {len(was):,} visits of {len(trips)} trips",
        baseline=100 * float((timetable <= WITHIN).mean()),
        baseline_of="the timetable's running times",
        reference="asked: 90",
        details={
            "median error of a hop, %": 100 * float(np.median(off)),
            "mean error of a single drive, s": float(np.abs(said - was).mean()),
            "the timetable's, s": float(np.abs(plan - was).mean()),
        },
    )


def _off(told: Floats, true: Floats) -> float:
    return float(abs(np.median(told) - np.median(true)) / np.median(true))


def _planned(network: Network, rows: Ints) -> Floats:
    """What a usual trip of the timetable takes for each hop."""
    patterns, trips, profiles = network.patterns, network.trips, network.profiles
    pattern = np.searchsorted(patterns.stop_ptr, rows, side="right") - 1
    position = rows - patterns.stop_ptr[pattern]
    typical = np.array([trips.profile_ix[each[len(each) // 2]] for each in network.trips_of_pattern])
    at = profiles.profile_ptr[typical[pattern]] + position
    return np.asarray(profiles.arrival_s[at] - profiles.departure_s[at - 1], dtype=np.float64)
