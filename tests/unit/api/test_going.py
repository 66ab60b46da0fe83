"""What is to go is announced in time, whoever answers."""

import datetime as dt

import pytest

from api import going
from api.app import create_app
from api.going import Going
from tests.unit.api.conftest import NOW

OLD = Going("/v1/stops/[^/]+/arrivals", dt.date(2027, 1, 1), dt.date(2027, 7, 31), "/v2/stops")


def test_answers_of_what_is_to_go_say_so(state, monkeypatch):
    client = create_app(state, clock=lambda: NOW + 2).test_client()
    assert "Deprecation" not in client.get("/v1/stops/S4/arrivals").headers
    monkeypatch.setattr(going, "GOING", (OLD,))
    for _ in range(2):
        headers = client.get("/v1/stops/S4/arrivals").headers
        assert headers["Deprecation"] == "@1798761600"
        assert headers["Sunset"] == "Sat, 31 Jul 2027 00:00:00 GMT"
        assert '</v2/stops>; rel="successor-version"' in headers["Link"]
    assert "Deprecation" not in client.get("/v1/routes").headers


def test_nothing_goes_without_half_a_years_notice():
    with pytest.raises(ValueError, match="182 days"):
        Going("/v1/x", dt.date(2027, 1, 1), dt.date(2027, 3, 1), "/v1/y")
    for each in going.GOING:
        assert each.sunset > each.announced
