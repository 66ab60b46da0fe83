"""Kingston: 25 routes on shared roads."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.tracking.cities import ROUTE, known, live, number_and_recent, whole_day
from benchmarks.tracking.figures import Figure, precision, share
from benchmarks.tracking.naive import nearest
from benchmarks.tracking.truth import truth_of

COLD = 20
WINDOW_S = 1_800.0


def kingston() -> Iterator[Figure]:
    """Routes and trips in hindsight, live, from a cold start, and with the route given."""
    day = whole_day("kingston")
    real = truth_of(day)
    ok, who = real.in_service, day.matches.vehicle_id
    route, trip = day.matches.route_id == real.route_id, day.matches.trip_id == real.trip_id
    naive = nearest(day)
    yield share("kingston", "right route, hindsight", "97 %", route[ok], who[ok], (naive[0] == real.route_id)[ok])
    yield share("kingston", "right trip, hindsight", "95 %", trip[ok], who[ok], (naive[1] == real.trip_id)[ok])
    confidence = np.where(known(day.matches.trip_id), day.matches.confidence, -1.0)
    yield precision("kingston, hindsight", "98 %", 0.90, trip[ok], confidence[ok], who[ok])
    now = live("kingston")
    real = truth_of(now)
    number, recent = number_and_recent(now, WINDOW_S)
    who = now.matches.vehicle_id
    ok = real.in_service & (recent > COLD)
    route, trip = now.matches.route_id == real.route_id, now.matches.trip_id == real.trip_id
    yield share("kingston", "right route, live, > 20 reports in 30 min", "98 %", route[ok], who[ok])
    yield share("kingston", "right trip, live, > 20 reports in 30 min", "97 %", trip[ok], who[ok])
    cold = real.in_service & (number < COLD)
    said = known(now.matches.route_id)
    measure = f"route right or abstained, first 20 reports (said for {100 * said[cold].mean():.0f} %)"
    yield share("kingston", measure, "95 %", (route | ~said)[cold], who[cold])
    told = whole_day("kingston", ROUTE)
    real = truth_of(told)
    ok, who, trip = real.in_service, told.matches.vehicle_id, told.matches.trip_id == real.trip_id
    yield share("kingston, hints route", "right trip, hindsight", "95 %", trip[ok], who[ok])
    confidence = np.where(known(told.matches.trip_id), told.matches.confidence, -1.0)
    yield precision("kingston, hints route, hindsight", "99 %", 0.93, trip[ok], confidence[ok], who[ok])
