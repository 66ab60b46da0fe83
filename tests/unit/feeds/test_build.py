import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import gtfs_guru
import pytest

from feeds.build import build, first_day, running_day
from feeds.cities import find_city
from feeds.cities.pasig.derive import filipino, spoken
from feeds.cli import main
from passinfo.bms.city import CityFolderError, read_city

DAY = dt.date(2026, 11, 23)


def test_pasig_reads_without_a_refusal() -> None:
    city = read_city(find_city("pasig"))
    assert city.rejections == ()
    assert city.master is not None
    assert 6 <= len(city.master.routes) <= 10
    assert {pattern.key.direction_id for pattern in city.master.route_stops} == {0, 1}
    assert all(360 <= band.headway_s <= 1200 for band in city.master.headways)
    assert max(band.end_service_s for band in city.master.headways) > 24 * 3600
    assert city.notes


def test_an_unknown_city_is_told_in_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["build", "atlantis", "--out", str(tmp_path / "gtfs.zip")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    with pytest.raises(CityFolderError, match="pasig"):
        find_city("atlantis")


@pytest.mark.slow
def test_pasig_gtfs_has_no_error_and_no_warning(tmp_path: Path) -> None:
    assert main(["build", "pasig", "--out", str(tmp_path / "today.zip")]) == 0
    assert build(read_city(find_city("pasig")), tmp_path / "then.zip", today=DAY) == 0
    sunday = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
    assert build(read_city(find_city("pasig")), tmp_path / "sunday.zip", today=first_day(sunday)) == 0
    today = running_day(dt.datetime.now(ZoneInfo("Asia/Manila")))
    for name, day in (("today.zip", today), ("then.zip", DAY), ("sunday.zip", sunday.date())):
        result = gtfs_guru.validate(str(tmp_path / name), date=day.isoformat())
        assert [(notice.code, notice.message) for notice in result.notices if notice.severity != "INFO"] == []
        assert result.error_count == result.warning_count == 0


@pytest.mark.slow
def test_pasig_built_twice_is_the_same_bytes(tmp_path: Path) -> None:
    assert build(read_city(find_city("pasig")), tmp_path / "a.zip", today=DAY) == 0
    assert build(read_city(find_city("pasig")), tmp_path / "b.zip", today=DAY) == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize(
    ("name", "filipino_name", "spoken_name"),
    [
        (
            "A St / B Ave Intersection, Pasig City",
            "Kanto ng A St at B Ave, Lungsod ng Pasig",
            "A Street and B Avenue Intersection, Pasig City",
        ),
        ("Dr Garcia, Quezon City", "Dr Garcia, Lungsod Quezon", "Doctor Garcia, Quezon City"),
        ("Lakeview Dr", "Lakeview Dr", "Lakeview Drive"),
        ("Rosario Ocampo Elementary School", "Mababang Paaralan ng Rosario Ocampo", ""),
    ],
)
def test_pasig_names_its_stops_in_filipino_and_for_a_voice(name: str, filipino_name: str, spoken_name: str) -> None:
    assert (filipino(name), spoken(name)) == (filipino_name, spoken_name)


def test_pasig_has_filipino_names_and_jeepneys_that_stop_anywhere() -> None:
    master = read_city(find_city("pasig")).master
    assert master is not None
    assert {translation.language for translation in master.offer.translations} == {"fil"}
    assert {translation.table for translation in master.offer.translations} == {
        "agency",
        "feed_info",
        "routes",
        "stops",
    }
    assert [route.route_id for route in master.routes if not route.stops_anywhere] == ["P8"]


def test_a_feed_that_follows_another_holds_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.zip", tmp_path / "new.zip"
    assert build(read_city(find_city("pasig")), old, today=DAY) == 0
    words = ["build", "pasig", "--out", str(new), "--after", str(old)]
    assert main(words) == 2
    assert "--valid-from" in capsys.readouterr().err
    assert main([*words, "--valid-from", "2026-12-15"]) == 0
    assert "at 2026-12-15 0 trips end, 0 begin, 206 go on" in capsys.readouterr().out
    result = gtfs_guru.validate(str(new), date=DAY.isoformat())
    assert result.error_count == result.warning_count == 0
    assert main([*words[:-1], str(tmp_path / "none.zip"), "--valid-from", "2026-12-15"]) == 2
