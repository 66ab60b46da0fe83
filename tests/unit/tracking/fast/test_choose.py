"""The pattern chosen and the runs remembered: compiled and with numpy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from passinfo.tracking.belief import of_vehicles, rows_of, with_rows_fast, with_rows_numpy
from passinfo.tracking.choice import choose_fast, choose_numpy
from passinfo.tracking.index import make_index
from passinfo.tracking.memory import remember_fast, remember_numpy
from passinfo.tracking.vehicles import copied, fresh
from passinfo.tracking.weigh import weigh
from tests.unit.builders_feed import tiny
from tests.unit.tracking.drives import DATE
from tests.unit.tracking.fast.drawn import instants, some_belief, some_memory, some_told
from tests.unit.tracking.fast.same import assert_same

NETWORK = tiny().network
INDEX = make_index(NETWORK)
numbers, seeds = st.integers(0, 30), st.integers(0, 2**32)


@given(numbers, seeds)
def test_compiled_and_numpy_choose_and_remember_the_same(n: int, seed: int) -> None:
    """Mutation: loyalty left out, a bound, the sum over places of one group, a run met twice."""
    draw, plan = np.random.default_rng(seed), INDEX.plan_of(DATE)
    now = instants(draw, NETWORK, n)
    belief = some_belief(draw, INDEX, now)
    told, memory = some_told(draw, INDEX, plan, n), some_memory(draw, plan, now)
    claimed = np.zeros(len(plan.trip_ix))
    candidates = weigh(INDEX, plan, belief, now, draw.random(n) < 0.4, told, memory, claimed)
    run_pattern, under_way = draw.integers(-1, len(INDEX.rank), n).astype(np.int32), draw.random(n) < 0.5
    given_ = (INDEX, belief, candidates, now, run_pattern, under_way)
    assert_same(choose_fast(*given_), choose_numpy(*given_))
    vehicles = fresh([str(each) for each in range(n + 3)])
    vehicles.may_row[:] = 7
    rows, kept = draw.permutation(n + 3)[:n], np.flatnonzero(draw.random(n) < 0.7)
    compiled, by_numpy = copied(vehicles), copied(vehicles)
    remember_fast(compiled, rows, candidates, kept)
    remember_numpy(by_numpy, rows, candidates, kept)
    assert_same(compiled, by_numpy)


@given(numbers, seeds)
def test_compiled_and_numpy_replace_the_same_places(n: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    belief = some_belief(draw, INDEX, instants(draw, NETWORK, n))
    belief = rows_of(belief, draw.permutation(n))
    which = draw.permutation(n)[: draw.integers(0, n + 1)]
    new = some_belief(draw, INDEX, instants(draw, NETWORK, len(which)))
    compiled, by_numpy = with_rows_fast(belief, which, new), with_rows_numpy(belief, which, new)
    assert_same(compiled, by_numpy)
    assert_same(rows_of(of_vehicles(compiled, which), np.arange(len(which))), new)
