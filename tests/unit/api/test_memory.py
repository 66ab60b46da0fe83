"""What a worker keeps of a snapshot goes with it, though garbage is looked for seldom."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client

from api import board
from api.app import create_app
from tests.unit.api.conftest import NOW, publish

PATHS = (
    "/v1/stops/S4/arrivals",
    "/v1/arrivals?stop_ids=S4,S3",
    "/v1/stops?q=stop",
    "/v1/stops/S4",
    "/v1/routes",
    "/v1/vehicles",
    "/v1/alerts",
    "/gtfs-rt/trip-updates.pb",
    "/gtfs-rt/trip-updates.json",
    "/gtfs-rt/all.pb",
    "/gtfs-rt/trip-updates.pb?route=R2",
    "/display/S4.txt",
    "/display/S4.png",
    "/siri-lite/stop-monitoring.json?MonitoringRef=S4",
    "/api/where/arrivals-and-departures-for-stop/A_S4.json",
    "/api/where/vehicles-for-agency/A.json",
)


@pytest.fixture
def no_garbage() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_garbage")
@pytest.mark.parametrize("path", PATHS)
def test_a_view_goes_when_the_next_has_come(state: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(board, "GRACE_S", 0.0)
    app = create_app(state, clock=lambda: NOW + 2)
    shown = app.extensions["passinfo"].board
    view = weakref.ref(shown.view())
    for _ in range(3):
        for headers in ({}, {"Accept-Encoding": "gzip"}):
            answer = Client(app).get(path, headers=headers)
            assert answer.status_code == 200
            answer.close()
            del answer
    publish(state, sequence_ticks=2)
    until = time.monotonic() + 20
    while shown.view() is view() and time.monotonic() < until:
        time.sleep(0.01)
    while view() is not None and time.monotonic() < until:
        time.sleep(0.01)
    assert view() is None
