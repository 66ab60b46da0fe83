"""docs/data-dictionary.md names every file, column, key and setting that is written or read, and no other."""

import dataclasses
import json
import re
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from feeds.cli import main
from feeds.live_loop import LiveLoop
from feeds.prepare import prepare_city
from feeds.simulator.rows import SimulatedReport, TrueVisit
from passinfo.bms.changes import ServiceChange
from passinfo.bms.problems import Problem
from passinfo.history.rejections import HEADER
from passinfo.prediction.accuracy.availability import Availability, Share
from passinfo.prediction.accuracy.board import Board, Rivalry, Standing
from passinfo.prediction.accuracy.bootstrap import Estimate
from passinfo.prediction.accuracy.compare import Contest
from passinfo.prediction.accuracy.pairs import Fates
from passinfo.prediction.accuracy.parts import Part
from passinfo.prediction.accuracy.scores import BinScores
from passinfo.prediction.accuracy.steadiness import Steadiness
from passinfo.prediction.artefact import save_artefact
from passinfo.prediction.stack import default_predictor
from passinfo.rejections import Reason
from passinfo.settings import CitySettings
from passinfo.snapshot import Alert, Calls, InformedEntity, Runs, Snapshot, Vehicles
from passinfo.tracking.columns import MatchReason, PhaseCode
from tests.unit.prediction.test_artefact import artefact

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
B63 = ROOT / "tests" / "data" / "nyc-b63"


def documented(name: str) -> set[str]:
    """The words in backquotes in the first cells of a table."""
    table = re.search(rf"<!-- names of {name} -->\n(.*?)<!-- end -->", TEXT, re.DOTALL)
    assert table, name
    cells = [line.split("|")[1] for line in table[1].splitlines()[2:]]
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize(
    "cls",
    [
        *(
            SimulatedReport,
            TrueVisit,
            ServiceChange,
            Problem,
            Alert,
            InformedEntity,
            Vehicles,
            Runs,
            Calls,
            CitySettings,
        ),
        *(Board, Standing, BinScores, Estimate, Fates, Availability, Share, Steadiness, Part, Rivalry, Contest),
    ],
    ids=lambda cls: cls.__name__,
)
def test_every_field_is_documented(cls: type) -> None:
    assert documented(cls.__name__) == {field.name for field in dataclasses.fields(cls)}


def test_the_snapshot_and_the_refusals_are_documented() -> None:
    tables = {"vehicles", "runs", "calls"}
    assert documented("Snapshot") == {field.name for field in dataclasses.fields(Snapshot)} - tables
    assert documented("Rejections") == set(HEADER)


def test_every_variable_of_the_environment_is_documented() -> None:
    sources = [path for part in ("api", "feeds", "models", "passinfo") for path in (ROOT / part).rglob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in [*sources, ROOT / "wsgi.py"])
    assert documented("Environment") == set(re.findall(r"PASSINFO_[A-Z_]*[A-Z]", text))


def test_what_a_replay_writes_is_documented(tmp_path: Path) -> None:
    """One bus, one of whose reports is off the map. Mutation: a key more in the status of a tick."""
    rows = [f"7,2010-12-02T17:{m:02d}:00Z,{40.67 if m else 14.5},-73.98" for m in range(4)]
    (tmp_path / "day.csv").write_text("\n".join(["vehicle_id,observed_at,lat,lon", *rows]) + "\n")
    words = ["replay", "--network", str(B63 / "gtfs.zip"), "--positions", str(tmp_path / "day.csv")]
    out = tmp_path / "out"
    assert main([*words, "--mapping", "passinfo", "--keep-feeds", "--hindsight", "--out", str(out)]) == 0
    assert {path.name for path in out.iterdir()} == documented("Replay")
    keys = {key for line in (out / "status.jsonl").read_text().splitlines() for key in json.loads(line)}
    plain = {name for name in documented("Status") if "<" not in name}
    phases = {f"vehicles.{code.name}" for code in PhaseCode}
    reasons = {f"rejected.{reason.value}" for reason in Reason}
    matched = {f"matched.{reason.value}" for reason in MatchReason}
    assert plain <= keys <= plain | phases | reasons | matched
    assert keys & reasons
    assert keys & phases


def columns_of(path: Path) -> set[str]:
    """``table.column`` of a SQLite file."""
    db = sqlite3.connect(path)
    found = db.execute(
        "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c "
        "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
    ).fetchall()
    db.close()
    return {name for (name,) in found}


def test_what_a_live_city_writes_is_documented(tmp_path: Path) -> None:
    city = prepare_city("pasig", tmp_path, simulated=True)
    loop = LiveLoop(tmp_path, city.network, city.settings, default_predictor(city.network), None)
    for now in (1_780_000_000.0, 1_780_000_005.0):
        loop.tick(now)
    files = {path.name for path in tmp_path.iterdir() if not path.name.endswith(("-wal", "-shm"))}
    loop.close()
    assert files == documented("State")
    assert set(json.loads((tmp_path / "city.json").read_text())) == documented("City")
    assert set(json.loads((tmp_path / "gtfs" / "built.json").read_text())) == documented("Built")
    assert columns_of(tmp_path / "reports.sqlite") == documented("ReportLog")
    assert columns_of(tmp_path / "state.sqlite") == documented("StateStore")


def test_a_model_is_documented(tmp_path: Path) -> None:
    folder = save_artefact(tmp_path / "model", artefact(), created_from=("day",), versions={})
    assert set(json.loads((folder / "manifest.json").read_text())) == documented("Manifest")
    with np.load(folder / "pace.npz", allow_pickle=False) as arrays:
        assert set(arrays.files) == documented("Artefact")
