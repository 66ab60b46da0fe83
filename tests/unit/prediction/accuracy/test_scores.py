import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passinfo.columns import empty
from passinfo.prediction.accuracy.bins import ETA, HORIZON, MBTA
from passinfo.prediction.accuracy.board import board
from passinfo.prediction.accuracy.compare import contest, mae_below, neutral_bins, without_median
from passinfo.prediction.accuracy.parts import direction_names, hour_names, parts, route_names
from passinfo.prediction.accuracy.scores import eta_accuracy, score
from passinfo.prediction.accuracy.truth import truth_of
from passinfo.prediction.protocol import Predictions
from tests.unit.prediction.accuracy.builders import NOON, changed, pairs_of, predictions, shuffled, visits

SEEN = visits()
SAID = predictions(SEEN)


def scores_of(said, seen=SEEN):
    pairs = pairs_of(said, seen)
    return score(pairs, HORIZON.of(pairs.horizon_s), draws=50)


def noisy(seed=1, scale_s=60.0):
    """Errors that grow with the horizon."""
    chance = np.random.default_rng(seed)
    error = chance.normal(0.0, scale_s, len(SAID.made_at)) * (SAID.p50_at - SAID.made_at) / 600.0
    return changed(SAID, **{name: getattr(SAID, name) + error for name in ("p10_at", "p50_at", "p90_at")})


def test_a_perfect_predictor_has_no_error_and_all_accuracy():
    for row in scores_of(SAID):
        assert row.n > 0
        for figure in (row.mae_s, row.bias_s, row.rmse_s):
            assert figure.value == figure.route_low == figure.trip_high == 0.0
        for figure in (row.mbta, row.reliable, row.coverage):
            assert figure.value == figure.route_low == figure.trip_high == 1.0
        assert row.width_s.value == pytest.approx(60.0)
        assert row.pinball_s.value == pytest.approx(2 * 0.1 * 30.0 / 3)
    assert eta_accuracy(pairs_of(SAID, SEEN))[0].value == 1.0


@pytest.mark.parametrize("shift_s", [-45.0, 25.0, 100.0])
def test_a_shifted_predictor_has_exactly_the_shift(shift_s):
    """Told ``shift_s`` late, buses come that much early: the error is minus the shift."""
    for row in scores_of(predictions(SEEN, shift_s=shift_s)):
        assert row.mae_s.value == row.rmse_s.value == pytest.approx(abs(shift_s))
        assert row.bias_s.value == pytest.approx(-shift_s)
        assert row.coverage.value == (abs(shift_s) <= 30.0)
        assert row.below.value == (shift_s > 30.0)
        assert row.above.value == (shift_s < -30.0)


def test_the_yardsticks_forgive_late_buses_more_than_early_ones():
    early, late = scores_of(predictions(SEEN, shift_s=75.0)), scores_of(predictions(SEEN, shift_s=-75.0))
    assert [row.mbta.value for row in early[:3]] == [0.0, 1.0, 1.0]
    assert [row.mbta.value for row in late[:3]] == [0.0, 1.0, 1.0]
    assert eta_accuracy(pairs_of(predictions(SEEN, shift_s=75.0), SEEN))[0].value == pytest.approx(0.25)
    assert eta_accuracy(pairs_of(predictions(SEEN, shift_s=-75.0), SEEN))[0].value == 1.0


def test_bounds_count_as_inside_and_horizons_on_an_edge_go_to_the_later_bin():
    assert MBTA.accurate(np.array([-60.0, 60.0, 60.1]), np.array([0, 0, 0])).tolist() == [True, True, False]
    assert ETA.accurate(np.array([-90.0, 270.0, 0.0]), np.array([3, 3, -1])).tolist() == [True, True, False]
    assert HORIZON.of(np.array([179.9, 180.0, 360.0, 720.0, np.nan])).tolist() == [0, 1, 2, 3, -1]


def test_neutral_bins_put_all_methods_on_the_same_rows():
    ours, theirs = pairs_of(SAID, SEEN), pairs_of(predictions(SEEN, shift_s=120.0), SEEN)
    bins = neutral_bins([ours, theirs])
    assert [row.n for row in score(ours, bins, draws=0)] == [row.n for row in score(theirs, bins, draws=0)]
    np.testing.assert_array_equal(bins, HORIZON.of(ours.horizon_s + 60.0))


