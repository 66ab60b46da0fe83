"""A planner of others: the day written out for it, and its ways read back (a small program stands for node)."""

import json
import sys
import zipfile

import pandas as pd
import pytest

from benchmarks.planner.explicit import CALL_S, SHIFT_S, write_explicit
from benchmarks.planner.questions import Question, Ride
from benchmarks.planner.second import ask_minotor
from benchmarks.planner.timetable import read_timetable
from passinfo.errors import OperatorError
from tests.unit.benchmarks.planner.test_raptor import TUESDAY, at, clock, north, town_zip

HEAD = (Ride(("1",), ("East",)), Ride(("2",), ("North",)))
QUESTION = Question(at(0), north(3), TUESDAY, clock(8), (HEAD,), 35)


def test_a_day_is_written_out_with_every_departure_and_walk(tmp_path):
    day = read_timetable(town_zip(tmp_path), TUESDAY)
    path = tmp_path / "day.zip"
    write_explicit(day, [at(0, "home, left"), at(0.1)], TUESDAY, path)
    again = read_timetable(path, TUESDAY)
    assert again.stop_name[:5] == tuple(f"stop-{row}" for row in range(5)) and len(again.lines) == len(day.lines) + 1
    for old in day.lines:
        same = next(each for each in again.lines if each.stop_ix.tolist() == old.stop_ix.tolist())
        departures = set((same.departure_s[:, 0] - SHIFT_S).tolist())
        assert set(old.departure_s[:, 0].tolist()) <= departures
    assert max(int(line.departure_s.min()) for line in again.lines) <= CALL_S
    with zipfile.ZipFile(path) as feed:
        walks = pd.read_csv(feed.open("transfers.txt"))
    took = walks.set_index(["from_stop_id", "to_stop_id"])["min_transfer_time"]
    assert took["stop-2", "stop-5"] == took["stop-5", "stop-2"] == pytest.approx(212, abs=2)  # 222 m
    assert took["place-0", "stop-0"] == 1 and ("stop-0", "stop-1") not in took.index


def fake_node(tmp_path, monkeypatch, program):
    node = tmp_path / "bin" / "node"
    node.parent.mkdir()
    node.write_text(f"#!{sys.executable}\n{program}\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", str(node.parent))


def leg(route, start, end, depart_s=None, arrive_s=None, walk_s=None):
    shift = (None if at_s is None else at_s + SHIFT_S for at_s in (depart_s, arrive_s))
    return dict(
        zip(("departS", "arriveS"), shift, strict=True), route=route, walkS=walk_s, **{"from": start, "to": end}
    )


def test_its_ways_are_judged_as_ours_are(tmp_path, monkeypatch):
    lines = read_timetable(town_zip(tmp_path), TUESDAY).lines
    number = {line.headsign: f"line-{row}" for row, line in enumerate(lines)}
    way = [
        leg("", "place-0", "stop-0", walk_s=1),
        leg(number["Far East"], "stop-0", "stop-2", clock(8), clock(8, 10)),
        leg("", "stop-2", "stop-5", walk_s=212),
        leg(number["Far North"], "stop-5", "stop-8", clock(8, 30), clock(8, 45)),
    ]
    called = [leg("call", "place-0", "place-1", CALL_S, CALL_S + 1)]
    fake_node(tmp_path, monkeypatch, f"print('''{json.dumps([[called, way]])}''')")
    (told,) = ask_minotor("town", town_zip(tmp_path), [QUESTION], tmp_path)
    assert told.wrong == () and told.city == "town (minotor)"
    assert told.answer == (
        "08:00 1 to Far East from East 0, off at East 2 08:10; walk 4 min to North 0; "
        "08:30 2 to Far North from North 0, off at North 3 08:45 (45 min, 1 transfers)"
    )


def test_where_it_finds_none_there_is_no_way(tmp_path, monkeypatch):
    fake_node(tmp_path, monkeypatch, "print('[[]]')")
    (told,) = ask_minotor("town", town_zip(tmp_path), [QUESTION], tmp_path)
    assert told.answer == "no way" and told.wrong == ("finds no way",)


def test_what_is_missing_is_told(tmp_path, monkeypatch):
    fake_node(tmp_path, monkeypatch, "raise SystemExit('Cannot find module')")
    with pytest.raises(OperatorError, match="Cannot find module"):
        ask_minotor("town", town_zip(tmp_path), [QUESTION], tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(OperatorError, match=r"Node\.js"):
        ask_minotor("town", town_zip(tmp_path), [QUESTION], tmp_path)
