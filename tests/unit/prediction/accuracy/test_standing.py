"""What stands beside the errors: availability and steadiness."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passinfo.columns import empty, take
from passinfo.prediction.accuracy.availability import availability
from passinfo.prediction.accuracy.keys import keys_of
from passinfo.prediction.accuracy.steadiness import steadiness
from passinfo.prediction.accuracy.truth import truth_of
from passinfo.prediction.protocol import Predictions
from tests.unit.prediction.accuracy.builders import NOON, changed, pairs_of, predictions, shuffled, visits

SEEN = visits()
SAID = predictions(SEEN)


def available(said, seen=SEEN):
    truth = truth_of(seen)
    return availability(said, truth, keys_of(said, truth))


def test_whoever_always_predicts_is_always_there():
    counts = available(SAID)
    assert counts.served_5_min.value == counts.served_10_min.value == 1.0
    assert counts.served_5_min.of == 4 * 5, "the stops at least five minutes into the run"
    assert counts.served_10_min.of == 4 * 3
    assert counts.broken.count == counts.vanished.count == 0


def test_whoever_abstains_is_seen_to():
    """One that speaks of near arrivals only has the same errors, but is not there when people decide."""
    shy = take(SAID, SAID.p50_at - SAID.made_at < 240.0)
    assert available(shy).served_5_min.value == 0.0
    assert pairs_of(shy, SEEN).error_s.max() == 0.0
    assert available(empty(Predictions)).served_5_min.count == 0


def test_a_bus_that_began_after_the_moment_recorded_is_not_asked_for():
    """Mutation: asked whether it had begun by the second, of what was said up to a minute before."""
    own = SEEN.trip_id == "T0"
    departed = np.where(own & (SEEN.stop_sequence == 1), NOON + 70, SEEN.departed_at + np.where(own, 15, 0))
    late = changed(SEEN, arrived_at=SEEN.arrived_at + np.where(own, 15, 0), departed_at=departed)
    said = predictions(late)
    counts = available(take(said, (said.trip_id != "T0") | (said.made_at >= NOON + 70)), late)  # silent while it waits
    assert counts.served_5_min.value == 1.0
    assert counts.served_5_min.of == 4 * 5 - 1, "not of the stop that it reached 375 s after noon"


def test_a_timetable_is_no_tracked_prediction():
    counts = available(predictions(SEEN, basis="TIMETABLE"))
    assert counts.served_5_min.value == 0.0
    assert counts.any_5_min.value == 1.0


def test_a_promise_is_broken_if_the_bus_never_comes_and_the_recording_went_on():
    away = SEEN.trip_id == "T1"
    counts = available(SAID, take(SEEN, ~away))
    assert counts.broken.count == np.count_nonzero(away)
    assert counts.broken.of > counts.broken.count
    last = SEEN.trip_id == "T3"
    assert available(SAID, take(SEEN, ~last)).broken.count < np.count_nonzero(last), "nobody knows of the end"


def test_an_arrival_that_vanishes_and_comes_back_is_counted():
    hole = (SAID.trip_id == "T2") & (SAID.stop_sequence == 5) & (np.abs(SAID.p50_at - SAID.made_at - 300) < 61)
    counts = available(take(SAID, ~hole))
    assert counts.vanished.count == 1
    gone = (SAID.trip_id == "T2") & (SAID.stop_sequence == 5) & (SAID.p50_at - SAID.made_at < 300)
    assert available(take(SAID, ~gone)).vanished.count == 0, "it does not come back"


def test_moments_at_which_nothing_was_recorded_are_not_asked_about():
    silent = (SAID.made_at > NOON + 300) & (SAID.made_at < NOON + 1_200)
    kept = available(take(SAID, ~silent))
    assert kept.served_5_min.of < available(SAID).served_5_min.of
    assert kept.served_5_min.value == 1.0


def swinging(swing_s):
    """Early by half the swing, then late, from minute to minute."""
    return changed(SAID, p50_at=SAID.p50_at + swing_s * (((SAID.made_at // 60) % 2) - 0.5))


def test_a_steady_predictor_does_not_move():
    still = steadiness(pairs_of(predictions(SEEN, shift_s=50.0), SEEN), draws=20)
    assert still.steps > 100
    assert still.step_s_per_min.value == still.jitter_s_per_min.value == 0.0


def test_one_that_swings_pays_for_every_swing():
    seen = steadiness(pairs_of(swinging(40.0), SEEN), draws=20)
    assert seen.step_s_per_min.value == seen.jitter_s_per_min.value == pytest.approx(40.0)


def test_one_that_closes_in_moves_but_has_no_jitter():
    closing = changed(SAID, p50_at=SAID.p50_at + 0.1 * (SAID.p50_at - SAID.made_at))
    seen = steadiness(pairs_of(closing, SEEN), draws=20)
    assert seen.step_s_per_min.value == pytest.approx(6.0)
    assert seen.jitter_s_per_min.value == pytest.approx(0.0, abs=1e-6)


def test_nothing_to_compare_is_not_a_number():
    assert np.isnan(steadiness(pairs_of(empty(Predictions), SEEN)).step_s_per_min.value)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_does_not_matter(seed):
    said, seen = swinging(40.0), SEEN
    assert available(shuffled(said, seed), shuffled(seen, seed)) == available(said, seen)
    moved, again = (steadiness(pairs_of(s, seen), draws=0) for s in (said, shuffled(said, seed)))
    assert moved.step_s_per_min.value == pytest.approx(again.step_s_per_min.value)
