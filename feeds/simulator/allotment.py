"""Which vehicles serve which route: in proportion to what the plan takes at its busiest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from feeds.simulator.dispatch import need_of
from feeds.simulator.service import Service
from passinfo.times import service_date_of, service_day_zero_s

TIMETABLE = -1
"""Stands for all timetable service, which shares one pool of vehicles."""
SPARE = 1.15
"""More buses than this share of the need would never leave the depot. Assumption."""


def peak_needs(service: Service, instant: float) -> dict[int, float]:
    """Buses that each route's headway service takes at its busiest hour of the day; timetables together."""
    network, zone = service.network, service.network.timezone
    date = service_date_of(instant, zone)
    zero = service_day_zero_s(date, zone)
    needs: dict[int, float] = {}
    for hour in range(30):
        now: dict[int, float] = {}
        for band in service.bands_at(zero + hour * 3600.0):
            route = int(network.patterns.route_ix[band.pattern_ix])
            now[route] = now.get(route, 0.0) + need_of(network, band)
        for route, need in now.items():
            needs[route] = max(needs.get(route, 0.0), need)
    runs = service.runs_of(date)
    if runs:
        edges = sorted([(run.start_at, 1) for run in runs] + [(run.end_at + 600.0, -1) for run in runs])
        needs[TIMETABLE] = float(np.cumsum([step for _, step in edges]).max())
    return needs


def allot(needs: Mapping[int, float], vehicles: int) -> dict[int, int]:
    """Share vehicles out: at least two to a route where they suffice, the rest by need (largest remainder).

    Examples
    --------
    >>> allot({0: 10.0, 1: 5.0}, 9)
    {0: 6, 1: 3}
    >>> allot({0: 10.0, 1: 5.0}, 1)
    {0: 1}
    """
    given: dict[int, int] = {}
    order = sorted(needs, key=lambda route: (-needs[route], route))
    for route in (*order, *order):
        if sum(given.values()) < vehicles and given.get(route, 0) < max(needs[route] * SPARE, 1.0):
            given[route] = given.get(route, 0) + 1
    while sum(given.values()) < vehicles:
        hungry = [route for route in order if given[route] < np.ceil(needs[route] * SPARE)]
        if not hungry:
            break
        given[max(hungry, key=lambda route: (needs[route] / given[route], -route))] += 1
    return dict(sorted(given.items()))