def test_a_board_bins_by_the_methods_that_are_named():
    truth = truth_of(SEEN)
    methods = [("late", predictions(SEEN, shift_s=120.0)), ("right", SAID)]
    late, right = board(truth, methods, draws=0, neutral=["right"]).standings
    assert [row.n for row in late.neutral] == [row.n for row in right.own] == [row.n for row in right.neutral]
    assert [row.n for row in late.neutral] != [row.n for row in late.own]
    with pytest.raises(ValueError, match="neutral bins need one of"):
        board(truth, methods, draws=0, neutral=["nobody"])


def test_half_the_error_is_half_below():
    ours, theirs = (pairs_of(predictions(SEEN, shift_s=s), SEEN) for s in (30.0, 60.0))
    for share in mae_below(ours, theirs, neutral_bins([ours, theirs]), draws=20):
        assert share.value == share.route_low == share.trip_high == pytest.approx(0.5)


def test_a_constant_lean_can_be_forgiven():
    leaning = pairs_of(predictions(SEEN, shift_s=40.0), SEEN)
    bins = HORIZON.of(leaning.ahead_s)
    assert np.nanmax(np.abs(without_median(leaning.error_s, bins))) == 0.0


def test_a_contest_by_actual_time_asks_only_where_the_recording_goes_on():
    ours, theirs = (pairs_of(predictions(SEEN, shift_s=s), SEEN) for s in (30.0, 60.0))
    rows = contest(ours, theirs, SEEN.known_at, draws=20)
    assert [row.bin for row in rows] == ["0-2", "2-5", "5-10", "10-15", "15-30"]
    assert (rows[0].mae_s, rows[0].other_mae_s, rows[0].other_bias_s) == (30.0, 60.0, -60.0)
    assert rows[0].below.value == pytest.approx(0.5)
    assert np.isnan(rows[0].below_centred.value), "both lean and nothing else"
    ends = SEEN.known_at.max()
    few = contest(ours, theirs, SEEN.known_at[SEEN.known_at < ends - 300.0], draws=0)
    assert 0 < few[0].n < rows[0].n


def test_without_intervals_the_other_figures_stand():
    unknown = np.full(len(SAID.made_at), np.nan)
    row = scores_of(changed(SAID, p10_at=unknown, p90_at=unknown))[-1]
    assert row.mae_s.value == 0.0
    assert np.isnan([row.coverage.value, row.below.value, row.width_s.value, row.pinball_s.value]).all()


def test_intervals_come_from_clusters_and_hold_the_figure():
    row = scores_of(noisy())[-1]
    assert row.trips == 4
    assert row.mae_s.trip_low < row.mae_s.value < row.mae_s.trip_high
    one_route = changed(SEEN, route_id=np.full(len(SEEN.route_id), "R", dtype=object))
    assert np.isnan(scores_of(noisy(), one_route)[-1].mae_s.route_low)


def test_no_pairs_give_no_figures():
    rows = scores_of(empty(Predictions))
    assert [row.n for row in rows] == [0] * 5
    assert np.isnan(rows[-1].mae_s.value)


def test_parts_are_by_route_direction_and_local_hour():
    pairs = pairs_of(noisy(), SEEN)
    bins = HORIZON.of(pairs.horizon_s)
    assert [part.name for part in parts(pairs, route_names(pairs), bins)] == ["R0", "R1"]
    assert [part.name for part in parts(pairs, direction_names(pairs), bins)] == ["0", "1"]
    hours = parts(pairs, hour_names(pairs, "Asia/Manila"), bins)
    assert [part.name for part in hours] == ["19", "20"], "noon UTC is 20:00 in Manila"
    assert sum(part.n for part in hours) == np.count_nonzero(bins >= 0)
    assert NOON % 86_400 == 43_200


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_does_not_matter(seed):
    said = noisy()
    for row, again in zip(scores_of(said), scores_of(shuffled(said, seed), shuffled(SEEN, seed + 1)), strict=True):
        for figure, other in zip(dataclasses.astuple(row)[1:], dataclasses.astuple(again)[1:], strict=True):
            assert other == pytest.approx(figure, nan_ok=True)
