"""Washington: two routes with their blocks, trip ids known and hidden."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.tracking.cities import NONE, drive, known, live, network, noisy, reports, since_first, whole_day
from benchmarks.tracking.figures import Figure, precision, share
from benchmarks.tracking.naive import nearest
from benchmarks.tracking.truth import truth_of
from passinfo.settings import CitySettings

SEEDS = range(5)
SIGMA_M = 20.0
NEAR_M = 100.0
"""Variants that share the road are one answer as long as the place on the road is right."""


def wmata() -> Iterator[Figure]:
    """Pattern and direction under noise; trips live and in hindsight, with and without blocks."""
    rights, vehicles = [], []
    for seed in SEEDS:
        seen = drive(network("wmata"), noisy(reports("wmata"), SIGMA_M, seed), CitySettings(hints=NONE))
        real = truth_of(seen)
        patterns = seen.network.patterns
        right = (seen.matches.route_id == real.route_id) & (
            seen.matches.direction_id == patterns.direction_id[real.pattern_ix]
        )
        rights.append(right[real.in_service])
        vehicles.append(seen.matches.vehicle_id[real.in_service])
    means = [100 * float(right.mean()) for right in rights]
    spread = f"right route + direction, 20 m noise, live ({min(means):.1f}–{max(means):.1f} over {len(means)} seeds)"
    yield share("wmata", spread, "98 %", np.concatenate(rights), np.concatenate(vehicles))
    now = live("wmata")
    real = truth_of(now)
    hour = real.in_service & (since_first(now) > 3_600.0)
    right = now.matches.trip_id == real.trip_id
    naive = nearest(now)[1] == real.trip_id
    who = now.matches.vehicle_id
    yield share("wmata", "right trip, live after 60 min", "95 %", right[hour], who[hour], naive[hour])
    confidence = np.where(known(now.matches.trip_id), now.matches.confidence, -1.0)
    yield precision("wmata live after 60 min", "97 %", 0.85, right[hour], confidence[hour], who[hour])
    for blocks, asked in ((True, "98 %"), (False, "93 %")):
        day = whole_day("wmata", blocks=blocks)
        real = truth_of(day)
        right, ok, who = day.matches.trip_id == real.trip_id, real.in_service, day.matches.vehicle_id
        on = "wmata" if blocks else "wmata without block_id"
        yield share(on, "right trip, hindsight", asked, right[ok], who[ok])
        confidence = np.where(known(day.matches.trip_id), day.matches.confidence, -1.0)
        yield precision(f"{on}, hindsight", "99 %" if blocks else "—", 0.90, right[ok], confidence[ok], who[ok])
