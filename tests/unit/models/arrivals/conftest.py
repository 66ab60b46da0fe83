"""Three made-up days of a headway route: slow at noon, and each bus with its own pace."""

from __future__ import annotations

import numpy as np
import pytest

from models.arrivals.day import Day, Seen
from passinfo.prediction.arrival.clock import kind_of
from passinfo.prediction.arrival.driven import Reached
from passinfo.times import service_date_of
from tests.unit.builders_network import HEADWAY, ZERO, city

NETWORK = city()
ROWS = np.arange(NETWORK.patterns.stop_ptr[HEADWAY], NETWORK.patterns.stop_ptr[HEADWAY + 1])
EVERY_S, REPORT_S = 240, 20


def made_day(number: int) -> Day:
    """A bus every four minutes from six to eighteen, a report every twenty seconds."""
    rng = np.random.default_rng(number)
    zero = ZERO + 86_400 * number
    reports: list[tuple[str, float, float]] = []
    visits: list[tuple[str, int, float]] = []
    for bus, start in enumerate(range(6 * 3600, 18 * 3600, EVERY_S)):
        slow = 1.5 if 11 * 3600 < start < 13 * 3600 else 1.0
        own = slow * np.exp(rng.normal(0, 0.15))
        hops = 100 * own * np.exp(rng.normal(0, 0.1, 4))
        at = zero + start + np.concatenate(([0.0], np.cumsum(hops)))
        visits += [(f"bus{bus}", int(row), float(when)) for row, when in zip(ROWS, at, strict=True)]
        when = np.arange(at[0] + 5, at[-1], REPORT_S)
        where = np.interp(when, at, np.arange(5) * 500.0)
        reports += [(f"bus{bus}", float(t), float(m)) for t, m in zip(when, where, strict=True)]
    reports.sort(key=lambda each: each[1])
    visits.sort(key=lambda each: each[2])
    vehicle, when, metres = (np.array(column) for column in zip(*reports, strict=True))
    seen = Seen(vehicle.astype(object), when + 2, when, np.full(len(when), HEADWAY), metres)
    who, row, at = (np.array(column) for column in zip(*visits, strict=True))
    reached = Reached(who.astype(object), row, at, at + 25)
    date = service_date_of(zero + 43_200, NETWORK.timezone)
    return Day(f"day{number}", date, zero, kind_of(date), seen, reached, reached, np.ones(len(at), dtype=bool))


@pytest.fixture(scope="session")
def days() -> list[Day]:
    return [made_day(number) for number in range(3)]
