"""The contract of every report log."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from passinfo.stores.report_log import ReportLog, SqliteReportLog

MAKERS: dict[str, Callable[[Path], ReportLog]] = {"sqlite": lambda folder: SqliteReportLog(folder / "reports.sqlite")}


@pytest.fixture(params=sorted(MAKERS))
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], ReportLog]]:
    opened: list[ReportLog] = []

    def open_log() -> ReportLog:
        opened.append(MAKERS[request.param](tmp_path))
        return opened[-1]

    yield open_log
    for log in opened:
        log.close()


def test_what_was_appended_is_read_in_order(make) -> None:
    log = make()
    last = log.append([b"a", b"b"])
    log.append([b"c"])
    assert [entry.payload for entry in log.read(0, 10)] == [b"a", b"b", b"c"]
    assert [entry.payload for entry in log.read(last, 10)] == [b"c"]
    assert [entry.payload for entry in log.read(0, 2)] == [b"a", b"b"]


def test_another_reader_sees_it_and_goes_on_after_a_restart(make) -> None:
    make().append([b"a", b"b"])
    reader = make()
    first = reader.read(reader.committed("live"), 1)
    reader.commit("live", first[-1].offset)
    again = make()
    assert [entry.payload for entry in again.read(again.committed("live"), 10)] == [b"b"]


def test_a_commit_never_goes_back(make) -> None:
    log = make()
    log.commit("live", 5)
    log.commit("live", 3)
    assert log.committed("live") == 5
    assert log.committed("other") == 0


def test_trimming_removes_what_is_old_and_never_reuses_an_offset(make) -> None:
    log = make()
    last = log.append([b"a", b"b"])
    assert log.trim(last) == 2
    assert log.read(0, 10) == []
    assert log.append([b"c"]) > last


def test_nothing_appended_is_no_entry(make) -> None:
    log = make()
    log.append([])
    assert log.read(0, 10) == []
