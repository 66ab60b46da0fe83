"""A city's night: days out of the report log, a model learned, judged, promoted; twice, and killed on the way."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from feeds.cli import main as feeds
from feeds.predictors import Promoted
from feeds.recorded import read_recorded
from models.cli import main as models
from passinfo.bms.presets import load_mapping
from passinfo.history.parquet import Writer
from passinfo.prediction.artefact import MANIFEST
from passinfo.stores.history import closed_days, write_day
from passinfo.stores.models import ModelStore
from passinfo.stores.networks import load_network
from passinfo.stores.report_json import to_payloads
from passinfo.stores.report_log import SqliteReportLog
from passinfo.tracking.columns import Matches, Visits

ROOT = Path(__file__).parents[2]
FIRST, DAYS = dt.date(2026, 11, 16), 3


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state directory whose report log holds three simulated mornings."""
    state = tmp_path_factory.mktemp("logged")
    log = SqliteReportLog(state / "reports.sqlite")
    for number in range(DAYS):
        day, file = FIRST + dt.timedelta(days=number), state.parent / f"day{number}.csv"
        words = ["simulate", "pasig", "--vehicles", "30", "--seed", str(number), "--out", str(file)]
        assert feeds([*words, "--from", f"{day}T00:00Z", "--to", f"{day}T02:45Z"]) == 0
        log.append(to_payloads(read_recorded(file, load_mapping("passinfo"), None, None).reports))
    log.close()
    return state


@pytest.fixture(scope="module")
def undisturbed(logged: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The state directory after its night, and what that said."""
    state, said = tmp_path_factory.mktemp("undisturbed") / "state", StringIO()
    shutil.copytree(logged, state)
    with redirect_stdout(said):
        assert models(["night", "pasig", "--state", str(state)]) == 0
    return state, said.getvalue()


@pytest.mark.slow
def test_a_night_promotes_and_a_second_one_changes_nothing(
    undisturbed: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    state, said = undisturbed
    assert "promoted" in said
    assert [day.date for _, day in closed_days(state)] == [20261116, 20261117, 20261118]
    live = ModelStore(state).live()
    assert live is not None
    accuracy = json.loads((state / "accuracy.json").read_text())
    assert accuracy["date"] == 20261118 and accuracy["pairs"] > 1_000
    network = load_network(state / "networks", closed_days(state)[-1][1].network_hash)
    assert Promoted(state).fresh(network) is not None  # the live loop takes it up
    words = ["compare", "none", str(ModelStore(state).folder(live.model)), "--network", "pasig", "--history"]
    assert models([*words, str(closed_days(state)[0][0])]) == 2
    assert "learned from 20261116" in capsys.readouterr().err

    before = sorted((path, path.stat().st_mtime_ns) for path in state.rglob("*") if path.is_file())
    assert models(["night", "pasig", "--state", str(state)]) == 0
    assert "done before" in capsys.readouterr().out
    after = sorted((path, path.stat().st_mtime_ns) for path in state.rglob("*") if path.is_file())
    quiet = ("night.lock", "accuracy.json")
    assert [row for row in before if row[0].name not in quiet and "sqlite" not in row[0].name] == [
        row for row in after if row[0].name not in quiet and "sqlite" not in row[0].name
    ]
    assert ModelStore(state).live() == live


@pytest.mark.slow
def test_a_night_heals_what_an_upgrade_and_an_empty_day_leave(
    undisturbed: tuple[Path, str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A live model of another scikit-learn, and a day of which nothing was recorded. Mutation: stop at either."""
    state, old = tmp_path / "state", tmp_path / "old"
    shutil.copytree(undisturbed[0], state)
    store, days = ModelStore(state), closed_days(state)
    live = store.live()
    assert live is not None
    shutil.copytree(store.folder(live.model), old)
    manifest = json.loads((old / MANIFEST).read_text())
    (old / MANIFEST).write_text(json.dumps(manifest | {"scikit-learn": "1.0"}))
    unusable = store.promote(old, 1.0, "before the upgrade")
    empty = days[0][0].with_name("20261115")
    shutil.copytree(days[0][0], empty)
    write_day(empty, replace(days[0][1], date=20261115))
    for name, table in (("matches", Matches), ("visits", Visits), ("hindsight_visits", Visits)):
        with Writer(empty / f"{name}.parquet", table):
            pass
    shutil.rmtree(days[-1][0])

    assert models(["night", "pasig", "--state", str(state)]) == 0
    told = capfd.readouterr()
    assert "closed without the live model" in told.err and "left out: " in told.err
    assert f"{unusable.model}, which cannot be used any more" in told.out
    assert [(day.date, day.model) for _, day in closed_days(state)][-1] == (20261118, None)
    night = json.loads((state / "models" / "nights.jsonl").read_text().splitlines()[-1])
    assert night["promoted"]


@pytest.mark.slow
def test_a_night_killed_on_the_way_comes_to_the_same_end(
    logged: Path, undisturbed: tuple[Path, str], tmp_path: Path
) -> None:
    state, whole = tmp_path / "state", undisturbed[0]
    shutil.copytree(logged, state)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "models", "night", "pasig", "--state", str(state)]
    for wanted in (1, DAYS):
        process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        deadline = time.monotonic() + 120
        while len(closed_days(state)) < wanted and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert ModelStore(state).live() is None
    assert subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
    assert [day for _, day in closed_days(state)] == [day for _, day in closed_days(whole)]
    night, other = (
        json.loads((each / "models" / "nights.jsonl").read_text().splitlines()[-1]) for each in (state, whole)
    )
    assert night["key"] == other["key"] and night["promoted"] == other["promoted"]
    assert not (state / "night").exists()


def test_too_few_days_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert models(["night", "--state", str(tmp_path), "--no-close"]) == 0
    assert "0 of 3 days" in capsys.readouterr().out


def test_a_state_directory_that_is_none_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert models(["night", "--state", str(tmp_path / "nowhere")]) == 2
    assert "no such state directory" in capsys.readouterr().err
    assert models(["night", "--state", str(tmp_path)]) == 2
    assert "name the CITY" in capsys.readouterr().err
