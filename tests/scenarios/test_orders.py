"""What people order: cancel, delete, skip, end early, add, replace, duplicate, reassign."""

from google.transit import gtfs_realtime_pb2 as pb

from passinfo.bms.changes import ChangeKind, ServiceChange
from tests.scenarios.city import City
from tests.scenarios.played import DATE, clock, drive, play, relationships, times

EIGHT = 8 * 3600
LINE = "A0 A1 A2 A3 A4"


def order(kind: ChangeKind, trip_id: str = "T1", start_s: int = EIGHT, **given: object) -> ServiceChange:
    return ServiceChange("o", kind, clock("07:30"), trip_id, DATE, start_s, **given)


def pattern(town: City, trip_id: str) -> str:
    network = town.network
    return str(network.patterns.pattern_id[network.trips.pattern_ix[network.trip_rows[trip_id]]])


def proto(played, trip_id: str) -> pb.TripUpdate:
    """The update whose run, or new run, has this id."""
    message = pb.FeedMessage.FromString(played.feeds.trip_updates)
    (found,) = [
        entity.trip_update
        for entity in message.entity
        if trip_id in (entity.trip_update.trip.trip_id, entity.trip_update.trip_properties.trip_id)
    ]
    return found


def described(played) -> list[tuple[str, str]]:
    """Description of the one alert, by language."""
    (entity,) = pb.FeedMessage.FromString(played.feeds.alerts).entity
    return [(each.language, each.text) for each in entity.alert.description_text.translation]


def test_cancelled_before_and_after_the_bus_is_seen(town: City) -> None:
    ticks = play(town, [drive("bus", LINE, clock("08:00"))], [order(ChangeKind.CANCEL)], from_at=clock("07:55"))
    for tick in ticks:
        update = tick.update("T1")
        assert (update.trip.schedule_relationship, update.stop_time_updates) == ("CANCELED", ())
        assert (update.trip.start_date, update.trip.start_time) == (str(DATE), "08:00:00")
    bus = ticks[5].positions["bus"]
    assert bus.trip is None
    assert len(play(town, [], [order(ChangeKind.CANCEL)], from_at=clock("09:21"), to_at=clock("09:21"))[0].updates) == 0


def test_deleted_is_shown_to_nobody(town: City) -> None:
    ticks = play(town, [drive("bus", LINE, clock("08:00"))], [order(ChangeKind.DELETE)])
    assert {tick.update("T1").trip.schedule_relationship for tick in ticks} == {"DELETED"}
    assert all(tick.alerts == () for tick in ticks)


def test_a_skipped_stop_is_told_before_the_bus_is_known_and_on_its_way(town: City) -> None:
    skip = order(ChangeKind.SKIP, from_stop_id="A2")
    ticks = play(town, [drive("bus", LINE, clock("08:00"))], [skip], from_at=clock("07:50"))
    assert relationships(ticks[0].update("T1")) == ["NO_DATA", "NO_DATA", "SKIPPED", "NO_DATA", "NO_DATA"]
    update = ticks[13].update("T1")
    assert [stop.stop_sequence for stop in update.stop_time_updates if stop.schedule_relationship == "SKIPPED"] == [3]
    (skipped,) = [stop for stop in update.stop_time_updates if stop.stop_id == "A2"]
    assert (skipped.arrival, skipped.departure) == (None, None)
    (alert,) = ticks[13].alerts
    assert (alert.effect, [each.stop_id for each in alert.informed_entities]) == ("MODIFIED_SERVICE", ["A2"])


def test_a_short_turn_skips_the_rest(town: City) -> None:
    turn = order(ChangeKind.SHORT_TURN, last_stop_id="A2")
    ticks = play(town, [drive("bus", LINE, clock("08:00"), upto_m=2_000)], [turn])
    assert relationships(ticks[5].update("T1"))[-3:] == ["SCHEDULED", "SKIPPED", "SKIPPED"]
    (alert,) = ticks[5].alerts
    assert alert.effect == "REDUCED_SERVICE"
    assert "S029" not in ticks[5].warnings
    assert ("en", "Bus 1 to A4 at 08:00 goes to A2 only.") in described(ticks[5])


def test_an_order_says_more_than_its_headline_in_its_languages(town: City) -> None:
    skip = order(ChangeKind.SKIP, from_stop_id="A2", text=(("fil", "Bawal huminto"), ("es", "Sin parada")))
    (tick,) = play(town, [], [skip], from_at=clock("07:50"), to_at=clock("07:50"))
    assert described(tick) == [("fil", "Hindi hihinto sa A2 ang bus 1 papuntang A4 nang 08:00.")]
    route = ServiceChange("d", ChangeKind.DETOUR, clock("07:30"), route_id="R1")
    (tick,) = play(town, [], [route], from_at=clock("07:50"), to_at=clock("07:50"))
    assert [language for language, _ in described(tick)] == ["en", "fil", "ko"]
    assert described(tick)[0] == ("en", "Bus 1 leaves its usual way and may miss stops there.")


