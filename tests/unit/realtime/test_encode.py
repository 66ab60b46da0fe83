"""The feeds as wholes: header, determinism, JSON, broken bytes."""

import json

import pytest

from passinfo.realtime.decode import decode
from passinfo.realtime.encode import encode_feeds, to_json
from tests.unit.realtime.builders import Bus, Run, ride, snapshot
from tests.unit.realtime.town import at, town

NOW = at("08:00", 4.5)


def feeds(feed_version="v1"):
    return encode_feeds(snapshot(NOW, (Run("T1", ride()),), (Bus("b", run=0),)), town(feed_version))


def test_every_feed_has_a_whole_header():
    for feed in (feeds().vehicle_positions, feeds().trip_updates, feeds().alerts):
        header = json.loads(to_json(feed))["header"]
        assert header == {
            "gtfs_realtime_version": "2.0",
            "incrementality": "FULL_DATASET",
            "timestamp": str(int(NOW)),
            "feed_version": "v1",
        }


def test_no_feed_version_where_the_static_feed_has_none():
    assert decode(feeds(None).alerts).feed_version is None


def test_the_same_snapshot_gives_the_same_bytes():
    assert feeds() == feeds()


def test_json_speaks_the_reference():
    (entity,) = json.loads(to_json(feeds().trip_updates))["entity"]
    assert entity["trip_update"]["trip"]["schedule_relationship"] == "SCHEDULED"
    assert entity["trip_update"]["stop_time_update"][0]["stop_id"] == "A"


@pytest.mark.parametrize("broken", [b"\xff\xff\xff", b"", b"<html>"])
def test_broken_bytes_are_refused_with_a_reason(broken):
    with pytest.raises(ValueError, match="GTFS-Realtime feed"):
        decode(broken)


def test_a_truncated_feed_is_refused():
    with pytest.raises(ValueError, match="GTFS-Realtime feed"):
        decode(feeds().trip_updates[:-3])
