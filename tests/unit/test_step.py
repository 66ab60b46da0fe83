"""The pipeline from reports to feeds, on the tiny feed."""

import dataclasses

import numpy as np
import pytest

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.bms.reports import Reports
from passinfo.columns import concat, take
from passinfo.network.network import Network
from passinfo.prediction.stack import LivePredictor, default_predictor
from passinfo.realtime.decode import decode
from passinfo.realtime.encode import encode_feeds
from passinfo.rejections import Reason
from passinfo.settings import CitySettings, Hints
from passinfo.step import TickResult, World, begin, rebase, step, with_orders
from tests.unit.builders_feed import LINES, tiny
from tests.unit.tracking.drives import DATE, at, at_places, none, reports

TIMETABLE = {"frequencies": None, "trips": LINES["trips"].replace("\nR2,wk,H1,East,0,", "")}
HEADWAY = {"trips": LINES["trips"].split("\n")[0] + "\nR2,wk,H1,East,0,"}
GPS_ONLY = CitySettings(hints=Hints(trip=False, block=False, route=False, direction=False))


@pytest.fixture
def network() -> Network:
    return tiny(**TIMETABLE).network


@pytest.fixture
def headway() -> Network:
    return tiny(**HEADWAY).network


def start(network: Network, settings: CitySettings = GPS_ONLY) -> World:
    return begin(network, settings, default_predictor(network))


def drive(network: Network, start_s: float, trip: str, upto_m: float = 1_600, vehicle_id: str = "bus") -> Reports:
    dist = np.arange(0, upto_m, 1000 / 15)
    return reports(network, vehicle_id, at(network, start_s) + 20.0 * np.arange(len(dist)), dist, trip)


def after(world: World, rows: Reports, *, seconds: float = 0) -> tuple[World, TickResult]:
    return step(world, rows, float(rows.received_at[-1]) + seconds)


def updates(result: TickResult, network: Network):
    return {row.entity_id: row for row in decode(encode_feeds(result.snapshot, network).trip_updates).trip_updates}


def test_gps_alone_becomes_a_trip_update(network: Network) -> None:
    _, result = after(start(network), drive(network, 8 * 3600, "T1"))
    (row,) = updates(result, network).values()
    assert (row.run.trip_id, row.run.start_date, row.run.start_time) == ("T1", str(DATE), "08:00:00")
    assert row.run.relationship == "SCHEDULED"
    times = [stop.arrival.time for stop in row.stops if stop.arrival]
    assert times == sorted(set(times))
    assert [stop.stop_sequence for stop in row.stops][-3:] == [10, 15, 20]
    assert row.vehicle_id == "bus"
    (seen,) = decode(encode_feeds(result.snapshot, network).vehicle_positions).positions
    assert seen.run.trip_id == "T1"


def test_headway_service_has_time_and_no_delay(headway: Network) -> None:
    _, result = after(start(headway), drive(headway, 10 * 3600, "H1"))
    (row,) = updates(result, headway).values()
    assert row.run.relationship == "UNSCHEDULED"
    assert {stop.relationship for stop in row.stops} == {"UNSCHEDULED"}
    events = [event for stop in row.stops for event in (stop.arrival, stop.departure) if event]
    assert all(event.time and event.delay_s is None for event in events)


def test_two_buses_on_one_headway_trip_are_two_updates(headway: Network) -> None:
    """Defect 3 of the field. Mutation: keying runs by trip_id."""
    first, second = drive(headway, 10 * 3600, "H1"), drive(headway, 10 * 3600 + 5, "H1", vehicle_id="second")
    rows = concat(Reports, [first, second])
    order = np.argsort(rows.received_at, kind="stable")
    rows = dataclasses.replace(rows, **{f.name: getattr(rows, f.name)[order] for f in dataclasses.fields(rows)})
    _, result = after(start(headway), rows)
    assert len(updates(result, headway)) == 2


def test_both_feeds_pair_a_headway_trip_with_the_same_last_bus(headway: Network) -> None:
    """The bus with the later id departed first. Mutation: positions in order of vehicle_id."""
    first, second = drive(headway, 10 * 3600, "H1", 1_800, "z"), drive(headway, 10 * 3600 + 240, "H1", 1_000, "a")
    both = concat(Reports, [first, second])
    _, result = step(start(headway), both, float(both.received_at.max()))
    feeds = encode_feeds(result.snapshot, headway)
    positions = [row.vehicle_id for row in decode(feeds.vehicle_positions).positions]
    assert positions == [row.vehicle_id for row in decode(feeds.trip_updates).trip_updates] == ["z", "a"]


