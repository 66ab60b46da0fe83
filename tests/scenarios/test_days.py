"""Midnight, trips after it, and the days whose clocks change."""

import pytest

from tests.scenarios.city import City, city
from tests.scenarios.played import DATE, clock, drive, play, times

LINE = "A0 A1 A2 A3 A4"
NEW_YORK = "America/New_York"
SPRING, AUTUMN = 20260308, 20261101


def test_over_midnight_the_run_stays_of_its_day(town: City) -> None:
    ticks = play(town, [drive("bus", LINE, clock("23:50"))])
    for tick in ticks[2:-1]:
        update = tick.update("T4")
        assert (update.trip.start_date, update.trip.start_time) == (str(DATE), "23:50:00")
        assert tick.positions["bus"].trip.start_date == str(DATE)


def test_ten_past_one_is_25_10_of_yesterday(town: City) -> None:
    ticks = play(town, [drive("bus", LINE, clock("25:10"))])
    update = ticks[5].update("T5")
    assert (update.trip.start_date, update.trip.start_time) == (str(DATE), "25:10:00")
    assert abs(times(update)[-1] - clock("25:30")) < 120


@pytest.mark.parametrize(("date", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_both_days_on_which_clocks_change(date: int, hours: int, folder) -> None:
    """Times count from noon minus twelve hours; 08:00 is eight by the clock on every day."""
    town = city(folder, NEW_YORK)
    assert clock("24:00", NEW_YORK, date) - clock("12:00", NEW_YORK, date) == 12 * 3600
    start = clock("08:00", NEW_YORK, date)
    update = play(town, [drive("bus", LINE, start)])[5].update("T1")
    assert (update.trip.start_date, update.trip.start_time) == (str(date), "08:00:00")
    assert abs(times(update)[-1] - (start + 1200)) < 120
    before = clock("25:10", NEW_YORK, date - 1 if date == SPRING else 20261031)
    night = play(town, [drive("bus", LINE, before)])[5].update("T5")
    assert night.trip.start_time == "25:10:00"
    assert abs(times(night)[-1] - (before + 1200)) < 120
