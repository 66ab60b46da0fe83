"""From made-up traces to a feed: what the buses did is what the feed says."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import gtfs_guru
import numpy as np
import pytest

from passinfo.bms.master import Agency, Publisher, Route, Stop
from passinfo.gtfs.from_traces import service_of
from passinfo.gtfs.learned import LearnedService, learned_tables
from passinfo.gtfs.write import write_feed
from passinfo.network.learn.learn import learn_patterns
from passinfo.network.learn.learned import Learned, ServedStop
from passinfo.times import service_day_zero_s
from tests.unit.network.learn.town import ELL, HERE, Town

ZONE = "Asia/Manila"
MONDAY = 20260302
EVERY_S, HOURS = 900, (6, 10)


def with_stops(learned: Learned, count: int = 6) -> Learned:
    """Stops at equal distances along each line."""
    patterns = tuple(
        dataclasses.replace(
            pattern,
            stops=tuple(
                ServedStop(f"{pattern.pattern_id}-{number}", float(dist), 0.0, number, 1.0)
                for number, dist in enumerate(np.linspace(0, pattern.dist_m[-1], count))
            ),
        )
        for pattern in learned.patterns
    )
    return dataclasses.replace(learned, patterns=patterns)


@pytest.fixture(scope="module")
def service() -> LearnedService:
    town = Town(noise_m=5.0)
    number = 0
    for day in range(2):
        zero = service_day_zero_s(MONDAY + day, ZONE)
        for start in range(HOURS[0] * 3600, HOURS[1] * 3600, EVERY_S):
            town.clock = zero + start
            town.drive(ELL, "out", vehicle=f"bus {number}", mps=8.0)
            number += 1
    learned = with_stops(learn_patterns(town.traces()))
    (pattern,) = learned.patterns
    lat, lon = HERE.to_lat_lon(
        np.interp([stop.dist_m for stop in pattern.stops], pattern.dist_m, pattern.x_m),
        np.interp([stop.dist_m for stop in pattern.stops], pattern.dist_m, pattern.y_m),
    )
    stops = [Stop(stop.stop_id, stop.stop_id, float(lat[n]), float(lon[n])) for n, stop in enumerate(pattern.stops)]
    return service_of(
        learned,
        agency=Agency("city", "City", "https://city.example", ZONE),
        publisher=Publisher("City", "https://city.example", "feed@city.example"),
        stops=stops,
        routes=[Route("R", "R", "The only one")],
    )


def test_headways_hours_and_running_times_are_what_was_driven(service: LearnedService) -> None:
    (pattern,) = service.patterns
    assert {band.headway_s for band in pattern.bands} == {EVERY_S}
    assert {band.day_type for band in pattern.bands} == {"weekday"}
    assert abs(pattern.bands[0].start_service_s - HOURS[0] * 3600) <= 60
    assert abs(pattern.bands[-1].end_service_s - (HOURS[1] * 3600 - EVERY_S)) <= 180
    for band in pattern.bands:
        assert np.abs(np.diff(band.arrival_s) - 1000 / 8).max() < 12


def test_its_feed_is_valid(service: LearnedService, tmp_path: Path) -> None:
    path = tmp_path / "learned.zip"
    write_feed(learned_tables(service, build_date=dt.date(2026, 3, 2)), path)
    report = gtfs_guru.validate(str(path), date="2026-03-02")
    assert [(notice.code, notice.message) for notice in report.notices if notice.severity != "INFO"] == []
