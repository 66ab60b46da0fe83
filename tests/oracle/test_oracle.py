"""The oracle finds what is planted, and an exemption hides nothing but what it is for."""

import pytest
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.realtime.encode import encode_feeds
from passinfo.snapshot import CallRelationship, RunRelationship
from tests.oracle.exemptions import exemptions
from tests.oracle.oracle import UNREADABLE, Oracle, Tick
from tests.oracle.replays import chosen, read_tick, tick_times
from tests.unit.realtime.builders import Bus, Call, Run, ride, snapshot
from tests.unit.realtime.town import at, town, write_gtfs

NOW = at("08:00", 4.0)


@pytest.fixture(scope="module")
def oracle(tmp_path_factory):
    return Oracle(write_gtfs(tmp_path_factory.mktemp("gtfs") / "town.zip"))


def tick(*runs, buses=None, now=NOW, copies=()):
    """Feeds of these runs; unless buses are given, each run's vehicle runs it."""
    if buses is None:
        buses = tuple(Bus(run.vehicle, run=row) for row, run in enumerate(runs) if run.vehicle)
    snap = snapshot(now, runs, buses)
    for row in copies:
        snap.runs.trip_ix[row] = town().trip_rows["T1"]
    feeds = encode_feeds(snap, town())
    return Tick(now, feeds.vehicle_positions, feeds.trip_updates, feeds.alerts)


def planned():
    calls = ride()
    for k, call in enumerate(calls):
        call.scheduled = 300.0 * k
    return calls


def counted(findings):
    return {finding.rule for finding in findings if finding.counts}


def changed(one, change):
    message = pb.FeedMessage.FromString(one.trip_updates)
    change(message)
    return Tick(one.made_at, one.vehicle_positions, message.SerializeToString(), one.alerts)


GOOD = (
    Run("T1", ride(), vehicle="bus"),
    Run("H1", ride(headway=True), RunRelationship.UNSCHEDULED, route="R2", direction=1, vehicle="coach"),
)


def test_good_feeds_are_without_findings(oracle):
    assert oracle.check_tick(tick(*GOOD)) == []


def test_the_clock_is_the_tick(oracle):
    for days in (-1, 1):
        late = oracle.check_tick(Tick(NOW + days * 86_400, b"", tick(*GOOD).trip_updates))
        assert late, "feeds a day away from the clock are not in order"


def in_milliseconds(message):
    message.entity[0].trip_update.timestamp *= 1000


def standing_still(message):
    stops = message.entity[0].trip_update.stop_time_update
    stops[2].arrival.time = stops[1].arrival.time
    stops[2].departure.time = stops[1].arrival.time


def without_relationship(message):
    message.entity[0].trip_update.trip.ClearField("schedule_relationship")
    for stop in message.entity[0].trip_update.stop_time_update:
        stop.ClearField("schedule_relationship")


def without_stops(message):
    del message.entity[0].trip_update.stop_time_update[:]


def unknown_trip(message):
    message.entity[0].trip_update.trip.trip_id = "nowhere"


def wrong_stop(message):
    message.entity[0].trip_update.stop_time_update[1].stop_id = "D"


@pytest.mark.parametrize(
    ("plant", "rule"),
    [
        (in_milliseconds, "E001"),
        (standing_still, "E022"),
        (without_stops, "E041"),
        (unknown_trip, "E003"),
        (wrong_stop, "E045"),
    ],
)
def test_a_planted_error_is_found_and_not_exempt(oracle, plant, rule):
    assert rule in counted(oracle.check_tick(changed(tick(Run("T1", ride())), plant)))


def test_a_missing_relationship_is_warned_of(oracle):
    findings = oracle.check_tick(changed(tick(Run("T1", ride())), without_relationship))
    assert "W009" in {finding.rule for finding in findings}


def test_a_feed_that_cannot_be_read_is_an_error(oracle):
    good = tick(*GOOD)
    assert counted(oracle.check(b"\xff\xff\xff", good.trip_updates, good.alerts, NOW)) == {UNREADABLE}


def test_the_tick_before_is_seen(oracle):
    again = tick(*GOOD, now=NOW - 60)
    assert counted(oracle.check_tick(again, previous=tick(*GOOD))) == {"E018"}


NEW = Run("X1", planned(), RunRelationship.NEW, headsign="Harbour", vehicle="bus")
COPY = Run("T1-copy", planned(), RunRelationship.DUPLICATED, start=9 * 3600, vehicle="bus")
ELSEWHERE = Run(
    "T1",
    [Call("A", 1, departure=30, scheduled=0), Call("C", 2, 330, 340, scheduled=300), Call("D", 4, 930, scheduled=900)],
    RunRelationship.REPLACEMENT,
    vehicle="bus",
)
DELETED = Run("T1", [], RunRelationship.DELETED)


