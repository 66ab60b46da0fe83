"""The training desk: from visits to an artefact that predicts, and a card that compares."""

import numpy as np
import pytest

from models.card import card, summary
from models.cli import main
from models.holdout import Scored, score, split_at
from models.pace import NothingToLearn, learn_pace, to_artefact
from models.segments import segments_of
from models.widths import KNOTS_S, widths_from
from passinfo.columns import empty, from_rows
from passinfo.history.parquet import Writer
from passinfo.prediction.artefact import load_artefact
from passinfo.prediction.historic import HistoricPredictor
from passinfo.prediction.intervals import UNTRAINED
from passinfo.prediction.stack import default_predictor
from passinfo.tracking.columns import Visits
from tests.unit.builders_network import HEADWAY, at, city, run
from tests.unit.realtime.town import write_gtfs


def drives(pace_s, *, buses=40, trip="H_day", pattern="P2", stops="EDCBA", begin=11.0, every_s=300.0, date=20260216):
    """Visits of buses that need ``pace_s`` from stop to stop and stand 10 s at each."""
    rows = []
    for bus in range(buses):
        start = at(begin, bus * every_s)
        for k, stop in enumerate(stops):
            reached = start + k * pace_s
            arrived, departed = (None if k == 0 else reached), (None if k == len(stops) - 1 else reached + 10 * (k > 0))
            service_s = int(start - at(0))
            ids = (f"bus{bus}", "R2", 1, pattern, trip, date, service_s, stop, k + 1)
            rows.append((*ids, arrived, departed, reached - 5, reached + 15, reached + 20, "observed"))
    return from_rows(Visits, sorted(rows, key=lambda row: row[13]))


def test_segments_are_the_drives_between_neighbouring_stops_of_one_run():
    rows = segments_of(city(), drives(150.0, buses=3))
    assert len(rows.seconds) == 3 * 4
    np.testing.assert_allclose(rows.seconds, 150.0)
    np.testing.assert_allclose(rows.metres, 500.0)
    assert set(rows.date.tolist()) == {20260216}


def test_segments_leave_out_gaps_strangers_and_the_impossible():
    visits = drives(150.0, buses=1)
    visits.stop_id[1] = "nowhere"
    assert len(segments_of(city(), visits).seconds) == 2
    assert len(segments_of(city(), drives(3.0, buses=1)).seconds) == 0
    assert len(segments_of(city(), drives(150.0, pattern="unknown")).seconds) == 0
    assert len(segments_of(city(), empty(Visits)).seconds) == 0


def test_pace_leans_on_what_is_known_more_widely():
    network = city()
    few = learn_pace(network, segments_of(network, drives(150.0, buses=1)))
    many = learn_pace(network, segments_of(network, drives(150.0, buses=100, every_s=30.0)))
    assert np.isfinite(few.by_row).all()
    row = network.pattern_stops(HEADWAY).start + 1
    np.testing.assert_allclose(many.by_row[row], 0.3, rtol=0.01)
    quick = segments_of(network, drives(100.0, buses=100, every_s=30.0))
    learned = learn_pace(network, quick)
    assert learned.by_row[row, 11] == pytest.approx(0.2, rel=0.01)
    assert learned.by_route[0, 11] == pytest.approx(0.2, rel=0.01), "a route without visits has the network's pace"


def test_nothing_to_learn_is_said():
    with pytest.raises(NothingToLearn, match="no two neighbouring stops"):
        learn_pace(city(), segments_of(city(), empty(Visits)))


def trained(visits):
    network = city()
    rows = segments_of(network, visits)
    return HistoricPredictor(to_artefact(network, rows, learn_pace(network, rows), UNTRAINED))


def test_learned_pace_predicts_what_was_driven():
    now = at(12)
    said = trained(drives(150.0)).predict(city(), run(HEADWAY, "H_day", dist_m=500.0, measured_at=now, first=2), now)
    np.testing.assert_allclose(said.p50_at - now, [150, 300, 450], rtol=0.01)


