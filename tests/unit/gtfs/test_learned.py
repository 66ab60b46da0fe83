"""A learned service written as GTFS and read back by our own reader and a validator."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import gtfs_guru
import numpy as np
import pytest

from passinfo.bms.master import Agency, DayType, Holiday, Publisher, Route, Stop
from passinfo.gtfs.learned import LearnedService, PatternService, ServiceBand, learned_tables
from passinfo.gtfs.read import clean_tables
from passinfo.gtfs.write import feed_files, write_feed
from passinfo.network.compile import compile_network
from passinfo.network.network import Network

DAY = dt.date(2026, 3, 2)
EAST = np.linspace(0.0, 0.03, 7)
DIST = EAST * 107_600.0


def band(day_type: str, start: int, end: int, headway: int, hop: int) -> ServiceBand:
    arrival = np.array([0, hop, 2 * hop], dtype=np.int32)
    return ServiceBand(day_type, start, end, headway, arrival, arrival + np.array([0, 15, 0], dtype=np.int32))


def service(*bands: ServiceBand) -> LearnedService:
    weekday, sunday = (True,) * 5 + (False, False), (False,) * 6 + (True,)
    return LearnedService(
        Agency("city", "City", "https://city.example", "Asia/Manila"),
        Publisher("City", "https://city.example", "feed@city.example"),
        tuple(Stop(f"s{n}", f"Stop {n}", 14.56, 121.05 + 0.015 * n) for n in range(4)),
        (Route("7", "7", "East"), Route("8", "8", "Nowhere")),
        (
            PatternService(
                "7:0:0",
                "7",
                0,
                "East",
                ("s0", "s1", "s2"),
                DIST[[0, 3, 6]],
                np.full(7, 14.56),
                121.05 + EAST,
                DIST,
                bands,
            ),
        ),
        (DayType("weekday", weekday), DayType("sunday", sunday)),
        (Holiday(20260409, "sunday"),),
    )


TWO = (
    band("weekday", 6 * 3600, 9 * 3600, 300, 200),
    band("weekday", 9 * 3600, 22 * 3600, 900, 150),
    band("sunday", 8 * 3600, 25 * 3600, 1200, 150),
)


def compiled(*bands: ServiceBand) -> Network:
    feed = learned_tables(service(*bands), build_date=DAY)
    members = {name.removesuffix(".txt"): data for name, data in feed_files(feed).items()}
    return compile_network(clean_tables(members, Path("learned.zip"))).network


def test_lines_distances_times_and_headways_survive() -> None:
    """Mutation: one profile for all bands, or distances left out."""
    network = compiled(*TWO)
    assert network.patterns.shape_known.all()
    assert np.allclose(network.patterns.stop_dist_m, DIST[[0, 3, 6]], rtol=0.01)
    assert sorted(network.headways.headway_s.tolist()) == [300, 900, 1200]
    arrivals = sorted(tuple(network.trip_times(trip)[0].tolist()) for trip in range(len(network.trips.trip_id)))
    assert arrivals == [(0, 150, 300), (0, 150, 300), (0, 200, 400)]
    assert network.trips.is_headway.all()


def test_what_nothing_serves_is_left_out() -> None:
    feed = learned_tables(service(*TWO), build_date=DAY)
    assert feed.stops.stop_id.tolist() == ["s0", "s1", "s2"]
    assert feed.routes.route_id.tolist() == ["7"]


def test_a_holiday_takes_the_weekday_off_and_puts_sunday_on() -> None:
    dates = learned_tables(service(*TWO), build_date=DAY).calendar_dates
    assert dates.values.tolist() == [["sunday", "20260409", 1], ["weekday", "20260409", 2]]


def test_bands_with_the_same_times_share_a_trip() -> None:
    same = (band("weekday", 6 * 3600, 9 * 3600, 300, 150), band("weekday", 9 * 3600, 20 * 3600, 900, 150))
    feed = learned_tables(service(*same), build_date=DAY)
    assert len(feed.trips) == 1
    assert len(feed.frequencies) == 2


def test_the_validator_finds_nothing_and_the_bytes_stay(tmp_path: Path) -> None:
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    for path in (first, second):
        write_feed(learned_tables(service(*TWO), build_date=DAY), path)
    assert first.read_bytes() == second.read_bytes()
    report = gtfs_guru.validate(str(first), date=DAY.isoformat())
    assert (report.error_count, report.warning_count) == (0, 0)


@pytest.mark.parametrize("what", ["times", "distances", "lengths"])
def test_what_does_not_increase_is_refused(what: str) -> None:
    whole = service(*TWO)
    pattern = whole.patterns[0]
    if what == "distances":
        pattern = dataclasses.replace(pattern, stop_dist_m=pattern.stop_dist_m[::-1])
    elif what == "lengths":
        pattern = dataclasses.replace(pattern, stop_ids=("s0", "s1"))
    else:
        slow = dataclasses.replace(TWO[0], arrival_s=np.array([0, 10, 10], dtype=np.int32))
        pattern = dataclasses.replace(pattern, bands=(slow,))
    with pytest.raises(ValueError, match="7:0:0"):
        learned_tables(dataclasses.replace(whole, patterns=(pattern,)), build_date=DAY)
