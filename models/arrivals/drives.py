"""What a day tells of usual times: hops driven, and sights of buses between two stops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.arrivals.day import Day
from models.arrivals.moments import Truth
from passinfo.columns import Bools
from passinfo.network.network import Network
from passinfo.prediction.arrival.driven import Driven, driven_of
from passinfo.prediction.arrival.earlier import Runs, runs_driven
from passinfo.prediction.arrival.features import LOOK_BACK_S, STANDS_M
from passinfo.prediction.arrival.hops import HopTable
from passinfo.prediction.arrival.inside import Lefts

BEGUN_M = 60.0
"""Before, the bus waits at its first stop: departures are another question."""


@dataclass(frozen=True, slots=True)
class Drives:
    """Of one day, as known in hindsight."""

    driven: Driven
    lefts: Lefts
    runs: Runs


def drives_of(network: Network, table: HopTable, day: Day) -> Drives:
    """What a day tells."""
    runs = runs_driven(network, day.true, day.zero_at, day.kind)
    return Drives(driven_of(network, table, day.true), _lefts(network, table, day), runs)


def _lefts(network: Network, table: HopTable, day: Day) -> Lefts:
    seen, patterns = day.seen, network.patterns
    row = np.flatnonzero((seen.pattern_ix >= 0) & (np.nan_to_num(seen.dist_m, nan=-1.0) > BEGUN_M))
    pattern, dist = seen.pattern_ix[row], seen.dist_m[row]
    reach = float(patterns.stop_dist_m.max(initial=0.0)) + float(dist.max(initial=0.0)) + 1.0  # sets patterns apart
    axis = np.repeat(np.arange(len(patterns.pattern_id)), np.diff(patterns.stop_ptr)) * reach + patterns.stop_dist_m
    stop = np.searchsorted(axis, pattern * reach + dist, side="right")
    stop = np.maximum(stop, patterns.stop_ptr[pattern].astype(np.int64) + 1)
    ahead = stop < patterns.stop_ptr[pattern + 1]
    row, pattern, dist, stop = row[ahead], pattern[ahead], dist[ahead], stop[ahead]
    at = seen.measured_at[row]
    reached, sure = Truth(network, day).after(seen.vehicle_id[row], pattern, at, np.arange(len(row) + 1), stop)
    good = np.isfinite(reached) & sure
    metres = np.maximum(patterns.stop_dist_m[stop] - patterns.stop_dist_m[stop - 1], 1.0)
    share = np.clip((patterns.stop_dist_m[stop] - dist) / metres, 0.0, 1.0)
    return Lefts(
        table.of_row[stop][good],
        share[good],
        _stands(day)[row][good],
        (reached - at)[good],
        (at - day.zero_at)[good],
        np.full(int(good.sum()), day.kind, dtype=np.int64),
    )


def _stands(day: Day) -> Bools:
    """Sights that lie where the vehicle's sight before lay."""
    seen = day.seen
    _, vehicle = np.unique(seen.vehicle_id.astype(str), return_inverse=True)
    order = np.lexsort((seen.measured_at, vehicle))
    now, before = order[1:], order[:-1]
    ago = seen.measured_at[now] - seen.measured_at[before]
    same = (vehicle[now] == vehicle[before]) & (seen.pattern_ix[now] == seen.pattern_ix[before])
    with np.errstate(invalid="ignore"):
        still = np.abs(seen.dist_m[now] - seen.dist_m[before]) < STANDS_M
    made = np.zeros(len(order), dtype=bool)
    made[now] = same & still & (ago > 0) & (ago < LOOK_BACK_S)
    return made
