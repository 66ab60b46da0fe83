import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from feeds.networks import CityNetwork, city_network

MANILA = ZoneInfo("Asia/Manila")


def manila(day: int, hour: int, minute: int = 0) -> float:
    """Epoch seconds of a local time in November 2026; the 24th is a Tuesday."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=MANILA).timestamp()


@pytest.fixture(scope="session")
def pasig() -> CityNetwork:
    return city_network("pasig", at=manila(23, 12))
