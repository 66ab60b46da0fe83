"""Detours between two stops: what is not served, and the changed timetable for apps that know TripModifications."""

import dataclasses

import pytest
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.realtime.encode import to_json
from passinfo.realtime.encoder import FeedEncoder
from passinfo.realtime.select import concern_of, concerning
from passinfo.settings import CitySettings
from passinfo.stores.snapshots import from_bytes, to_bytes
from tests.scenarios.city import City
from tests.scenarios.played import DATE, GPS_ONLY, Played, clock, drive, play, relationships

EIGHT = 8 * 3600
MODIFYING = dataclasses.replace(GPS_ONLY, trip_modifications=True)
EAST = "A0 A1 A2 A3 A4"


def detour(**given: object) -> ServiceChange:
    return ServiceChange("d", ChangeKind.DETOUR, clock("07:30"), **given)


OF_TRIP = detour(trip_id="T1", start_date=DATE, start_service_s=EIGHT, from_stop_id="A1", to_stop_id="A3")
OF_ROUTE = detour(route_id="R1", from_stop_id="A1", to_stop_id="A4", ends_at=clock("23:00"))


def of_kind(tick: Played, kind: str) -> list[pb.FeedEntity]:
    return [each for each in pb.FeedMessage.FromString(tick.feeds.trip_updates).entity if each.HasField(kind)]


def second(tick: Played) -> list[pb.FeedEntity]:
    updates = of_kind(tick, "trip_update")
    return [each for each in updates if each.trip_update.trip.HasField("modified_trip")]


@pytest.mark.parametrize("settings", [GPS_ONLY, MODIFYING], ids=["plain", "modifying"])
def test_between_the_two_stops_nobody_is_served_whatever_the_setting(town: City, settings: CitySettings) -> None:
    tick = play(town, [drive("bus", EAST, clock("08:00"))], [OF_TRIP], settings=settings)[3]
    plain = tick.update("T1") if settings is GPS_ONLY else next(u for u in tick.updates.values() if u.trip_id == "T1")
    assert relationships(plain) == ["SCHEDULED", "SKIPPED", "SCHEDULED", "SCHEDULED"]
    assert bool(of_kind(tick, "trip_modifications")) is (settings is MODIFYING)


def test_the_second_update_names_the_modification_alone_and_numbers_the_stops_anew(town: City) -> None:
    """Mutation: stop_sequence of the static feed, or trip_id beside the selector (S023)."""
    ticks = play(town, [drive("bus", EAST, clock("08:00"))], [OF_TRIP], settings=MODIFYING)
    (entity,) = of_kind(ticks[3], "trip_modifications")
    told = entity.trip_modifications
    assert [list(each.trip_ids) for each in told.selected_trips] == [["T1"]]
    assert (list(told.service_dates), list(told.start_times)) == ([str(DATE)], [])
    (change,) = told.modifications
    assert (change.start_stop_selector.stop_id, change.end_stop_selector.stop_id) == ("A2", "A2")
    assert change.start_stop_selector.stop_sequence == 3
    assert change.service_alert_id == pb.FeedMessage.FromString(ticks[3].feeds.alerts).entity[0].id
    (update,) = (each.trip_update for each in second(ticks[3]))
    assert update.trip == pb.TripDescriptor(
        modified_trip=pb.TripDescriptor.ModifiedTripSelector(
            modifications_id=entity.id, affected_trip_id="T1", start_date=str(DATE)
        )
    )
    assert [(s.stop_sequence, s.stop_id) for s in update.stop_time_update] == [(2, "A1"), (3, "A3"), (4, "A4")]
    assert len({each.id for each in pb.FeedMessage.FromString(ticks[3].feeds.trip_updates).entity}) == 3
    assert ticks[3].warnings <= {"W007"}  # ticks are a minute apart here


