"""The old feed until the day before, the new one from then on, in one."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import gtfs_guru
import numpy as np
import pandas as pd
import pytest

from passinfo.bms.master import HeadwayBand, Holiday, Master, PatternKey, Route, RouteStops
from passinfo.gtfs.build import build_tables
from passinfo.gtfs.overlap import Overlapped, overlap
from passinfo.gtfs.read import clean_tables
from passinfo.gtfs.rebuild import put_in_order
from passinfo.gtfs.write import feed_files, versioned_files, write_zip
from passinfo.network.compile import compile_network
from passinfo.times import to_date
from tests.unit.gtfs.test_build import MASTER as TINY

H = 3600
TWO = PatternKey("2", 0)
MASTER = dataclasses.replace(
    TINY,
    publisher=dataclasses.replace(TINY.publisher, contact_email="p@example.org"),
    routes=(*TINY.routes, Route("2", "2", "Two")),
    route_stops=(*TINY.route_stops, RouteStops(TWO, ("b", "d"), "Hill")),
    headways=(*TINY.headways, HeadwayBand(TWO, "weekday", 5 * H, 10 * H, 900)),
    holidays=(Holiday(20261225, "sunday"),),
    valid_days=100,
)
CHANGE = 20261215


def _tables(master: Master, day: dt.date) -> dict[str, pd.DataFrame]:
    return dict(put_in_order(feed_files(build_tables(master, build_date=day))).tables)


def _joined(new: Master, old: Master = MASTER) -> Overlapped:
    return overlap(_tables(old, dt.date(2026, 11, 23)), _tables(new, dt.date(2026, 12, 15)), CHANGE)


def _runs(made: Overlapped, trip_id: str, date: int) -> bool:
    """Whether the compiled network of the joined feed runs a trip on a date."""
    files = {name.removesuffix(".txt"): data for name, data in versioned_files(made.tables).items()}
    network = compile_network(clean_tables(files, Path("joined.zip"))).network
    row = int(np.flatnonzero(network.trips.trip_id == trip_id)[0])
    day = (to_date(date) - to_date(network.calendar.first_date)).days
    return bool(network.calendar.active[network.trips.service_ix[row], day])


def test_a_service_that_does_not_change_stays_one() -> None:
    made = _joined(MASTER)
    assert (made.going_on, made.ending, made.beginning) == (3, 0, 0)
    alone = _tables(MASTER, dt.date(2026, 11, 23))
    assert made.tables["trips"].values.tolist() == alone["trips"].values.tolist()
    assert set(made.tables["calendar"]["start_date"]) == {"20261123"}
    assert set(made.tables["calendar"]["end_date"]) == {"20270324"}
    # the Sunday service runs no trip and is left out
    assert made.tables["calendar_dates"].values.tolist() == [["weekday", "20261225", "2"]]


def test_a_changed_trip_ends_the_day_before_and_begins_anew() -> None:
    faster = tuple(
        dataclasses.replace(band, speed_mps=band.speed_mps + (band.start_service_s == 36_000))
        for band in MASTER.running
    )
    made = _joined(dataclasses.replace(MASTER, running=faster))
    assert (made.going_on, made.ending, made.beginning) == (2, 1, 1)
    new, old = "1-0-weekday-1000", "1-0-weekday-1000-until-20261214"
    assert [_runs(made, trip, date) for trip in (old, new) for date in (20261214, 20261215)] == [
        True,
        False,
        False,
        True,
    ]
    assert all(_runs(made, "1-0-weekday-0500", date) for date in (20261214, 20261215))


def test_a_route_that_ends_and_one_that_begins() -> None:
    three = PatternKey("3", 0)
    new = dataclasses.replace(
        MASTER,
        routes=(TINY.routes[0], Route("3", "3", "Three")),
        route_stops=(*TINY.route_stops, RouteStops(three, ("a", "c"), "Sea")),
        headways=(*TINY.headways, HeadwayBand(three, "weekday", 5 * H, 10 * H, 900)),
    )
    made = _joined(new)
    assert set(made.tables["routes"]["route_id"]) == {"1", "2", "3"}
    assert set(made.tables["stops"]["stop_id"]) == {"a", "b", "c", "d"}
    assert [_runs(made, "2-0-weekday-0500", date) for date in (20261214, 20261215)] == [True, False]
    assert [_runs(made, "3-0-weekday-0500", date) for date in (20261214, 20261215)] == [False, True]


def test_what_an_old_feed_without_a_day_left_had_is_left_out() -> None:
    made = overlap(
        _tables(MASTER, dt.date(2027, 1, 4)),
        _tables(dataclasses.replace(TINY, publisher=MASTER.publisher), dt.date(2026, 12, 15)),
        CHANGE,
    )
    assert made.ending == 0
    assert set(made.tables["routes"]["route_id"]) == {"1"}
    assert set(made.tables["stops"]["stop_id"]) == {"a", "b", "c"}
    assert set(made.tables["calendar"]["start_date"]) == {"20261215"}


def test_other_weekdays_are_another_service() -> None:
    days = tuple(
        dataclasses.replace(day, weekdays=(False, *day.weekdays[1:])) if day.day_type == "weekday" else day
        for day in MASTER.day_types
    )
    made = _joined(dataclasses.replace(MASTER, day_types=days))
    assert (made.going_on, made.ending, made.beginning) == (0, 3, 3)
    assert [_runs(made, "1-0-weekday-0500-until-20261214", date) for date in (20261214, 20261221)] == [True, False]
    assert [_runs(made, "1-0-weekday-0500", date) for date in (20261221, 20261222)] == [False, True]


def test_a_moved_stop_is_told() -> None:
    moved = tuple(dataclasses.replace(s, lat_deg=s.lat_deg + 0.001) if s.stop_id == "d" else s for s in MASTER.stops)
    made = _joined(dataclasses.replace(MASTER, stops=moved))
    assert [(finding.table, finding.rows, finding.value) for finding in made.findings] == [("stops", 1, "d")]
    assert made.tables["stops"].set_index("stop_id").loc["d", "stop_lat"].startswith("14.53")


@pytest.mark.parametrize("changed", ["nothing", "speeds", "routes", "hail"])
def test_a_joined_feed_has_no_error(changed: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    hailed = dataclasses.replace(
        MASTER, routes=tuple(dataclasses.replace(r, continuous_pickup=0) for r in MASTER.routes)
    )
    shorter = tuple(dataclasses.replace(found, stop_ids=found.stop_ids[-2:]) for found in MASTER.route_stops)
    old, new = {
        "nothing": (MASTER, MASTER),
        "speeds": (MASTER, dataclasses.replace(MASTER, running=MASTER.running[:1])),
        "routes": (MASTER, dataclasses.replace(TINY, publisher=MASTER.publisher)),
        "hail": (hailed, dataclasses.replace(hailed, route_stops=shorter)),
    }[changed]
    path = tmp_path_factory.mktemp("joined") / "gtfs.zip"
    write_zip(versioned_files(_joined(new, old).tables), path)
    result = gtfs_guru.validate(str(path), date="2026-12-01")
    assert [(notice.code, notice.message) for notice in result.notices if notice.severity != "INFO"] == []
