"""Headway service asked as the passenger asks: did that bus come to this stop?"""

import numpy as np

from passinfo.columns import concat, from_rows, take
from passinfo.prediction.accuracy.availability import availability
from passinfo.prediction.accuracy.heard import Heard
from passinfo.prediction.accuracy.keys import keys_of
from passinfo.prediction.accuracy.pairs import pair
from passinfo.prediction.accuracy.truth import truth_of
from passinfo.prediction.protocol import Predictions
from passinfo.tracking.columns import Visits
from tests.unit.prediction.accuracy.builders import NOON, changed, predictions, reached_at, shuffled, visit, visits

SEEN = visits()
SAID = predictions(SEEN)


def paired(said, seen, by="stop"):
    truth = truth_of(seen)
    return pair(said, truth, keys_of(said, truth, by))[1].paired


def counted(said, seen, heard=None, by="stop"):
    truth = truth_of(seen)
    return availability(said, truth, keys_of(said, truth, by), heard)


def test_another_branch_is_right_where_it_has_the_same_stops():
    """Mutation: pairing by stop_sequence, which another branch numbers otherwise."""
    branch = changed(SAID, trip_id=SAID.trip_id + "b", stop_sequence=SAID.stop_sequence + 3)
    assert paired(branch, SEEN) == len(SAID.made_at)
    assert paired(branch, SEEN, "vehicle") < len(SAID.made_at)


def test_a_stop_of_another_branch_is_no_arrival():
    other = changed(SAID, stop_id=np.where(SAID.stop_sequence > 5, "elsewhere", SAID.stop_id))
    assert paired(other, SEEN) == np.count_nonzero(SAID.stop_sequence <= 5)
    assert counted(other, SEEN).broken.count == 2, "one stop of each bus whose end is recorded"


def test_a_run_that_hindsight_sees_in_two_parts_is_kept_in_both():
    late = SEEN.stop_sequence > 4
    parts = changed(SEEN, start_service_s=np.where(late, SEEN.start_service_s + 600, SEEN.start_service_s))
    assert paired(SAID, parts) == len(SAID.made_at)
    assert counted(SAID, parts).broken.count == 0
    assert counted(SAID, parts, by="vehicle").broken.count > 0


def test_the_next_lap_keeps_no_promise_of_this_one():
    """A bus that turned back at its fifth stop comes to the eighth half an hour later."""
    short = take(SEEN, ~((SEEN.trip_id == "T1") & (SEEN.stop_sequence > 5)))
    rows = [visit(1, s, reached_at(1, s) + 1_800.0, trip_id="T9", start_service_s=50_000) for s in range(6, 9)]
    again = concat(Visits, [short, from_rows(Visits, rows)])
    assert counted(SAID, again).broken.count == 3


def test_a_run_without_a_trip_is_told_of_all_the_same():
    open_ = changed(SAID, trip_id=np.full(len(SAID.trip_id), None, dtype=object))
    assert counted(open_, SEEN).served_5_min.value == 1.0
    assert counted(open_, SEEN, by="vehicle").served_5_min.value == 0.0


def test_the_order_of_rows_does_not_matter():
    parts = changed(SEEN, trip_id=np.where(SEEN.stop_sequence > 4, "other", SEEN.trip_id))
    assert counted(shuffled(SAID, 1), shuffled(parts, 2)) == counted(SAID, parts)


def test_what_nobody_saw_is_neither_kept_nor_broken():
    """Bus 1 falls silent after its fourth stop; the others are heard throughout."""
    gone = (SEEN.trip_id == "T1") & (SEEN.stop_sequence > 4)
    every = np.arange(NOON - 1_200.0, NOON + 4_000.0, 20.0)
    ids = np.repeat(["bus0", "bus1", "bus2", "bus3"], len(every)).astype(object)
    at = np.tile(every, 4)
    rows = (ids != "bus1") | (at <= reached_at(1, 4))
    blind = counted(SAID, take(SEEN, ~gone))
    known = counted(SAID, take(SEEN, ~gone), Heard(ids[rows], at[rows]))
    assert blind.broken.count == 4 and blind.unseen.count == 0
    assert known.broken.count == 0 and known.unseen.count >= 4
    assert known.unseen.of == blind.broken.of
    assert counted(SAID, take(SEEN, ~gone), Heard(ids, at)).broken.count == 4, "it was seen driving elsewhere"


def test_nothing_is_no_arrival():
    none = take(SAID, slice(0, 0))
    assert isinstance(none, Predictions) and counted(none, SEEN).broken.of == 0
    assert paired(SAID, take(SEEN, slice(0, 0))) == 0


def test_a_ride_without_a_trip_is_not_gone_on_with_an_hour_later():
    """Mutation: one ride of all that a bus drives on a line without a trip, as far as the stops go on."""
    short = take(SEEN, ~((SEEN.trip_id == "T1") & (SEEN.stop_sequence > 5)))
    rows = [visit(1, s, reached_at(1, s) + 3_600.0) for s in range(6, 9)]
    again = concat(Visits, [short, from_rows(Visits, rows)])
    open_ = changed(again, trip_id=np.full(len(again.trip_id), None, dtype=object))
    assert counted(SAID, open_).broken.count == 3