def test_an_added_run_without_a_bus_keeps_to_its_plan(town: City) -> None:
    add = order(ChangeKind.ADD, "N1", start_s=10 * 3600, pattern_id=pattern(town, "T1"), headsign="Extra")
    (tick,) = play(town, [], [add], from_at=clock("09:50"), to_at=clock("09:50"))
    update, raw = tick.update("N1"), proto(tick, "N1")
    assert update.trip.schedule_relationship == "NEW"
    assert raw.trip_properties.trip_headsign == "Extra"
    assert [stop.stop_id for stop in update.stop_time_updates] == LINE.split()
    assert times(update) == [clock("10:00") + 300 * k for k in range(5)]
    assert all(
        event.scheduled_time == event.time and event.uncertainty is None
        for stop in update.stop_time_updates
        for event in (stop.arrival, stop.departure)
        if event is not None
    )


def test_the_bus_of_an_added_run_is_predicted_and_named(town: City) -> None:
    add = order(ChangeKind.ADD, "N1", start_s=10 * 3600, pattern_id=pattern(town, "T1"), vehicle_id="bus")
    ticks = play(town, [drive("bus", LINE, clock("10:02"))], [add])
    tick = ticks[8]
    update = tick.update("N1")
    assert (update.vehicle.id, update.trip.schedule_relationship) == ("bus", "NEW")
    assert [stop.stop_sequence for stop in update.stop_time_updates] == [1, 2, 3, 4, 5]
    first, second, *ahead = update.stop_time_updates
    assert (first.departure.uncertainty, second.arrival.uncertainty) == (0, 0)
    assert all(stop.arrival.uncertainty > 0 for stop in ahead)
    assert 60 < ahead[-1].arrival.time.timestamp() - clock("10:20") < 240
    position = tick.positions["bus"]
    assert (position.trip_id, position.trip.schedule_relationship) == ("N1", "NEW")
    assert len(tick.updates) == 1


def test_the_bus_still_on_the_run_before_is_not_taken(town: City) -> None:
    """Mutation: binding the bus wherever it is on the pattern."""
    add = order(ChangeKind.ADD, "N1", start_s=8 * 3600 + 2400, pattern_id=pattern(town, "T1"), vehicle_id="bus")
    ticks = play(town, [drive("bus", LINE, clock("08:00"))], [add])
    assert ticks[10].positions["bus"].trip_id == "T1"
    assert ticks[10].update("N1").vehicle is None


def test_a_replaced_run_goes_along_another_pattern(town: City) -> None:
    replace = order(ChangeKind.REPLACE, pattern_id=pattern(town, "V1"))
    ticks = play(town, [drive("bus", LINE, clock("08:01"))], [replace], from_at=clock("07:55"))
    update = ticks[0].update("T1")
    assert update.trip.schedule_relationship == "REPLACEMENT"
    assert [stop.stop_id for stop in update.stop_time_updates] == ["A0", "A1", "A3", "A4"]
    assert all(stop.arrival.scheduled_time and stop.departure.scheduled_time for stop in update.stop_time_updates)
    assert len([each for each in ticks[12].updates.values() if each.trip_id == "T1"]) == 1


def test_a_duplicate_names_its_original_and_its_bus_the_duplicate(town: City) -> None:
    duplicate = order(ChangeKind.DUPLICATE, "T1-again", 10 * 3600, original_trip_id="T1", vehicle_id="bus")
    ticks = play(town, [drive("bus", LINE, clock("10:00"))], [duplicate])
    raw = proto(ticks[8], "T1-again")
    assert (raw.trip.trip_id, raw.trip.start_time) == ("T1", "08:00:00")
    assert pb.TripDescriptor.ScheduleRelationship.Name(raw.trip.schedule_relationship) == "DUPLICATED"
    assert (raw.trip_properties.start_date, raw.trip_properties.start_time) == (str(DATE), "10:00:00")
    assert len(raw.stop_time_update) == 5
    assert raw.stop_time_update[4].arrival.scheduled_time == int(clock("10:20"))
    position = ticks[8].positions["bus"]
    assert (position.trip_id, position.trip.schedule_relationship) == ("T1-again", "DUPLICATED")
    assert position.trip.start_time == "10:00:00"


def test_swapped_buses_keep_the_run(town: City) -> None:
    """The first bus breaks down; a person gives its run to another one there."""
    broken = drive("broken", LINE, clock("08:00"), upto_m=2_000)
    fresh = drive("fresh", "A2 A3 A4", clock("08:12"))
    swap = ServiceChange("o", ChangeKind.REASSIGN, clock("08:12"), "T1", DATE, EIGHT, "fresh")
    ticks = play(town, [broken, fresh], [swap])
    assert (ticks[9].update("T1").vehicle.id, ticks[-3].update("T1").vehicle.id) == ("broken", "fresh")
    assert {entity for tick in ticks[2:-3] for entity in tick.updates if entity.startswith("T1_")} == {
        f"T1_{DATE}_08:00:00"
    }
