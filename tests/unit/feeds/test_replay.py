import csv
import json
from pathlib import Path

import numpy as np
import pytest

from feeds.cli import main
from feeds.replay import tick_rows
from passinfo.columns import from_rows
from passinfo.history.parquet import read
from passinfo.prediction.protocol import Predictions
from passinfo.tracking.columns import Matches, Visits
from tests.unit.tracking.drives import at_places

B63 = Path(__file__).parents[2] / "data" / "nyc-b63"
TRACE = B63 / "traces" / "7564-2010-12-02T11-49-09.csv"


def replay(out: Path, *more: str) -> int:
    words = ["replay", "--network", str(B63 / "gtfs.zip"), "--positions", str(TRACE), "--mapping", "nyc-b63"]
    return main([*words, "--out", str(out), *more])


@pytest.mark.slow
def test_a_trace_becomes_matches_visits_predictions_and_feeds(tmp_path: Path) -> None:
    assert replay(tmp_path / "out", "--hints", "none", "--keep-feeds") == 0
    out = tmp_path / "out"
    matches, visits = read(out / "matches.parquet", Matches), read(out / "visits.parquet", Visits)
    assert {"B63", "MTA NYCT_B63"} & set(matches.route_id)
    assert len(visits.stop_id) > 20
    assert (np.diff(matches.received_at) >= 0).all()
    assert (np.diff(visits.known_at) >= 0).all()
    predictions = read(out / "predictions.parquet", Predictions)
    assert (predictions.p10_at <= predictions.p50_at).all()
    assert (predictions.p50_at <= predictions.p90_at).all()
    ticks = [json.loads(line) for line in (out / "status.jsonl").read_text().splitlines()]
    kept = sorted(int(path.stem) for path in (out / "feeds" / "trip-updates").iterdir())
    assert [tick["made_at"] for tick in ticks] == kept
    assert (out / "trip-updates.pb").read_bytes() == (out / "feeds" / "trip-updates" / f"{kept[-1]}.pb").read_bytes()


@pytest.mark.slow
def test_twice_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert replay(tmp_path / name, "--to", "2010-12-02T20:30:00Z", "--keep-feeds") == 0
    files = [path.relative_to(tmp_path / "a") for path in sorted((tmp_path / "a").rglob("*")) if path.is_file()]
    assert len(files) > 10
    assert [(tmp_path / "b" / name).read_bytes() for name in files] == [
        (tmp_path / "a" / name).read_bytes() for name in files
    ]


def test_a_foreign_folder_is_never_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("dear")
    assert replay(tmp_path / "letters") == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert (tmp_path / "letters" / "dear.txt").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--network", "nowhere.zip"],
        ["--positions", "nowhere.csv"],
        ["--mapping", "nobody"],
        ["--from", "2030-01-01"],
        ["--model", "nowhere"],
    ],
)
def test_wrong_input_is_one_line(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(tmp_path / "out", *words) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_ticks_jump_over_a_lull_and_leave_out_nothing() -> None:
    rows = at_places("bus", np.array([10.0, 12.0, 5_000.0, 5_031.0]), np.zeros(4), np.zeros(4))
    ticks = list(tick_rows(rows, 15.0, 60.0))
    assert [now for now, _ in ticks] == [15.0, 30.0, 45.0, 60.0, 75.0, 90.0, 5010.0, 5025.0, 5040.0]
    assert [row for _, rows in ticks for row in range(rows.start, rows.stop)] == [0, 1, 2, 3]
    assert list(tick_rows(from_rows(type(rows), []), 15.0, 60.0)) == []


def test_what_the_step_refuses_is_told_by_its_file_and_row(tmp_path: Path) -> None:
    """It was told by its place in the tick's batch. Mutation: rejections written as the step gives them."""
    header = "vehicle_id,observed_at,lat,lon\n"
    (tmp_path / "in").mkdir()
    far = "7,2010-12-02T17:0{}:00Z,14.5,121.0\n"
    near = "7,2010-12-02T17:0{}:00Z,40.67,-73.98\n"
    (tmp_path / "in" / "a.csv").write_text(header + "7,never,40.67,-73.98\n" + near.format(0) + far.format(1))
    (tmp_path / "in" / "b.csv").write_text(header + near.format(2) + near.format(3) + far.format(4))
    words = ["replay", "--network", str(B63 / "gtfs.zip"), "--positions", str(tmp_path / "in"), "--mapping", "passinfo"]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    with (tmp_path / "out" / "rejections.csv").open() as file:
        told = [(row["source"], row["row"], row["reason"]) for row in csv.DictReader(file)]
    assert told == [("a.csv", "2", "bad_time"), ("a.csv", "4", "out_of_area"), ("b.csv", "4", "out_of_area")]
