from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from passinfo.times import service_day_zero_s
from tests.unit.api.dialects.city import ZONE, City

NOW = service_day_zero_s(20261128, ZONE) + 10 * 3600


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city at ten o'clock."""
    made = City(tmp_path_factory.mktemp("city"), NOW)
    made.tick(NOW)
    return made


@pytest.fixture(autouse=True)
def no_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests ask in one minute of one address."""
    monkeypatch.setenv("PASSINFO_QUOTA", "10000000")


def client_at(city: City, now: float) -> Iterator[FlaskClient]:
    app = create_app(city.state, clock=lambda: now)
    yield app.test_client()
    app.extensions["passinfo"].state_store().close()
    app.extensions["passinfo-quota"].close()


@pytest.fixture
def client(city: City) -> Iterator[FlaskClient]:
    yield from client_at(city, NOW + 2)


@pytest.fixture
def stale(city: City) -> Iterator[FlaskClient]:
    """Asked three minutes after the live loop fell silent."""
    yield from client_at(city, NOW + 180)
