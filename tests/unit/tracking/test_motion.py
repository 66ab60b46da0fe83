import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passinfo.tracking.motion import motion

WAY = 300.0


def passing(place: float, *, first: float, last: float, stops: int = 0, before: int = 0, taken: float = 60.0) -> float:
    one = [np.array([each]) for each in (0.0, WAY, 0.0, taken, first, last, float(stops))]
    return float(motion(*one).instant(np.array([0]), np.array([place]), np.array([float(before)]))[0])


def test_a_bus_that_stood_leaves_late() -> None:
    assert passing(WAY / 2, first=0.0, last=12.0) > 40.0


def test_a_bus_that_stands_came_early() -> None:
    assert passing(WAY / 2, first=12.0, last=0.0) < 20.0


def test_a_stop_between_takes_its_time() -> None:
    before = passing(WAY / 2, first=12.0, last=12.0, stops=1, before=0)
    assert passing(WAY / 2, first=12.0, last=12.0, stops=1, before=1) > before + 10.0


def test_unknown_speeds_are_no_standing() -> None:
    assert passing(WAY / 2, first=float("nan"), last=float("nan")) == pytest.approx(30.0, abs=8.0)


@given(
    first=st.floats(0, 30),
    last=st.floats(0, 30),
    stops=st.integers(0, 6),
    taken=st.floats(1, 300),
    shares=st.lists(st.floats(0, 1), min_size=2, max_size=2),
)
def test_places_are_passed_in_order_within_the_time(
    first: float, last: float, stops: int, taken: float, shares: list[float]
) -> None:
    low, high = sorted(shares)
    early = passing(low * WAY, first=first, last=last, stops=stops, before=int(low * stops), taken=taken)
    late = passing(high * WAY, first=first, last=last, stops=stops, before=int(high * stops), taken=taken)
    assert 0.0 <= early <= late <= taken
