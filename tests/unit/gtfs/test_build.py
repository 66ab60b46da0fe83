import dataclasses
import datetime as dt
from pathlib import Path

from passinfo.bms.master import (
    Agency,
    DayType,
    HeadwayBand,
    Holiday,
    Master,
    PatternKey,
    Publisher,
    Route,
    RouteStops,
    RunningBand,
    Stop,
    TimetableDeparture,
)
from passinfo.gtfs.build import build_tables
from passinfo.gtfs.write import feed_files, write_feed

KEY = PatternKey("1", 0)
DAY = dt.date(2026, 11, 23)
H = 3600
MASTER = Master(
    agency=Agency("a", "A", "https://example.org", "Asia/Manila"),
    publisher=Publisher("P", "https://example.org"),
    stops=tuple(Stop(s, s.upper(), 14.5 + n / 100, 121.0) for n, s in enumerate("abcd")),
    routes=(Route("1", "1", "One"),),
    route_stops=(RouteStops(KEY, ("a", "b", "c"), "Harbour"),),
    day_types=(
        DayType("sunday", (False,) * 6 + (True,)),  # type: ignore[arg-type]
        DayType("weekday", (True,) * 6 + (False,)),  # type: ignore[arg-type]
    ),
    headways=(HeadwayBand(KEY, "weekday", 5 * H, 25 * H, 600),),
    running=(RunningBand(5 * H, 10 * H, 5.0), RunningBand(10 * H, 26 * H, 8.0)),
)


def test_one_trip_per_pattern_running_band_and_day_type() -> None:
    feed = build_tables(MASTER, build_date=DAY)
    assert feed.trips.trip_id.tolist() == ["1-0-weekday-0500", "1-0-weekday-1000"]
    assert feed.frequencies.start_time.tolist() == ["05:00:00", "10:00:00"]
    assert feed.frequencies.end_time.tolist() == ["10:00:00", "25:00:00"]
    assert set(feed.frequencies.exact_times) == {0}


def test_stop_times_strictly_increase_and_follow_the_speed_of_the_band() -> None:
    times = build_tables(MASTER, build_date=DAY).stop_times
    assert times.arrival_time.tolist()[:3] == ["05:00:00", "05:03:42", "05:07:25"]  # 1,112 m a hundredth degree, 5 m/s
    assert set(times.timepoint) == {0}


def test_the_calendar_runs_from_the_build_date_on() -> None:
    calendar = build_tables(MASTER, build_date=DAY).calendar
    assert set(calendar.start_date) == {"20261123"}
    assert set(calendar.end_date) == {"20271122"}


def test_a_holiday_swaps_the_services() -> None:
    master = dataclasses.replace(MASTER, holidays=(Holiday(20261225, "sunday"), Holiday(20250101, "sunday")))
    dates = build_tables(master, build_date=DAY).calendar_dates
    assert dates.values.tolist() == [["sunday", "20261225", 1], ["weekday", "20261225", 2]]


def test_a_stop_that_nothing_serves_is_left_out() -> None:
    assert build_tables(MASTER, build_date=DAY).stops.stop_id.tolist() == ["a", "b", "c"]


def test_timetable_service_keeps_its_trip_and_block() -> None:
    run = TimetableDeparture(KEY, "sunday", 24 * H + 600, "night", "b1")
    feed = build_tables(dataclasses.replace(MASTER, headways=(), timetable=(run,)), build_date=DAY)
    assert feed.frequencies is None
    assert feed.trips[["trip_id", "block_id"]].values.tolist() == [["night", "b1"]]
    assert feed.stop_times.arrival_time[0] == "24:10:00"


def test_the_zip_is_the_same_for_the_same_inputs(tmp_path: Path) -> None:
    shuffled = dataclasses.replace(MASTER, stops=MASTER.stops[::-1], day_types=MASTER.day_types[::-1])
    first = write_feed(build_tables(MASTER, build_date=DAY), tmp_path / "a.zip")
    again = write_feed(build_tables(shuffled, build_date=DAY), tmp_path / "b.zip")
    assert first == again
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_feed_version_changes_with_the_content_only() -> None:
    def version(master: Master) -> bytes:
        return feed_files(build_tables(master, build_date=DAY))["feed_info.txt"]

    renamed = dataclasses.replace(MASTER, stops=(Stop("a", "Other", 14.5, 121.0), *MASTER.stops[1:]))
    assert version(MASTER) == version(MASTER)
    assert version(MASTER) != version(renamed)
