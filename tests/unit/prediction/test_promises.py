"""What every prediction promises, whatever the predictor, the run and the tick."""

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from passinfo.prediction.stack import default_predictor
from tests.unit.builders_network import HEADWAY, LOOP, TIMETABLE, TRIPS, at, city, run, together

NETWORK = city()
CHOICES = [(TIMETABLE, "T1"), (TIMETABLE, "X1"), (TIMETABLE, None), (HEADWAY, "H_peak"), (HEADWAY, None), (LOOP, "L2")]


@st.composite
def some_run(draw):
    pattern, trip = draw(st.sampled_from(CHOICES))
    instant = st.floats(at(7), at(9))
    maybe = st.one_of(st.just(np.nan), instant)
    waits = draw(st.booleans())
    return run(
        pattern,
        trip,
        dist_m=0.0 if waits else draw(st.floats(-50, 2100)),
        measured_at=draw(maybe),
        first=0 if waits else draw(st.integers(0, 5)),
        departs_at=draw(instant) if waits else np.nan,
        start_at=draw(maybe),
    )


@settings(max_examples=200)
@given(st.lists(some_run(), min_size=1, max_size=6), st.floats(at(7), at(9)))
def test_order_along_the_run_order_of_quantiles_none_in_the_past(runs, now):
    ahead = together(*runs)
    said = default_predictor(NETWORK).predict(NETWORK, ahead, now)
    known = np.isfinite(said.p50_at)
    assert (known == np.isfinite(said.p10_at)).all() and (known == np.isfinite(said.p90_at)).all()
    assert (said.p10_at[known] >= now).all()
    assert (said.p10_at[known] <= said.p50_at[known]).all()
    assert (said.p50_at[known] <= said.p90_at[known]).all()
    for row in range(len(runs)):
        part = slice(said.ptr[row], said.ptr[row + 1])
        assert said.position[part].tolist() == list(
            range(ahead.first_position[row], 4 if ahead.pattern_ix[row] == 2 else 5)
        )
        for name in ("p10_at", "p50_at", "p90_at"):
            seconds = np.floor(getattr(said, name)[part])
            assert (np.diff(seconds[np.isfinite(seconds)]) >= 1).all()
        p50, dwell = said.p50_at[part], said.dwell_s[part]
        assert (np.diff(p50)[np.isfinite(np.diff(p50))] >= dwell[:-1][np.isfinite(np.diff(p50))] + 0.999).all()
        if np.isfinite(ahead.departs_at[row]) and np.isfinite(p50[0]):
            assert abs(p50[0] - max(ahead.departs_at[row], now)) <= 0.0011
    again = default_predictor(NETWORK).predict(NETWORK, ahead, now)
    for name in ("p10_at", "p50_at", "p90_at", "dwell_s"):
        np.testing.assert_array_equal(getattr(said, name), getattr(again, name))


def test_many_runs_are_predicted_within_a_tenth_of_a_second():
    runs = together(*[run(TIMETABLE, "T1", dist_m=10.0, measured_at=at(8), first=1, start_at=at(8))] * 5000)
    runs.trip_ix[::2] = TRIPS.index("X1")
    predictor = default_predictor(NETWORK)
    began = time.perf_counter()
    predictor.predict(NETWORK, runs, at(8))
    assert time.perf_counter() - began < 1.0  # ten times the aim: machines under test are busy
