"""``python -m models score``: files in, a table, a page and JSON out."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from google.transit import gtfs_realtime_pb2 as pb

from models.against import read_feeds, read_table
from models.against_mapping import AgainstMappingError, load_against_mapping, parse_against_mapping
from models.cli import main
from models.svg import Series, bars, lines, stacked
from passinfo.columns import take
from passinfo.history.parquet import write
from passinfo.prediction.accuracy.foreign import as_predictions
from passinfo.prediction.accuracy.truth import truth_of
from passinfo.times import format_service_time
from tests.unit.prediction.accuracy.builders import changed, predictions, visits

SEEN = visits()
SAID = predictions(SEEN, shift_s=20.0)
MAPPING = """
time = "epoch_s"
[columns]
made_at = "poll"
trip_id = "trip"
stop_sequence = "seq"
arrival_at = "arr"
departure_at = "dep"
delay_s = "delay"
"""


@pytest.fixture
def day(tmp_path):
    """A replay's folder, as far as the score needs it."""
    write(tmp_path / "predictions.parquet", SAID)
    write(tmp_path / "visits.parquet", SEEN)
    return tmp_path


def scored(day, *words):
    out = day / "score.json"
    assert main(["score", "--predictions", str(day), "--visits", str(day), "--json", str(out), *map(str, words)]) == 0
    return json.loads(out.read_text())


def table(folder, *, delay=30.0, shift_s=40.0):
    """The other producer: ``shift_s`` late at every poll, three seconds before our moments."""
    rows = pd.DataFrame(
        {
            "poll": SAID.made_at - 3.0,
            "trip": SAID.trip_id,
            "seq": SAID.stop_sequence,
            "arr": np.where(SAID.stop_sequence == 1, np.nan, SAID.p50_at - 20.0 + shift_s),
            "dep": SAID.p50_at - 20.0 + shift_s,
            "delay": delay,
        }
    )
    (folder / "mine.toml").write_text(MAPPING)
    rows.to_csv(folder / "theirs.csv", index=False)
    return ("--against", folder / "theirs.csv", "--against-mapping", folder / "mine.toml")


def feeds(folder):
    """The same predictions as GTFS-Realtime, one file a moment, whole seconds, without stop_sequence."""
    folder.mkdir()
    for moment in np.unique(SAID.made_at):
        message = pb.FeedMessage()
        message.header.gtfs_realtime_version = "2.0"
        message.header.timestamp = int(moment)
        now = take(SAID, SAID.made_at == moment)
        for trip in dict.fromkeys(now.trip_id.tolist()):
            entity = message.entity.add(id=trip)
            rows = np.flatnonzero(now.trip_id == trip)
            entity.trip_update.trip.trip_id = trip
            entity.trip_update.trip.start_date = str(now.start_date[rows[0]])
            entity.trip_update.trip.start_time = format_service_time(int(now.start_service_s[rows[0]]))
            for row in rows:
                update = entity.trip_update.stop_time_update.add(stop_id=now.stop_id[row])
                update.arrival.time = int(now.p50_at[row])
        (folder / f"{int(moment)}.pb").write_bytes(message.SerializeToString())
    return folder


def test_a_table_a_page_and_figures(day, capsys):
    figures = scored(day, "--html", day / "score.html", "--timezone", "Asia/Manila")
    (standing,) = figures["standings"]
    assert standing["own"][-1]["mae_s"]["value"] == 20.0
    assert standing["own"][-1]["bias_s"]["value"] == -20.0
    assert standing["availability"]["served_5_min"]["count"] == standing["availability"]["served_5_min"]["of"] > 0
    said = capsys.readouterr().out
    assert re.search(r"all +\d+ +4 +20\.0 ", said)
    page = (day / "score.html").read_text()
    assert page.count("<svg") == 4
    assert not re.search(r'(src|href)="|url\(', page), "the page needs nothing else"


def test_departures_from_first_stops_are_scored_apart(day):
    (standing,) = scored(day)["standings"]
    of_first = int(np.count_nonzero(SAID.stop_sequence == 1))
    assert standing["departures"][-1]["n"] == of_first
    assert standing["own"][-1]["n"] + of_first == standing["fates"]["paired"]


def test_a_table_of_another_producer_is_scored_on_the_same_arrivals_at_the_same_moments(day):
    figures = scored(day, *table(day))
    ours, theirs = figures["standings"]
    assert ours["own"][-1]["n"] == theirs["own"][-1]["n"] > 0
    assert theirs["own"][-1]["mae_s"]["value"] == 40.0
    assert theirs["departures"][-1]["mae_s"]["value"] == 40.0, "the departure is taken where the truth is one"
    (rivalry,) = figures["rivalries"]
    assert rivalry["below"][-1]["value"] == 0.5
    assert rivalry["by_actual"][0]["mae_s"] == 20.0


def test_a_run_that_echoes_its_timetable_is_scored_apart(day):
    ours, theirs = scored(day, *table(day, delay=0.0))["standings"]
    assert theirs["own"][-1]["n"] == 0
    assert theirs["planned"][-1]["n"] == ours["planned"][-1]["n"] > 0


