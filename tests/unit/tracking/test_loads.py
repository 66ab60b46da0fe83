"""How full buses are."""

import dataclasses

import numpy as np

from passinfo.tracking.loads import loads_of
from tests.unit.realtime.town import ints, texts, town
from tests.unit.tracking.drives import at_places

FLEET = dataclasses.replace(
    town().fleet,
    vehicle_id=texts("big", "unsized"),
    label=texts(None, None),
    plate=texts(None, None),
    vehicle_type=texts(None, None),
    low_floor=ints(-1, -1),
    capacity=ints(60, -1),
)
CITY = dataclasses.replace(town(), fleet=FLEET)


def load(vehicle_id: str, passengers: int = -1, percent: int = -1) -> int:
    reports = at_places(vehicle_id, np.array([1.0]), np.array([14.5]), np.array([121.0]))
    reports = dataclasses.replace(reports, passengers=ints(passengers), occupancy_percent=ints(percent))
    return int(loads_of(CITY, reports, np.array([0]))[0])


def test_what_the_system_says_goes_before_what_can_be_counted_and_is_told_in_tens():
    assert load("big", passengers=30, percent=83) == 80
    assert load("big", passengers=30) == 50
    assert load("big", passengers=70) == 120
    assert load("nobody", percent=4) == 0


def test_without_a_capacity_or_a_count_nothing_is_known():
    assert load("unsized", passengers=30) == load("nobody", passengers=30) == load("big") == -1