def test_a_silent_headway_bus_is_paired_in_no_feed(headway: Network) -> None:
    world, first = after(start(headway), drive(headway, 10 * 3600, "H1"))
    _, result = step(world, none(), first.snapshot.made_at + 120)
    (row,) = updates(result, headway).values()
    assert row.vehicle_id == ""


def test_cancelled_stays_cancelled(network: Network) -> None:
    """Defect 1 of the field. Mutation: letting the tracked run overwrite the order."""
    order = ServiceChange("c", ChangeKind.CANCEL, at(network, 7 * 3600), "T1", DATE, 8 * 3600)
    world = with_orders(start(network), [order], [])
    world, result = after(world, drive(network, 8 * 3600, "T1", 800))
    assert updates(result, network)["T1_20261123_08:00:00"].run.relationship == "CANCELED"
    _, result = step(world, none(), result.snapshot.made_at + 30)
    row = updates(result, network)["T1_20261123_08:00:00"]
    assert (row.run.relationship, row.stops) == ("CANCELED", ())
    seen = decode(encode_feeds(result.snapshot, network).vehicle_positions).positions
    assert [each.run.trip_id for each in seen if each.run] in ([], [""])


def test_a_cancelled_headway_run_is_withdrawn_and_told(headway: Network) -> None:
    world, result = after(start(headway), drive(headway, 10 * 3600, "H1"))
    runs = result.snapshot.runs
    order = ServiceChange("c", ChangeKind.CANCEL, 0.0, "H1", int(runs.start_date[0]), int(runs.start_service_s[0]))
    _, result = step(with_orders(world, [order], []), none(), result.snapshot.made_at + 10)
    assert updates(result, headway) == {}
    assert [alert.effect for alert in result.snapshot.alerts] == ["NO_SERVICE"]


def test_a_short_turn_skips_the_stops_beyond(network: Network) -> None:
    order = ServiceChange("c", ChangeKind.SHORT_TURN, 0.0, "T1", DATE, 8 * 3600, last_stop_id="S2")
    _, result = after(with_orders(start(network), [order], []), drive(network, 8 * 3600, "T1"))
    row = updates(result, network)["T1_20261123_08:00:00"]
    assert {stop.stop_id: stop.relationship for stop in row.stops[-3:]} == {
        "S2": "SCHEDULED",
        "S3": "SKIPPED",
        "S4": "SKIPPED",
    }


def test_an_added_run_is_new_and_lists_every_stop(network: Network) -> None:
    pattern = str(network.patterns.pattern_id[int(network.trips.pattern_ix[network.trip_rows["T1"]])])
    order = ServiceChange("c", ChangeKind.ADD, 0.0, "X9", DATE, 9 * 3600, pattern_id=pattern, headsign="Extra")
    _, result = step(with_orders(start(network), [order], []), none(), at(network, 8.9 * 3600))
    (row,) = updates(result, network).values()
    assert (row.run.relationship, row.headsign, len(row.stops)) == ("NEW", "Extra", 5)
    assert row.stops[2].arrival is not None
    assert row.stops[2].arrival.scheduled_time == int(at(network, 9 * 3600 + 600))


def test_entity_ids_stay_from_tick_to_tick(network: Network) -> None:
    """Defect 5 of the field. Mutation: a timestamp in the entity id."""
    world, first = after(start(network), drive(network, 8 * 3600, "T1"))
    _, second = step(world, none(), first.snapshot.made_at + 15)
    assert set(updates(first, network)) == set(updates(second, network)) != set()


def test_a_silent_bus_keeps_its_update_and_its_timestamp_until_it_is_too_old(network: Network) -> None:
    """Defect 7 of the field. Mutation: dropping vehicles without a report in this tick."""
    world, first = after(start(network), drive(network, 8 * 3600, "T1"))
    measured = first.snapshot.made_at
    _, result = step(world, none(), measured + 120)
    (row,) = updates(result, network).values()
    assert row.timestamp == int(measured)
    assert decode(encode_feeds(result.snapshot, network).vehicle_positions).positions == ()
    _, result = step(world, none(), measured + 700)
    (row,) = updates(result, network).values()
    assert {stop.relationship for stop in row.stops if stop.stop_sequence > 5} == {"NO_DATA"}


def test_a_silent_headway_bus_is_withdrawn(headway: Network) -> None:
    world, first = after(start(headway), drive(headway, 10 * 3600, "H1"))
    _, result = step(world, none(), first.snapshot.made_at + 700)
    assert updates(result, headway) == {}


