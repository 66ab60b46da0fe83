"""``feeds check`` says what a file is like; a wrong word ends in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.cli import main

HEADER = "vehicle_id,observed_at,lat,lon\n"


def test_figures_and_advice_are_printed_and_the_preset_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"7,{1771257500 + 30 * i},{14.5 + 0.001 * i},121.0\n" for i in range(20))
    (tmp_path / "a.csv").write_text(HEADER + rows + "8,soon,14.5,121.0\n", encoding="utf-8")

    assert main(["check", str(tmp_path / "a.csv")]) == 0
    printed = capsys.readouterr().out
    assert "--mapping passinfo" in printed
    assert "21: 20 taken, 1 refused" in printed
    assert "1 × bad_time observed_at (first: row 22, 'soon')" in printed
    assert "30–45   s ████" in printed
    assert "What to mend first\n  1. 1 × bad_time in observed_at" in printed


def test_against_a_city_the_share_on_its_lines_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"7,{1771257500 + 30 * i},14.5{i},121.0\n" for i in range(3))
    (tmp_path / "a.csv").write_text(HEADER + rows, encoding="utf-8")

    assert main(["check", str(tmp_path / "a.csv"), "--mapping", "passinfo", "--network", "pasig"]) == 0
    assert "of the places within 60 m" in capsys.readouterr().out


def test_an_unknown_file_gets_a_proposal_that_reads_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("Bus No;GPS Time;Lat;Lng\n7;2026-02-16T20:00:00Z;14.5;121.0\n", encoding="utf-8")

    assert main(["check", str(tmp_path / "a.csv")]) == 0
    printed = capsys.readouterr().out
    assert 'vehicle_id = "Bus No"' in printed
    assert "1: 1 taken, 0 refused" in printed


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["nowhere.csv"], "no such file"),
        (["sheet.xlsx"], "use a file that ends in .csv"),
        (["a.csv", "--mapping", "wmata"], "no mapping 'wmata'"),
        (["a.csv", "--mapping", "nowhere.toml"], "no such file"),
        (["a.csv"], "complete the mapping above"),
        (["empty.csv"], "holds no row"),
        (["cut.parquet"], "holds no row"),
    ],
)
def test_wrong_words_end_in_one_line(
    words: list[str], part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in (
        ("sheet.xlsx", b"PK"),
        ("a.csv", b"colour\nred\n"),
        ("empty.csv", b""),
        ("cut.parquet", b"PAR1"),
    ):
        (tmp_path / name).write_bytes(data)

    assert main(["check", *words]) == 2
    error = capsys.readouterr().err
    assert part in error
    assert error.count("\n") == 1
