"""Answers made already are those of the framework: same status, headers and bytes, whatever is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.test import Client

from api.app import create_app
from api.hot import Hot
from tests.unit.api.conftest import NOW, TOKEN

PATHS = (
    "/v1/stops/S4/arrivals",
    "/v1/stops/S4/arrivals?limit=1",
    "/v1/stops?q=st%C3%B6p",
    "/v1/routes",
    "/v1/vehicles",
    "/v1/alerts",
    "/gtfs-rt/trip-updates.pb",
    "/gtfs-rt/trip-updates.json",
)
ASKED = (
    {},
    {"Accept-Encoding": "gzip"},
    {"Accept-Encoding": "gzip, deflate, br, zstd"},
    {"Accept-Encoding": "identity;q=1, *;q=0"},
    {"If-None-Match": '"other"'},
    {"If-None-Match": 'W/"other", "one"'},
    {"If-None-Match": "*"},
    {"If-None-Match": "", "If-Modified-Since": "Sat, 29 Oct 1994 19:43:31 GMT"},
    {"If-Modified-Since": "Sat, 29 Oct 2094 19:43:31 GMT"},
    {"If-Match": '"other"'},
    {"Range": "bytes=0-10"},
    {"X-Api-Key": TOKEN},
    {"Authorization": f"Bearer {TOKEN}"},
)


class Both:
    """A worker that answers what is ready, and one that always asks the framework."""

    def __init__(self, state: Path, age_s: float = 2.0) -> None:
        self.hot, self.plain = (create_app(state, clock=lambda: NOW + age_s) for _ in range(2))
        ready = self.plain.wsgi_app
        assert isinstance(ready, Hot)
        self.plain.wsgi_app = ready.app
        self.calls: list[str] = []
        ahead = self.hot.wsgi_app
        assert isinstance(ahead, Hot)
        framework = ahead.app
        ahead.app = lambda environ, start: (self.calls.append(environ["PATH_INFO"]), framework(environ, start))[1]
        for app in (self.hot, self.plain):
            app.extensions["passinfo-quota"].close()
        self.hot.wsgi_app.meter.quota = Always()
        ready.meter.quota = Always()

    def ask(self, path: str, method: str = "GET", **headers: str):
        return [self._one(app, path, method, headers) for app in (self.hot, self.plain)]

    def _one(self, app, path, method, headers):
        response = Client(app).open(path, method=method, headers=headers)
        return response.status, sorted(response.headers), response.data

    def close(self) -> None:
        for app in (self.hot, self.plain):
            app.extensions["passinfo"].state_store().close()


class Always:
    """A quota that stands still, so that two workers tell the same."""

    allowed = True

    def ask(self, client: str, now: float, *, keyed: bool):
        from api.quota import Standing

        return Standing(25 if keyed else 10, 7, 30, self.allowed)


@pytest.fixture
def both(state: Path):
    pair = Both(state)
    yield pair
    pair.close()


@pytest.mark.parametrize("path", PATHS)
def test_the_ready_answer_is_the_frameworks(both: Both, path: str) -> None:
    both.ask(path)
    first = both.ask(path)[0]
    tag = dict(first[1])["ETag"]
    asked = (*ASKED, {"If-None-Match": tag}, {"If-None-Match": tag.replace('"', "")}, {"If-None-Match": f"W/{tag}"})
    for headers in (*asked, {"If-None-Match": tag, "If-Modified-Since": "Sat, 29 Oct 1994 19:43:31 GMT"}):
        for method in ("GET", "HEAD", "OPTIONS", "POST"):
            ready, framework = both.ask(path, method, **headers)
            assert ready == framework, (method, headers)


@pytest.mark.parametrize("age_s", [2.0, 130.0, 3_000.0])
@pytest.mark.parametrize("stop_id", ["S1", "S3", "S4"])
def test_what_is_made_without_the_framework_is_what_it_would_make(state: Path, stop_id: str, age_s: float) -> None:
    both = Both(state, age_s)
    for headers in ({}, {"Accept-Encoding": "zstd"}, {"If-None-Match": '"other"'}):
        ready, framework = both.ask(f"/v1/stops/{stop_id}/arrivals", **headers)
        assert ready == framework
    assert both.calls == []
    both.close()


def test_what_is_asked_again_does_not_reach_the_framework(both: Both) -> None:
    for _ in range(5):
        assert both.ask("/v1/routes")[0][0] == "200 OK"
    assert both.calls == ["/v1/routes"]


@pytest.mark.parametrize("age_s", [2.0, 130.0, 3_000.0])
def test_old_answers_are_not_given_again(state: Path, age_s: float) -> None:
    both = Both(state, age_s)
    for _ in range(3):
        ready, framework = both.ask("/v1/stops/S4/arrivals")
        assert ready == framework
    both.close()


def test_a_quota_that_is_used_up_is_told_by_the_framework(both: Both) -> None:
    both.ask("/v1/routes")
    Always.allowed = False
    try:
        ready, framework = both.ask("/v1/routes")
    finally:
        Always.allowed = True
    assert ready == framework and ready[0].startswith("429")


def test_an_answer_with_a_header_of_its_own_is_the_frameworks(both: Both) -> None:
    def own(response):
        response.headers["X-Own"] = "1"
        return response

    both.hot.after_request_funcs.setdefault("v1", []).append(own)
    for _ in range(3):
        assert ("X-Own", "1") in both.ask("/v1/routes")[0][1]
    assert both.calls == ["/v1/routes"] * 3


def test_failures_are_never_ready(both: Both) -> None:
    for path in ("/v1/stops/none/arrivals", "/v1/stops/S4/arrivals?limit=x", "/v1/nothing", "/v1/stops/S4/arrivals/"):
        for _ in range(2):
            ready, framework = both.ask(path)
            assert ready == framework and ready[0].startswith("4"), path
