"""Kingston: 25 routes on shared roads; reports with a true trip, in service."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.tracking.answers import Answers, answers
from benchmarks.tracking.cities import ROUTE, live, number_and_recent, whole_day
from benchmarks.tracking.figures import UNASKED, Figure, share
from benchmarks.tracking.naive import nearest
from benchmarks.tracking.wmata import trips
from passinfo.columns import Bools

COLD = 20
WINDOW_S = 1_800.0


def kingston() -> Iterator[Figure]:
    """Routes and trips in hindsight, live, from a cold start, and with the route given."""
    day = answers("kingston", whole_day("kingston"))
    ok, who = day.in_service, day.vehicle_id
    naive = nearest(day.seen)
    base = (naive[0] == day.truth.route_id)[ok]
    failures = day.failing(ok, day.route)
    yield share("kingston", "right route, hindsight", "97 %", day.route[ok], who[ok], base, failures)
    way = ok & ~day.truth.about_terminal
    measure = "    without waiting or turning at a terminal"
    yield share("kingston", measure, UNASKED, day.route[way], who[way])
    yield from trips("kingston", "hindsight", day, ok, ("95 %", "98 %"), 0.90, naive[1] == day.truth.trip_id)

    now = answers("kingston", live("kingston"))
    number, recent = number_and_recent(now.seen, WINDOW_S)
    who = now.vehicle_id
    ok = now.in_service & (recent >= COLD)
    failures = now.failing(ok, now.route)
    yield share("kingston", "right route, live, > 20 reports in 30 min", "98 %", now.route[ok], who[ok], None, failures)
    yield from trips("kingston", "live, > 20 reports in 30 min", now, ok, ("97 %", UNASKED), 0.90)

    yield _cold(now, now.in_service & (number < COLD), "first 20 reports", "95 %")
    yield _cold(now, now.in_service & (recent < COLD), "≤ 20 reports in 30 min", UNASKED)

    day = answers("kingston", whole_day("kingston", ROUTE))
    yield from trips("kingston, hints route", "hindsight", day, day.in_service, ("95 %", "99 %"), 0.93)


def _cold(now: Answers, rows: Bools, which: str, asked: str) -> Figure:
    told, sure = 100 * np.mean(now.route_named[rows]), 100 * np.mean(now.route[rows])
    measure = f"route right or abstained, live, {which} (coverage {told:.0f} %, right of all {sure:.0f} %)"
    unharmed = now.route | ~now.route_named
    return share("kingston", measure, asked, unharmed[rows], now.vehicle_id[rows], None, now.failing(rows, unharmed))
