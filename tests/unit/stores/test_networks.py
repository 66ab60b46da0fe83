import dataclasses
from pathlib import Path

import numpy as np
import pytest

from passinfo.network.network import Network
from passinfo.stores.networks import FILE, NetworkNotStored, load_network, network_from_gtfs, save_network
from tests.unit.builders_feed import tiny, tiny_zip


def same(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and a.tolist() == b.tolist()
    if dataclasses.is_dataclass(a):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a))
    return a == b


def test_what_is_stored_comes_back(tmp_path: Path) -> None:
    network = tiny().network
    save_network(network, tmp_path)
    assert same(load_network(tmp_path, network.hash), network)


def test_the_second_reading_comes_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = tiny_zip(tmp_path / "gtfs.zip")
    first = network_from_gtfs(feed, tmp_path / "cache")
    # the compiler is taken away: only the cache can answer
    monkeypatch.setattr("passinfo.network.compile.compile_network", None)
    assert same(network_from_gtfs(feed, tmp_path / "cache"), first)


def test_another_feed_is_another_network(tmp_path: Path) -> None:
    one = network_from_gtfs(tiny_zip(tmp_path / "a.zip"), tmp_path / "cache")
    other = network_from_gtfs(tiny_zip(tmp_path / "b.zip", frequencies=None), tmp_path / "cache")
    assert one.hash != other.hash
    assert len(other.headways.trip_ix) == 0


def test_a_damaged_network_is_compiled_again(tmp_path: Path) -> None:
    feed = tiny_zip(tmp_path / "gtfs.zip")
    network = network_from_gtfs(feed, tmp_path)
    (tmp_path / network.hash / FILE).write_bytes(b"torn")
    with pytest.raises(NetworkNotStored):
        load_network(tmp_path, network.hash)
    assert same(network_from_gtfs(feed, tmp_path), network)
    assert isinstance(load_network(tmp_path, network.hash), Network)
