"""Places near points: compiled, with numpy, and as shapely finds them."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from passinfo.network.network import Network
from passinfo.tracking.ground import REACH_M, ROUGH_REACH_M, SMOOTH_M
from passinfo.tracking.index import TrackingIndex, make_index
from passinfo.tracking.near import along_fast, along_numpy, near_fast, near_numpy
from tests.unit.builders_feed import tiny
from tests.unit.tracking.fast.drawn import places_at
from tests.unit.tracking.fast.same import assert_same

# out on one road, around a block, and back on the same road; T2 along a part of it, the other way
LOOP = [(14.56, 121.05), (14.56, 121.07), (14.565, 121.07), (14.565, 121.075), (14.56, 121.07), (14.56, 121.05)]
BACK = [(14.56, 121.08), (14.56, 121.07), (14.56, 121.06)]
SHAPES = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n" + "\n".join(
    f"{name},{lat},{lon},{number}"
    for name, line in (("L", LOOP), ("B", BACK))
    for number, (lat, lon) in enumerate(line)
)
TRIPS = (
    "route_id,service_id,trip_id,trip_headsign,direction_id,block_id,shape_id\n"
    "R1,wk,T1,East,0,B1,L\nR1,wk,T2,West,1,B1,B\nR1,wk,T3,East,0,,\nR2,wk,H1,East,0,,L"
)
WITH_SHAPES = tiny(shapes=SHAPES, trips=TRIPS).network
NETWORKS = {"stop to stop": tiny().network, "shapes": WITH_SHAPES}
INDEXES = {name: make_index(network) for name, network in NETWORKS.items()}

where = st.sampled_from([0.0, 14.0, -90.0, 130.0, 499.0, -510.0, 3e6]) | st.floats(-700.0, 5_000.0)
points = st.lists(st.tuples(where, where), max_size=40)
cities = st.sampled_from(sorted(NETWORKS))


def places(index: TrackingIndex, drawn: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    return places_at(index, np.array(drawn, dtype=float).reshape(len(drawn), 2))


@given(cities, points, st.sampled_from([1, 48]))
def test_compiled_and_numpy_find_the_same_places(name: str, drawn: list[tuple[float, float]], room: int) -> None:
    """Mutation: a chain shared by patterns on other stretches, or room for too few places."""
    ground = INDEXES[name].ground
    x, y = places(INDEXES[name], drawn)
    assert_same(near_fast(ground, x, y, room), near_numpy(ground, x, y))


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_the_nearest_place_of_each_pattern_is_as_far_as_its_line(name: str) -> None:
    index, network = INDEXES[name], NETWORKS[name]
    drawn = np.random.default_rng(3).uniform((-600.0, -600.0), (5_000.0, 600.0), (400, 2))
    x, y = places(index, [tuple(each) for each in drawn.tolist()])
    near = near_fast(index.ground, x, y)
    for pattern, line in enumerate(lines(network)):
        reach = REACH_M if network.patterns.shape_known[pattern] else ROUGH_REACH_M
        beside = shapely.distance(line, shapely.points(x, y))
        for point in range(len(x)):
            mine = near.offset_m[(near.report == point) & (near.pattern_ix == pattern)]
            if beside[point] < reach - SMOOTH_M:
                assert mine.min() == pytest.approx(beside[point], abs=SMOOTH_M)
            elif beside[point] > reach + SMOOTH_M:
                assert len(mine) == 0


def test_a_road_passed_twice_gives_two_places() -> None:
    index = INDEXES["shapes"]
    x, y = places(index, [(500.0, 5.0)])
    near = near_fast(index.ground, x, y)
    loop = int(WITH_SHAPES.trips.pattern_ix[WITH_SHAPES.trip_rows["T1"]])
    out, back = near.dist_m[near.pattern_ix == loop]
    assert out == pytest.approx(500.0, abs=1.0)
    assert back > 5_000.0


def lines(network: Network) -> list[shapely.LineString]:
    patterns = network.patterns
    return [
        shapely.LineString(np.column_stack((patterns.shape_x_m[span], patterns.shape_y_m[span])))
        for span in (network.pattern_line(pattern) for pattern in range(len(patterns.pattern_id)))
    ]


@given(cities, points, st.floats(-500.0, 6_000.0), st.floats(0.0, 900.0), st.integers(0, 2**32))
def test_compiled_and_numpy_find_the_same_place_along_a_line(
    name: str, drawn: list[tuple[float, float]], from_m: float, part_m: float, seed: int
) -> None:
    ground = INDEXES[name].ground
    x, y = places(INDEXES[name], drawn)
    rank = np.random.default_rng(seed).integers(0, len(INDEXES[name].rank), len(x)).astype(np.int32)
    begin = np.full(len(x), from_m)
    compiled, by_numpy = (way(ground, rank, begin, begin + part_m, x, y) for way in (along_fast, along_numpy))
    for one, other in zip(compiled, by_numpy, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-9)
