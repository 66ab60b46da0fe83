"""Arrivals and departures between two reports: compiled and with numpy."""

from dataclasses import fields

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from passinfo.tracking.crossing import Seen, cross_fast, cross_numpy
from passinfo.tracking.events import StopEvents
from passinfo.tracking.index import make_index
from passinfo.tracking.vehicles import Vehicles, copied, fresh
from tests.unit.builders_feed import tiny
from tests.unit.tracking.fast.drawn import instants
from tests.unit.tracking.fast.same import assert_same

NETWORK = tiny().network
INDEX = make_index(NETWORK)


@given(st.integers(0, 40), st.integers(0, 2**32))
def test_compiled_and_numpy_see_the_same_visits(n: int, seed: int) -> None:
    """Mutation: any reach, share of time or event in one of the two."""
    draw = np.random.default_rng(seed)
    vehicles = under_way(draw, n)
    rows = draw.permutation(n)[: draw.integers(0, n + 1)]
    dist = vehicles.dist_m[rows] + draw.choice([0.0, 3.0, 300.0, 2_500.0], len(rows))
    at = vehicles.run_at[rows] + draw.choice([0.0, 20.0, 45.0, 400.0], len(rows))
    speed = draw.choice([0.0, 6.0, np.nan], len(rows))
    events = StopEvents(
        draw.integers(-1, len(NETWORK.stops.stop_id), len(rows)).astype(np.int32),
        *(draw.random(len(rows)) < 0.3 for _ in range(3)),
    )
    compiled, by_numpy = copied(vehicles), copied(vehicles)
    one = cross_fast(INDEX, compiled, rows, dist, at, speed, events)
    other = cross_numpy(INDEX, by_numpy, rows, dist, at, speed, events)
    assert_same(in_order(one), in_order(other))
    assert_same(compiled, by_numpy)


def under_way(draw: np.random.Generator, n: int) -> Vehicles:
    """Buses somewhere along their lines, some of them at a stop."""
    vehicles = fresh([str(each) for each in range(n)])
    vehicles.pattern_ix[:] = draw.integers(0, len(INDEX.rank), n)
    stops = INDEX.facts[vehicles.pattern_ix, 1] - INDEX.facts[vehicles.pattern_ix, 0]
    vehicles.next_position[:] = draw.integers(0, stops + 1)
    place = INDEX.facts[vehicles.pattern_ix, 0] + np.minimum(vehicles.next_position, stops - 1)
    vehicles.dist_m[:] = INDEX.stop_dist_m[place] + draw.choice([-700.0, -31.0, -14.0, 0.0, 14.0], n)
    vehicles.run_at[:] = instants(draw, NETWORK, n)
    vehicles.run_mps[:] = draw.choice([0.0, 9.0, np.nan], n)
    came = draw.random(n) < 0.5
    vehicles.arrived_at[:] = np.where(came, vehicles.run_at - 5.0, np.nan)
    vehicles.arrived_after[:] = np.where(came & (draw.random(n) < 0.5), vehicles.run_at - 30.0, np.nan)
    vehicles.there[:] = draw.random(n) < 0.5
    return vehicles


def in_order(seen: Seen) -> Seen:
    order = np.lexsort((seen.position, seen.row))
    return Seen(*(getattr(seen, each.name)[order] for each in fields(Seen)))
