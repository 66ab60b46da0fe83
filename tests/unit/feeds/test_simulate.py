import csv
import datetime as dt
from pathlib import Path

import pytest

from feeds.build import build
from feeds.cities import find_city
from feeds.cli import main
from passinfo.bms.city import read_city
from tests.unit.feeds.simulator.counter import Counter, serving

MORNING = ["--from", "2026-11-24T07:00+08:00", "--to", "2026-11-24T07:30+08:00"]


def simulate(out: Path, *more: str) -> int:
    return main(["simulate", "pasig", "--vehicles", "8", "--out", str(out), *more])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_file_holds_reports_in_the_columns_of_the_mapping(tmp_path: Path) -> None:
    assert simulate(tmp_path / "a.csv", *MORNING, "--truth", str(tmp_path / "truth.csv")) == 0
    assert simulate(tmp_path / "b.csv", *MORNING) == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    rows = rows_of(tmp_path / "a.csv")
    assert len(rows) > 500
    needed = {"vehicle_id", "observed_at", "received_at", "lat", "lon", "route_id", "direction_id", "driver_id"}
    assert needed < set(rows[0])
    assert rows[0]["received_at"] >= rows[0]["observed_at"] > "2026-11-23T23:00:00Z"
    truth = rows_of(tmp_path / "truth.csv")
    assert {row["vehicle_id"] for row in truth} <= {row["vehicle_id"] for row in rows}
    assert truth


def test_an_end_before_the_beginning_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    backwards = ["--from", "2026-11-24T05:00+08:00", "--to", "2026-11-24T03:00+08:00"]
    assert simulate(tmp_path / "a.csv", *backwards) == 2
    assert capsys.readouterr().err == "feeds simulate: --to must be later than --from\n"


def test_more_vehicles_than_work_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    minute = ["--from", "2026-11-24T05:30+08:00", "--to", "2026-11-24T05:31+08:00"]
    assert main(["simulate", "pasig", "--vehicles", "500", "--out", str(tmp_path / "a.csv"), *minute]) == 0
    assert "of 500 vehicles have work" in capsys.readouterr().err


def test_before_the_first_bus_it_says_when_there_will_be_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # a feed that begins on the 23rd knows nothing of the night before
    feed = tmp_path / "gtfs.zip"
    build(read_city(find_city("pasig")), feed, today=dt.date(2026, 11, 23))
    night = ["--from", "2026-11-23T02:00+08:00", "--to", "2026-11-23T04:40+08:00", "--speed", "20000"]
    counter = Counter()
    with serving(counter) as url:
        assert main(["simulate", str(feed), "--vehicles", "30", "--post", url, *night]) == 0
    assert "no bus is in service until 2026-11-23 04:30 (Asia/Manila)" in capsys.readouterr().err
    assert counter.taken


def test_a_feed_that_is_over_has_nothing_to_simulate(capsys: pytest.CaptureFixture[str]) -> None:
    feed = str(Path(__file__).parents[2] / "data" / "nyc-b63" / "gtfs.zip")
    assert main(["simulate", feed, "--vehicles", "3", "--post", "http://127.0.0.1:9", "--from", "2026-11-23"]) == 2
    assert capsys.readouterr().err.startswith("feeds simulate: no bus runs in the week from")
