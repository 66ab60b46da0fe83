import itertools

import pytest

from feeds.simulator.motion import ACCELERATION_MPS2, ride, straight

LINE = straight([(0.0, 0.0), (0.0, 400.0), (300.0, 800.0)])


@pytest.mark.parametrize("enter", [0.0, 3.0, 12.0])
@pytest.mark.parametrize("leave", [0.0, 6.0])
@pytest.mark.parametrize("wanted", [10.0, 60.0, 300.0])
@pytest.mark.parametrize("to_m", [1.0, 20.0, 500.0])
def test_a_ride_is_smooth_and_ends_at_its_place(enter: float, leave: float, wanted: float, to_m: float) -> None:
    moves = ride(LINE, 100.0, 0.0, to_m, wanted, enter, leave, 13.9)
    assert moves[0].from_at == 100.0
    assert moves[0].speed_mps == enter
    for before, after in itertools.pairwise(moves):
        assert before.to_at == after.from_at
        dist_m, speed = before.at(before.to_at)
        assert dist_m == pytest.approx(after.dist_m)
        assert speed == pytest.approx(after.speed_mps)
    end_m, end_mps = moves[-1].at(moves[-1].to_at)
    assert end_m == pytest.approx(to_m, abs=1e-6)
    assert end_mps <= leave + 1e-9
    assert all(move.speed_mps <= 13.9 for move in moves)


def test_a_ride_takes_the_time_it_is_given() -> None:
    assert ride(LINE, 0.0, 0.0, 500.0, 80.0, 0.0, 0.0, 13.9)[-1].to_at == pytest.approx(80.0, abs=0.01)


def test_a_ride_in_too_little_time_keeps_the_limit() -> None:
    moves = ride(LINE, 0.0, 0.0, 500.0, 5.0, 0.0, 0.0, 10.0)
    assert max(move.speed_mps for move in moves) <= 10.0
    assert moves[-1].to_at == pytest.approx(500.0 / 10.0 + 10.0 / ACCELERATION_MPS2, abs=0.01)


def test_heading_is_clockwise_from_north() -> None:
    assert LINE.at(100.0)[2] == 0.0
    assert straight([(0.0, 0.0), (5.0, 0.0)]).at(1.0)[2] == 90.0
