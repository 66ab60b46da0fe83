"""Service by headway, and by headway with exact times."""

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.bms.changes import ChangeKind, ServiceChange
from tests.scenarios.city import City
from tests.scenarios.played import DATE, clock, drive, play, relationships, times

LINE = "B0 B1 B2 B3 B4"
EXACT = "C0 C1 C2 C3 C4"


def test_headway_service_is_unscheduled_and_frozen(town: City) -> None:
    ticks = play(town, [drive("one", LINE, clock("10:03")), drive("two", LINE, clock("10:12"))])
    starts: dict[str, set[str]] = {"one": set(), "two": set()}
    for tick in ticks:
        for update in tick.updates.values():
            assert update.trip.schedule_relationship == "UNSCHEDULED"
            assert set(relationships(update)) == {"UNSCHEDULED"}
            assert all(stop.arrival is None or stop.arrival.delay is None for stop in update.stop_time_updates)
            if update.vehicle is not None:
                starts[update.vehicle.id].add(update.trip.start_time)
    assert all(len(mine) == 1 for mine in starts.values())
    assert starts["one"] != starts["two"]


def test_a_cancelled_or_skipped_headway_run_is_told_by_an_alert_only(town: City) -> None:
    rows = [drive("one", LINE, clock("10:03"))]
    (update,) = play(town, rows)[5].updates.values()
    hours, minutes, seconds = map(int, update.trip.start_time.split(":"))
    start_s = hours * 3600 + minutes * 60 + seconds
    skip = ServiceChange("s", ChangeKind.SKIP, clock("10:07"), "H1", DATE, start_s, from_stop_id="B3")
    tick = play(town, rows, [skip])[-14]
    (update,) = tick.updates.values()
    assert "B3" not in [stop.stop_id for stop in update.stop_time_updates]
    assert set(relationships(update)) == {"UNSCHEDULED"}
    assert [alert.effect for alert in tick.alerts] == ["MODIFIED_SERVICE"]
    cancel = ServiceChange("c", ChangeKind.CANCEL, clock("10:07"), "H1", DATE, start_s)
    tick = play(town, rows, [cancel])[8]
    assert tick.updates == {}
    assert [alert.effect for alert in tick.alerts] == ["NO_SERVICE"]


def test_exact_times_are_scheduled_at_a_multiple_of_the_headway(town: City) -> None:
    ticks = play(town, [drive("bus", EXACT, clock("08:01"))])
    update = ticks[5].update("X1")
    assert update.trip.schedule_relationship == "SCHEDULED"
    assert (update.trip.start_time, update.trip.start_date) == ("08:00:00", str(DATE))
    assert set(relationships(update)) == {"SCHEDULED"}
    assert abs(times(update)[-1] - clock("08:21")) < 120


def test_a_cancelled_departure_of_exact_times(town: City) -> None:
    cancel = ServiceChange("c", ChangeKind.CANCEL, clock("07:00"), "X1", DATE, 8 * 3600)
    ticks = play(town, [], [cancel], from_at=clock("07:30"), to_at=clock("07:30"))
    assert ticks[0].update("X1").trip.schedule_relationship == "CANCELED"


def test_no_field_says_what_is_not_known(town: City) -> None:
    tick = play(town, [drive("one", LINE, clock("10:03"))])[8]
    (entity,) = pb.FeedMessage.FromString(tick.feeds.vehicle_positions).entity
    assert not entity.vehicle.HasField("occupancy_status")
    assert not entity.vehicle.HasField("congestion_level")
    assert np.isfinite(entity.vehicle.position.bearing)
