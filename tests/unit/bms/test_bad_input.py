"""Bad input, one row a fault: the reason, the row it is told for, and that all other rows get through.

At most three rows per reason over the whole table (a test counts them), so that it grows in kinds and not in bulk.
"""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.bms.city_master import read_master
from passinfo.bms.intake import Last, accept
from passinfo.bms.master import Agency, Publisher
from passinfo.bms.presets import load_preset
from passinfo.bms.read import read_reports, reports_from_records
from passinfo.columns import length
from passinfo.gtfs.read import clean_tables
from passinfo.rejections import Reason
from passinfo.settings import Area, CitySettings
from tests.unit.bms.test_city import FILES
from tests.unit.builders_feed import LINES

AT = 1_771_257_500
HEADER = "vehicle_id,observed_at,lat,lon,speed_mps,direction_id,occupancy,start_date,start_time"
GOOD = [f"a,{AT},14.5,121.0,5,0,EMPTY,20260216,25:10:00", f"b,{AT + 30},14.5,121.0,,,,,"]
AREA = Area(14.0, 70.0, 15.0, 122.0)


def rows_around(bad: str) -> bytes:
    """A good row, the bad one (row 3), a good row."""
    return "\n".join([HEADER, GOOD[0], bad, GOOD[1], ""]).encode()


def around(bad: str) -> Callable[[], bytes]:
    return lambda: rows_around(bad)


def lines(*records: object) -> Callable[[], bytes]:
    return lambda: "".join(r if isinstance(r, str) else json.dumps(r) + "\n" for r in records).encode()


def record(**changes: object) -> dict[str, object]:
    return {"vehicle_id": "a", "observed_at": AT, "lat": 14.5, "lon": 121.0} | changes


def parquet(**changes: object) -> bytes:
    columns: dict[str, object] = {
        "vehicle_id": ["a", "b", "c"],
        "observed_at": [AT, AT + 30, AT + 60],
        "lat": [14.5, 14.5, 14.5],
        "lon": [121.0, 121.0, 121.0],
    }
    table = pa.table({name: v for name, v in (columns | changes).items() if v is not None})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def long_line() -> bytes:
    return rows_around("x" * 3_000_000)


