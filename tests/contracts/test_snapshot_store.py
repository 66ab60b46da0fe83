"""The contract of every snapshot store."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from passinfo.prediction.stack import default_predictor
from passinfo.settings import CitySettings
from passinfo.snapshot import Alert, InformedEntity, Snapshot
from passinfo.step import begin, step, with_orders
from passinfo.stores.errors import StoreUnreadable
from passinfo.stores.snapshots import FileSnapshots, SnapshotStore
from tests.unit.builders_feed import tiny
from tests.unit.tracking.drives import at, reports

MAKERS: dict[str, Callable[[Path], SnapshotStore]] = {"files": lambda folder: FileSnapshots(folder / "snapshots")}
ALERT = Alert(
    "a1", "OTHER_CAUSE", "DETOUR", "INFO", ((1.0, None),), (), (InformedEntity(route_id="R1"),), (("en", "Détour"),)
)


@pytest.fixture(params=sorted(MAKERS))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SnapshotStore:
    return MAKERS[request.param](tmp_path)


def snapshot(sequence: int = 1) -> Snapshot:
    network = tiny().network
    times = at(network, 8 * 3600) + 20.0 * np.arange(20)
    rows = reports(network, "bus", times, 66.7 * np.arange(20), "T1")
    world = with_orders(begin(network, CitySettings(), default_predictor(network)), [], [ALERT])
    return dataclasses.replace(step(world, rows, float(times[-1]))[1].snapshot, sequence=sequence)


def same(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and repr(a.tolist()) == repr(b.tolist())
    if dataclasses.is_dataclass(a):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a))
    return a == b


def test_empty_at_first(store: SnapshotStore) -> None:
    assert store.newest() is None
    assert store.newest_sequence() is None


def test_what_is_published_comes_back_whole(store: SnapshotStore) -> None:
    published = snapshot()
    store.publish(published, {"trip-updates.pb": b"\x00\x01", "alerts.pb": b""})
    found = store.newest()
    assert found is not None
    assert same(found.snapshot, published)
    assert found.feeds == {"trip-updates.pb": b"\x00\x01", "alerts.pb": b""}


def test_the_newest_wins(store: SnapshotStore) -> None:
    for sequence in range(1, 8):
        store.publish(snapshot(sequence), {})
    assert store.newest_sequence() == 7
    found = store.newest()
    assert found is not None
    assert found.snapshot.sequence == 7


def test_a_torn_file_is_passed_over_and_alone_it_is_told(tmp_path: Path) -> None:
    files = FileSnapshots(tmp_path)
    files.publish(snapshot(1), {})
    files.publish(snapshot(2), {})
    newest = tmp_path / "000000000002.snapshot"
    for damaged in (newest.read_bytes()[:-9], b"", b"something else entirely, longer than a header"):
        newest.write_bytes(damaged)
        found = files.newest()
        assert found is not None
        assert found.snapshot.sequence == 1
    (tmp_path / "000000000001.snapshot").unlink()
    with pytest.raises(StoreUnreadable):
        files.newest()
