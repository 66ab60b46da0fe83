"""Runs that are over ahead of their plan."""

import numpy as np

from passinfo.publishing.finished import Finished, finished_from_json, finished_to_json, still_planned, with_finished
from passinfo.tracking.columns import Visits
from tests.unit.realtime.town import DAY, EIGHT, at, floats, ints, texts, town

DONE = Finished("T1", DAY, EIGHT, at("08:12"), at("08:12", 20))


def visit(trip_id, sequence, arrived_at):
    none = np.full(1, np.nan)
    words = [texts(word) for word in ("bus", "R1")], [texts(word) for word in ("P1", trip_id)]
    times = (floats(arrived_at), none, none, floats(arrived_at + 20), floats(arrived_at + 20))
    return Visits(
        *words[0], ints(0), *words[1], ints(DAY), ints(EIGHT), texts("D"), ints(sequence), *times, texts("observed")
    )


def test_the_last_stop_reached_ahead_of_the_plan_is_remembered_until_the_plan_is_over():
    found = still_planned(town(), (), visit("T1", 4, at("08:12")), at("08:12", 25))
    assert found == (DONE,)
    nothing = visit("T1", 2, at("08:13"))
    assert still_planned(town(), found, nothing, at("08:14", 59)) == (DONE,)
    assert still_planned(town(), found, nothing, at("08:15")) == ()


def test_headway_runs_abstained_ones_and_stops_on_the_way_are_not():
    for trip_id, sequence in (("H1", 4), (None, 4), ("gone", 4), ("T1", 3)):
        assert still_planned(town(), (), visit(trip_id, sequence, at("08:12")), at("08:12", 25)) == ()


def test_a_run_that_a_bus_is_on_is_told_of_that_bus_alone():
    (draft,) = with_finished(town(), [], [DONE])
    assert (draft.vehicle_row, draft.first_position, draft.passed[0].position) == (-1, 4, 3)
    assert with_finished(town(), [draft], [DONE]) == [draft]


def test_a_trip_of_an_older_network_is_left_out():
    gone = Finished("gone", DAY, EIGHT, DONE.arrived_at, DONE.measured_at)
    assert with_finished(town(), [], [gone]) == []


def test_it_survives_a_restart():
    assert finished_from_json(finished_to_json([DONE])) == (DONE,)
