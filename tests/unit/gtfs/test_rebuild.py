"""What a rebuild keeps, drops and tells."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from passinfo.gtfs.diff import diff_feeds
from passinfo.gtfs.findings import Done
from passinfo.gtfs.rebuild import Rebuilt, rebuild
from passinfo.gtfs.rows import rows_of
from tests.unit.builders_feed import members


def _files(**tables: str | None) -> dict[str, bytes]:
    return {f"{name}.txt": data for name, data in members(**tables).items()}


def _told(made: Rebuilt) -> set[tuple[str, str, Done, int]]:
    return {(finding.table, finding.fault, finding.done, finding.rows) for finding in made.findings}


def _rows(files: Mapping[str, bytes], table: str) -> list[dict[str, str]]:
    return rows_of(files[f"{table}.txt"])


INFO = "feed_publisher_name,feed_publisher_url,feed_lang\nP,https://example.org,en"


def test_a_good_feed_says_the_same_afterwards() -> None:
    files = _files(feed_info=INFO)
    made = rebuild(files)
    assert made.findings == ()
    before, after = ({name[:-4]: rows_of(data) for name, data in feed.items()} for feed in (files, made.files))
    assert diff_feeds(before, after) == ()


def test_rows_and_columns_in_any_order_give_the_same_bytes() -> None:
    files = _files(feed_info=INFO)
    mixed = {}
    for name, data in sorted(files.items(), reverse=True):
        rows = [line.split(",") for line in data.decode().splitlines()]
        random.Random(1).shuffle(order := list(range(len(rows[0]))))
        header, *body = [",".join(row[at] for at in order) for row in rows]
        random.Random(2).shuffle(body)
        mixed[name] = "\r\n".join([header, *body, ""]).encode("utf-8-sig")
    assert rebuild(mixed) == rebuild(files)


def test_unknown_tables_columns_and_files_are_kept() -> None:
    stops = "stop_id,stop_name,stop_lat,stop_lon,shelter\n" + "\n".join(f"S{i},S,14.5,121.0{i},{i}" for i in range(5))
    letter = b"b\na, if you like\nc\n"
    made = rebuild(
        _files(stops=stops, seats="stop_id,n\nS1,2\nS0,1", empty="a,b") | {"LICENSE.txt": letter, "x.geojson": b"{}"}
    )
    assert _rows(made.files, "stops")[3]["shelter"] == "3"
    assert made.files["seats.txt"] == b"n,stop_id\n1,S0\n2,S1\n"
    assert made.files["empty.txt"] == b"a,b\n"
    assert made.files["LICENSE.txt"] == letter
    assert made.files["x.geojson"] == b"{}"


def test_repeated_rows_are_dropped_and_told_the_first_wins() -> None:
    routes = "route_id,route_short_name,route_long_name,route_type\n"
    routes += "R1,1,One,3\nR1,9,Nine,3\nR2,2,Two,3\nR2,2,Two,3\n,3,Three,3"
    made = rebuild(_files(routes=routes))
    assert [row["route_short_name"] for row in _rows(made.files, "routes")] == ["1", "2"]
    assert _told(made) >= {
        ("routes", "no route_id", Done.DROPPED, 1),
        ("routes", "the same row again", Done.DROPPED, 1),
        ("routes", "route_id again with other values", Done.DROPPED, 1),
    }


def test_broken_references_are_dropped_with_what_hangs_on_them() -> None:
    trips = "route_id,service_id,trip_id,shape_id\nR1,wk,T1,none\nR9,wk,T2,\nR2,no,H1,\nR1,wk,T3,"
    made = rebuild(_files(trips=trips))
    assert [(row["trip_id"], row["shape_id"]) for row in _rows(made.files, "trips")] == [("T1", ""), ("T3", "")]
    assert {row["trip_id"] for row in _rows(made.files, "stop_times")} == {"T1", "T3"}
    assert _rows(made.files, "frequencies") == []
    assert _told(made) >= {
        ("trips", "route_id is not in routes.txt", Done.DROPPED, 1),
        ("trips", "service_id is not in calendar.txt or calendar_dates.txt", Done.DROPPED, 1),
        ("trips", "shape_id is not in shapes.txt", Done.CLEARED, 1),
        ("stop_times", "trip_id is not in trips.txt", Done.DROPPED, 10),
        ("frequencies", "trip_id is not in trips.txt", Done.DROPPED, 1),
    }


def test_a_finding_names_the_first_row_and_its_value() -> None:
    made = rebuild(_files(calendar_dates="service_id,date,exception_type\nwk,20261225,2\nwk,,2"))
    assert "calendar_dates.txt: no date: 1 dropped (row 3: 'wk, 2')" in [str(finding) for finding in made.findings]


def test_a_header_spelled_otherwise_is_righted() -> None:
    fares = "fare_id,price,currency_type,payment_method,transfers\n1,2.00,USD,0,0"
    made = rebuild(_files(fare_attributes=fares, fare_rules="fare_Id,route_Id,containsId\n1,R1,1\n1,R9,1"))
    assert _rows(made.files, "fare_rules") == [{"fare_id": "1", "route_id": "R1", "contains_id": ""}]
    assert ("fare_rules", "route_id is not in routes.txt", Done.DROPPED, 1) in _told(made)


def test_translations_of_nothing_are_dropped() -> None:
    rows = "table_name,field_name,language,translation,record_id,field_value\n"
    rows += (
        "stops,stop_name,fil,X,S1,\nstops,stop_name,fil,X,S9,\nstops,stop_nam,fil,X,S1,\nlevels,level_name,fil,X,1,\n"
    )
    made = rebuild(_files(translations=rows + "routes,route_long_name,fil,Isa,,One"))
    assert [row["record_id"] or row["field_value"] for row in _rows(made.files, "translations")] == ["One", "S1"]


@pytest.mark.parametrize(
    ("table", "lines", "fault"),
    [
        ("frequencies", "trip_id,start_time,end_time,headway_secs\nH1,05:00:00,25:00:00,60", "headway under 120 s"),
        (
            "frequencies",
            "trip_id,start_time,end_time,headway_secs\nH1,05:00:00,9:00:00,600\nH1,08:00:00,9:30:00,600",
            "overlaps",
        ),
        (
            "stop_times",
            "trip_id,stop_id,stop_sequence,arrival_time,departure_time\nT1,S0,9,08:00:00,08:00:00\nT1,S1,10,07:59:59,08:01:00",
            "times run",
        ),
        ("stops", "stop_id,stop_name,stop_lat,stop_lon\nS0,A,0,0\nS1,B,14.5,121", "not on the Earth"),
    ],
)
def test_doubtful_rows_are_kept_and_told(table: str, lines: str, fault: str) -> None:
    made = rebuild(_files(**{table: lines}))
    assert len(_rows(made.files, table)) == lines.count("\n")
    assert [finding.done for finding in made.findings if finding.table == table and fault in finding.fault] == [
        Done.KEPT
    ]


def test_the_version_is_of_the_content() -> None:
    first, again = (
        rebuild(_files(feed_info=INFO)),
        rebuild(_files(feed_info=INFO.replace("lang", "lang,feed_version") + ",7")),
    )
    other = rebuild(
        _files(feed_info=INFO, agency="agency_id,agency_name,agency_url,agency_timezone\nA,B,https://b.example,UTC")
    )
    assert first.feed_version == again.feed_version != other.feed_version
    assert _rows(first.files, "feed_info")[0]["feed_version"] == first.feed_version


def test_a_feed_of_one_agency_gets_its_feed_info() -> None:
    assert _rows(rebuild(_files()).files, "feed_info")[0]["feed_publisher_name"] == "Tiny"
    two = "agency_id,agency_name,agency_url,agency_timezone\nA,A,https://a.example,UTC\nB,B,https://b.example,UTC"
    made = rebuild(_files(agency=two))
    assert made.feed_version == ""
    assert "feed_info.txt" not in made.files


def test_commas_at_the_end_of_rows_do_not_shift_columns() -> None:
    lines = "route_id,agency_id,route_short_name,route_long_name,route_type\nR1,A,1,One,3,\nR2,A,2,Two,3,"
    assert [row["route_id"] for row in _rows(rebuild(_files(routes=lines)).files, "routes")] == ["R1", "R2"]
