"""``feeds build FEED --traces``: a finished feed's lines are held against what its buses drove."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from feeds.cli import main


def told(feed: Path, traces: Path, out: Path) -> dict[str, list[dict[str, object]]]:
    """The report of a build with traces."""
    words = ["build", str(feed), "--traces", str(traces), "--mapping", "passinfo", "--out", str(out)]
    assert main(words) == 0
    report = json.loads((out.with_name(f"{out.stem}-report") / "report.json").read_text(encoding="utf-8"))
    assert isinstance(report, dict)
    return report


def shifted(feed: Path, into: Path, north_deg: float) -> Path:
    """The feed with all its shapes moved north."""
    with zipfile.ZipFile(feed) as old, zipfile.ZipFile(into, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "shapes.txt":
                rows = list(csv.DictReader(io.StringIO(text)))
                made = io.StringIO()
                writer = csv.DictWriter(made, rows[0])
                writer.writeheader()
                writer.writerows(
                    {**row, "shape_pt_lat": str(float(row["shape_pt_lat"]) + north_deg)} for row in rows
                )  # what the feed's own metres say stays
                text = made.getvalue()
            new.writestr(name, text)
    return into


@pytest.fixture(scope="module")
def feed(city_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("given") / "gtfs.zip"
    traces = str(city_folder / "traces.csv")
    assert main(["build", str(city_folder), "--traces", traces, "--mapping", "passinfo", "--out", str(out)]) == 0
    return out


def test_lines_that_buses_drive_are_left_alone(feed: Path, city_folder: Path, tmp_path: Path) -> None:
    report = told(feed, city_folder / "traces.csv", tmp_path / "again.zip")
    assert len(report["lines"]) == 2 and report["unseen"] == [] and not report["strays"]
    assert all(line["stretches"] == [] and line["passes"] == 36 for line in report["lines"])
    assert "<h2 id=" not in (tmp_path / "again-report" / "index.html").read_text(encoding="utf-8")


def test_lines_that_were_moved_are_named_with_how_far(feed: Path, city_folder: Path, tmp_path: Path) -> None:
    damaged = shifted(feed, tmp_path / "damaged.zip", 0.0006)  # 67 m
    report = told(damaged, city_folder / "traces.csv", tmp_path / "out.zip")
    for line in report["lines"]:
        assert isinstance(line["shift_north_m"], int) and -75 < line["shift_north_m"] < -58
        assert {stretch["kind"] for stretch in line["stretches"]} == {"SHIFTED"}  # type: ignore[attr-defined]
    page = (tmp_path / "out-report" / "index.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2 and "SHIFTED" in page and "Stop o" in page


def test_a_finished_feed_needs_a_mapping_for_traces_too(
    feed: Path, city_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["build", str(feed), "--traces", str(city_folder / "traces.csv"), "--out", str(tmp_path / "x.zip")]
    assert main(words) == 2
    assert "--mapping" in capsys.readouterr().err


def test_a_feed_without_lines_says_so(
    feed: Path, city_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = tmp_path / "bare.zip"
    with zipfile.ZipFile(feed) as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            if name != "shapes.txt":
                new.writestr(name, old.read(name))
    words = ["build", str(bare), "--traces", str(city_folder / "traces.csv"), "--mapping", "passinfo"]
    assert main([*words, "--out", str(tmp_path / "x.zip")]) == 2
    assert "draws no line" in capsys.readouterr().err
