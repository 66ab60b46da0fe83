"""Files of columns: what goes in comes out, the same rows give the same bytes."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passinfo.bms.reports import Reports
from passinfo.columns import Bools, Floats, Ints, Texts, column, concat, empty, from_rows, length, specs, take
from passinfo.history import parquet
from passinfo.history.parquet import Writer, read, write
from passinfo.history.schema import schema_of
from passinfo.prediction.protocol import Predictions
from passinfo.tracking.columns import Matches, Visits

FILES = (Reports, Matches, Visits, Predictions)


@dataclass(frozen=True, slots=True)
class EveryKind:
    seen_at: Floats = column("instant", "an instant")
    name: Texts = column("text", "a text")
    start_date: Ints = column("service_date", "a service day")
    start_service_s: Ints = column("service_time", "a service time", file_name="start_time")
    length_m: Floats = column("f8", "a number", unit="m")
    count: Ints = column("i4", "a count")
    sure: Bools = column("bool", "a truth")


ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(0, 4_000_000_000_000).map(lambda ms: ms / 1000),
        st.none() | st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
        st.none() | st.dates().map(lambda day: day.year * 10_000 + day.month * 100 + day.day),
        st.none() | st.integers(0, 72 * 3600),
        st.none() | st.floats(allow_nan=False),
        st.none() | st.integers(0, 2**31 - 1),
        st.booleans(),
    ),
    max_size=20,
)


def assert_same(one, other):
    for spec in specs(type(one)):
        np.testing.assert_array_equal(getattr(one, spec.name), getattr(other, spec.name), err_msg=spec.name)
        assert getattr(one, spec.name).dtype == getattr(other, spec.name).dtype


@given(rows=ROWS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read_back(tmp_path, rows):
    table = from_rows(EveryKind, rows)
    write(tmp_path / "t.parquet", table)
    assert_same(read(tmp_path / "t.parquet", EveryKind), table)


def test_the_cut_into_appends_does_not_change_a_byte(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "ROW_GROUP_ROWS", 7)
    table = from_rows(EveryKind, [(float(i), f"v{i}", 20260216, 90_600 + i, None, i, True) for i in range(40)])
    write(tmp_path / "whole.parquet", table)
    with Writer(tmp_path / "pieces.parquet", EveryKind) as writer:
        for start in range(0, 40, 3):
            writer.append(take(table, slice(start, start + 3)))
        writer.append(empty(EveryKind))
    assert writer.rows == 40
    assert (tmp_path / "pieces.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    assert_same(read(tmp_path / "pieces.parquet", EveryKind), table)


@pytest.mark.parametrize("cls", FILES, ids=lambda cls: cls.__name__)
def test_an_empty_file_has_all_its_columns(tmp_path: Path, cls):
    write(tmp_path / "t.parquet", empty(cls))
    assert length(read(tmp_path / "t.parquet", cls)) == 0
    assert pq.read_schema(tmp_path / "t.parquet").names == [spec.file_name for spec in specs(cls)]


PROMISED = """
Matches vehicle_id observed_at received_at lat_deg lon_deg route_id direction_id pattern_id trip_id start_date
    start_time dist_m offset_m phase confidence reason
Visits vehicle_id route_id direction_id pattern_id trip_id start_date start_time stop_id stop_sequence arrived_at
    departed_at earliest_at latest_at known_at how
Predictions made_at vehicle_id route_id direction_id trip_id start_date start_time stop_id stop_sequence p10_at p50_at
    p90_at method basis display_at
"""


def test_a_file_may_lack_what_is_optional(tmp_path: Path):
    """Mutation: files of before that column refused, or others accepted."""
    rows = schema_of(Predictions).empty_table()
    pq.write_table(rows.drop_columns(["display_at"]), tmp_path / "old.parquet")
    assert length(read(tmp_path / "old.parquet", Predictions)) == 0
    pq.write_table(rows.drop_columns(["p50_at"]), tmp_path / "bad.parquet")
    with pytest.raises(ValueError, match="p50_at"):
        read(tmp_path / "bad.parquet", Predictions)


@pytest.mark.parametrize("cls", [Matches, Visits, Predictions], ids=lambda cls: cls.__name__)
def test_the_files_of_a_replay_have_the_promised_columns(cls):
    promised = re.search(rf"^{cls.__name__} (.*(?:\n .*)*)", PROMISED, re.MULTILINE)
    assert promised
    assert schema_of(cls).names == promised[1].split()


def test_none_is_null_and_25_10_stays_in_the_file(tmp_path):
    rows = [(0.5, "a", 20260216, 90_600, 1.5, 3, False), (None, None, None, None, None, None, True)]
    write(tmp_path / "t.parquet", from_rows(EveryKind, rows))
    first, second = pq.read_table(tmp_path / "t.parquet").to_pylist()
    assert (first["start_date"], first["start_time"]) == ("20260216", "25:10:00")
    assert first["seen_at"].isoformat() == "1970-01-01T00:00:00.500000+00:00"
    assert second == dict.fromkeys(second, None) | {"sure": True}


def test_a_failed_block_leaves_nothing_behind(tmp_path):
    with pytest.raises(RuntimeError), Writer(tmp_path / "t.parquet", EveryKind):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_the_name_appears_only_with_the_whole_file(tmp_path):
    writer = Writer(tmp_path / "t.parquet", EveryKind)
    assert not (tmp_path / "t.parquet").exists()
    writer.close()
    writer.close()
    assert [p.name for p in tmp_path.iterdir()] == ["t.parquet"]


def test_a_wrong_file_is_told_apart(tmp_path):
    write(tmp_path / "t.parquet", concat(EveryKind, []))
    with pytest.raises(ValueError, match="has no column vehicle_id"):
        read(tmp_path / "t.parquet", Matches)
    (tmp_path / "bad.parquet").write_bytes(b"no parquet at all")
    with pytest.raises(ValueError, match="not a Parquet file"):
        read(tmp_path / "bad.parquet", Matches)
