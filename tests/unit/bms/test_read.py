"""Each preset reads a row of its source as it stands; files, folders and chunks give the same reports."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from google.transit import gtfs_realtime_pb2 as pb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passinfo.bms.mapping import Mapping
from passinfo.bms.mapping_toml import parse_mapping
from passinfo.bms.presets import load_preset
from passinfo.bms.read import ReadResult, ReportsUnreadable, iter_reports, read_reports, reports_from_records
from passinfo.columns import length
from passinfo.times import to_iso


def read(tmp_path: Path, name: str, text: str, mapping: Mapping) -> ReadResult:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_reports(tmp_path / name, mapping)


def own(more: str = "", top: str = 'time = "epoch_s"') -> Mapping:
    columns = 'vehicle_id = "v"\nobserved_at = "t"\nlat = "y"\nlon = "x"\n'
    return parse_mapping(f"{top}\n[columns]\n{columns}{more}", "own")


def test_our_own_schema_reads_every_field(tmp_path: Path) -> None:
    row = {
        "vehicle_id": "7", "observed_at": "2026-02-16T20:00:00+08:00", "received_at": 1771243202.5, "lat": 14.56,
        "lon": 121.08, "speed_mps": 8.5, "heading_deg": 360, "odometer_m": 1000, "accuracy_m": 4, "route_id": "P1",
        "direction_id": 1, "variant": "short", "trip_id": "P1-0-wk-1", "start_date": "20260216",
        "start_time": "25:10:00", "block_id": "B", "door": "open", "occupancy": "FULL", "passengers": 33,
        "stop_event": "ARRIVED", "stop_id": "S", "device_id": "D", "driver_id": "E",
    }  # fmt: skip
    reports = read(tmp_path, "a.jsonl", json.dumps(row) + "\n", load_preset("passinfo")).reports

    assert to_iso(reports.observed_at[0]) == "2026-02-16T12:00:00Z"
    assert reports.received_at[0] == 1771243202.5
    assert (reports.speed_mps[0], reports.heading_deg[0], reports.direction_id[0]) == (8.5, 0.0, 1)
    assert (reports.start_date[0], reports.start_service_s[0]) == (20260216, 90_600)
    assert (reports.door[0], reports.occupancy[0], reports.passengers[0]) == ("OPEN", "FULL", 33)
    assert (reports.stop_event[0], reports.driver_id[0]) == ("ARRIVED", "E")


def test_a_flattened_feed_reads_trip_and_occupancy(tmp_path: Path) -> None:
    text = (
        "id,vehicle.trip.trip_id,vehicle.trip.direction_id,vehicle.position.latitude,vehicle.position.longitude,"
        "vehicle.position.bearing,vehicle.timestamp,vehicle.vehicle.id,vehicle.occupancy_status\n"
        "4582,30095100,1.0,38.93,-77.07,,1771257515,4582,7\n"
        "4583,30095101,0.0,38.94,-77.08,133.0,1771257500,4583,2\n"
    )
    reports = read(tmp_path, "a.csv", text, load_preset("gtfs-rt-csv")).reports

    assert reports.trip_id.tolist() == ["30095100", "30095101"]
    assert reports.direction_id.tolist() == [1, 0]
    assert reports.occupancy.tolist() == [None, "FEW_SEATS_AVAILABLE"]
    assert reports.received_at.tolist() == [1771257515, 1771257515]


def test_kingston_has_its_own_time_of_reception_and_a_letter_before_stop_ids(tmp_path: Path) -> None:
    text = (
        "feed_timestamp,vehicle_id,trip_id,stop_id,vehicle_timestamp,lat,lon,speed_mps,odometer\n"
        "1768494853,3490101813,2181337:567618:568414,S02035,1768494827,44.23,-76.48,3.88,0.0\n"
    )
    reports = read(tmp_path, "a.csv", text, load_preset("kingston")).reports

    assert (reports.received_at[0], reports.observed_at[0], reports.stop_id[0]) == (1768494853, 1768494827, "02035")
    assert np.isnan(reports.odometer_m[0])


def test_nextbus_splits_the_direction_tag_and_knows_no_negative_heading(tmp_path: Path) -> None:
    table = pa.table(
        {
            "route": ["10", "8"],
            "poll_ms": [1481484316902, 1481484316903],
            "vehicle": ["7718", "7719"],
            "direction_tag": ["10_0_VHBR", "null"],
            "heading": pa.array([193, -4], pa.int16()),
            "lat": [43.68, 43.69],
            "lon": [-79.35, -79.36],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    reports = read_reports(tmp_path / "a.parquet", load_preset("nextbus")).reports

    assert reports.observed_at[0] == 1481484316.902
    assert reports.route_id.tolist() == ["10", "8"]
    assert reports.direction_id.tolist() == [0, -1]
    assert reports.variant.tolist() == ["VHBR", None]
    assert reports.heading_deg[0] == 193
    assert np.isnan(reports.heading_deg[1])


def test_b63_is_local_time_and_its_labels_are_no_hints(tmp_path: Path) -> None:
    text = "lat,lon,timestamp,dsc,actual_block_id,actual_phase\n40.68,-73.99,2010-12-01 08:00:15,4630,B,IN_PROGRESS\n"
    reports = read(tmp_path, "7564-2010-12-01T01-00-42.csv", text, load_preset("nyc-b63")).reports

    assert to_iso(reports.observed_at[0]) == "2010-12-01T13:00:15Z"
    assert (reports.vehicle_id[0], reports.variant[0], reports.block_id[0]) == ("7564", "4630", None)


def test_a_phone_speaks_knots() -> None:
    phone = {"id": 123456, "timestamp": "1771243200", "lat": "14.56", "lon": "121.08", "speed": 10, "bearing": "90"}
    reports = reports_from_records([phone], load_preset("traccar"), "post").reports

    assert reports.vehicle_id[0] == "123456"
    assert reports.speed_mps[0] == pytest.approx(5.144, abs=0.001)
    assert reports.heading_deg[0] == 90


def test_protobuf_reads_like_the_flattened_feed(tmp_path: Path) -> None:
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = 1771257530
    message.entity.add(id="a").alert.SetInParent()
    seen = message.entity.add(id="b").vehicle
    seen.vehicle.id, seen.timestamp, seen.trip.trip_id = "4582", 1771257515, "30095100"
    seen.position.latitude, seen.position.longitude, seen.position.bearing = 38.5, -77.25, 0.0
    (tmp_path / "a.pb").write_bytes(message.SerializeToString())
    reports = read_reports(tmp_path / "a.pb", load_preset("gtfs-rt-csv")).reports

    assert (reports.vehicle_id[0], reports.trip_id[0], reports.lat_deg[0]) == ("4582", "30095100", 38.5)
    assert (reports.observed_at[0], reports.received_at[0]) == (1771257515, 1771257530)
    assert reports.heading_deg[0] == 0


def test_constants_units_words_and_delimiters_of_ones_own(tmp_path: Path) -> None:
    mapping = own(
        'odometer_m = { column = "km", unit = "km" }\n'
        'door = { column = "d", values = { "1" = "OPEN", "0" = "CLOSED" } }\n'
        'passengers = { column = "p", null = ["-"] }\n[constants]\nroute_id = "B63"\n',
        'time = "%d/%m/%Y %H:%M"\ntimezone = "Asia/Manila"\ndelimiter = ";"',
    )
    reports = read(tmp_path, "a.csv", 'v;t;y;x;km;d;p\n7;16/02/2026 20:00;"14.5";121;1.5;1;-\n', mapping).reports

    assert to_iso(reports.observed_at[0]) == "2026-02-16T12:00:00Z"
    assert (reports.odometer_m[0], reports.door[0], reports.passengers[0]) == (1500.0, "OPEN", -1)
    assert reports.route_id[0] == "B63"


def test_a_zipped_file_in_chunks_gives_the_same_as_the_plain_file(tmp_path: Path) -> None:
    rows = "".join(f"bus{i % 3},{1771257500 + i - 5 * (i % 2)},14.5,121.{i}\n" for i in range(90))
    plain = read(tmp_path, "a.csv", "v,t,y,x\n" + rows + "broken\n", own())
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress((tmp_path / "a.csv").read_bytes()))
    chunks = list(iter_reports(tmp_path / "b.csv.gz", own(), chunk_rows=40))

    assert [part.rows for part in chunks] == [40, 40, 11]
    assert [r.row for part in chunks for r in part.rejections] == [92]
    for name in ("vehicle_id", "observed_at", "received_at", "lon_deg"):
        joined = np.concatenate([getattr(part.reports, name) for part in chunks])
        assert joined.tolist() == getattr(plain.reports, name).tolist()


def test_a_folder_is_all_its_files_each_with_its_own_clock(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("v,t,y,x\n7,1771257500,14.5,121\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("v,t,y,x\n8,1671257500,14.5,121\n", encoding="utf-8")
    (tmp_path / "read.me").write_text("no reports", encoding="utf-8")
    reports = read_reports(tmp_path, own()).reports

    assert reports.vehicle_id.tolist() == ["7", "8"]
    assert reports.received_at.tolist() == [1771257500, 1671257500]


def test_a_limit_stops_reading(tmp_path: Path) -> None:
    rows = "".join(f"7,{1771257500 + i},14.5,121\n" for i in range(50))

    (tmp_path / "a.csv").write_text("v,t,y,x\n" + rows, encoding="utf-8")

    assert length(read_reports(tmp_path / "a.csv", own(), limit=10).reports) == 10


def test_one_device_in_the_far_future_does_not_move_everybodys_reception(tmp_path: Path) -> None:
    rows = [f"bus{i},{1771257500 + i},14.5,121\n" for i in range(40)]
    rows[20] = "wrong,2000000000,14.5,121\n"
    result = read(tmp_path, "a.csv", "v,t,y,x\n" + "".join(rows), own())

    assert result.reports.received_at.max() == 1771257539


def test_an_unknown_ending_or_a_missing_file_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(ReportsUnreadable, match=r"a.xlsx: use a file that ends in .csv"):
        read_reports(tmp_path / "a.xlsx", own())
    with pytest.raises(ReportsUnreadable, match="no file in it ends in"):
        read_reports(tmp_path, own())
    with pytest.raises(FileNotFoundError):
        read_reports(tmp_path / "b.csv", own())


def test_parquet_timestamps_of_any_unit_need_no_time_in_the_mapping(tmp_path: Path) -> None:
    nanoseconds = pa.array([1_771_257_500_123_456_789], pa.timestamp("ns", "Asia/Manila"))
    local = pa.array([1_771_257_500 + 8 * 3600], pa.timestamp("s"))
    for name, times, zone in (("a", nanoseconds, ""), ("b", local, '\ntimezone = "Asia/Manila"')):
        table = pa.table({"v": ["7"], "t": times, "y": [14.5], "x": [121.0]})
        pq.write_table(table, tmp_path / f"{name}.parquet", version="2.6")
        result = read_reports(tmp_path / f"{name}.parquet", own(top='time = "iso"' + zone))

        assert result.rejections == ()
        assert result.reports.observed_at[0] == pytest.approx(1_771_257_500, abs=0.2)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["a.csv", "a.jsonl", "a.pb", "a.parquet", "a.csv.gz"]),
    data=st.one_of(
        st.binary(max_size=300),
        st.text('v,t,y,x\n"0127{}[]:.-\\é\x00', max_size=200).map(lambda text: f"v,t,y,x\n{text}".encode()),
    ),
)
def test_no_bytes_end_in_an_exception(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)

    result = read_reports(tmp_path / name, own())

    assert np.isfinite(result.reports.lat_deg).all()
    assert result.rows or result.rejections or name == "a.pb"
