from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from api.app import create_app
from passinfo.bms.reports import Reports
from passinfo.columns import concat
from passinfo.prediction.stack import default_predictor
from passinfo.realtime.encode import encode_feeds, to_json
from passinfo.settings import CitySettings
from passinfo.snapshot import Alert
from passinfo.step import begin, step, with_orders
from passinfo.stores.encodings import with_packed
from passinfo.stores.networks import save_network
from passinfo.stores.snapshots import FileSnapshots
from passinfo.stores.state import StateStore
from tests.unit.builders_feed import tiny, tiny_zip
from tests.unit.tracking.drives import at, reports

NETWORK = tiny().network
NOW = at(NETWORK, 8 * 3600 + 400)
TOKEN = "a-token-of-the-tests-that-is-long-enough-to-be-random"


def publish(state: Path, sequence_ticks: int = 1, alerts: Sequence[Alert] = ()) -> None:
    """A state directory as the live loop writes it: one bus on T1, one on headway service."""
    settings = CitySettings(city_id="tiny", name="Tiny")
    world = with_orders(begin(NETWORK, settings, default_predictor(NETWORK)), (), alerts)
    times = NOW - 400 + 20.0 * np.arange(20)
    bus = reports(NETWORK, "bus <7>", times, 66.7 * np.arange(20), "T1", trip_id="T1", driver_id="driver-9")
    other = reports(NETWORK, "h1", times, 50.0 * np.arange(20), "H1", route_id="R2", direction_id=0)
    rows = concat(Reports, [bus, other])
    for tick in range(sequence_ticks):
        world, result = step(world, rows, NOW + 5 * tick)
        feeds = encode_feeds(result.snapshot, NETWORK)
        kinds = {
            "vehicle-positions": feeds.vehicle_positions,
            "trip-updates": feeds.trip_updates,
            "alerts": feeds.alerts,
        }
        by_name = {f"{kind}.pb": data for kind, data in kinds.items()}
        by_name |= {f"{kind}.json": to_json(data) for kind, data in kinds.items()}
        FileSnapshots(state / "snapshots").publish(result.snapshot, with_packed(by_name))
    save_network(NETWORK, state / "networks")
    (state / "gtfs").mkdir(exist_ok=True)
    tiny_zip(state / "gtfs" / "schedule.zip")
    (state / "city.json").write_text('{"name": "Tiny", "simulated": true}')


@pytest.fixture
def state(tmp_path: Path) -> Path:
    publish(tmp_path)
    store = StateStore(tmp_path / "state.sqlite")
    store.add_key("test", frozenset({"bms:write", "ops:write"}), TOKEN, NOW)
    store.close()
    return tmp_path


@pytest.fixture
def client(state: Path) -> Iterator[FlaskClient]:
    app = create_app(state, clock=lambda: NOW + 2)
    yield app.test_client()
    for store in (app.extensions["passinfo"].report_log(), app.extensions["passinfo"].state_store()):
        store.close()
