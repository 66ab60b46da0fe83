"""Service days, service times."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passinfo.times import (
    format_service_time,
    parse_service_time,
    service_date_of,
    service_day_zero_s,
    shift_date,
)

NEW_YORK = "America/New_York"


@given(st.integers(0, 100 * 3600 - 1))
def test_service_times_read_back_as_written(seconds):
    assert parse_service_time(format_service_time(seconds)) == seconds


@pytest.mark.parametrize("text", ["25:61:00", "7:5:00", "", "12:00", "-1:00:00", "12:00:60"])
def test_what_is_no_service_time_is_refused(text):
    with pytest.raises(ValueError, match="not a service time"):
        parse_service_time(text)


def test_eight_in_the_morning_is_eight_by_the_clock_on_the_day_the_clocks_change():
    for date in (20260308, 20261101, 20260601):
        at = service_day_zero_s(date, NEW_YORK) + 8 * 3600
        local = dt.datetime.fromtimestamp(at, ZoneInfo(NEW_YORK))
        assert (local.hour, local.minute) == (8, 0)


@given(st.integers(1_500_000_000, 2_000_000_000))
def test_every_instant_lies_in_exactly_one_service_day(at):
    date = service_date_of(at, NEW_YORK)
    assert service_day_zero_s(date, NEW_YORK) <= at < service_day_zero_s(shift_date(date, 1), NEW_YORK)
