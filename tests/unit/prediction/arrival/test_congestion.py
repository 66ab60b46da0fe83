"""How the road flows where buses are."""

import numpy as np
import pytest

from passinfo.prediction.arrival.congestion import congestion_levels
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.hops import hop_table
from passinfo.prediction.arrival.inside import level
from passinfo.prediction.arrival.traffic import no_traffic, with_reached
from passinfo.prediction.arrival.usual import BINS, Usual
from tests.unit.builders_feed import tiny
from tests.unit.realtime.town import texts
from tests.unit.tracking.drives import at, pattern_of

NETWORK = tiny().network
TABLE = hop_table(NETWORK)
NOW = at(NETWORK, 9 * 3600)
EAST = pattern_of(NETWORK, "T1")
USUAL_S = 100.0


def usual(count: float = 50.0) -> Usual:
    n = len(TABLE)
    flat = np.full(n, 0.3)
    return Usual(np.full((2, n, BINS), USUAL_S), flat, flat, np.full(n, count), level(n))


def traffic(hop_s: float, *, buses: int = 1, ended_at: float = NOW - 60):
    """Each bus drove the whole line, evenly."""
    rows = np.arange(NETWORK.patterns.stop_ptr[EAST], NETWORK.patterns.stop_ptr[EAST + 1])
    made = no_traffic(TABLE)
    for bus in range(buses):
        reached_at = ended_at - hop_s * np.arange(len(rows))[::-1]
        reached = Reached(texts(*[f"bus{bus}"] * len(rows)), rows.astype(np.int64), reached_at, reached_at)
        made = with_reached(NETWORK, TABLE, made, reached, NOW)
    return made


def levels(flow, known=None, dist_m=(1_500.0,), pattern=EAST) -> list[int]:
    where = np.full(len(dist_m), pattern, dtype=np.int64)
    return congestion_levels(NETWORK, TABLE, known or usual(), flow, where, np.array(dist_m), NOW).tolist()


@pytest.mark.parametrize(("hop_s", "told"), [(90, 1), (140, 1), (150, 2), (200, 3), (320, 4)])
def test_the_slower_against_the_usual_the_worse(hop_s: float, told: int) -> None:
    assert levels(traffic(hop_s, buses=3, ended_at=NOW - 1)) == [told]


def test_too_few_drives_too_long_ago_or_no_history_say_nothing() -> None:
    assert levels(traffic(200, ended_at=NOW - 1)) == [3]
    assert levels(traffic(200, ended_at=NOW - 1), dist_m=(10.0,)) == [0]  # two hops there, one drive each
    assert levels(traffic(200, buses=3, ended_at=NOW - 2_000)) == [0]
    assert levels(traffic(200, buses=3), usual(count=3.0)) == [0]


def test_a_bus_nowhere_or_beyond_the_ends_is_no_failure() -> None:
    flow = traffic(90, buses=3)
    assert levels(flow, dist_m=(np.nan, -5.0, 1e6)) == [0, 1, 1]
    assert levels(flow, pattern=-1) == [0]
