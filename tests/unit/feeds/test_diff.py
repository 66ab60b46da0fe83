"""``feeds diff``: exit codes, JSON, and feeds that cannot be read."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from feeds.cli import main
from passinfo.gtfs.rows import read_rows
from tests.conftest import DATA
from tests.unit.builders_feed import LINES, tiny_zip

B63 = Path(__file__).parents[2] / "data" / "nyc-b63" / "gtfs.zip"


def test_a_real_feed_is_the_same_as_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(B63), str(B63)]) == 0
    assert capsys.readouterr().out == "0 changes\n"


def test_a_change_ends_with_one_and_stands_in_the_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(B63) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"JACKIE GLEASON DEPOT", b"JACKIE GLEASON GARAGE"))
    assert main(["diff", str(B63), str(changed), "--json", str(tmp_path / "diff.json")]) == 1
    told = [
        {"table": "stops", "subject": "901064", "text": "stop_name: 'JACKIE GLEASON DEPOT' → 'JACKIE GLEASON GARAGE'"}
    ]
    assert json.loads((tmp_path / "diff.json").read_text(encoding="utf-8")) == told
    assert capsys.readouterr().out.splitlines()[-1] == "1 changes"


def test_a_folder_and_a_zip_are_read_alike(tmp_path: Path) -> None:
    with zipfile.ZipFile(B63) as archive:
        archive.extractall(tmp_path)
    assert read_rows(tmp_path) == read_rows(B63)
    assert main(["diff", str(tmp_path), str(B63)]) == 0


def _cut(path: Path) -> Path:
    whole = bytearray(B63.read_bytes())
    whole[5_000:9_000] = bytes(4_000)  # damages packed data, not the zip's directory
    path.write_bytes(bytes(whole))
    return path


def _locked(path: Path) -> Path:
    """A zip that says its member needs a password."""
    data = bytearray(tiny_zip(path).read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    path.write_bytes(bytes(data))
    return path


@pytest.mark.parametrize("kind", ["missing", "text", "empty", "damaged", "latin", "locked", "other", "bare", "quote"])
def test_what_cannot_be_read_ends_with_two_and_one_line(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "feed.zip"
    if kind == "text":
        path.write_bytes(b"no zip")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "damaged":
        _cut(path)
    elif kind == "latin":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("stops.txt", "stop_id,stop_name\n1,Caf\xe9\n".encode("latin-1"))
    elif kind == "locked":
        _locked(path)
    elif kind == "other":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "hello")
    elif kind == "bare":
        path.mkdir()
    elif kind == "quote":
        tiny_zip(path, stops=LINES["stops"] + '\nS9,"' + "x" * 200_000)
    for words in ([str(path), str(B63)], [str(B63), str(path)]):
        assert main(["diff", *words]) == 2
        told = capsys.readouterr().err
        assert told.startswith("feeds diff: ")
        assert told.count("\n") == 1
        assert "feed.zip" in told


def test_a_json_that_cannot_be_written_ends_with_two(tmp_path: Path) -> None:
    assert main(["diff", str(B63), str(B63), "--json", str(tmp_path / "none" / "diff.json")]) == 2


@pytest.mark.realdata
@pytest.mark.slow
def test_two_real_feeds_differ(tmp_path: Path) -> None:
    words = ["diff", str(DATA / "gtfs" / "cairns.zip"), str(DATA / "gtfs" / "manila_sakay_2015.zip")]
    assert main([*words, "--json", str(tmp_path / "diff.json")]) == 1
    told = json.loads((tmp_path / "diff.json").read_text(encoding="utf-8"))
    assert {"routes", "stops", "patterns", "headways", "shapes"} <= {change["table"] for change in told}
    assert sum(change["table"] == "routes" and change["text"] == "added" for change in told) == 1717