def test_the_holdout_lies_after_what_was_learned_from_and_compares_with_the_baseline():
    visits = drives(150.0)
    since = split_at(visits)
    scored = score(city(), visits, since, default_predictor(city()), trained(visits))
    assert 0 < len(scored.horizon_s) < 40 * 10
    assert not scored.timetable.any()
    assert np.abs(scored.learned_error_s).mean() < 15 < np.abs(scored.baseline_error_s).mean()
    text = card(
        to_artefact(city(), segments_of(city(), visits), learn_pace(city(), segments_of(city(), visits)), UNTRAINED),
        scored,
        ("day",),
    )
    assert "baseline | learned pace" in text and "11:00 | 12" in text and "| timetable | 0-3 min | 0 | - | - |" in text


def scored_rows(*services, baseline=50.0, learned=40.0):
    n, timetable = len(services), np.array(services) == "timetable"
    ahead, errors = np.full(n, 200.0), (np.full(n, baseline), np.full(n, -learned))
    return Scored(timetable, ahead, *errors, ahead)


def test_the_summary_tells_services_apart_and_that_a_timetable_goes_before():
    planned, headway, rule = summary(scored_rows("timetable", "headway", "headway"))
    assert planned == "timetable: mean absolute error 40 s, baseline 50 s (1 predictions)"
    assert headway.startswith("headway, or trip unknown: ") and "(2 predictions)" in headway
    assert rule.startswith("trips with a timetable stay with it")
    assert len(summary(scored_rows("headway"))) == 1, "a city without timetable is not told of one"
    assert summary(scored_rows()) == ["too few visits to score it: no run begins in the last fifth"]


def test_widths_grow_with_the_horizon_and_stay_untrained_without_rows():
    visits = drives(150.0, buses=200, every_s=60.0)
    scored = score(city(), visits, split_at(visits), default_predictor(city()), trained(visits))
    widths = widths_from(scored)
    assert (np.diff(widths.early_s) >= 0).all() and (np.diff(widths.late_s) >= 0).all()
    assert widths.late_s[-1] == UNTRAINED.late(KNOTS_S)[-1], "nothing was predicted half an hour ahead"


def replay(folder, visits):
    folder.mkdir()
    with Writer(folder / "visits.parquet", Visits) as writer:
        writer.append(visits)
    return folder


def town_drives():
    """Visits on the town of the realtime builders (H1: D to A), whose GTFS can be written."""
    return drives(400.0, pattern="?", trip="H1", stops="DCBA")


def test_the_command_trains_from_replays(tmp_path, capsys):
    from passinfo.stores.networks import network_from_gtfs

    gtfs = write_gtfs(tmp_path / "gtfs.zip")
    network = network_from_gtfs(gtfs)
    visits = town_drives()
    visits.pattern_id[:] = network.patterns.pattern_id[network.trips.pattern_ix[network.trip_rows["H1"]]]
    folder = replay(tmp_path / "monday", visits)
    out = tmp_path / "model"
    assert main(["train", "--network", str(gtfs), "--replays", str(folder), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "baseline" in printed
    assert load_artefact(out).rows == 40 * 3
    assert "monday" in (out / "card.md").read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--network", "nowhere", "--replays", "x", "--out", "y"], "no network 'nowhere'"),
        (["--network", "GTFS", "--replays", "x", "--out", "y"], "holds no visits.parquet"),
        (["--network", "GTFS", "--replays", "EMPTY", "--out", "y"], "no two neighbouring stops"),
        (["--network", "GTFS", "--replays", "BROKEN", "--out", "y"], "is not a Parquet file"),
    ],
)
def test_wrong_input_gets_one_line(tmp_path, capsys, words, says):
    replay(tmp_path / "empty", empty(Visits))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "visits.parquet").write_text("no")
    places = {"GTFS": write_gtfs(tmp_path / "g.zip"), "EMPTY": tmp_path / "empty", "BROKEN": tmp_path / "broken"}
    assert main(["train", *[str(places.get(word, word)) for word in words]]) == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("models train: ") and says in last
