"""Made-up days of a terminal: each bus comes, waits as long as its hour wants, and leaves."""

from __future__ import annotations

import numpy as np
import pytest

from models.departures.day import DepartureDay
from models.departures.moments import Known, moments_of
from models.departures.train import train_departures
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.departure.places import places
from passinfo.prediction.departure.terminals import Stands
from tests.unit.builders_network import HEADWAY, ZERO, city

NETWORK = city()
FIRST = int(NETWORK.patterns.stop_ptr[HEADWAY])
EVERY_S, REPORT_S = 600, 20


def made_day(number: int) -> DepartureDay:
    """A bus every ten minutes from nine to three; three minutes of layover in the morning, eight after noon."""
    rng = np.random.default_rng(number)
    zero = ZERO + 86_400 * number
    reports: list[tuple[float, str, float, bool]] = []
    visits: list[tuple[float, str, int]] = []
    for bus, start in enumerate(range(9 * 3600, 15 * 3600, EVERY_S)):
        came = zero + start
        left = came + (180 if start < 12 * 3600 else 480) * float(np.exp(rng.normal(0, 0.2)))
        reports += [(float(t), f"bus{bus}", 0.0, True) for t in np.arange(came, left, REPORT_S)]
        reports += [(left + 10, f"bus{bus}", 100.0, False), (left + 100, f"bus{bus}", 500.0, False)]
        visits += [(left, f"bus{bus}", FIRST), (left + 100, f"bus{bus}", FIRST + 1)]
    reports.sort()
    visits.sort()
    when, vehicle, metres, idle = (np.array(column) for column in zip(*reports, strict=True))
    n = len(when)
    stands = Stands(
        vehicle.astype(object), when, np.full(n, HEADWAY), metres, np.full(n, 14.5), 121 + metres / 107_000, idle
    )
    at, who, row = (np.array(column) for column in zip(*visits, strict=True))
    reached = Reached(who.astype(object), row, at, at + 15)
    sure = np.ones(len(at), dtype=bool)
    return DepartureDay(f"day{number}", zero, 0, stands, when + 1, np.full(n, np.nan), reached, reached, sure)


@pytest.fixture(scope="session")
def days() -> list[DepartureDay]:
    return [made_day(number) for number in range(3)]


@pytest.fixture(scope="session")
def trained(days: list[DepartureDay]):
    made = train_departures(NETWORK, days)
    assert made is not None
    return made


@pytest.fixture(scope="session")
def known(days: list[DepartureDay]) -> list[Known]:
    """Moments of the last day."""
    return list(moments_of(NETWORK, places(NETWORK), days[2], 60.0))
