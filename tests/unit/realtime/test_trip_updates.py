"""TripUpdates: what is said of every kind of run and stop."""

import numpy as np
import pytest
from google.transit import gtfs_realtime_pb2 as pb
from hypothesis import given
from hypothesis import strategies as st

from passinfo.realtime.decode import decode
from passinfo.realtime.encode import encode_feeds
from passinfo.realtime.encoder import FeedEncoder
from passinfo.realtime.event_times import increasing_seconds
from passinfo.snapshot import CallRelationship, RunRelationship
from tests.unit.realtime.builders import Bus, Call, Run, ride, snapshot
from tests.unit.realtime.town import DAY, at, town

NOW = at("08:00", 4.0)


def updates(*runs, buses=(), now=NOW):
    return decode(encode_feeds(snapshot(now, runs, buses), town()).trip_updates).trip_updates


def test_a_timetable_run_says_who_when_and_how_sure():
    (update,) = updates(Run("T1", ride(), vehicle="bus"), buses=(Bus("bus"),))
    assert update.entity_id == "T1_20260216_08:00:00"
    run = update.run
    assert (run.trip_id, run.route_id, run.direction_id) == ("T1", "R1", 0)
    assert (run.start_date, run.start_time, run.relationship) == ("20260216", "08:00:00", "SCHEDULED")
    assert update.vehicle_id == "bus"
    assert update.timestamp == int(NOW) - 20
    assert [stop.stop_id for stop in update.stops] == ["A", "B", "C", "D"]
    assert {stop.relationship for stop in update.stops} == {"SCHEDULED"}
    assert update.stops[0].arrival is None
    assert update.stops[-1].departure is None
    assert update.stops[1].arrival.time == NOW + 330
    assert update.stops[1].arrival.uncertainty_s == 60


def test_headway_service_is_unscheduled_by_time_alone():
    calls = ride(headway=True)
    calls[1].relationship = CallRelationship.SCHEDULED
    calls[2].relationship = CallRelationship.SKIPPED
    calls[3].relationship = CallRelationship.NO_DATA
    (update,) = updates(Run("H1", calls, RunRelationship.UNSCHEDULED, route="R2", direction=1))
    assert update.run.relationship == "UNSCHEDULED"
    assert [(stop.stop_sequence, stop.relationship) for stop in update.stops] == [
        (1, "UNSCHEDULED"),
        (2, "UNSCHEDULED"),
    ]
    events = [event for stop in update.stops for event in (stop.arrival, stop.departure) if event]
    assert all(event.time is not None and event.delay_s is None for event in events)


def test_headway_service_without_any_time_is_withdrawn():
    calls = [Call("D", 1, relationship=CallRelationship.NO_DATA)]
    assert updates(Run("H1", calls, RunRelationship.UNSCHEDULED, route="R2", direction=1)) == ()


def test_uncertainty_is_the_full_width_never_zero_ahead_and_zero_behind():
    calls = ride()
    calls[0] = Call("A", 1, departure=-4, observed=True)
    calls[1].width = 0.0
    calls[2].width = 59.2
    calls[3].width = None
    (update,) = updates(Run("T1", calls))
    assert update.stops[0].departure.uncertainty_s == 0
    assert update.stops[1].arrival.uncertainty_s == 1
    assert update.stops[2].arrival.uncertainty_s == 60
    assert update.stops[3].arrival.uncertainty_s is None


def test_a_bus_at_the_stop_has_arrived_for_sure_and_departs_with_doubt():
    (update,) = updates(Run("T1", [Call("B", 2, arrival=-4, departure=8, observed=True)]))
    assert (update.stops[0].arrival.uncertainty_s, update.stops[0].departure.uncertainty_s) == (0, 60)


@pytest.mark.parametrize(
    ("occupancy", "told"), [(5, [None, 5, None, None]), (0, [None, 0, None, None]), (7, []), (-1, [])]
)
def test_the_next_stop_alone_tells_how_full_the_bus_will_leave(occupancy, told):
    calls = ride()
    calls[0] = Call("A", 1, departure=-40, observed=True)
    for away, call in enumerate(calls[1:]):
        call.away = away
    snap = snapshot(NOW, (Run("T1", calls, vehicle="bus"),), (Bus("bus", run=0, occupancy=occupancy),))
    (entity,) = pb.FeedMessage.FromString(encode_feeds(snap, town()).trip_updates).entity
    stops = entity.trip_update.stop_time_update
    said = [s.departure_occupancy_status if s.HasField("departure_occupancy_status") else None for s in stops]
    assert said == (told or [None] * 4)
    assert FeedEncoder(town()).encode(snap).trip_updates == encode_feeds(snap, town()).trip_updates


