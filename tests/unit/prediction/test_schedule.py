import numpy as np
import pytest

from passinfo.prediction.protocol import Method
from passinfo.prediction.schedule import SchedulePredictor
from passinfo.prediction.under_way import HALT_S
from tests.unit.builders_network import HEADWAY, TIMETABLE, at, city, run, together


def predict(runs, now):
    return SchedulePredictor().predict(city(), runs, now)


def test_bus_on_time_arrives_as_planned():
    now = at(8, HALT_S + 0.5 * (120 - HALT_S))
    said = predict(run(TIMETABLE, "T1", dist_m=250.0, measured_at=now, first=1, start_at=at(8)), now)
    np.testing.assert_allclose(said.p50_at - at(8), [120, 240, 420, 540], atol=0.01)
    assert said.dwell_s.tolist() == [0.0, 60.0, 0.0, 0.0]
    assert set(said.method.tolist()) == {Method.SCHEDULE}


def test_late_bus_stays_late_but_for_what_slack_the_plan_has():
    now = at(8, 300 + HALT_S + 0.5 * (120 - HALT_S))
    said = predict(run(TIMETABLE, "T1", dist_m=250.0, measured_at=now, first=1, start_at=at(8)), now)
    late_s = said.p50_at - at(8) - [120, 240, 420, 540]
    np.testing.assert_allclose(late_s, 300.0, atol=0.01)  # a minute of standing is no slack


def test_early_bus_stays_early_between_timepoints():
    now = at(8, 60)
    early = predict(run(TIMETABLE, "T1", dist_m=1750.0, measured_at=now, first=4, start_at=at(8)), now)
    assert early.p50_at[0] - now == pytest.approx((120 - HALT_S) / 2, abs=0.01)


def test_waiting_run_leaves_when_due_and_not_before():
    said = predict(run(TIMETABLE, "T1", measured_at=at(7.9), departs_at=at(8), start_at=at(8)), at(7.9))
    assert said.p50_at[0] == said.p10_at[0] == at(8) < said.p90_at[0]
    assert said.p50_at[1] == pytest.approx(at(8, 120))


def test_waiting_run_that_is_overdue_leaves_now_and_is_late_everywhere():
    now = at(8, 200)
    said = predict(run(TIMETABLE, "T1", measured_at=now, departs_at=at(8), start_at=at(8)), now)
    assert said.p50_at[0] == now
    assert 315 < said.p50_at[1] - at(8) <= 320


def test_run_without_any_measurement_follows_its_plan():
    said = predict(run(TIMETABLE, "T1", start_at=at(8)), at(7))
    np.testing.assert_allclose(said.p50_at - at(8), [0, 120, 240, 420, 540], atol=0.01)


def test_bus_standing_within_its_planned_stop_is_not_late():
    now = at(8, 290)
    said = predict(run(TIMETABLE, "T1", dist_m=1000.0, measured_at=now, first=2, start_at=at(8)), now)
    assert said.p50_at[0] == now
    assert said.p50_at[1] == pytest.approx(at(8, 420))


def test_older_measurement_widens_the_interval():
    def width(now):
        said = predict(run(TIMETABLE, "T1", dist_m=250.0, measured_at=at(8, 60), first=1, start_at=at(8)), now)
        return (said.p90_at - said.p10_at)[-1]

    fresh = predict(run(TIMETABLE, "T1", dist_m=250.0, measured_at=at(8, 60), first=4, start_at=at(8)), at(8, 60))
    stale = predict(run(TIMETABLE, "T1", dist_m=250.0, measured_at=at(8, 60), first=4, start_at=at(8)), at(8, 900))
    assert (stale.p90_at - stale.p50_at)[0] > (fresh.p90_at - fresh.p50_at)[0]
    assert width(at(8, 60)) > 0


def test_exact_frequency_trip_hangs_on_its_own_start():
    now = at(6, 900 + 60)
    said = predict(run(TIMETABLE, "X1", dist_m=250.0, measured_at=now, first=1, start_at=at(6.25)), now)
    assert said.p50_at[0] == pytest.approx(at(6.25, 120))


def test_headway_and_abstained_runs_are_left_to_others():
    runs = together(
        run(HEADWAY, "H_day", measured_at=at(11), first=1, start_at=at(11)),
        run(TIMETABLE, None, measured_at=at(11), first=1),
    )
    assert np.isnan(predict(runs, at(11)).p50_at).all()
