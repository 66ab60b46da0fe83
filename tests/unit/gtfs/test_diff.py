"""What the diff of two feeds tells."""

from __future__ import annotations

import copy

from passinfo.gtfs.diff import diff_feeds
from passinfo.gtfs.rows import Tables


def _feed() -> Tables:
    return {
        "stops": [{"stop_id": s, "stop_lat": "14.5", "stop_lon": f"121.0{n}"} for n, s in enumerate("AB")],
        "routes": [{"route_id": "R", "route_color": ""}],
        "trips": [{"trip_id": "T", "route_id": "R", "service_id": "weekday", "direction_id": "0"}],
        "stop_times": [{"trip_id": "T", "stop_id": s, "stop_sequence": str(n)} for n, s in enumerate("AB")],
        "frequencies": [{"trip_id": "T", "start_time": "06:00:00", "end_time": "09:00:00", "headway_secs": "600"}],
        "feed_info": [{"feed_version": "1"}],
    }


def test_order_version_and_absent_columns_are_no_change() -> None:
    new = copy.deepcopy(_feed())
    new["stops"].reverse()
    new["feed_info"] = [{"feed_version": "2"}]
    del new["routes"][0]["route_color"]
    assert diff_feeds(_feed(), new) == ()


def test_a_moved_stop_is_told_in_metres() -> None:
    new = _feed()
    new["stops"][0]["stop_lat"] = "14.501"
    assert [c.text for c in diff_feeds(_feed(), new)] == ["moved by 111.2 m"]


def test_another_headway_is_told_with_its_route() -> None:
    new = _feed()
    new["frequencies"][0]["headway_secs"] = "300"
    told = [(c.table, c.subject) for c in diff_feeds(_feed(), new)]
    assert told == [("headways", "R"), ("headways", "R"), ("frequencies", "")]


def test_a_changed_time_does_not_pass_as_the_same() -> None:
    new = _feed()
    new["stop_times"][0]["arrival_time"] = "06:00:00"
    assert [c.table for c in diff_feeds(_feed(), new)] == ["stop_times"]


def test_a_repeated_id_is_named_and_its_first_row_compared() -> None:
    new = copy.deepcopy(_feed())
    new["stops"].append({"stop_id": "A", "stop_lat": "15.0", "stop_lon": "121.0"})
    told = [(c.table, c.subject, c.text) for c in diff_feeds(_feed(), new)]
    assert told == [("stops", "A", "this id stands 1 times in the old feed, 2 in the new")]
    assert diff_feeds(new, new) == ()
    other = copy.deepcopy(new)
    other["stops"][-1]["stop_lat"] = "16.0"
    assert [c.text for c in diff_feeds(new, other)] == [
        "this id stands 2 times in the old feed, 2 in the new, with other values"
    ]


def test_a_repeated_trip_is_named() -> None:
    new = copy.deepcopy(_feed())
    new["trips"] = new["trips"] * 2
    assert ("trips", "T") in [(c.table, c.subject) for c in diff_feeds(_feed(), new)]


def test_a_line_is_told_by_its_points() -> None:
    def shapes(*lat: str) -> Tables:
        return {
            "shapes": [{"shape_id": "L", "shape_pt_lat": v, "shape_pt_sequence": str(n)} for n, v in enumerate(lat)]
        }

    told = [(c.subject, c.text) for c in diff_feeds(shapes("1", "2", "3"), shapes("1", "2"))]
    assert told == [("L", "3 points → 2, 2 of them the same")]
    assert [c.text for c in diff_feeds(shapes("1"), {})] == ["removed"]
