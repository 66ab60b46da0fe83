"""Whole replays against gtfs-rt-validator: no error on any tick looked at, but for the committed exemptions."""

import datetime as dt
import os
import random
from pathlib import Path

import pytest

from feeds.build import build
from feeds.cities import find_city
from feeds.cli import main
from passinfo.bms.city import read_city
from tests.oracle.__main__ import main as oracle

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("PASSINFO_DATA") or ROOT / ".." / "shared" / "data")
B63 = ROOT / "tests" / "data" / "nyc-b63"
EVERY = 25
"""One tick of so many is judged here; `make oracle` judges them all."""

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the real data of PASSINFO_DATA is not here")


def judged(feed: Path, positions: Path, mapping: str, out: Path, *more: str, network: str | None = None) -> int:
    words = ["replay", "--network", network or str(feed), "--positions", str(positions), "--mapping", mapping]
    assert main([*words, "--out", str(out), "--keep-feeds", *more]) == 0
    return oracle([str(feed), str(out), "--every", str(EVERY), "--seed", str(random.Random(out.name).randrange(EVERY))])


@pytest.mark.slow
def test_new_york(tmp_path: Path) -> None:
    assert judged(B63 / "gtfs.zip", B63 / "traces", "nyc-b63", tmp_path / "none", "--hints", "none") == 0


@pytest.mark.slow
def test_a_simulated_hour_of_pasig(tmp_path: Path) -> None:
    hour = ["--from", "2026-11-23T09:00:00Z", "--to", "2026-11-23T10:00:00Z"]
    positions = tmp_path / "positions.csv"
    assert main(["simulate", "pasig", "--vehicles", "130", *hour, "--out", str(positions)]) == 0
    assert build(read_city(find_city("pasig")), tmp_path / "gtfs.zip", today=dt.date(2026, 11, 23)) == 0
    assert judged(tmp_path / "gtfs.zip", positions, "passinfo", tmp_path / "out", network="pasig") == 0


@pytest.mark.slow
@pytest.mark.realdata
@needs_data
@pytest.mark.parametrize("hints", ["trip", "none"])
@pytest.mark.parametrize(("city", "mapping"), [("wmata", "gtfs-rt-csv"), ("kingston", "kingston")])
def test_real_cities(city: str, mapping: str, hints: str, tmp_path: Path) -> None:
    folder = DATA / city
    positions = folder / "vehicle_positions.csv"
    assert judged(folder / "gtfs.zip", positions, mapping, tmp_path / hints, "--hints", hints) == 0