@pytest.mark.parametrize(
    ("run", "exempt"),
    [(NEW, {"E003"}), (COPY, {"E003", "E047"}), (ELSEWHERE, {"E045"}), (DELETED, {"E041"})],
    ids=["new", "duplicated", "replacement", "deleted"],
)
def test_known_false_errors_are_marked_and_do_not_count(oracle, run, exempt):
    findings = oracle.check_tick(tick(run, copies=(0,) if run is COPY else ()))
    assert counted(findings) == set()
    assert {finding.rule for finding in findings if finding.exemption} == exempt


@pytest.mark.parametrize("beside", [NEW, COPY], ids=["new", "duplicated"])
def test_an_exemption_does_not_hide_the_same_error_of_a_scheduled_run(oracle, beside):
    lost = Run("nowhere", ride(), vehicle="other")
    findings = oracle.check_tick(tick(beside, lost, copies=(0,) if beside is COPY else ()))
    named = [finding for finding in findings if finding.rule == "E003" and finding.counts]
    assert len(named) == 2 and all("nowhere" in finding.text for finding in named)


def test_an_exemption_does_not_hide_wrong_stops_or_missing_updates_of_a_scheduled_run(oracle):
    def both(message):
        message.entity[1].trip_update.stop_time_update[1].stop_id = "D"

    findings = oracle.check_tick(changed(tick(ELSEWHERE, Run("N1", ride(), start=25 * 3600 + 600)), both))
    assert {f.exemption is None for f in findings if f.rule == "E045"} == {True, False}
    emptied = changed(
        tick(DELETED, Run("N1", ride(), start=25 * 3600 + 600)),
        lambda m: m.entity[1].trip_update.ClearField("stop_time_update"),
    )
    assert [f.text for f in oracle.check_tick(emptied) if f.counts] == ["trip_id N1"]


def test_an_exemption_does_not_hide_a_mix_up_of_vehicles_of_scheduled_runs(oracle):
    mixed = tick(
        Run("T1-copy", planned(), RunRelationship.DUPLICATED, start=9 * 3600, vehicle="bus"),
        Run("N1", ride(), start=25 * 3600 + 600, vehicle="other"),
        Run("N1", ride(), start=25 * 3600 + 600, vehicle="third", published=False),
        buses=(Bus("bus", run=0), Bus("other"), Bus("third", run=1)),
        copies=(0,),
    )
    findings = [finding for finding in oracle.check_tick(mixed) if finding.rule == "E047"]
    assert {finding.exemption is None for finding in findings} == {True, False}


def unknown_from_here(calls, first):
    for call in calls[first:]:
        call.relationship, call.arrival, call.departure, call.width = CallRelationship.NO_DATA, None, None, None
    return calls


FINISHED = [Call("C", 3, -400, -390, observed=True), Call("D", 4, -60, observed=True)]
OVERDUE = [Call("D", 4, -60)]


@pytest.mark.parametrize(
    ("calls", "kind"), [(FINISHED, "finished"), (unknown_from_here(ride(), 0), "no_data"), (OVERDUE, None)]
)
def test_nothing_ahead_is_exempt_where_all_is_over_or_nothing_is_known_alone(oracle, calls, kind):
    overdue = changed(tick(Run("T1", calls)), lambda message: None if kind else into_the_past(message))
    (finding,) = [finding for finding in oracle.check_tick(overdue) if finding.rule == "P008"]
    assert (finding.exemption.kind if finding.exemption else None) == kind


def into_the_past(message):
    message.entity[0].trip_update.stop_time_update[0].arrival.time = int(NOW) - 60


def test_every_exemption_quotes_the_reference():
    rows = exemptions()
    assert len({(row.rule, row.kind) for row in rows}) == len(rows) == 9
    assert all(len(row.reference) > 20 and row.why for row in rows)


def test_ticks_of_a_replay_are_found_read_and_chosen(tmp_path):
    names = [str(int(at("23:30") + 300 * k)) for k in range(12)]
    for kind in ("vehicle-positions", "trip-updates", "alerts"):
        (tmp_path / "feeds" / kind).mkdir(parents=True)
        for name in names:
            (tmp_path / "feeds" / kind / f"{name}.pb").write_bytes(kind.encode())
    assert tick_times(tmp_path) == names
    assert read_tick(tmp_path, names[3]) == Tick(float(names[3]), b"vehicle-positions", b"trip-updates", b"alerts")
    places = chosen(names, 5, 1, "Asia/Manila")
    assert {0, 5, 6} <= set(places)
    assert places == chosen(names, 5, 1, "Asia/Manila")
    assert len(chosen(names, 1, 0, "Asia/Manila")) == 12
    assert 0 in chosen(names[6:], 100, 7, "Asia/Manila")
