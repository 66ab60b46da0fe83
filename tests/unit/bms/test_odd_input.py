"""Input that only looks bad is read, and what spoils a whole file is one clear line."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from passinfo.bms.city_master import read_master
from passinfo.bms.master import Agency, Publisher
from passinfo.bms.presets import load_preset
from passinfo.bms.read import iter_reports, read_reports
from passinfo.columns import length
from passinfo.gtfs.read import GtfsUnreadable, clean_tables, gtfs_members, read_gtfs
from passinfo.rejections import Reason, Rejection
from tests.unit.bms.test_bad_input import AT, GOOD, HEADER, around, rows_around
from tests.unit.bms.test_city import FILES
from tests.unit.builders_feed import LINES, tiny_zip

RIGHT = {
    "BOM": lambda: b"\xef\xbb\xbf" + rows_around(f"c,{AT},14.5,121.0,,,,,"),
    "quotes": around(f'"c, ""the red one""",{AT},"14.5",121.0,,,,,'),
    "line ends of another system": lambda: rows_around(f"c,{AT},14.5,121.0,,,,,").replace(b"\n", b"\r\n"),
    "blank lines": around(f"\n\nc,{AT},14.5,121.0,,,,,\n"),
    "25:10:00": around(f"c,{AT},14.5,121.0,,,,20260216,25:10:00"),
    "names of all scripts": around(f"버스 7,{AT},14.5,121.0,,,,,"),
    "unknown speed": around(f"c,{AT},14.5,121.0,-1,,,,"),
    "floats of whole numbers": around(f"c,{AT}.0,14.5,121.0,5.0,1.0,,20260216,"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_only_looks_bad_is_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(RIGHT[name]())

    result = read_reports(tmp_path / "a.csv", load_preset("passinfo"))

    assert result.rejections == ()
    assert (length(result.reports), result.rows) == (3, 3)


def test_a_line_of_200_mb_takes_no_memory(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.write(f"{HEADER}\n{GOOD[0]}\n".encode())
        file.seek(200_000_000, io.SEEK_CUR)  # a hole in the file: zeros that take no room on disk
        file.write(f"\n{GOOD[1]}\n".encode())
    tracemalloc.start()
    try:
        parts = list(iter_reports(tmp_path / "a.csv", load_preset("passinfo")))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert [(r.row, r.reason) for part in parts for r in part.rejections] == [(3, Reason.LINE_TOO_LONG)]
    assert sum(length(part.reports) for part in parts) == 2
    assert peak < 16_000_000


def test_a_zip_cut_in_half_or_no_zip_at_all_is_one_clear_line(tmp_path: Path) -> None:
    whole = tiny_zip(tmp_path / "gtfs.zip").read_bytes()
    for name, data in (("cut.zip", whole[: len(whole) // 2]), ("text.zip", b"<html>not found</html>"), ("no.zip", b"")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(GtfsUnreadable, match=r"not a readable zip.*download it again"):
            read_gtfs(tmp_path / name)


def test_what_is_no_table_in_a_zip_is_ignored(tmp_path: Path) -> None:
    path = tiny_zip(tmp_path / "gtfs.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("readme.md", b"\xff\xfe")
        archive.writestr("__MACOSX/deep/stops.txt", b"rubbish")

    assert set(gtfs_members(path)) == set(LINES)
    assert read_gtfs(path).rejections == ()


def test_a_quote_that_never_closes_spoils_its_own_row_of_a_feed_and_of_a_city() -> None:
    stops = LINES["stops"].replace("S1,Stop 1", 'S1,"Stop 1')
    tables = clean_tables({n: (t + "\n").encode() for n, t in {**LINES, "stops": stops}.items()}, Path("x.zip"))
    assert tables.rejections[0] == Rejection("x.zip/stops.txt", 3, Reason.BAD_ROW, "", tables.rejections[0].value)
    assert tables.stops["stop_id"].tolist() == ["S0", "S2", "S3", "S4"]

    twice = LINES["stops"].replace("S1,Stop 1", 'S1,"Stop 1').replace("S3,Stop 3", 'S3,"Stop 3')
    tables = clean_tables({n: (t + "\n").encode() for n, t in {**LINES, "stops": twice}.items()}, Path("x.zip"))
    assert [r.row for r in tables.rejections] == [3, 5]

    files = {**FILES, "stops.csv": FILES["stops.csv"].replace("\nb,B", '\nx,"X,14.5,121.0\nb,B')}
    agency, publisher = Agency("a", "A", "https://example.org", "Asia/Manila"), Publisher("P", "https://example.org")
    master, rejections = read_master({name: text.encode() for name, text in files.items()}, agency, publisher)
    assert [(r.row, r.reason) for r in rejections] == [(3, Reason.BAD_ROW)]
    assert len(master.stops) == 3


def test_a_well_formed_text_of_two_lines_in_a_feed_is_read_though_the_reference_forbids_it() -> None:
    stops = LINES["stops"].replace("S1,Stop 1", 'S1,"Stop\n1"')
    tables = clean_tables({n: (t + "\n").encode() for n, t in {**LINES, "stops": stops}.items()}, Path("x.zip"))

    assert tables.rejections == ()
    assert tables.stops["stop_name"][1] == "Stop\n1"
