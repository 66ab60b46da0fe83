"""Feeds put together, and parts of feeds."""

import pytest
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.realtime.encode import encode_feeds, to_json
from passinfo.realtime.encoder import FeedEncoder
from passinfo.realtime.select import combined, combined_json, concern_of, concerning
from passinfo.snapshot import Alert, InformedEntity, RunRelationship
from tests.unit.realtime.builders import Bus, Run, ride, snapshot
from tests.unit.realtime.town import at, town

NOW = at("08:00", 4.0)
TOWN = town()


def test_no_vehicle_run_and_alert_share_an_id_in_one_message():
    """Mutation: entities named by vehicle_id and alert_id as they are."""
    run = "T1_20260216_08:00:00"
    buses = (Bus("order-1"), Bus(run, run=0), Bus("vehicle-order-1"), Bus("7"))
    alerts = tuple(
        Alert(name, "OTHER_CAUSE", "DETOUR", "INFO", (), (), (InformedEntity(route_id="R1"),), (("en", "x"),))
        for name in ("order-1", "order-1_20260216_08:00:00")
    )
    snap = snapshot(NOW, (Run("T1", ride()), Run("order-1", ride())), buses, alerts)
    feeds = encode_feeds(snap, town())
    assert FeedEncoder(town()).encode(snap) == feeds
    message = pb.FeedMessage.FromString(combined(list(feeds.by_kind().values())))
    ids = [entity.id for entity in message.entity]
    assert len(set(ids)) == len(ids) == 8
    assert "7" in ids


def alert(alert_id, **informed):
    texts = (("en", "Look"),)
    return Alert(alert_id, "OTHER_CAUSE", "DETOUR", "INFO", ((NOW, None),), (), (InformedEntity(**informed),), texts)


@pytest.fixture
def feeds():
    runs = (
        Run("T1", ride(), vehicle="bus"),
        Run("H1", ride(headway=True), RunRelationship.UNSCHEDULED, route="R2", direction=1, vehicle="coach"),
    )
    buses = (Bus("bus", run=0), Bus("coach", run=1), Bus("unsure"))
    alerts = (alert("a", route_id="R1"), alert("b", stop_id="B"), alert("c", agency_id="T"), alert("d", trip_id="H1"))
    return list(encode_feeds(snapshot(NOW, runs, buses, alerts), TOWN).by_kind().values())


def ids(feed):
    return {entity.id for entity in pb.FeedMessage.FromString(feed).entity}


def test_one_message_of_all_kinds(feeds):
    whole = pb.FeedMessage.FromString(combined(feeds))
    assert len(whole.entity) == sum(len(ids(feed)) for feed in feeds)
    assert whole.header.timestamp == int(NOW)
    assert combined_json([to_json(feed) for feed in feeds]) == to_json(combined(feeds))


def test_nothing_put_together_is_a_header():
    empty = list(encode_feeds(snapshot(NOW), TOWN).by_kind().values())
    assert ids(combined(empty)) == set()
    assert combined_json([to_json(feed) for feed in empty]) == to_json(empty[0])


def test_only_what_concerns_a_route(feeds):
    concern = concern_of(TOWN, ["R1"], [])
    kept = [ids(concerning(feed, concern)) for feed in feeds]
    assert kept == [{"bus"}, {"T1_20260216_08:00:00"}, {"a", "b", "c"}]


def test_an_agency_is_all_its_routes(feeds):
    concern = concern_of(TOWN, [], ["T"])
    assert ids(concerning(feeds[0], concern)) == {"bus", "coach"}
    assert ids(concerning(feeds[2], concern)) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(("routes", "agencies"), [(["R9"], []), (["R1", "R9"], []), ([], ["X"])])
def test_an_unknown_id_is_told(routes, agencies):
    with pytest.raises(KeyError, match=r"R9|X"):
        concern_of(TOWN, routes, agencies)
