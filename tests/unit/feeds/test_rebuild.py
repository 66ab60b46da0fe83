"""``feeds build FEED.zip``: real feeds read, put in order, compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.cli import main
from passinfo.gtfs.diff import diff_feeds
from passinfo.gtfs.rows import read_rows
from tests.conftest import DATA
from tests.unit.builders_feed import tiny_zip


def test_a_folder_with_a_feed_and_a_zip_are_built_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zipped = tiny_zip(tmp_path / "feed.zip")
    folder = tmp_path / "feed"
    folder.mkdir()
    for name, rows in read_rows(zipped).items():
        (folder / f"{name}.txt").write_text(
            "\n".join(",".join(row) for row in [rows[0], *(r.values() for r in rows)]) + "\n"
        )
    assert main(["build", str(zipped), "--out", str(tmp_path / "a.zip")]) == 0
    assert main(["build", str(folder), "--out", str(tmp_path / "b.zip")]) == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert "feed_version" in capsys.readouterr().out


def test_what_is_no_feed_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", str(tiny_zip(tmp_path / "x.zip", stops=None)), "--out", str(tmp_path / "a.zip")]) == 2
    assert "stops.txt is missing" in capsys.readouterr().err
    (tmp_path / "y.zip").write_bytes(b"no zip")
    assert main(["build", str(tmp_path / "y.zip"), "--out", str(tmp_path / "a.zip")]) == 2
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.realdata
@pytest.mark.slow
@pytest.mark.parametrize("name", ["manila_sakay_2015", "transjakarta", "cairns"])
def test_a_real_feed_loses_nothing(name: str, tmp_path: Path) -> None:
    source = DATA / "gtfs" / f"{name}.zip"
    assert main(["build", str(source), "--out", str(tmp_path / "out.zip")]) == 0
    changes = diff_feeds(read_rows(source), read_rows(tmp_path / "out.zip"))
    assert [change for change in changes if change.table != "feed_info"] == []
    assert main(["build", str(tmp_path / "out.zip"), "--out", str(tmp_path / "again.zip")]) == 0
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "out.zip").read_bytes()
