"""Networks, fares, transfers, translations and hail-and-ride in the feed of master data."""

from __future__ import annotations

import csv
import dataclasses
import io
from pathlib import Path

import gtfs_guru
import pytest

from passinfo.bms.master import Publisher
from passinfo.gtfs.build import build_tables
from passinfo.gtfs.read import clean_tables
from passinfo.gtfs.write import feed_files, write_feed
from passinfo.network.compile import compile_network
from tests.unit.bms.test_city_offer import OFFER, offering
from tests.unit.gtfs.test_build import DAY


def _feed(**changed: str) -> dict[str, list[dict[str, str]]]:
    master, rejections = offering(**changed)
    assert rejections == ()
    files = feed_files(build_tables(master, build_date=DAY))
    return {name[:-4]: list(csv.DictReader(io.StringIO(data.decode()))) for name, data in files.items()}


def test_every_table_of_the_offer_is_written() -> None:
    feed = _feed()
    assert feed["networks"] == [{"network_id": "city", "network_name": "City buses"}]
    assert feed["route_networks"] == [{"network_id": "city", "route_id": "1"}]
    assert [row["area_id"] for row in feed["stop_areas"]] == ["inner", "outer"]
    assert [row["min_transfer_time"] for row in feed["transfers"]] == ["180", ""]
    assert [row["amount"] for row in feed["fare_products"]] == ["13.00", "10.40"]
    assert len(feed["translations"]) == 4
    assert feed["stops"][0]["tts_stop_name"] == "Saint A"
    assert {(row["wheelchair_accessible"], row["bikes_allowed"]) for row in feed["trips"]} == {("1", "2")}


def test_a_feed_with_everything_has_no_error_and_no_warning(tmp_path: Path) -> None:
    master, _ = offering()
    master = dataclasses.replace(master, publisher=Publisher("P", "https://example.org", "p@example.org"))
    write_feed(build_tables(master, build_date=DAY), tmp_path / "gtfs.zip")
    result = gtfs_guru.validate(str(tmp_path / "gtfs.zip"), date=DAY.isoformat())
    assert [(notice.code, notice.message) for notice in result.notices if notice.severity != "INFO"] == []


def test_hail_and_ride_has_a_line_to_ride_along() -> None:
    feed = _feed()
    assert (feed["routes"][0]["continuous_pickup"], feed["routes"][0]["continuous_drop_off"]) == ("0", "3")
    assert {row["shape_id"] for row in feed["trips"]} == {"1-0"}
    dist = [float(row["shape_dist_traveled"]) for row in feed["stop_times"][:3]]
    assert dist == [float(row["shape_dist_traveled"]) for row in feed["shapes"]]
    assert dist == sorted(set(dist))


def test_a_line_from_stop_to_stop_is_no_known_shape() -> None:
    master, _ = offering()
    files = feed_files(build_tables(master, build_date=DAY))
    tables = clean_tables({name.removesuffix(".txt"): data for name, data in files.items()}, Path("x.zip"))
    assert not compile_network(tables).network.patterns.shape_known.any()


def test_what_hangs_on_stops_and_routes_without_service_is_left_out() -> None:
    headways = (
        "route_id,direction_id,variant,day_type,start_time,end_time,headway_s\n2,0,,daily,05:00:00,25:00:00,600\n"
    )
    order = "route_id,direction_id,variant,stop_sequence,stop_id\n1,0,,1,a\n1,0,,2,b\n2,0,,1,b\n2,0,,2,c\n"
    routes = OFFER["routes_csv"] + "2,2,Two,,,\n"
    feed = _feed(headways_csv=headways, route_stops_csv=order, routes_csv=routes)
    assert not feed.keys() & {"networks", "route_networks", "transfers", "fare_products", "fare_leg_rules", "shapes"}
    assert [row["table_name"] for row in feed["translations"]] == ["agency", "feed_info"]


@pytest.mark.parametrize("table", ["routes", "trips"])
def test_codes_that_some_rows_lack_stay_whole_numbers(table: str) -> None:
    routes = OFFER["routes_csv"] + "2,2,Two,,,\n"
    headways = "route_id,direction_id,variant,day_type,start_time,end_time,headway_s\n"
    headways += "1,0,,daily,05:00:00,25:00:00,600\n2,0,,daily,05:00:00,25:00:00,600\n"
    order = "route_id,direction_id,variant,stop_sequence,stop_id\n1,0,,1,a\n1,0,,2,b\n2,0,,1,b\n2,0,,2,c\n"
    rows = _feed(headways_csv=headways, route_stops_csv=order, routes_csv=routes)[table]
    field = {"routes": "continuous_drop_off", "trips": "wheelchair_accessible"}[table]
    assert [row[field] for row in rows] == [{"routes": "3", "trips": "1"}[table], ""]


def test_two_buses_that_leave_together_are_two_trips() -> None:
    head = "route_id,direction_id,variant,day_type,departure_time\n"
    feed = _feed(timetable_csv=head + "1,0,,daily,06:00:00\n1,0,,daily,06:00:00\n")
    assert [row["trip_id"] for row in feed["trips"]][-2:] == ["1-0-daily-21600", "1-0-daily-21600-2"]
