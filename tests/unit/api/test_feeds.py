"""Feeds in one message, and by route and agency."""

from google.transit import gtfs_realtime_pb2 as pb


def ids(answer):
    return {entity.id for entity in pb.FeedMessage.FromString(answer.data).entity}


def test_all_kinds_in_one_message(client) -> None:
    single = [ids(client.get(f"/gtfs-rt/{kind}.pb")) for kind in ("vehicle-positions", "trip-updates", "alerts")]
    for _ in range(2):  # made, then kept
        answer = client.get("/gtfs-rt/all.pb")
        assert ids(answer) == set.union(*single)
        assert answer.headers["ETag"]
    twin = client.get("/gtfs-rt/all.json").get_json()
    assert {entity["id"] for entity in twin["entity"]} == set.union(*single)


def test_only_one_route(client) -> None:
    for _ in range(2):
        answer = client.get("/gtfs-rt/trip-updates.pb?route_id=R1")
        routes = {entity.trip_update.trip.route_id for entity in pb.FeedMessage.FromString(answer.data).entity}
        assert routes == {"R1"}
    assert ids(client.get("/gtfs-rt/trip-updates.pb?agency_id=A")) == ids(client.get("/gtfs-rt/trip-updates.pb"))
    twin = client.get("/gtfs-rt/all.json?route_id=R1").get_json()
    assert {entity["trip_update"]["trip"]["route_id"] for entity in twin["entity"] if "trip_update" in entity} == {"R1"}


def test_an_unknown_route_is_told(client) -> None:
    answer = client.get("/gtfs-rt/all.pb?route_id=R9")
    assert answer.status_code == 404
    assert "R9" in answer.get_json()["detail"]
    assert client.get("/gtfs-rt/every.pb").status_code == 404