def test_a_detour_of_a_route_modifies_its_trips_of_each_pattern_within_the_week(town: City) -> None:
    (tick,) = play(town, [], [OF_ROUTE], from_at=clock("09:00"), to_at=clock("09:00"), settings=MODIFYING)
    told = [entity.trip_modifications for entity in of_kind(tick, "trip_modifications")]
    stops = [(c.start_stop_selector.stop_id, c.end_stop_selector.stop_id) for each in told for c in each.modifications]
    by_trips = dict(zip((tuple(sorted(each.selected_trips[0].trip_ids)) for each in told), stops, strict=True))
    assert by_trips == {("T1", "T3", "T4", "T5"): ("A2", "A3"), ("V1",): ("A3", "A3")}
    assert {date for each in told for date in each.service_dates} == {str(DATE)}
    endless = dataclasses.replace(OF_ROUTE, ends_at=None)
    (tick,) = play(town, [], [endless], from_at=clock("09:00"), to_at=clock("09:00"), settings=MODIFYING)
    assert len(of_kind(tick, "trip_modifications")[0].trip_modifications.service_dates) == 7


def test_a_trip_is_modified_once_and_a_replaced_run_not_at_all(town: City) -> None:
    patterns = town.network.patterns.pattern_id
    way = str(patterns[town.network.trips.pattern_ix[town.network.trip_rows["V1"]]])
    replace = ServiceChange("r", ChangeKind.REPLACE, clock("07:30"), "T1", DATE, EIGHT, pattern_id=way)
    again = dataclasses.replace(OF_ROUTE, change_id="e")
    (tick,) = play(
        town, [], [OF_ROUTE, again, replace], from_at=clock("07:50"), to_at=clock("07:50"), settings=MODIFYING
    )
    told = [entity.trip_modifications.selected_trips[0].trip_ids for entity in of_kind(tick, "trip_modifications")]
    assert sorted(trip_id for trip_ids in told for trip_id in trip_ids) == ["T3", "T4", "T5", "V1"]


def test_headway_runs_are_modified_by_their_first_update_alone(town: City) -> None:
    order = detour(route_id="R2", from_stop_id="B1", to_stop_id="B3")
    ticks = play(town, [drive("bus", "B0 B1 B2 B3 B4", clock("08:00"))], [order], settings=MODIFYING)
    tick = next(each for each in ticks[2:] if each.updates)
    assert [list(e.trip_modifications.selected_trips[0].trip_ids) for e in of_kind(tick, "trip_modifications")] == [
        ["H1"]
    ]
    assert second(tick) == []
    (update,) = (each.trip_update for each in of_kind(tick, "trip_update"))
    assert "B2" not in {stop.stop_id for stop in update.stop_time_update}


def test_tick_by_tick_the_bytes_and_their_twins_are_the_same(town: City) -> None:
    encoder = FeedEncoder(town.network)
    for tick in play(town, [drive("bus", EAST, clock("08:00"))], [OF_TRIP, OF_ROUTE], settings=MODIFYING)[:6]:
        assert encoder.encode(tick.snapshot) == tick.feeds
        assert encoder.json().trip_updates == to_json(tick.feeds.trip_updates)
        kept = from_bytes(to_bytes(tick.snapshot, {}), "here").snapshot
        assert kept.modifications == tick.snapshot.modifications != ()


def test_a_detour_without_stops_between_or_without_two_stops_modifies_nothing(town: City) -> None:
    for given in ({}, {"from_stop_id": "A1", "to_stop_id": "A2"}, {"from_stop_id": "A3", "to_stop_id": "B0"}):
        order = detour(route_id="R1", **given)
        (tick,) = play(town, [], [order], from_at=clock("09:00"), to_at=clock("09:00"), settings=MODIFYING)
        assert of_kind(tick, "trip_modifications") == []
        assert len(tick.alerts) == 1


def test_who_filters_by_route_gets_the_modifications_of_its_trips(town: City) -> None:
    (tick,) = play(town, [], [OF_ROUTE], from_at=clock("09:00"), to_at=clock("09:00"), settings=MODIFYING)
    kept = {
        route_id: {
            entity.id
            for entity in pb.FeedMessage.FromString(
                concerning(tick.feeds.trip_updates, concern_of(town.network, [route_id], []))
            ).entity
            if entity.HasField("trip_modifications")
        }
        for route_id in ("R1", "R2")
    }
    assert kept == {"R1": {entity.id for entity in of_kind(tick, "trip_modifications")}, "R2": set()}
    assert kept["R1"]
