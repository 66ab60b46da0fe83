"""The simplest other way: the nearest line, and on it the trip whose plan is nearest in time."""

from __future__ import annotations

import numpy as np

from benchmarks.tracking.cities import Tracked
from passinfo.columns import Texts
from passinfo.tracking.index import make_index
from passinfo.tracking.near import places_near
from passinfo.tracking.ragged import best_rows


def nearest(seen: Tracked) -> tuple[Texts, Texts]:
    """Route and trip of each match, every report by itself."""
    city = seen.network
    index = make_index(city)
    matches = seen.matches
    x, y = city.projection.to_xy(matches.lat_deg, matches.lon_deg)
    near = places_near(index.ground, x, y)
    route: Texts = np.full(len(x), None, dtype=object)
    trip: Texts = np.full(len(x), None, dtype=object)
    best = best_rows(near.report, -near.offset_m)
    for row in best.tolist():
        report, pattern = int(near.report[row]), int(near.pattern_ix[row])
        at = float(matches.observed_at[report])
        route[report] = city.routes.route_id[city.patterns.route_ix[pattern]]
        plan = index.plan(at)
        runs = np.flatnonzero(plan.pattern_ix == pattern)
        if len(runs):
            position, along = index.between_stops(near.pattern_ix[[row]], near.dist_m[[row]])
            profile = city.trips.profile_ix[plan.trip_ix[runs]]
            planned = index.planned_s(profile, np.repeat(position, len(runs)), np.repeat(along, len(runs)))
            trip[report] = city.trips.trip_id[plan.trip_ix[runs[np.abs(at - plan.start_at[runs] - planned).argmin()]]]
    return route, trip
