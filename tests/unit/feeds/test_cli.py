"""Whatever the operating system or a finger's slip does: one clear line and exit code 2, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.cli import main
from feeds.tail import LOOK_BYTES, Tail
from passinfo.bms.presets import load_preset
from passinfo.errors import OperatorError

HEADER = "vehicle_id,observed_at,lat,lon\n"


def told(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    try:
        code = main(words)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    assert code == 2
    return capsys.readouterr().err.splitlines()[-1]


def test_a_file_where_a_folder_is_needed_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ended in a traceback. Mutation: a list of errors known by name only."""
    (tmp_path / "state").write_text("not a folder")
    assert told(["demo", "pasig", "--state", str(tmp_path / "state")], capsys).endswith("state")
    monkeypatch.setenv("PASSINFO_STATE", str(tmp_path / "state"))
    assert "a folder is needed" in told(["live", "pasig"], capsys)


def test_a_place_that_cannot_be_written_is_told_by_the_name_that_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = told(["build", "pasig", "--out", str(tmp_path / "none" / "gtfs.zip")], capsys)
    assert line == f"feeds build: no such file or folder: {tmp_path}/none/gtfs.zip"


@pytest.mark.parametrize(
    "words",
    [
        ["simulate", "pasig", "--vehicles", "99999999999"],
        ["simulate", "pasig", "--vehicles", "9" * 5_000],
        ["live", "pasig", "--tick", "1e-300"],
        ["demo", "pasig", "--port", "9" * 5_000],
    ],
    ids=["vehicles", "digits", "tick", "port"],
)
def test_impossible_numbers_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "argument --" in told(words, capsys)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.jsonl", "a.csv.gz"])
@pytest.mark.parametrize("data", [b"", b"\x00\xff\xfe"], ids=["empty", "broken"])
def test_a_file_without_rows_is_told_in_one_line(
    name: str, data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(data)
    assert told(["check", str(tmp_path / name)], capsys).startswith(f"feeds check: {name}: ")


def test_only_files_of_lines_can_grow(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="only a file of lines"):
        Tail(tmp_path / "a.parquet", load_preset("passinfo"))


def test_a_line_without_end_does_not_stop_what_follows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    tail = Tail(path, load_preset("passinfo"))
    path.write_text(HEADER + "x" * (LOOK_BYTES + 5))
    assert tail.pull() is None
    with path.open("a") as file:
        file.write("\n7,2026-02-16T20:00:00Z,14.5,121.0\n")
    result = tail.pull()
    assert result is not None
    assert list(result.reports.vehicle_id) == ["7"]