def test_feeds_without_stop_sequence_score_like_the_file_they_were_made_from(day):
    ours, theirs = scored(day, "--against", feeds(day / "pb"))["standings"]
    assert ours["own"] == [{**row, **only(own)} for row, own in zip(theirs["own"], ours["own"], strict=True)]
    assert ours["own"][-1]["n"] > 1_000 / 3
    assert theirs["own"][-1]["coverage"]["value"] is None


def only(row):
    """What needs intervals of prediction, which feeds do not carry."""
    return {name: row[name] for name in ("pinball_s", "coverage", "below", "above", "width_s")}


def test_another_replay_needs_no_mapping(day):
    other = day / "other"
    other.mkdir()
    write(other / "predictions.parquet", predictions(SEEN, shift_s=10.0))
    figures = scored(day, "--against", other, "--against", day)
    assert [standing["own"][-1]["mae_s"]["value"] for standing in figures["standings"]] == [20.0, 10.0, 20.0]
    assert len({standing["name"] for standing in figures["standings"]}) == 3


def test_what_only_one_run_can_mean_is_filled_in(day):
    words = table(day)
    updates = read_table(words[1], load_against_mapping(str(words[3])))
    said = as_predictions(updates, truth_of(SEEN))
    np.testing.assert_array_equal(said.start_date, SAID.start_date)
    np.testing.assert_array_equal(said.start_service_s, SAID.start_service_s)
    twice = changed(SEEN, trip_id=np.full(len(SEEN.trip_id), "T0", dtype=object))
    assert (as_predictions(updates, truth_of(twice)).start_service_s == -1).all(), "four runs have that name"
    pbs = as_predictions(read_feeds(feeds(day / "pb")), truth_of(SEEN))
    assert sorted(set(pbs.stop_sequence.tolist())) == list(range(1, 9))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--predictions", "nowhere"], "nowhere"),
        (["--against", "theirs.csv"], "say with --against-mapping"),
        (["--against", "theirs.csv", "--against-mapping", "nobody"], "use one of gtfs-rt-csv, kingston"),
        (["--against", "theirs.csv", "--against-mapping", "kingston"], "no column feed_ts"),
        (["--against", "empty"], "no .pb file"),
        (["--timezone", "Mars/Base"], "no IANA zone"),
        (["--visits", "empty"], "holds no hindsight_visits.parquet or visits.parquet"),
        (["--visits", "predictions.parquet"], "has no column pattern_id"),
    ],
)
def test_wrong_words_end_as_one_line(day, monkeypatch, capsys, words, said):
    table(day)
    (day / "empty").mkdir()
    monkeypatch.chdir(day)
    assert main(["score", "--predictions", ".", "--visits", ".", *words]) == 2
    *_, last = capsys.readouterr().err.splitlines()
    assert said in last


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("time = ", "not TOML"),
        ('time = "soon"', "use one of epoch_s"),
        ('time = "iso"\n[columns]\ntrip = "a"', "is no field"),
        ('time = "iso"\n[columns]\ntrip_id = "a"', "nothing of made_at, arrival_at, stop_sequence"),
        ('time = "iso"\n[columns]\ntrip_id = 3', "write .columns."),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_with_the_reason(text, said):
    with pytest.raises(AgainstMappingError, match=said):
        parse_against_mapping(text, "mine")


def test_times_may_be_iso_or_milliseconds(tmp_path):
    pd.DataFrame({"t": ["2026-02-16T12:00:00Z"], "trip": ["T"], "seq": [3], "a": ["2026-02-16T20:05:00+08:00"]}).to_csv(
        tmp_path / "a.csv"
    )
    text = 'time = "{}"\n[columns]\nmade_at = "t"\ntrip_id = "trip"\nstop_sequence = "seq"\narrival_at = "a"'
    row = read_table(tmp_path / "a.csv", parse_against_mapping(text.format("iso"), "a"))
    assert row.arrival_at - row.made_at == 300.0
    pd.DataFrame({"t": [1000], "trip": ["T"], "seq": [3], "a": [0]}).to_parquet(tmp_path / "b.parquet")
    row = read_table(tmp_path / "b.parquet", parse_against_mapping(text.format("epoch_ms"), "b"))
    assert row.made_at == 1.0
    assert np.isnan(row.arrival_at), "0 is how GTFS-Realtime says not given"


def test_plots_leave_out_what_is_not_known_and_escape_names():
    nan = float("nan")
    series = [Series("<a>", (1.0, nan, 3.0), ((0.5, 1.5), (nan, nan), (2.0, 4.0)))]
    for plot in (bars("t", "xyz", series, "s"), lines("t", "xyz", series, "s")):
        assert "nan" not in plot
        assert "&lt;a&gt;" in plot
    assert bars("t", "xyz", series, "s").count("<rect") == 2
    assert stacked("t", ["x"], [(0.1, 0.8, nan)], (0.1,)).count("<rect") == 2
