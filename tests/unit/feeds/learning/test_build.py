"""``feeds build CITY --traces``: from positions to a feed and a report."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
import zipfile
from pathlib import Path

import gtfs_guru
import pytest

from feeds.cli import main
from feeds.learning.build import build_from_traces
from feeds.learning.overrides import read_overrides
from passinfo.bms.city import CityFolderError, read_city
from passinfo.bms.presets import load_mapping
from tests.unit.feeds.learning.conftest import kerbs

DAY = dt.date(2026, 3, 2)


def build(folder: Path, out: Path) -> int:
    traces = [folder / "traces.csv"]
    return build_from_traces(read_city(folder), traces, load_mapping("passinfo"), out, today=DAY)


def rows(path: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as feed:
        return list(csv.DictReader(io.StringIO(feed.read(name).decode())))


@pytest.fixture(scope="session")
def built(city_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "gtfs.zip"
    assert build(city_folder, out) == 0
    return out


def test_the_feed_serves_each_kerb_in_order(built: Path) -> None:
    by_trip: dict[str, list[str]] = {}
    for row in rows(built, "stop_times.txt"):
        by_trip.setdefault(row["trip_id"], []).append(row["stop_id"])
    names = [name for name, *_ in kerbs()]
    lists = set(map(tuple, by_trip.values()))
    assert lists == {tuple(names[:16]), tuple(names[16:])}
    directions = {row["trip_id"]: row["direction_id"] for row in rows(built, "trips.txt")}
    assert all(directions[trip] == ("0" if stops[0] == "o0" else "1") for trip, stops in by_trip.items())


def test_the_headway_and_the_running_time_are_what_buses_did(built: Path) -> None:
    headways = {int(row["headway_secs"]) for row in rows(built, "frequencies.txt")}
    assert headways <= {570, 600, 630}
    shape = max(float(row["shape_dist_traveled"]) for row in rows(built, "shapes.txt"))
    assert shape == pytest.approx(5_700, abs=200)


def test_the_feed_is_without_error_or_warning(built: Path) -> None:
    found = gtfs_guru.validate(str(built), date=DAY.isoformat())
    assert found.error_count == 0 and found.warning_count == 0, [(n.code, n.context()) for n in found.notices]


def test_the_same_input_gives_the_same_bytes(city_folder: Path, built: Path, tmp_path: Path) -> None:
    assert build(city_folder, tmp_path / "again.zip") == 0
    assert (tmp_path / "again.zip").read_bytes() == built.read_bytes()


def test_the_report_tells_and_draws_every_pattern(built: Path) -> None:
    folder = built.with_name("gtfs-report")
    told = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert {pattern["pattern_id"] for pattern in told["patterns"]} == {"R:0:0", "R:1:0"}
    assert {problem["problem"] for problem in told["problems"]} >= {"UNSEEN_DAY"}
    page = (folder / "route-0001.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2 and "Stop o3 (o3)" in page and "&lt;" not in page
    assert 'href="route-0001.html"' in (folder / "index.html").read_text(encoding="utf-8")


def test_a_persons_corrections_win(city_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(city_folder, folder)
    (folder / "overrides.toml").write_text(
        '[[pattern]]\npattern_id = "R:0:0"\ndrop_stops = ["o4"]\nadd_stops = ["b15"]\nheadsign = "North"\n'
        '[[pattern]]\npattern_id = "R:1:0"\ndrop = true\n[[pattern]]\npattern_id = "R:9:0"\ndrop = true\n'
    )
    assert build(folder, tmp_path / "gtfs.zip") == 0
    stops = {row["stop_id"] for row in rows(tmp_path / "gtfs.zip", "stop_times.txt")}
    assert "o4" not in stops and "b15" in stops and "b0" not in stops
    assert {row["trip_headsign"] for row in rows(tmp_path / "gtfs.zip", "trips.txt")} == {"North"}
    told = json.loads((tmp_path / "gtfs-report" / "report.json").read_text(encoding="utf-8"))
    assert [each["subject"] for each in told["problems"] if each["problem"] == "OVERRIDE_UNKNOWN"] == ["R:9:0"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[pattern]]\npattern_id = 'R'\nstops = ['a']\n", "pattern.stops is no key"),
        ("[[pattern]]\ndrop = true\n", "pattern_id"),
        ("[[pattern]]\npattern_id = 'R'\ndirection_id = 2\n", "must be 0 or 1"),
        ("[stop]\nx = 1\n", r"only \[\[pattern\]\]"),
        ("[[pattern", "not TOML"),
    ],
)
def test_overrides_that_cannot_be_meant_are_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "overrides.toml").write_text(text)
    with pytest.raises(CityFolderError, match=said):
        read_overrides(tmp_path / "overrides.toml")


def test_traces_without_a_mapping_are_told(
    capsys: pytest.CaptureFixture[str], city_folder: Path, tmp_path: Path
) -> None:
    words = ["build", str(city_folder), "--traces", str(city_folder / "traces.csv"), "--out", str(tmp_path / "x.zip")]
    assert main(words) == 2
    assert "--mapping" in capsys.readouterr().err


def test_a_city_to_learn_cannot_be_built_without_traces(
    capsys: pytest.CaptureFixture[str], city_folder: Path, tmp_path: Path
) -> None:
    assert main(["build", str(city_folder), "--out", str(tmp_path / "x.zip")]) == 2
    assert "--traces" in capsys.readouterr().err


def test_routes_and_stops_nobody_knows_are_named(city_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(city_folder, folder)
    traces = (folder / "traces.csv").read_text()
    (folder / "traces.csv").write_text(traces + traces.split("\n", 1)[1].replace(",R,", ",X,").replace("bus ", "x "))
    with (folder / "served_stops.csv").open("a") as file:
        file.write("R,99,nowhere\n")
    assert build(folder, tmp_path / "gtfs.zip") == 0
    told = json.loads((tmp_path / "gtfs-report" / "report.json").read_text(encoding="utf-8"))
    assert [each["route_id"] for each in told["problems"] if each["problem"] == "UNKNOWN_ROUTE"] == ["X"]


def test_traces_that_say_nothing_end_in_one_line(
    capsys: pytest.CaptureFixture[str], city_folder: Path, tmp_path: Path
) -> None:
    few = tmp_path / "few.csv"
    few.write_text("\n".join((city_folder / "traces.csv").read_text().split("\n")[:5]) + "\n")
    words = ["build", str(city_folder), "--traces", str(few), "--mapping", "passinfo", "--out", str(tmp_path / "x.zip")]
    assert main(words) == 2
    assert "TOO_FEW_PASSES" in capsys.readouterr().err
    assert not (tmp_path / "x.zip").exists()


def test_what_the_city_offers_is_in_a_learned_feed_too(city_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "town"
    shutil.copytree(city_folder, folder)
    toml = (folder / "city.toml").read_text(encoding="utf-8")
    owed = '[[attributions]]\norganization = "Town hall"\nis_authority = true\n'
    (folder / "city.toml").write_text(toml + owed, encoding="utf-8")
    (folder / "transfers.csv").write_text("from_stop_id,to_stop_id\no0,b10\n", encoding="utf-8")
    names = "table_name,field_name,language,translation,record_id,field_value\n"
    names += "stops,stop_name,fil,Hintuan,o0,\ntrips,trip_headsign,fil,Dulo,,Stop o15\n"
    (folder / "translations.csv").write_text(names, encoding="utf-8")
    out = tmp_path / "gtfs.zip"
    assert build(folder, out) == 0
    assert [row["organization_name"] for row in rows(out, "attributions.txt")] == ["Town hall"]
    assert [row["to_stop_id"] for row in rows(out, "transfers.txt")] == ["b10"]
    assert [row["translation"] for row in rows(out, "translations.txt")] == ["Hintuan", "Dulo"]
    result = gtfs_guru.validate(str(out), date=DAY.isoformat())
    assert result.error_count == result.warning_count == 0
