"""Rejections as CSV, status as JSON Lines."""

import pytest

from passinfo.history.rejections import RejectionWriter
from passinfo.history.status import StatusWriter
from passinfo.rejections import Reason, Rejection


def test_rejections_carry_their_reason_and_quotes(tmp_path):
    with RejectionWriter(tmp_path / "r.csv") as writer:
        writer.append([Rejection("a.csv", 3, Reason.BAD_TIME, "time", 'x,"y"')])
    assert (tmp_path / "r.csv").read_text() == 'source,row,reason,field,value\na.csv,3,bad_time,time,"x,""y"""\n'


def test_no_rejections_is_a_header(tmp_path):
    with RejectionWriter(tmp_path / "r.csv"):
        pass
    assert (tmp_path / "r.csv").read_text() == "source,row,reason,field,value\n"


def test_status_is_one_line_a_tick_with_sorted_keys(tmp_path):
    with StatusWriter(tmp_path / "s.jsonl") as writer:
        writer.append(0, {"reports": 2, "accepted": 1})
    assert (tmp_path / "s.jsonl").read_text() == '{"at": "1970-01-01T00:00:00Z", "accepted": 1, "reports": 2}\n'


@pytest.mark.parametrize("writer", [RejectionWriter, StatusWriter])
def test_a_failed_block_leaves_nothing_behind(tmp_path, writer):
    with pytest.raises(RuntimeError), writer(tmp_path / "x"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
