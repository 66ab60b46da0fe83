"""The planner on a town of two streets that cross: line 1 runs east along S0…S4, line 2 north from N0 near S2 on."""

import datetime as dt

import pytest

from benchmarks.planner.raptor import Place, Planner
from benchmarks.planner.timetable import read_timetable
from tests.unit.builders_feed import tiny_zip

TUESDAY, SATURDAY = dt.date(2026, 11, 24), dt.date(2026, 11, 28)
STEP = 0.00928  # about 1 km east; 0.009 about 1 km north
STOPS = (
    "stop_id,stop_name,stop_lat,stop_lon\n"
    + "\n".join(f"S{i},East {i},14.56,{121.05 + STEP * i:.5f}" for i in range(5))
    + "".join(f"\nN{i},North {i},{14.5620 + 0.009 * i:.5f},{121.05 + STEP * 2:.5f}" for i in range(4))
)
TRIPS = (
    "route_id,service_id,trip_id,trip_headsign\n"
    "R1,wk,H1,Far East\nR2,wk,H2,Far North\nR1,wk,NIGHT,Far East\nR1,wk,BACK,Home"
)


def timed(trip, begin_min, stops, hop_min=5):
    for seq, stop in enumerate(stops):
        at = begin_min + seq * hop_min
        clock = f"{at // 60:02d}:{at % 60:02d}:00"
        yield f"{trip},{stop},{seq},{clock},{clock}"


TIMES = "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n" + "\n".join(
    (
        *timed("H1", 0, ("S0", "S1", "S2", "S3", "S4")),
        *timed("H2", 0, ("N0", "N1", "N2", "N3")),
        *timed("NIGHT", 24 * 60 + 30, ("S0", "S1", "S2", "S3", "S4"), 4),
        *timed("BACK", 9 * 60 + 3, ("S4", "S3", "S2", "S1", "S0")),
    )
)
FREQUENCIES = "trip_id,start_time,end_time,headway_secs\nH1,06:00:00,22:00:00,900\nH2,06:10:00,22:00:00,1200"


def town_zip(tmp_path, **replaced):
    tables = {"stops": STOPS, "trips": TRIPS, "stop_times": TIMES, "frequencies": FREQUENCIES, **replaced}
    return tiny_zip(tmp_path / "town.zip", **tables)


def town(tmp_path, day=TUESDAY, **replaced):
    return Planner(read_timetable(town_zip(tmp_path, **replaced), day))


def at(stop_row, name="here"):
    return Place(name, 14.56, 121.05 + STEP * stop_row)


def north(row):
    return Place("there", 14.5620 + 0.009 * row, round(121.05 + STEP * 2, 5))


def clock(hour, minute=0):
    return hour * 3600 + minute * 60


def test_a_headway_trip_leaves_every_so_many_minutes(tmp_path):
    found = town(tmp_path).best(at(0), at(4), clock(8, 1))
    (ride,) = found.rides
    assert (ride.route, ride.headsign, ride.from_stop, ride.to_stop) == ("1", "Far East", "East 0", "East 4")
    assert (ride.depart_s, ride.arrive_s) == (clock(8, 15), clock(8, 35)) and found.transfers == 0
    assert found.minutes == 34
    assert town(tmp_path).best(at(0), at(4), clock(8, 15)).arrive_s == clock(8, 35)


def test_the_end_of_a_band_is_not_a_departure(tmp_path):
    found = town(tmp_path).best(at(0), at(4), clock(21, 46))
    assert found.rides[0].depart_s == clock(24, 30)


def test_after_midnight_the_buses_of_the_evening_before_run(tmp_path):
    found = town(tmp_path, dt.date(2026, 11, 25)).best(at(0), at(4), clock(0, 10))
    assert found.rides[0].depart_s == clock(0, 30) and found.arrive_s == clock(0, 46)


def test_the_first_bus_of_tomorrow_is_found_late_at_night(tmp_path):
    found = town(tmp_path).best(at(0), at(4), clock(25))
    assert found.rides[0].depart_s == clock(30)


