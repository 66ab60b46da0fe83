"""Days seen in part are told from days with little service."""

from __future__ import annotations

import numpy as np

from passinfo.network.service.day_types import learn_day_types
from passinfo.network.service.headways import learn_headways
from passinfo.network.service.seen_days import SeenDay, seen_days
from passinfo.times import service_day_zero_s

ZONE = "America/Toronto"
MONDAY, TUESDAY, WEDNESDAY, SUNDAY = 20160606, 20160607, 20160608, 20160612
HOUR = 3600.0
BUSES = 12


def reports(*days):
    """(date, from, to) in service hours: of a fleet that goes out one bus every ten minutes from five, home from 22."""
    vehicle, at = [], []
    for date, low, high in days:
        zero = service_day_zero_s(date, ZONE)
        for bus in range(BUSES):
            times = np.arange(5 * HOUR + 600 * bus, 22 * HOUR + 600 * bus, 60.0)
            times = times[(times >= low * HOUR) & (times < high * HOUR)]
            vehicle += [bus] * len(times)
            at += (zero + times).tolist()
    return np.array(vehicle, dtype=np.intp), np.array(at)


def seen(*days):
    return seen_days(*reports(*days), ZONE)


def test_whole_days_are_left_out():
    assert seen((MONDAY, 0, 28), (TUESDAY, 0, 28)) == {}


def test_a_recording_that_began_at_noon():
    found = seen((MONDAY, 12, 28), (TUESDAY, 0, 28))
    assert list(found) == [MONDAY]
    day = found[MONDAY]
    assert (day.from_start, day.to_end) == (False, True)
    assert day.parts[0][0] == 12 * HOUR and day.said().startswith("12:00 to 23:49")


def test_a_recording_that_broke_off():
    found = seen((MONDAY, 0, 28), (TUESDAY, 0, 28), (WEDNESDAY, 0, 15))
    assert list(found) == [WEDNESDAY]
    assert (found[WEDNESDAY].from_start, found[WEDNESDAY].to_end) == (True, False)


def test_a_hole_parts_the_day():
    vehicle, at = reports((MONDAY, 0, 28), (TUESDAY, 0, 28))
    zero = service_day_zero_s(TUESDAY, ZONE)
    kept = (at < zero + 11 * HOUR) | (at > zero + 13 * HOUR)
    found = seen_days(vehicle[kept], at[kept], ZONE)
    assert list(found) == [TUESDAY] and len(found[TUESDAY].parts) == 2
    assert (found[TUESDAY].from_start, found[TUESDAY].to_end) == (True, True)


def test_a_sunday_that_begins_late_but_slowly_is_whole():
    vehicle, at = reports((MONDAY, 0, 28))
    zero = service_day_zero_s(SUNDAY, ZONE)
    late = np.concatenate([zero + np.arange(8 * HOUR + 900 * bus, 20 * HOUR + 900 * bus, 60.0) for bus in range(BUSES)])
    bus = np.repeat(np.arange(BUSES), len(late) // BUSES)
    assert seen_days(np.concatenate((vehicle, bus)), np.concatenate((at, late)), ZONE) == {}


def test_a_single_day_is_named_by_its_fleet_alone():
    assert list(seen((MONDAY, 12, 28))) == [MONDAY]
    assert seen((MONDAY, 0, 28)) == seen() == {}


def test_the_first_bus_is_that_of_the_days_seen_from_their_start():
    whole, part = np.arange(6 * HOUR, 20 * HOUR, 600.0), np.arange(12 * HOUR, 20 * HOUR, 600.0)
    days = {MONDAY: part.tolist(), TUESDAY: whole.tolist(), WEDNESDAY: part.tolist()}
    noon = SeenDay(((12 * HOUR, 28 * HOUR),), from_start=False, to_end=True)
    assert learn_headways(days)[0].start_service_s == 12 * HOUR
    assert learn_headways(days, {MONDAY: noon, WEDNESDAY: noon})[0].start_service_s == 6 * HOUR


def test_where_no_start_was_seen_the_first_bus_is_the_first_seen():
    part = np.arange(12 * HOUR, 20 * HOUR, 600.0).tolist()
    noon = SeenDay(((12 * HOUR, 28 * HOUR),), from_start=False, to_end=True)
    assert learn_headways({MONDAY: part}, {MONDAY: noon})[0].start_service_s == 12 * HOUR


def test_a_hole_is_no_headway():
    times = [at for at in np.arange(6 * HOUR, 20 * HOUR, 600.0).tolist() if not 11 * HOUR < at < 12 * HOUR]
    hole = SeenDay(((6 * HOUR, 11 * HOUR), (12 * HOUR, 20 * HOUR)), from_start=True, to_end=True)
    (band,) = learn_headways({MONDAY: times}, {MONDAY: hole})
    assert band.headway_s == 600


def test_half_a_monday_is_no_sunday():
    work = [HOUR * hour + 300 * n for hour in range(5, 23) for n in range(12)]
    rest = [HOUR * hour + 900 * n for hour in range(12, 23) for n in range(4)]
    half = [at for at in work if at >= 16 * HOUR]
    days = {MONDAY: half, TUESDAY: work, WEDNESDAY: work, SUNDAY: rest}
    later = SeenDay(((16 * HOUR, 28 * HOUR),), from_start=False, to_end=True)
    found = learn_day_types(days, {MONDAY: later})
    assert found.of_date[MONDAY] == "weekday" and found.exceptions == ()
    assert learn_day_types(days).of_date[MONDAY] == "sunday"
