from dataclasses import astuple

import numpy as np
import pytest

from passinfo.columns import concat, empty, from_rows, take
from passinfo.prediction.accuracy.keys import keys_of
from passinfo.prediction.accuracy.pairs import common, pair
from passinfo.prediction.accuracy.truth import truth_of
from passinfo.prediction.protocol import Predictions
from passinfo.tracking.columns import Visits
from tests.unit.prediction.accuracy.builders import NOON, changed, pairs_of, predictions, shuffled, visit, visits

SEEN = visits()
SAID = predictions(SEEN)


def doubted(fates):
    """Without a visit, whether the recording went on or not."""
    return fates.never_observed + fates.unrecorded


def fates_of(said, seen, by="instance"):
    truth = truth_of(seen)
    return pair(said, truth, keys_of(said, truth, by))[1]


def test_every_prediction_of_an_observed_arrival_is_paired():
    fates = fates_of(SAID, SEEN)
    assert fates.paired == fates.predictions == len(SAID.made_at)


def test_what_becomes_of_predictions_adds_up():
    said = changed(SAID, trip_id=SAID.trip_id.copy(), p50_at=SAID.p50_at.copy(), basis=SAID.basis.copy())
    said.trip_id[:5] = None
    said.p50_at[5:9] = np.nan
    said.basis[9:12] = "NO_DATA"
    said = concat(Predictions, [said, take(said, slice(100, 103))])
    seen = take(SEEN, np.arange(len(SEEN.trip_id)) != 11)
    fates = fates_of(said, seen)
    assert (fates.unnamed, fates.said_nothing, fates.repeated) == (5, 7, 3)
    assert fates.never_observed > 0
    assert fates.predictions == sum(astuple(fates)[1:])
    assert fates.judged == fates.paired / (fates.paired + fates.never_observed)


def test_what_the_recording_does_not_cover_is_no_fault():
    last = SEEN.trip_id == "T3"
    fates = fates_of(SAID, take(SEEN, ~last))
    ends = SEEN.known_at[~last].max()
    of_last = SAID.trip_id == "T3"
    assert fates.unrecorded == np.count_nonzero(of_last & (SAID.p50_at + 600 > ends)) + np.count_nonzero(
        of_last & (SAID.p50_at + 600 <= ends) & (SAID.made_at < SEEN.known_at.min())
    )
    assert fates.never_observed == np.count_nonzero(of_last) - fates.unrecorded


@pytest.mark.parametrize("column", ["trip_id", "start_date", "start_service_s", "stop_sequence"])
def test_pairs_agree_in_the_whole_key(column):
    other = getattr(SAID, column).copy()
    other[:] = "other" if column == "trip_id" else other + 1_000
    assert fates_of(changed(SAID, **{column: other}), SEEN).paired == 0


def test_only_what_is_observed_after_the_prediction_judges_it():
    late = changed(SAID, made_at=SAID.made_at + 1_200.0)
    fates = fates_of(late, SEEN)
    assert fates.past > 0
    assert np.all(pairs_of(late, SEEN).ahead_s > 0)


def test_arrivals_beyond_an_hour_and_a_half_are_left_out_not_those_beyond_the_last_bin():
    early = changed(SAID, made_at=SAID.made_at - 3_600.0, p50_at=SAID.p50_at - 3_600.0)
    assert fates_of(early, SEEN).too_far == 0
    assert pairs_of(early, SEEN).ahead_s.max() > 1_800.0
    assert fates_of(changed(SAID, made_at=SAID.made_at - 5_400.0), SEEN).paired == 0


def test_two_visits_that_claim_to_be_one_arrival_judge_nobody():
    twice = concat(Visits, [SEEN, take(SEEN, slice(3, 4))])
    assert doubted(fates_of(SAID, twice)) == np.count_nonzero(
        (SAID.trip_id == SEEN.trip_id[3]) & (SAID.stop_sequence == SEEN.stop_sequence[3])
    )


def test_headway_runs_pair_by_vehicle_and_overlap_whatever_they_are_called():
    """Each bus drives two laps; live and hindsight call them differently."""
    lap = changed(SEEN, trip_id=SEEN.trip_id + "b", **{c: getattr(SEEN, c) + 3_600.0 for c in TIMES})
    both = concat(Visits, [SEEN, lap])
    said = predictions(both)
    renamed = changed(said, trip_id="live" + said.trip_id, start_service_s=said.start_service_s + 60)
    assert fates_of(renamed, both).paired == 0
    assert fates_of(renamed, both, "vehicle").paired == len(said.made_at)
    assert np.all(pairs_of(renamed, both, "vehicle").error_s == 0)


TIMES = ("arrived_at", "departed_at", "earliest_at", "latest_at", "known_at")


def test_laps_without_a_trip_are_told_apart_by_vehicle():
    lap = changed(SEEN, **{c: getattr(SEEN, c) + 3_600.0 for c in TIMES})
    both = concat(Visits, [SEEN, lap])
    nameless = changed(both, trip_id=np.full(len(both.trip_id), None, dtype=object))
    said = predictions(both)
    said = changed(said, trip_id=said.trip_id + np.where(said.p50_at >= NOON + 3_600.0, "b", ""))
    assert fates_of(said, nameless, "vehicle").paired == len(said.made_at)


def test_another_vehicle_is_another_run_by_vehicle():
    swapped = changed(SAID, vehicle_id="x" + SAID.vehicle_id)
    assert fates_of(swapped, SEEN, "vehicle").paired == 0


def test_methods_are_compared_on_the_pairs_both_have_in_one_order():
    half = take(SAID, slice(0, None, 2))
    ours, theirs = common([pairs_of(SAID, SEEN), pairs_of(shuffled(half, 3), SEEN)])
    assert len(ours.at) == len(theirs.at) == len(pairs_of(half, SEEN).at)
    np.testing.assert_array_equal(ours.made_at, theirs.made_at)
    np.testing.assert_array_equal(ours.visit, theirs.visit)
    assert common([]) == ()


def test_nothing_said_or_nothing_seen_gives_no_pairs():
    for by in ("instance", "vehicle"):
        assert len(pairs_of(empty(Predictions), SEEN, by).at) == 0
        assert len(pairs_of(SAID, empty(Visits), by).at) == 0


def test_a_visit_seen_only_in_a_silence_is_counted_as_unsure():
    silent = from_rows(Visits, [visit(0, 3, NOON + 240.0, earliest_at=NOON, latest_at=NOON + 300)])
    assert fates_of(SAID, silent).unsure > 0