def cut_gzip() -> bytes:
    text = "\n".join(
        [HEADER, *(f"v{i * 7919 % 100_003},{AT + i},14.{i * 31 % 9973},121.0,,,,," for i in range(20_000))]
    )
    data = gzip.compress(text.encode())
    return data[: len(data) // 2]


def feed(lat: float, lon: float) -> bytes:
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    for row, place in enumerate(((14.5, 121.0), (lat, lon), (14.6, 121.0))):
        seen = message.entity.add(id=str(row)).vehicle
        seen.vehicle.id, seen.timestamp = str(row), AT
        seen.position.latitude, seen.position.longitude = place
    return message.SerializeToString()


@dataclass(frozen=True)
class Bad:
    """One fault in a file of reports; ``others``: how many reports of the file get through (None: some)."""

    name: str
    file: str
    build: Callable[[], bytes]
    reason: Reason
    row: int
    others: int | None = 2
    mapping: str = field(default="passinfo")


REPORTS = (
    Bad("no column of latitudes", "a.csv", lambda: b"vehicle_id,observed_at,lon\na,1771257500,121\n",
        Reason.MISSING_COLUMN, 1, 0),
    Bad("Parquet without vehicles", "a.parquet", lambda: parquet(vehicle_id=None), Reason.MISSING_COLUMN, 0, 0),
    Bad("no latitude", "a.csv", around(f"c,{AT},,121.0,,,,,"), Reason.MISSING_VALUE, 3),
    Bad("record without time", "a.jsonl", lines(record(), {"vehicle_id": "a", "lat": 1, "lon": 1}, record()),
        Reason.MISSING_VALUE, 2),
    Bad("text in a number", "a.csv", around(f"c,{AT},north,121.0,,,,,"), Reason.NOT_A_NUMBER, 3),
    Bad("NaN", "a.csv", around(f"c,{AT},nan,121.0,,,,,"), Reason.NOT_A_NUMBER, 3),
    Bad("infinity", "a.parquet", lambda: parquet(lat=[14.5, float("inf"), 14.5]), Reason.NOT_A_NUMBER, 2),
    Bad("time in words", "a.csv", around("c,yesterday,14.5,121.0,,,,,"), Reason.BAD_TIME, 3),
    Bad("time without zone", "a.csv", around("c,2026-02-16 20:00:00,14.5,121.0,,,,,"), Reason.BAD_TIME, 3),
    Bad("30 February", "a.csv", around(f"c,{AT},14.5,121.0,,,,20260230,"), Reason.BAD_DATE, 3),
    Bad("unknown crowding", "a.csv", around(f"c,{AT},14.5,121.0,,,cosy,,"), Reason.BAD_ENUM, 3),
    Bad("direction 2", "a.csv", around(f"c,{AT},14.5,121.0,,2,,,"), Reason.BAD_ENUM, 3),
    Bad("quote that never closes", "a.csv", around(f'"c,{AT},14.5,121.0,,,,,'), Reason.BAD_ROW, 3),
    Bad("too few cells", "a.csv", around(f"c,{AT},14.5"), Reason.BAD_ROW, 3),
    Bad("JSON nested without end", "a.jsonl", lines(record(), "[" * 100_000 + "\n", record()), Reason.BAD_ROW, 2),
    Bad("a line of Latin-1", "a.csv", lambda: rows_around("c\xe9").replace("\xe9".encode(), b"\xe9"),
        Reason.BAD_ENCODING, 3),
    Bad("half a character", "a.ndjson", lines(record(), record(vehicle_id="\ud83d"), record()), Reason.BAD_ENCODING, 2),
    Bad("a line of 3 MB", "a.csv", long_line, Reason.LINE_TOO_LONG, 3),
    Bad("a zipped line of 3 MB", "a.csv.gz", lambda: gzip.compress(long_line()), Reason.LINE_TOO_LONG, 3),
    Bad("no bytes", "a.csv", lambda: b"", Reason.EMPTY_FILE, 0, 0),
    Bad("a header only", "a.csv", lambda: HEADER.encode(), Reason.EMPTY_FILE, 1, 0),
    Bad("zipped file cut in half", "a.csv.gz", cut_gzip, Reason.BROKEN_FILE, -1, None),
    Bad("Parquet cut in half", "a.parquet", lambda: parquet()[:300], Reason.BROKEN_FILE, 0, 0),
    Bad("text under the name of protobuf", "a.pb", lambda: b"not a feed", Reason.BROKEN_FILE, 0, 0, "gtfs-rt-csv"),
    Bad("vehicle of 200 characters", "a.csv", around(f"{'c' * 200},{AT},14.5,121.0,,,,,"), Reason.TEXT_TOO_LONG, 3),
    Bad("latitude 91", "a.csv", around(f"c,{AT},91,121.0,,,,,"), Reason.COORDINATES_OUT_OF_RANGE, 3),
    Bad("longitude -181", "a.parquet", lambda: parquet(lon=[121.0, -181.0, 121.0]), Reason.COORDINATES_OUT_OF_RANGE, 2),
    Bad("no fix", "a.csv", around(f"c,{AT},0.0,0,,,,,"), Reason.NULL_ISLAND, 3),
    Bad("no fix in a feed", "a.pb", lambda: feed(0, 0), Reason.NULL_ISLAND, 2, mapping="gtfs-rt-csv"),
    Bad("milliseconds for seconds", "a.csv", around(f"c,{AT}000,14.5,121.0,,,,,"), Reason.TIME_IN_MILLISECONDS, 3),
    Bad("one row of a column in milliseconds", "a.parquet",
        lambda: parquet(observed_at=[AT, AT * 1000, AT]), Reason.TIME_IN_MILLISECONDS, 2),
)  # fmt: skip


@dataclass(frozen=True)
class BadTable:
    """One fault in a table of a feed or of a city folder, as a row after the good ones (None: the whole file)."""

    name: str
    table: str
    line: str | None
    reason: Reason
    whole: bytes | None = None
    row: int | None = None


GTFS = (
    BadTable("no column of headways", "frequencies", None, Reason.MISSING_COLUMN,
             b"trip_id,start_time,end_time\nH1,05:00:00,25:00:00\n", 0),
    BadTable("trip without route", "trips", ",wk,T9,East,0,", Reason.MISSING_VALUE),
    BadTable("25:61:00 is no time", "stop_times", "T1,S4,99,25:61:00,25:61:00", Reason.BAD_TIME),
    BadTable("month 13", "calendar", "sa,1,1,1,1,1,1,1,20261301,20261231", Reason.BAD_DATE),
    BadTable("not UTF-8", "agency", None, Reason.BAD_ENCODING,
             b"agency_id,agency_name,agency_url,agency_timezone\nA,Caf\xe9,https://example.org,Asia/Manila\n", 2),
    BadTable("an empty table", "calendar", None, Reason.EMPTY_FILE, b"\n", 0),
    BadTable("stop of 300 characters", "stops", f"{'x' * 300},Far,14.56,121.05", Reason.TEXT_TOO_LONG),
)  # fmt: skip

CITY = (
    BadTable("latitude 121", "stops.csv", "d,D,121.0,14.5", Reason.COORDINATES_OUT_OF_RANGE),
    BadTable("stop in the sea", "stops.csv", "d,D,0,0", Reason.NULL_ISLAND),
    BadTable("stop twice", "stops.csv", "a,Again,14.5,121.0", Reason.DUPLICATE_ID),
    BadTable("route twice", "routes.csv", "1,1,Again", Reason.DUPLICATE_ID),
    BadTable("day type twice", "calendar.csv", "daily,1,1,1,1,1,1,1", Reason.DUPLICATE_ID),
    BadTable("band of no route", "headways.csv", "2,0,,daily,26:00:00,27:00:00,600", Reason.UNKNOWN_REFERENCE),
    BadTable("band of no pattern", "headways.csv", "1,1,,daily,26:00:00,27:00:00,600", Reason.UNKNOWN_REFERENCE),
    BadTable("band of no day type", "headways.csv", "1,0,,never,26:00:00,27:00:00,600", Reason.UNKNOWN_REFERENCE),
    BadTable("holiday on the 31st of November", "holidays.csv", None, Reason.BAD_DATE,
             b"date,day_type,name\n2026-11-31,daily,x\n2026-11-30,daily,y\n", 2),
    BadTable("colour by name", "routes.csv", None, Reason.BAD_ENUM,
             b"route_id,short_name,long_name,color\n2,2,Two,blue\n1,1,One,\n", 2),
)  # fmt: skip


@dataclass(frozen=True)
class BadReport:
    """One fault that only now, the area, the fleet or the report before shows; the good report is bus a at AT."""

    reason: Reason
    vehicle_id: str = "a"
    at: float = AT + 30
    lat: float = 14.5
    lon: float = 121.0
    received_at: float = AT + 40


INTAKE = (
    BadReport(Reason.DUPLICATE, at=AT),
    BadReport(Reason.OUT_OF_ORDER, at=AT - 90),
    BadReport(Reason.FUTURE, at=AT + 400),
    BadReport(Reason.CLOCK_SKEW, at=AT + 200, received_at=AT + 60),
    BadReport(Reason.TOO_OLD, at=AT - 7_200),
    BadReport(Reason.OUT_OF_AREA, lat=52.5, lon=13.4),
    BadReport(Reason.SWAPPED_COORDINATES, vehicle_id="c", lat=76.5, lon=14.5),
    BadReport(Reason.TELEPORT, lat=14.9),
    BadReport(Reason.UNKNOWN_VEHICLE, vehicle_id="stranger"),
)


@pytest.mark.parametrize("bad", REPORTS, ids=lambda bad: bad.name)
def test_a_bad_report_is_told_and_the_others_get_through(bad: Bad, tmp_path: Path) -> None:
    (tmp_path / bad.file).write_bytes(bad.build())

    result = read_reports(tmp_path / bad.file, load_preset(bad.mapping))

    assert [r.reason for r in result.rejections] == [bad.reason]
    refused = result.rejections[0]
    assert refused.source == bad.file
    assert len(refused.value) <= 80
    through = length(result.reports)
    if bad.others is None:
        assert through > 1_000
        assert refused.row == through + 2
    else:
        assert (refused.row, through) == (bad.row, bad.others)


@pytest.mark.parametrize("bad", GTFS, ids=lambda bad: bad.name)
def test_a_bad_row_of_a_feed_is_told_and_the_others_get_through(bad: BadTable) -> None:
    good = {name: (text + "\n").encode() for name, text in LINES.items()}
    content = bad.whole if bad.whole is not None else good[bad.table] + f"{bad.line}\n".encode()
    tables = clean_tables({**good, bad.table: content}, Path("x.zip"))

    expected_row = good[bad.table].count(b"\n") + 1 if bad.row is None else bad.row
    assert {(r.source, r.row, r.reason) for r in tables.rejections} == {
        (f"x.zip/{bad.table}.txt", expected_row, bad.reason)
    }
    others = [name for name in good if name != bad.table or bad.whole is None]
    clean = clean_tables(good, Path("x.zip"))
    for name in others:
        assert len(getattr(tables, name)) >= len(getattr(clean, name))


@pytest.mark.parametrize("bad", CITY, ids=lambda bad: bad.name)
def test_a_bad_row_of_a_city_is_told_and_the_others_get_through(bad: BadTable) -> None:
    good = {name: text.encode() for name, text in FILES.items()}
    content = bad.whole if bad.whole is not None else good[bad.table] + f"{bad.line}\n".encode()
    agency, publisher = Agency("a", "A", "https://example.org", "Asia/Manila"), Publisher("P", "https://example.org")
    master, rejections = read_master({**good, bad.table: content}, agency, publisher)

    expected_row = good[bad.table].count(b"\n") + 1 if bad.row is None else bad.row
    assert [(r.source, r.row, r.reason) for r in rejections] == [(bad.table, expected_row, bad.reason)]
    assert (len(master.stops), len(master.routes), len(master.headways), len(master.day_types)) == (3, 1, 1, 1)
    assert len(master.holidays) == (bad.table == "holidays.csv")


@pytest.mark.parametrize("bad", INTAKE, ids=lambda bad: bad.reason.value)
def test_a_report_that_cannot_be_is_told_and_the_others_get_through(bad: BadReport) -> None:
    rows = [
        record(received_at=AT),
        record(vehicle_id=bad.vehicle_id, observed_at=bad.at, lat=bad.lat, lon=bad.lon, received_at=bad.received_at),
        record(vehicle_id="b", received_at=AT),
    ]
    taken = accept(
        reports_from_records(rows, load_preset("passinfo"), "x").reports,
        AT + 250,
        area=AREA,
        settings=CitySettings(refuse_unknown_vehicles=True),
        fleet_ids=frozenset("abc"),
        last={"a": Last(AT - 60, 14.5, 121.0)},
    )

    assert [(r.row, r.reason) for r in taken.rejections] == [(2, bad.reason)]
    assert sorted(taken.reports.vehicle_id) == ["a", "b"]


def test_no_reason_has_more_than_three_rows_and_every_readers_reason_has_one() -> None:
    rows = [bad.reason for bad in (*REPORTS, *GTFS, *CITY, *INTAKE)]

    assert len(rows) >= 45
    assert max(Counter(rows).values()) <= 3
    readers = list(Reason)[: list(Reason).index(Reason.DUPLICATE)]
    assert set(readers) <= set(rows)