def test_a_bus_due_at_its_last_stop_is_told_after_the_tick_since_nobody_has_seen_it():
    """Mutation: told at the tick, and readers take the run for over."""
    due = Call("D", 4, 0.4)
    (update,) = updates(Run("T1", [Call("C", 3, arrival=-9, departure=-3, observed=True), due]))
    assert [stop.arrival.time - int(NOW) for stop in update.stops] == [-9, 1]
    (update,) = updates(Run("T1", [Call("C", 3, arrival=-0.5, departure=-0.4), due]))
    assert [stop.arrival.time - int(NOW) for stop in update.stops] == [0, 1]
    (update,) = updates(Run("T1", [Call("D", 4, -60, observed=True)]))
    assert [stop.arrival.time - int(NOW) for stop in update.stops] == [-60]


def test_no_data_and_skipped_carry_no_times():
    calls = ride()
    calls[1].relationship = CallRelationship.SKIPPED
    calls[2].relationship = CallRelationship.NO_DATA
    calls[3] = Call("D", 4)
    (update,) = updates(Run("T1", calls))
    assert [stop.relationship for stop in update.stops] == ["SCHEDULED", "SKIPPED", "NO_DATA", "NO_DATA"]
    assert all(stop.arrival is None and stop.departure is None for stop in update.stops[1:])


def test_a_new_run_brings_its_headsign_and_its_plan():
    calls = ride()
    for k, call in enumerate(calls):
        call.scheduled = 300.0 * k
    (update,) = updates(Run("X1", calls, RunRelationship.NEW, headsign="Harbour"))
    assert (update.run.relationship, update.headsign) == ("NEW", "Harbour")
    assert update.stops[1].arrival.scheduled_time == NOW + 300


def test_scheduled_time_stays_out_of_scheduled_runs():
    calls = ride()
    calls[1].scheduled = 0.0
    (update,) = updates(Run("T1", calls))
    assert update.stops[1].arrival.scheduled_time is None


def test_a_duplicated_run_names_the_original_and_carries_the_new_id_in_its_properties():
    from google.transit import gtfs_realtime_pb2 as pb

    snap = snapshot(NOW, (Run("T1-copy", ride(), RunRelationship.DUPLICATED, start=9 * 3600),))
    snap.runs.trip_ix[0] = town().trip_rows["T1"]
    message = pb.FeedMessage.FromString(encode_feeds(snap, town()).trip_updates)
    (entity,) = message.entity
    assert (entity.trip_update.trip.trip_id, entity.trip_update.trip.start_time) == ("T1", "08:00:00")
    properties = entity.trip_update.trip_properties
    assert (properties.trip_id, properties.start_date, properties.start_time) == ("T1-copy", str(DAY), "09:00:00")


def test_what_is_not_published_or_abstained_stays_out():
    assert updates(Run("T1", ride(), published=False), Run(None, ride())) == ()


def test_a_measurement_from_the_future_is_not_later_than_the_feed():
    (update,) = updates(Run("T1", ride(), measured=50.0))
    assert update.timestamp == int(NOW)


@given(
    st.lists(
        st.lists(st.tuples(st.none() | st.floats(-2e3, 2e3), st.none() | st.floats(-2e3, 2e3)), max_size=6), max_size=4
    )
)
def test_whole_seconds_always_increase_within_a_run(runs):
    run_row = np.array([row for row, calls in enumerate(runs) for _ in calls], dtype=np.int32)
    given_times = np.array([pair for calls in runs for pair in calls], dtype=float).reshape(-1, 2)
    arrival, departure = increasing_seconds(run_row, 1e9 + given_times[:, 0], 1e9 + given_times[:, 1], 1e9)
    for row in range(len(runs)):
        last = -1
        for a, d in zip(arrival[run_row == row], departure[run_row == row], strict=True):
            if a != -1:
                assert a > last
                last = a
            if d != -1:
                assert d >= a
                assert d > last or d == a
                last = d


def test_increasing_times_are_left_as_they_are():
    run_row = np.zeros(3, dtype=np.int32)
    arrival, departure = increasing_seconds(run_row, np.array([10.0, 20.0, 30.0]), np.array([11.0, 21.0, np.nan]), 0.0)
    assert (arrival.tolist(), departure.tolist()) == ([10, 20, 30], [11, 21, -1])
