"""Alerts: periods, texts, and whom they concern."""

import pytest
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.realtime.encode import encode_feeds
from passinfo.snapshot import Alert, InformedEntity, RunRelationship
from tests.unit.realtime.builders import Run, snapshot
from tests.unit.realtime.town import DAY, EIGHT, at, town

NOW = at("08:00")


def alert(*informed, **changes):
    given = {
        "alert_id": "a1",
        "cause": "MAINTENANCE",
        "effect": "DETOUR",
        "severity": "WARNING",
        "communication": ((NOW - 60, None),),
        "impact": ((NOW, NOW + 60),),
        "informed": informed,
        "header": (("en", "Detour"), ("fil", "Likuan")),
    }
    return Alert(**(given | changes))


def encoded(*alerts, runs=(), active_period=False):
    feeds = encode_feeds(snapshot(NOW, runs, (), alerts), town(), active_period=active_period)
    return pb.FeedMessage.FromString(feeds.alerts).entity


def test_an_alert_says_when_why_and_in_which_language():
    (entity,) = encoded(alert(InformedEntity(route_id="R1", direction_id=0), InformedEntity(stop_id="B")))
    told = entity.alert
    assert entity.id == "a1"
    assert (told.cause, told.effect) == (pb.Alert.MAINTENANCE, pb.Alert.DETOUR)
    assert told.severity_level == pb.Alert.WARNING
    assert [(t.language, t.text) for t in told.header_text.translation] == [("en", "Detour"), ("fil", "Likuan")]
    assert (told.communication_period[0].start, told.communication_period[0].HasField("end")) == (int(NOW) - 60, False)
    assert (told.impact_period[0].start, told.impact_period[0].end) == (int(NOW), int(NOW) + 60)
    assert (told.informed_entity[0].route_id, told.informed_entity[0].direction_id) == ("R1", 0)
    assert told.informed_entity[1].stop_id == "B"
    assert not told.active_period


@pytest.mark.parametrize(
    ("informed", "concerned"),
    [
        ((InformedEntity(route_id="R1"), InformedEntity(route_id="R1", stop_id="B")), "1, B"),
        ((InformedEntity(agency_id="T"),), "Town"),
    ],
)
def test_an_alert_without_description_says_whom_it_concerns(informed, concerned):
    (entity,) = encoded(alert(*informed))
    told = [each.text for each in entity.alert.description_text.translation]
    assert told == [f"Detour ({concerned})", f"Likuan ({concerned})"]


def test_older_apps_get_the_active_period_by_setting():
    (entity,) = encoded(alert(InformedEntity(route_id="R1")), active_period=True)
    assert entity.alert.active_period[0].start == int(NOW) - 60


def test_an_alert_names_a_run_as_the_other_feeds_do():
    informed = InformedEntity(trip_id="T1", start_date=DAY, start_service_s=EIGHT)
    (entity,) = encoded(alert(informed), runs=(Run("T1", relationship=RunRelationship.CANCELED),))
    trip = entity.alert.informed_entity[0].trip
    assert (trip.trip_id, trip.start_date, trip.start_time) == ("T1", str(DAY), "08:00:00")
    assert trip.schedule_relationship == pb.TripDescriptor.CANCELED


@pytest.mark.parametrize(("trip_id", "name"), [("T1", "SCHEDULED"), ("H1", "UNSCHEDULED"), ("X9", "NEW")])
def test_a_run_that_is_not_in_the_snapshot_is_named_by_the_network(trip_id, name):
    (entity,) = encoded(alert(InformedEntity(trip_id=trip_id, start_date=DAY, start_service_s=EIGHT)))
    trip = entity.alert.informed_entity[0].trip
    assert pb.TripDescriptor.ScheduleRelationship.Name(trip.schedule_relationship) == name


def test_a_word_that_is_not_of_the_field_is_refused():
    with pytest.raises(ValueError, match="BAD_MOOD"):
        encoded(alert(cause="BAD_MOOD"))
