"""Where vehicles may be after one more report: compiled and with numpy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from passinfo.tracking.advance import advance_fast
from passinfo.tracking.advance_numpy import advance_numpy
from passinfo.tracking.index import make_index
from passinfo.tracking.near import near_fast
from tests.unit.builders_feed import tiny
from tests.unit.tracking.drives import DATE
from tests.unit.tracking.fast.drawn import instants, places_at, some_belief
from tests.unit.tracking.fast.same import assert_same
from tests.unit.tracking.fast.test_near import WITH_SHAPES

NETWORKS = {"stop to stop": tiny().network, "shapes": WITH_SHAPES}
INDEXES = {name: make_index(network) for name, network in NETWORKS.items()}


@given(st.sampled_from(sorted(NETWORKS)), st.integers(0, 30), st.integers(0, 2**32), st.sampled_from([1.0, 0.98]))
def test_compiled_and_numpy_believe_the_same(name: str, n: int, seed: int, forget: float) -> None:
    """Mutation: any price, sign or bound in one of the two."""
    draw, index = np.random.default_rng(seed), INDEXES[name]
    now = instants(draw, NETWORKS[name], n)
    x, y = places_at(index, draw.uniform((-300.0, -150.0), (4_500.0, 150.0), (n, 2)))
    before = some_belief(draw, index, now - 30.0, near=(x, y))
    plan = index.plan_of(DATE)
    compiled, by_numpy = (
        way(
            index,
            before,
            near_fast(index.ground, x, y),
            x_m=x,
            y_m=y,
            at=now,
            heading_rad=np.where(seen["blind"], np.nan, seen["heading_rad"]),
            speed_mps=seen["speed_mps"],
            moved_m=seen["moved_m"],
            stands=seen["stands"],
            service=plan.service,
            slot=plan.slot(now),
            under_way=seen["under_way"],
            unweighed=seen["unweighed"],
            forget=forget,
        )
        for seen in [reported(draw, n)]
        for way in (advance_fast, advance_numpy)
    )
    for one, other in zip(compiled, by_numpy, strict=True):
        assert_same(one, other)


def reported(draw: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    """What else reports say, and what is known of their vehicles."""
    return {
        "blind": draw.random(n) < 0.3,
        "heading_rad": draw.uniform(0.0, 6.3, n),
        "speed_mps": draw.choice([0.0, 8.0, np.nan], n),
        "moved_m": draw.choice([0.0, 20.0, 300.0, np.nan], n),
        "stands": draw.random(n) < 0.4,
        "under_way": draw.random(n) < 0.5,
        "unweighed": draw.integers(0, 4, n).astype(np.int32),
    }