def test_the_area_comes_from_the_network(network: Network) -> None:
    """Defect 4 of the field: a fix in Manila is accepted, one in Seattle is not. Mutation: a fixed box."""
    assert start(network).area.contains(14.56, 121.06)
    rows = at_places(
        "bus", at(network, 8 * 3600) + np.array([0.0, 20.0, 40.0]), [14.56, 47.6, 121.06], [121.05, -122.3, 14.56]
    )
    _, result = after(start(network), rows)
    assert [refused.reason for refused in result.rejections] == [Reason.OUT_OF_AREA, Reason.SWAPPED_COORDINATES]
    assert result.status["accepted"] == 1


def test_milliseconds_are_refused(network: Network) -> None:
    """Defect 6 of the field: never a timestamp in milliseconds. Mutation: no rule for the future."""
    rows = at_places("bus", np.array([at(network, 8 * 3600) * 1000]), [14.56], [121.05])
    _, result = step(start(network), rows, at(network, 8 * 3600))
    assert result.status["accepted"] == 0


def test_a_bus_between_two_variants_is_shown_without_trip_and_still_predicted(network: Network) -> None:
    _, result = after(start(network), drive(network, 14 * 3600, "T1"))
    snapshot = result.snapshot
    assert updates(result, network) == {}
    stop = network.stop_rows["S4"]
    calls = snapshot.calls_of_stop(stop)
    assert len(calls) == 1
    assert snapshot.calls.p10_at[calls[0]] <= snapshot.calls.p50_at[calls[0]] <= snapshot.calls.p90_at[calls[0]]
    assert snapshot.calls.stops_away[calls[0]] == 2


def test_arrivals_of_a_stop_come_soonest_first(headway: Network) -> None:
    rows = [drive(headway, 10 * 3600 + 240 * i, "H1", 1_600 - 800 * i, f"bus{i}") for i in range(2)]
    both = concat(Reports, rows)
    _, result = step(start(headway), both, float(both.received_at.max()))
    calls = result.snapshot.calls_of_stop(headway.stop_rows["S4"])
    p50 = result.snapshot.calls.p50_at[calls]
    assert len(p50) == 2
    assert p50[0] < p50[1]


def test_a_tick_changes_nothing_it_was_given_and_repeats_itself(network: Network) -> None:
    world = start(network)
    rows = drive(network, 8 * 3600, "T1")
    first, again = after(world, rows)[1], after(world, rows)[1]
    assert encode_feeds(first.snapshot, network) == encode_feeds(again.snapshot, network)
    assert world.sequence == 0
    assert not world.tracking.vehicles


def test_a_new_network_keeps_the_issued_instances(headway: Network) -> None:
    world, first = after(start(headway), drive(headway, 10 * 3600, "H1"))
    moved = rebase(world, headway, world.predictor)
    assert moved.tracking.issued == world.tracking.issued
    assert moved.sequence == world.sequence
    _, result = step(moved, drive(headway, 10 * 3600 + 480, "H1", 100), first.snapshot.made_at + 60)
    assert result.snapshot.sequence == first.snapshot.sequence + 1


def test_a_bus_later_than_told_makes_the_next_intervals_wider(network: Network) -> None:
    """Mutation: nothing judged in the live pipeline, or forgotten when a new network comes."""
    dist = np.arange(0.0, 4_000.0, 25.0)  # a third of the speed planned
    slow = reports(network, "slow", at(network, 8 * 3600) + 20.0 * np.arange(len(dist)), dist, "T1")
    world = start(network)
    for row in range(len(dist)):
        world, _ = after(world, take(slow, np.array([row])))
    assert (world.margins.log[1] > 0.02).any() and len(world.margins.pending.made_at)
    moved = rebase(world, network, world.predictor)
    assert (moved.margins.log == world.margins.log).all() and not len(moved.margins.pending.made_at)
    fresh = drive(network, 86_400 + 8 * 3600, "T1", 1_000)

    def widths(before: World) -> np.ndarray:
        calls = after(before, fresh)[1].snapshot.calls
        return (calls.p90_at - calls.p50_at)[np.isfinite(calls.p90_at)]

    told, plain = widths(moved), widths(start(network))
    assert len(told) == len(plain) and (told >= plain).all() and (told > plain).any()


class Jammed(LivePredictor):
    """Knows that every road is jammed."""

    def congestion(self, network, traffic, pattern_ix, dist_m, now):
        return np.full(len(pattern_ix), 3, dtype=np.uint8)


def test_how_the_road_flows_is_told_of_buses_in_service_by_who_knows(network: Network) -> None:
    for predictor, level in ((Jammed(), 3), (LivePredictor(), 0)):
        world = begin(network, GPS_ONLY, predictor)
        _, result = after(world, drive(network, 8 * 3600, "T1"))
        assert result.snapshot.vehicles.congestion.tolist() == [level]
