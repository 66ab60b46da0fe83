"""Where buses go: off their line, around a closed road, around a ring, and home too early."""

from passinfo.bms.changes import ChangeKind, ServiceChange
from tests.scenarios.city import City
from tests.scenarios.played import DATE, clock, drive, play, times

LINE = "A0 A1 A2 A3 A4"


def off(start: float, vehicle_id: str = "bus"):
    """The first kilometre on the line, the rest 330 m north of it."""
    on = drive(vehicle_id, LINE, start, upto_m=1_000)
    aside = drive(vehicle_id, "A1 A2 A3", start + 320, aside_deg=0.003)
    return [on, aside]


def test_off_route_a_bus_is_shown_without_its_trip(town: City) -> None:
    ticks = play(town, off(clock("08:00")))
    assert ticks[4].positions["bus"].trip_id == "T1"
    late = [tick.positions["bus"] for tick in ticks[8:]]
    assert late
    assert all(position.trip is None for position in late)


def test_a_told_detour_keeps_the_trip(town: City) -> None:
    detour = ServiceChange(
        "d", ChangeKind.DETOUR, clock("07:30"), "T1", DATE, 8 * 3600, from_stop_id="A1", to_stop_id="A3"
    )
    ticks = play(town, off(clock("08:00")), [detour])
    (alert,) = ticks[-1].alerts
    assert (alert.effect, alert.informed_entities[0].trip.trip_id) == ("DETOUR", "T1")
    assert ticks[7].positions["bus"].trip_id == "T1"


def test_a_detour_that_ends_at_a_tick_keeps_no_trip_at_it(town: City) -> None:
    """Mutation: the order still counts at the instant it ends, its alert does not (E029)."""
    ends = clock("08:00") + 480
    detour = ServiceChange("d", ChangeKind.DETOUR, clock("07:30"), "T1", DATE, 8 * 3600, ends_at=ends)
    ticks = play(town, off(clock("08:00")), [detour])
    (last,) = [tick for tick in ticks if tick.snapshot.made_at == ends]
    assert last.alerts == ()
    assert last.positions["bus"].trip is None


def test_a_told_detour_of_a_route_names_the_trips_off_their_line(town: City) -> None:
    """Mutation: the alert names the route alone, and every position off the line is an error (E029)."""
    detour = ServiceChange("d", ChangeKind.DETOUR, clock("07:30"), route_id="R1")
    ticks = play(town, off(clock("08:00")), [detour])
    trips = [[each.trip.trip_id for each in tick.alerts[0].informed_entities if each.trip] for tick in ticks]
    assert trips[2] == []
    assert ticks[7].positions["bus"].trip_id == "T1"
    assert trips[7] == ["T1"]


def test_a_ring_calls_twice_at_its_first_stop(town: City) -> None:
    ticks = play(town, [drive("bus", "D0 D1 D2 E0 D0", clock("08:00"))])
    update = ticks[4].update("L1")
    assert update.stop_time_updates[-1].stop_id == "D0"
    assert [stop.stop_sequence for stop in update.stop_time_updates] == sorted(
        {stop.stop_sequence for stop in update.stop_time_updates}
    )
    assert update.stop_time_updates[-1].stop_sequence == 5
    assert times(update) == sorted(set(times(update)))


def test_an_early_finish_keeps_its_last_stop_until_the_plan_is_over(town: City) -> None:
    """Else apps believe that it is still on its way by timetable."""
    ticks = play(town, [drive("bus", LINE, clock("08:00"), pace=1.6)], to_at=clock("08:22"))
    done = [tick for tick in ticks if tick.snapshot.made_at > clock("08:14")]
    for tick in done:
        found = [each for each in tick.updates.values() if each.trip_id == "T1"]
        if tick.snapshot.made_at >= clock("08:20"):
            assert not found
            continue
        last = found[0].stop_time_updates[-1]
        assert (last.stop_id, last.arrival.uncertainty) == ("A4", 0)
        assert last.arrival.time.timestamp() <= tick.snapshot.made_at
    assert done


def test_an_early_finish_is_remembered_when_the_bus_runs_its_next_trip_at_once(town: City) -> None:
    """Mutation: the run is forgotten with its bus, and apps believe the timetable again."""
    first = drive("bus", LINE, clock("08:00"), pace=1.6)
    back = drive("bus", "A4 A3 A2 A1 A0", clock("08:14"))
    ticks = play(town, [first, back], to_at=clock("08:24"))
    on_the_way = [tick for tick in ticks if clock("08:16") < tick.snapshot.made_at < clock("08:20")]
    assert {tick.positions["bus"].trip.direction_id for tick in on_the_way if tick.positions["bus"].trip} <= {1}
    for tick in on_the_way:
        update = tick.update("T1")
        (last,) = update.stop_time_updates
        assert (last.stop_id, last.arrival.uncertainty, update.vehicle) == ("A4", 0, None)
        assert update.timestamp.timestamp() <= tick.snapshot.made_at
    assert all("T1" not in {each.trip_id for each in tick.updates.values()} for tick in ticks[-3:])
    assert on_the_way


def test_the_next_trip_of_the_block_names_its_vehicle(town: City) -> None:
    first = drive("bus", LINE, clock("08:00"))
    ticks = play(town, [first, drive("bus", "A4 A4", clock("08:21"))], to_at=clock("08:28"))
    ahead = [tick.update("T2") for tick in ticks[-3:]]
    assert {update.vehicle.id for update in ahead} == {"bus"}
    assert {update.trip.start_time for update in ahead} == {"08:40:00"}
    assert all(times(update)[0] >= clock("08:40") for update in ahead)
