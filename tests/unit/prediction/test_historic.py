import numpy as np
import pytest

from passinfo.prediction.historic import HistoricPredictor
from passinfo.prediction.protocol import Method
from passinfo.prediction.stack import default_predictor
from tests.unit.builders_network import HEADWAY, LOOP, TIMETABLE, at, city, run, together


def predict(runs, now):
    return HistoricPredictor().predict(city(), runs, now)


def test_headway_run_keeps_the_pace_of_its_template():
    now = at(11)
    said = predict(run(HEADWAY, "H_day", dist_m=250.0, measured_at=now, first=1, start_at=at(10.99)), now)
    np.testing.assert_allclose(said.p50_at - now, [60, 180, 300, 420], atol=0.01)
    assert set(said.method.tolist()) == {Method.HISTORIC}


@pytest.mark.parametrize(("hour", "pace_s"), [(7, 100), (12, 120), (5.5, 100), (23, 120)])
def test_abstained_run_takes_the_trip_of_its_pattern_nearest_in_time_of_day(hour, pace_s):
    now = at(hour)
    said = predict(run(HEADWAY, dist_m=500.0, measured_at=now, first=2), now)
    assert said.p50_at[0] - now == pytest.approx(pace_s, abs=0.01)


def test_nearest_in_time_of_day_goes_round_the_clock():
    now = at(24.2)
    said = predict(run(LOOP, dist_m=500.0, measured_at=now, first=2), now)
    assert said.p50_at[0] - now == pytest.approx(150, abs=0.01)


def test_old_position_is_carried_on_at_pace():
    seen = at(11)
    fresh = predict(run(HEADWAY, "H_day", dist_m=250.0, measured_at=seen, first=1), seen)
    later = predict(run(HEADWAY, "H_day", dist_m=250.0, measured_at=seen, first=1), seen + 40)
    np.testing.assert_allclose(later.p50_at, fresh.p50_at, atol=0.01)
    overdue = predict(run(HEADWAY, "H_day", dist_m=250.0, measured_at=seen, first=1), seen + 100)
    assert overdue.p50_at[0] == seen + 100


def test_each_run_goes_to_the_predictor_that_serves_it():
    now = at(8.01)
    runs = together(
        run(TIMETABLE, "T1", dist_m=10.0, measured_at=now, first=1, start_at=at(8)),
        run(HEADWAY, "H_peak", dist_m=10.0, measured_at=now, first=1, start_at=at(8)),
        run(TIMETABLE, None, dist_m=600.0, measured_at=now, first=2),
        run(TIMETABLE, "T2", measured_at=now, departs_at=at(9), start_at=at(9)),
    )
    network = city()
    said = default_predictor(network).predict(network, runs, now)
    assert said.ptr.tolist() == [0, 4, 8, 11, 16]
    assert said.method.tolist() == [Method.SCHEDULE] * 4 + [Method.HISTORIC] * 7 + [Method.SCHEDULE] * 5
    assert np.isfinite(said.p50_at).all()
    assert said.position.tolist() == [1, 2, 3, 4, 1, 2, 3, 4, 2, 3, 4, 0, 1, 2, 3, 4]


def test_no_runs_give_no_rows():
    network = city()
    none = together(run(TIMETABLE, "T1"), run(TIMETABLE, "T1"))
    empty = type(none)(*[getattr(none, name)[:0] for name in none.__dataclass_fields__])
    said = default_predictor(network).predict(network, empty, at(8))
    assert said.ptr.tolist() == [0] and len(said.p50_at) == 0
