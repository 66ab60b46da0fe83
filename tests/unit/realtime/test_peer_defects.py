"""Defects read in other systems, each a test here that its mutation makes fail.

Numbers are those of the list of defects. Each docstring names the mutation that was tried: put it into the code and
the test fails. Tracking has its own part of 2, 3 and 8 in ``tests/unit/tracking/test_track.py``: a trip after midnight,
two buses of one second, a bus that leaves its line.
"""

import os
import time

import numpy as np
import pytest
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.realtime.decode import decode
from passinfo.realtime.encode import encode_feeds
from passinfo.settings import CitySettings
from passinfo.snapshot import Alert, InformedEntity, RunRelationship
from passinfo.tracking.columns import PhaseCode
from passinfo.tracking.track import begin, track
from tests.oracle.oracle import Oracle
from tests.unit.builders_feed import tiny
from tests.unit.realtime.builders import Bus, Run, ride, snapshot
from tests.unit.realtime.town import DAY, NIGHT, at, town, write_gtfs
from tests.unit.tracking import drives

NOW = at("08:00", 4.0)


def feeds(*runs, buses=(), now=NOW, alerts=()):
    return encode_feeds(snapshot(now, runs, buses, alerts), town())


def headway_run(start, vehicle):
    return Run(
        "H1", ride(headway=True), RunRelationship.UNSCHEDULED, start=start, route="R2", direction=1, vehicle=vehicle
    )


def test_1_cancelled_stays_cancelled_in_every_feed():
    """A cancelled trip whose bus drives on all the same, with predictions at hand, is CANCELED in all three feeds.

    Mutation: in ``describe_run`` write SCHEDULED wherever the run has a vehicle.
    """
    about = InformedEntity(trip_id="T1", start_date=DAY, start_service_s=8 * 3600)
    alert = Alert(
        "a", "TECHNICAL_PROBLEM", "NO_SERVICE", "WARNING", ((None, None),), ((None, None),), (about,), (("en", "x"),)
    )
    cancelled = Run("T1", ride(), RunRelationship.CANCELED, vehicle="bus")
    all_feeds = feeds(cancelled, buses=(Bus("bus", run=0),), alerts=(alert,))
    (update,) = decode(all_feeds.trip_updates).trip_updates
    (position,) = decode(all_feeds.vehicle_positions).positions
    informed = pb.FeedMessage.FromString(all_feeds.alerts).entity[0].alert.informed_entity[0]
    assert update.run.relationship == position.run.relationship == "CANCELED"
    assert informed.trip.schedule_relationship == pb.TripDescriptor.CANCELED
    assert update.stops == ()


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_2_start_date_and_time_follow_the_service_day_whatever_the_zone_of_the_server(zone, monkeypatch):
    """25:10:00 stays 25:10:00 of the day before, also on a server elsewhere.

    Mutation: in ``format_service_time`` take the hours modulo 24.
    """
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        all_feeds = feeds(
            Run("N1", ride(), start=NIGHT, vehicle="bus"), buses=(Bus("bus", run=0),), now=at("25:10", 4.0)
        )
    finally:
        if before is None:
            monkeypatch.delenv("TZ")
        else:
            monkeypatch.setenv("TZ", before)
        time.tzset()
    (update,) = decode(all_feeds.trip_updates).trip_updates
    (position,) = decode(all_feeds.vehicle_positions).positions
    for run in (update.run, position.run):
        assert (run.start_date, run.start_time) == (str(DAY), "25:10:00")


def test_3_two_buses_on_one_headway_trip_are_two_trip_updates():
    """One TripUpdate per trip instance, each under an id of its own.

    Mutation: leave the start time out of ``run_id`` (two entities of one id, of which consumers keep one).
    """
    runs = (headway_run(28_800, "one"), headway_run(29_400, "two"))
    updates = decode(feeds(*runs, buses=(Bus("one", run=0), Bus("two", run=1))).trip_updates).trip_updates
    assert [update.run.trip_id for update in updates] == ["H1", "H1"]
    assert len({update.entity_id for update in updates}) == 2
    assert [(update.run.start_time, update.vehicle_id) for update in updates] == [
        ("08:00:00", "one"),
        ("08:10:00", "two"),
    ]


def test_5_entity_ids_are_stable_from_tick_to_tick():
    """The same run and bus carry the same entity ids in the next feed.

    Mutation: append ``snapshot.made_at`` to the id in ``run_id``, or to ``entity.id`` in ``vehicle_positions``.
    """

    def ids(now):
        both = feeds(Run("T1", ride(), vehicle="bus"), buses=(Bus("bus", run=0),), now=now)
        updates = decode(both.trip_updates).trip_updates
        return [row.entity_id for row in (*updates, *decode(both.vehicle_positions).positions)]

    assert ids(NOW) == ids(NOW + 15)


def numbers_named(message, names):
    """Values of all fields of these names, anywhere in a message."""
    for field, value in message.ListFields():
        values = value if isinstance(value, (list, tuple)) or hasattr(value, "add") else [value]
        for one in values:
            if field.message_type is not None:
                yield from numbers_named(one, names)
            elif field.name in names:
                yield one


