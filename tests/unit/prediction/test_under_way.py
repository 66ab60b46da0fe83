from dataclasses import replace

import numpy as np
import pytest

from passinfo.prediction.arrival.planned import Planned
from passinfo.prediction.arrival.traffic import Sights, no_traffic, with_sights
from passinfo.prediction.schedule import SchedulePredictor
from passinfo.prediction.under_way import CRUISES_MPS, HALT_S, PER_MPS_S, STANDS_ON, STANDS_ON_S, stood_s
from tests.unit.builders_network import TIMETABLE, at, city, run, texts

NETWORK = city()


def seen(*places):
    """The traffic after reports of bus "v": (instant, metres) each."""
    traffic = no_traffic(Planned().on(NETWORK)[0])
    for when, metres in places:
        sights = Sights(texts("v"), np.array([TIMETABLE]), np.array([float(metres)]), np.array([when]))
        traffic = with_sights(traffic, sights, when)
    return traffic


def bus(metres, when, first=1):
    made = run(TIMETABLE, "T1", dist_m=metres, measured_at=when, first=first, start_at=at(8))
    return replace(made, vehicle_id=texts("v"))


def first_arrival(metres, when, *before):
    traffic = seen(*before, (when, metres)) if before else None
    return SchedulePredictor(traffic=traffic).predict(NETWORK, bus(metres, when), when).p50_at[0]


def test_who_stands_is_known_by_its_last_reports():
    places = [(at(8, second), metres) for second, metres in ((0, 0), (30, 200), (60, 205), (90, 198))]
    ahead = bus(198.0, at(8, 90))
    assert stood_s(seen(*places), ahead).tolist() == [60.0]
    assert stood_s(seen(*places[:2]), ahead).tolist() == [0.0]
    assert stood_s(seen(*places), replace(ahead, vehicle_id=texts("w"))).tolist() == [0.0]
    assert stood_s(None, ahead).tolist() == [0.0]


def test_a_bus_that_stands_stands_on_for_a_part_of_it_but_not_for_ever():
    now = at(8, 300)
    drives = first_arrival(250.0, now)
    assert first_arrival(250.0, now, (now - 40, 250.0)) == pytest.approx(drives + STANDS_ON * 40)
    for_long = [(now - ago, 250.0) for ago in (600, 500, 400, 300, 200, 100)]
    assert first_arrival(250.0, now, *for_long) == pytest.approx(drives + STANDS_ON_S)


@pytest.mark.parametrize(
    ("before_start_s", "stands", "waits"),
    [(600, False, True), (150, False, False), (150, True, True), (-10, True, False)],
)
def test_a_bus_long_before_its_run_begins_leaves_when_it_is_due(before_start_s, stands, waits):
    now = at(8, -before_start_s)
    before = [(now - 30, 250.0 if stands else 0.0)]
    due_at = at(8, 120)
    assert (first_arrival(250.0, now, *before) == pytest.approx(due_at, abs=0.01)) == waits


def test_between_stops_the_halt_at_the_one_behind_is_over():
    now = at(8, 300)
    left_s = first_arrival(250.0, now) - now
    assert left_s == pytest.approx((120 - HALT_S) / 2, abs=0.01)
    assert first_arrival(0.0, now) - now == pytest.approx(120, abs=0.01)  # not seen to leave


def test_a_bus_seen_slow_comes_later_a_fast_one_earlier_but_not_at_a_stop():
    now = at(8, 300)

    def arrival(metres, speed_mps):
        ahead = replace(bus(metres, now), speed_mps=np.array([speed_mps]))
        return SchedulePredictor().predict(NETWORK, ahead, now).p50_at[0]

    assert arrival(250.0, 0.0) == pytest.approx(arrival(250.0, CRUISES_MPS) + PER_MPS_S * CRUISES_MPS)
    assert arrival(250.0, CRUISES_MPS + 2.0) == pytest.approx(arrival(250.0, CRUISES_MPS) - PER_MPS_S * 2.0)
    assert arrival(250.0, 90.0) == pytest.approx(arrival(250.0, 2 * CRUISES_MPS))
    assert arrival(250.0, np.nan) == arrival(250.0, CRUISES_MPS) == first_arrival(250.0, now)
    assert arrival(480.0, 0.0) == arrival(480.0, CRUISES_MPS)
