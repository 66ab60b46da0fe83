"""What vehicles may be running: compiled and with numpy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from passinfo.tracking.index import make_index
from passinfo.tracking.weigh import weigh_fast
from passinfo.tracking.weigh_numpy import weigh_numpy
from tests.unit.builders_feed import tiny
from tests.unit.tracking.drives import DATE
from tests.unit.tracking.fast.drawn import instants, some_belief, some_memory, some_told
from tests.unit.tracking.fast.same import assert_same

NETWORKS = {"both": tiny().network, "timetable": tiny(frequencies=None).network}
INDEXES = {name: make_index(network) for name, network in NETWORKS.items()}


@given(st.sampled_from(sorted(NETWORKS)), st.integers(0, 30), st.integers(0, 2**32))
def test_compiled_and_numpy_weigh_the_same(name: str, n: int, seed: int) -> None:
    """Mutation: any price, sign or bound in one of the two."""
    draw, index = np.random.default_rng(seed), INDEXES[name]
    plan = index.plan_of(DATE)
    now = instants(draw, NETWORKS[name], n)
    belief = some_belief(draw, index, now)
    told, memory = some_told(draw, index, plan, n), some_memory(draw, plan, now)
    claimed = draw.choice([0.0, 0.3, 60.0], len(plan.trip_ix))
    given_ = (index, plan, belief, now, draw.random(n) < 0.4, told, memory, claimed)
    assert_same(weigh_fast(*given_), weigh_numpy(*given_))