def test_6_every_time_is_in_seconds():
    """No timestamp or event time of any feed lies a day away from the tick: milliseconds lie 56,000 years away (E001).

    Mutation: multiply by 1,000 in ``posix_seconds`` or in ``begin_message``.
    """
    calls = ride()
    for call in calls:
        call.scheduled = 0.0
    run = Run("X1", calls, RunRelationship.NEW, headsign="Harbour", vehicle="bus")
    all_feeds = feeds(run, buses=(Bus("bus", run=0),))
    names = {"timestamp", "time", "scheduled_time"}
    messages = [
        pb.FeedMessage.FromString(feed)
        for feed in (all_feeds.vehicle_positions, all_feeds.trip_updates, all_feeds.alerts)
    ]
    found = [number for message in messages for number in numbers_named(message, names)]
    assert len(found) == 3 + 2 + 2 * (4 + 4)
    assert all(abs(number - NOW) < 86_400 for number in found)


def test_7_a_bus_that_did_not_report_since_the_last_tick_stays_with_the_time_of_its_report():
    """Whether a bus is shown is a rule of age (``public``), not of having reported just now; its time is its report's.

    Mutation: in ``vehicle_positions`` skip vehicles observed more than a tick ago, or write ``snapshot.made_at`` as the
    timestamp.
    """
    positions = decode(
        feeds(buses=(Bus("quiet", observed=-75.0), Bus("gone", observed=-95.0, public=False))).vehicle_positions
    )
    assert [(row.vehicle_id, row.timestamp) for row in positions.positions] == [("quiet", int(NOW) - 75)]
    (update,) = decode(feeds(Run("T1", ride(), measured=-300.0)).trip_updates).trip_updates
    assert update.timestamp == int(NOW) - 300


def test_7_a_bus_that_is_silent_for_a_while_is_still_tracked_and_turns_stale_by_age():
    """A tick without reports keeps every bus; it turns STALE at 90 s and is forgotten after an hour, by its age alone.

    Mutation: in ``_kept`` keep only vehicles of which this tick brought a report (``track.fix.received_at < now - 1``).
    """
    network, settings = tiny().network, CitySettings()
    began = drives.at(network, 8 * 3600)
    rows = drives.reports(network, "bus", began + 20.0 * np.arange(10), 60.0 * np.arange(10), "T1", trip_id="T1")
    state, _ = track(settings, begin(network), rows, (), began + 180)
    phases = []
    for silent_s in (60.0, 95.0, 3_000.0, 3_700.0):
        state, found = track(settings, state, drives.none(), (), began + 180 + silent_s)
        phases.append([PhaseCode(code).name for code in found.tracked.phase])
    assert phases == [["IN_SERVICE"], ["STALE"], ["STALE"], []]


def test_8_due_north_is_a_bearing():
    """A bearing of 0 goes out; an unknown one is absent.

    Mutation: ``if bearing_deg:`` in place of ``if not math.isnan(bearing_deg):``.
    """
    north, unknown = decode(feeds(buses=(Bus("a", bearing=0.0), Bus("b"))).vehicle_positions).positions
    assert north.bearing_deg == 0.0
    assert unknown.bearing_deg is None


def test_9_times_increase_between_stops():
    """Two stops predicted for the same second go out one second apart (E022).

    Mutation: in ``increasing_seconds`` return the rounded times without the running maximum.
    """
    calls = ride()
    for call in calls[1:]:
        call.arrival = 330.0
        call.departure = None if call.departure is None else 330.2
    (update,) = decode(feeds(Run("T1", calls)).trip_updates).trip_updates
    last = 0
    for stop in update.stops:
        for event in (stop.arrival, stop.departure):
            if event is not None:
                assert event.time > last or (event is stop.departure and event.time == last and stop.arrival)
        assert (stop.arrival or stop.departure).time > last
        last = (stop.departure or stop.arrival).time


def test_9_every_relationship_is_given():
    """Trips and stops state their relationship, also the default one (W009).

    Mutation: leave out ``trip.schedule_relationship`` in ``describe_run``, or ``stop.schedule_relationship`` in
    ``_fill_stops``, where it is SCHEDULED (0).
    """
    message = pb.FeedMessage.FromString(feeds(Run("T1", ride()), headway_run(28_800, None)).trip_updates)
    assert len(message.entity) == 2
    for entity in message.entity:
        assert entity.trip_update.trip.HasField("schedule_relationship")
        assert all(stop.HasField("schedule_relationship") for stop in entity.trip_update.stop_time_update)


def test_9_no_trip_update_goes_out_without_stops():
    """A run nothing is known about is left out; only CANCELED and DELETED stand without stops (E041).

    Mutation: drop the ``continue`` for runs without rows in ``trip_updates``.
    """
    updates = decode(
        feeds(Run("T1", []), Run("N1", [], RunRelationship.CANCELED, start=NIGHT)).trip_updates
    ).trip_updates
    assert [(update.run.trip_id, update.stops) for update in updates] == [("N1", ())]


def test_9_the_oracle_agrees(tmp_path):
    """gtfs-rt-validator finds none of the errors of defects 6 and 9 in feeds made from hard cases.

    Mutation: any of those of defect 9.
    """
    calls = ride()
    for call in calls[1:]:
        call.arrival = 330.0
        call.departure = None if call.departure is None else 330.0
    buses = (Bus("bus", run=0, bearing=0.0), Bus("coach", run=1))
    all_feeds = feeds(Run("T1", calls, vehicle="bus"), headway_run(28_800, "coach"), Run("N1", []), buses=buses)
    found = Oracle(write_gtfs(tmp_path / "g.zip")).check(
        all_feeds.vehicle_positions, all_feeds.trip_updates, all_feeds.alerts, NOW
    )
    assert found == []
