import numpy as np

from passinfo.columns import empty, from_rows
from passinfo.prediction.accuracy.truth import truth_of
from passinfo.tracking.columns import Visits
from tests.unit.prediction.accuracy.builders import NOON, STOPS, visit, visits


def truth(*rows):
    return truth_of(from_rows(Visits, rows))


def test_the_instant_is_the_arrival_and_at_the_first_stop_the_departure():
    seen = truth_of(visits(1))
    assert seen.departure.tolist() == [True] + [False] * (STOPS - 1)
    assert seen.at.tolist() == [NOON + 120 * k for k in range(STOPS)]
    assert seen.sure.all()


def test_a_long_silence_judges_nobody_but_standing_is_no_silence():
    silent = visit(0, 3, NOON, earliest_at=NOON - 50, latest_at=NOON + 50)
    standing = visit(0, 4, NOON, departed_at=NOON + 200, earliest_at=NOON - 30, latest_at=NOON + 230)
    assert truth(silent, standing).sure.tolist() == [False, True]


def test_a_departure_is_sure_however_long_the_bus_had_waited():
    waited = visit(0, 1, NOON, earliest_at=None, latest_at=NOON + 40)
    lost = visit(0, 1, NOON, earliest_at=None, latest_at=NOON + 100)
    assert truth(waited, lost).sure.tolist() == [True, False]


def test_a_bus_that_stays_at_the_last_stop_has_arrived_for_sure():
    stays = visit(0, STOPS, NOON, earliest_at=NOON - 30, latest_at=NOON + 3600)
    assert truth(stays).sure.tolist() == [True]


def test_a_run_first_seen_at_a_stop_proves_no_arrival_there():
    assert truth(visit(0, 3, NOON, earliest_at=None)).sure.tolist() == [False]


def test_nobody_had_to_know_a_bus_before_it_was_seen():
    seen = truth_of(visits(2))
    assert set(seen.began_at.tolist()) == {NOON, NOON + 480}
    assert np.all(seen.began_at <= seen.at)


def test_a_run_begun_in_silence_is_seen_when_the_bus_is_heard_again():
    """Mutation: the departure laid somewhere into the silence, and a prediction asked for of a bus nobody saw."""
    first = visit(0, 1, NOON, earliest_at=None, latest_at=NOON + 400)
    second = visit(0, 2, NOON + 200, earliest_at=NOON - 100, latest_at=NOON + 400)
    third = visit(0, 3, NOON + 450, earliest_at=NOON + 420, latest_at=NOON + 480)
    assert truth(first, second, third).began_at.tolist() == [NOON + 400] * 3
    heard = visit(0, 1, NOON, earliest_at=None, latest_at=NOON + 40)
    assert truth(heard, second, third).began_at.tolist() == [NOON] * 3


def test_no_visits_are_no_truth():
    assert len(truth_of(empty(Visits)).at) == 0