def test_people_change_to_a_stop_a_short_walk_away(tmp_path):
    found = town(tmp_path).best(at(0), north(3), clock(8))
    assert [ride.route for ride in found.rides] == ["1", "2"] and found.transfers == 1
    first, walk, second = found.legs[1:4]
    assert (first.to_stop, walk.from_stop, walk.to_stop, second.from_stop) == ("East 2", "East 2", "North 0", "North 0")
    assert walk.depart_s == first.arrive_s == clock(8, 10)
    assert 200 < walk.arrive_s - walk.depart_s < 225  # 222 m
    assert second.depart_s == clock(8, 30) and found.arrive_s == clock(8, 45)
    assert all(one.arrive_s <= other.depart_s for one, other in zip(found.legs[:-1], found.legs[1:], strict=True))


def test_nobody_walks_to_meet_the_bus_that_comes_here(tmp_path):
    close = STOPS.replace("S1,East 1,14.56,121.05928", "S1,East 1,14.56,121.05300").replace(
        "S2,East 2,14.56,121.06856", "S2,East 2,14.56,121.05600"
    )
    found = town(tmp_path, stops=close).best(Place("here", 14.56, 121.053), at(4), clock(8))
    assert found.rides[0].from_stop == "East 1" and found.foot_min < 0.1


def test_what_is_too_far_to_change_is_no_change(tmp_path):
    away = STOPS.replace("N0,North 0,14.56200", "N0,North 0,14.56400")
    assert town(tmp_path, stops=away).best(at(0), north(3), clock(8)) is None


def test_a_short_way_is_walked_and_a_bus_that_is_sooner_is_taken(tmp_path):
    walked = town(tmp_path).best(at(0), at(0.6), clock(8, 1))
    assert walked.rides == () and walked.minutes == pytest.approx(10, abs=0.5)
    ridden = town(tmp_path).journeys(at(0), at(1), clock(8, 10))
    assert [len(each.rides) for each in ridden] == [0, 1]
    assert ridden[0].arrive_s > ridden[1].arrive_s == clock(8, 20)


def test_there_is_no_way_where_no_bus_goes_and_on_days_without_service(tmp_path):
    assert town(tmp_path).best(at(0), Place("far", 14.70, 121.05), clock(8)) is None
    assert town(tmp_path, dt.date(2026, 11, 29)).best(at(0), at(4), clock(8)) is None  # Sunday
    assert town(tmp_path).best(at(4), at(0), clock(9, 4)) is None  # the one way back has left
    assert town(tmp_path).best(at(4), at(0), clock(9, 3)).arrive_s == clock(9, 23)


def test_a_date_added_to_a_service_runs(tmp_path):
    added = "service_id,date,exception_type\nwk,20261128,1\nwk,20261124,2"
    assert town(tmp_path, SATURDAY, calendar_dates=added).best(at(0), at(4), clock(8)).arrive_s == clock(8, 20)
    assert town(tmp_path, calendar_dates=added).best(at(0), at(4), clock(8)) is None


def test_nobody_boards_where_it_is_not_allowed(tmp_path):
    head, *rows = TIMES.splitlines()
    shut = "\n".join([f"{head},pickup_type", *(f"{row},{int(row.startswith('H1,S0,'))}" for row in rows)])
    found = town(tmp_path, stop_times=shut).best(at(0), at(4), clock(20))
    assert found.rides[0].depart_s == clock(24, 30)  # the night trip is open there


def test_a_later_run_that_overtakes_is_taken(tmp_path):
    trips = TRIPS + "\nR1,wk,FAST,Far East"
    times = "\n".join([TIMES, *timed("FAST", 8 * 60 + 2, ("S0", "S1", "S2", "S3", "S4"), 2)])
    found = town(tmp_path, trips=trips, stop_times=times).best(at(0), at(4), clock(8))
    assert found.rides[0].depart_s == clock(8, 2) and found.arrive_s == clock(8, 10)


def test_a_way_is_told_in_words(tmp_path):
    said = town(tmp_path).best(at(0), north(3), clock(8)).in_words()
    assert said == (
        "08:00 1 to Far East from East 0, off at East 2 08:10; walk 4 min to North 0; "
        "08:30 2 to Far North from North 0, off at North 3 08:45 (45 min, 1 transfers)"
    )
