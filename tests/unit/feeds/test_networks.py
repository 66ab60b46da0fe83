import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from feeds.build import build
from feeds.cities import find_city
from feeds.networks import city_network
from passinfo.bms.city import CityFolderError, read_city
from passinfo.times import service_day_zero_s, shift_date

DAY = dt.date(2026, 11, 23)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Asia/Manila")).timestamp()


def test_a_city_of_master_data_has_its_fleet_and_notes() -> None:
    city = city_network("pasig", at=NOON)
    assert len(city.network.fleet.vehicle_id) > 100
    assert city.network.trips.is_headway.all()
    assert city.settings.depots
    assert any("assumptions" in note for note in city.network.notes)


def test_a_zip_is_a_city_too(tmp_path: Path) -> None:
    build(read_city(find_city("pasig")), tmp_path / "gtfs.zip", today=DAY)
    city = city_network(str(tmp_path / "gtfs.zip"))
    assert city.settings.city_id == "gtfs"
    assert len(city.network.routes.route_id) == 8


def test_a_word_that_is_nothing_is_told() -> None:
    with pytest.raises(CityFolderError, match="atlantis"):
        city_network("atlantis")


def test_some_bus_runs_in_pasig_at_any_hour_of_any_day() -> None:
    network = city_network("pasig", at=NOON).network
    bands, trips = network.headways, network.trips
    for day in range(8):
        date = shift_date(20261124, day)
        at = service_day_zero_s(date, network.timezone) + np.arange(0, 86_400, 600)
        served = np.zeros(len(at), dtype=bool)
        for of_day in (date, shift_date(date, -1)):
            runs = network.calendar.active_services(of_day)[trips.service_ix[bands.trip_ix]]
            zero = service_day_zero_s(of_day, network.timezone)
            for start, end in zip(bands.start_service_s[runs], bands.end_service_s[runs], strict=True):
                served |= (at >= zero + start) & (at < zero + end)
        assert served.all(), date
