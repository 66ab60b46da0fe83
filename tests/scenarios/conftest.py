"""The city, built once for all scenarios of a time zone."""

import pytest

from tests.scenarios.city import City, city


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("scenarios")


@pytest.fixture
def town(folder) -> City:
    return city(folder)
